"""Codes people copy from receipts and messages: dossiers, our cases, procedures.

Dossier codes come in two orders and many spellings (TT 01/2018/TT-VPCP art. 19 and
QĐ 20/2020/QĐ-TTg art. 4; public examples of 2020-2026 have serials of four to seven digits):
`000.00.12.H62-201105-0004`, `G22.99.08-260921-896048`; social insurance: `03706/2026/07906`.
Nothing newer than Python 3.10: this module also runs inside Rasa.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum

from knowledge.text.folding import fold_mapped


class CodeKind(str, Enum):
    DOSSIER = "dossier"
    CASE = "case"
    PROCEDURE = "procedure"
    #: Begins like a dossier code but cannot be one; `value` is what the citizen typed.
    MALFORMED = "malformed"


@dataclass(frozen=True, slots=True)
class Code:
    """`value` is normalised; `start` and `end` are offsets in the text that was searched."""

    kind: CodeKind
    value: str
    start: int
    end: int


#: Kinds of cases, see the case rules; written HD-2026-000123.
CASE_PREFIXES = ("hd", "pa", "pk", "dx", "tt", "gy")

#: No code is without one, and most messages are.
_DIGIT = re.compile("[0-9]")
_DASH = "\\-\u2010-\u2015\u2212_"
#: A digit, or the letter people take for a zero.
_D = "[0-9o]"
_DOT = rf"\s*[.,\u00b7/{_DASH}]?\s*"
_GAP = rf"(?:\s*[{_DASH}/.]\s*|\s+)"
_LEFT = r"(?<![\w.,/])"
_RIGHT = rf"(?![\w/]|[.,{_DASH}]\w)"


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(_LEFT + pattern, re.ASCII)


_OLD_ORDER = _compiled(
    rf"(?P<unit>{_D}{{3}}{_DOT}{_D}{{2}}{_DOT}{_D}{{2}}){_DOT}(?P<top>[a-y]){_DOT}(?P<num>{_D}{{2}})"
    rf"{_DOT}(?P<date>{_D}{{6}}){_DOT}(?P<serial>{_D}{{4,7}}){_RIGHT}"
)
_NEW_ORDER = _compiled(
    rf"(?P<top>[a-y])(?P<unit>{_D}{{2}}(?:\s*[.,]?\s*{_D}{{2,3}}){{0,10}}){_GAP}"
    rf"(?P<date>{_D}{{6}}){_GAP}(?P<serial>{_D}{{4,7}}){_RIGHT}"
)
_INSURANCE = _compiled(rf"(?P<all>{_D}{{5}}\s*/\s*20{_D}{{2}}\s*/\s*{_D}{{5}}){_RIGHT}")
_CASE = _compiled(
    rf"(?P<prefix>{'|'.join(CASE_PREFIXES)}){_DOT}(?P<year>2{_D}{{3}})"
    rf"(?:{_GAP}(?P<serial>{_D}{{1,6}})|(?P<joined>{_D}{{6}})){_RIGHT}"
)
_PROCEDURE = _compiled(
    rf"(?P<base>[1-9](?:\.{_D}|\s?\.\s?[0o]){_D}{{5}})(?P<zeros>\.{_D}{{3}}\.{_D}{{2}}\.{_D}{{2}})?"
    rf"(?P<province>\.[a-y]{_D}{{2}})?{_RIGHT}"
)
_TAIL = rf"(?:\s?[.,{_DASH}]\s?\w+|\w+)*"
#: Unlike a telephone number (090.12.34.567) the third group is not followed by three digits.
_OLD_BEGINNING = _compiled(
    rf"{_D}{{3}}\s*\.\s*{_D}{{2}}\s*\.\s*{_D}{{2}}(?!\d|[.\s]\d{{3}}){_TAIL}"
)
_NEW_BEGINNING = _compiled(
    rf"[a-y]{_D}{{2}}(?:(?:\s?\.\s?{_D}{{2,3}}){{2,}}{_TAIL}"
    rf"|(?:\s?\.\s?{_D}{{2,3}})?\s?[{_DASH}]\s?{_D}{{4,8}}{_TAIL})"
)


def find_codes(text: str) -> list[Code]:
    """Find every code in the order of the text; no two overlap."""
    mapped = fold_mapped(text)
    if not _DIGIT.search(mapped.text):
        return []
    taken: list[tuple[int, int]] = []
    found: list[Code] = []
    for pattern, kind, normalise in _SHAPES:
        for match in pattern.finditer(mapped.text):
            value = normalise(match)
            if value is None or any(match.start() < e and s < match.end() for s, e in taken):
                continue
            taken.append(match.span())
            start, end = mapped.span(*match.span())
            found.append(Code(kind, value or text[start:end], start, end))
    return sorted(found, key=lambda code: code.start)


def find_code(text: str, kind: CodeKind) -> Code | None:
    """Find the first code of one kind."""
    return next((code for code in find_codes(text) if code.kind is kind), None)


def normalise(text: str, kind: CodeKind) -> str | None:
    """Return the normal form if the whole text is one code of this kind."""
    code = find_code(text, kind)
    if code is None or text[: code.start].strip() or text[code.end :].strip():
        return None
    return code.value


def procedure_base(code: str) -> str:
    """Cut a province's own ending off: 1.003695.000.00.00.H36 is national procedure 1.003695."""
    return ".".join(code.split(".")[:2])


def _digits(text: str) -> str:
    return "".join(c for c in text.replace("o", "0") if c.isdigit())


def _is_date(yymmdd: str) -> bool:
    return 1 <= int(yymmdd[2:4]) <= 12 and 1 <= int(yymmdd[4:]) <= 31  # noqa: PLR2004 - calendar


def _tail(match: re.Match[str]) -> str | None:
    date = _digits(match["date"])
    return f"-{date}-{_digits(match['serial'])}" if _is_date(date) else None


def _old_order(match: re.Match[str]) -> str | None:
    unit, tail = _digits(match["unit"]), _tail(match)
    head = f"{unit[:3]}.{unit[3:5]}.{unit[5:]}.{match['top'].upper()}{_digits(match['num'])}"
    return head + tail if tail else None


def _new_order(match: re.Match[str]) -> str | None:
    groups = list(_unit_groups(match["unit"]))
    tail = _tail(match)
    return match["top"].upper() + ".".join(groups) + tail if tail else None


def _unit_groups(unit: str) -> Iterator[str]:
    """Split G229908 as G22.99.08; written dots are kept, so three-digit groups stay whole."""
    for group in re.split(r"[.,]", unit):
        digits = _digits(group)
        if len(digits) == 3:  # noqa: PLR2004 - one written group of three digits
            yield digits
        else:
            yield from (digits[i : i + 2] for i in range(0, len(digits), 2))


def _insurance(match: re.Match[str]) -> str:
    return re.sub(r"\s", "", match["all"]).replace("o", "0")


def _case(match: re.Match[str]) -> str:
    serial = _digits(match["serial"] or match["joined"])
    return f"{match['prefix'].upper()}-{_digits(match['year'])}-{serial.zfill(6)}"


def _procedure(match: re.Match[str]) -> str:
    return re.sub(r"\s", "", match["base"]).replace("o", "0") + "".join(
        part[:2].upper() + part[2:].replace("o", "0")
        for part in (match["zeros"] or "", match["province"] or "")
        if part
    )


def _as_typed(_match: re.Match[str]) -> str:
    return ""


_Normalise = Callable[[re.Match[str]], str | None]
#: First come, first served: what an earlier shape has taken, a later one cannot have.
_SHAPES: tuple[tuple[re.Pattern[str], CodeKind, _Normalise], ...] = (
    (_PROCEDURE, CodeKind.PROCEDURE, _procedure),
    (_OLD_ORDER, CodeKind.DOSSIER, _old_order),
    (_CASE, CodeKind.CASE, _case),
    (_NEW_ORDER, CodeKind.DOSSIER, _new_order),
    (_INSURANCE, CodeKind.DOSSIER, _insurance),
    (_OLD_BEGINNING, CodeKind.MALFORMED, _as_typed),
    (_NEW_BEGINNING, CodeKind.MALFORMED, _as_typed),
)
