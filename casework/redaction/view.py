"""A text as the patterns read it: one sign for each letter, with the way back to the original."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

#: Stands where something is masked; no pattern meets it.
HOLE = "\ufffc"
_UNSEEN = frozenset({"Mn", "Me", "Cf", "Cc"})
_LINES = frozenset("\n\r\t")


@dataclass(frozen=True, slots=True)
class Letter:
    """`plain` has no marks, `typed` has them; both are one sign. `start:end` of the original."""

    plain: str
    typed: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class View:
    """Three readings of equal length: folded, folded with capitals, small letters with marks."""

    letters: tuple[Letter, ...]
    low: str
    cased: str
    typed: str

    def __len__(self) -> int:
        return len(self.letters)


def view_of(text: str) -> View:
    """Read a text; marks typed apart, invisible signs and wide digits make no difference."""
    letters: list[Letter] = []
    for at, sign in enumerate(text):
        plain = _plain(sign)
        if plain:
            letters.extend(Letter(one, _one(sign, one), at, at + 1) for one in plain)
        elif letters and letters[-1].end == at:
            last = letters[-1]
            typed = unicodedata.normalize("NFC", last.typed + sign)
            letters[-1] = Letter(
                last.plain, typed if len(typed) == 1 else last.typed, last.start, at + 1
            )
    return _joined(letters)


def _joined(letters: Sequence[Letter]) -> View:
    cased = "".join(letter.plain for letter in letters)
    return View(
        letters=tuple(letters),
        low="".join(_small(sign) for sign in cased),
        cased=cased,
        typed="".join(_small(letter.typed) for letter in letters),
    )


def with_holes(view: View, spans: Iterable[tuple[int, int]]) -> View:
    """Each span (of the view) becomes one sign, whatever stood there."""
    letters: list[Letter] = []
    done = 0
    for start, end in sorted(spans):
        first, last = view.letters[start], view.letters[end - 1]
        letters += view.letters[done:start]
        letters.append(Letter(HOLE, HOLE, first.start, last.end))
        done = end
    return _joined([*letters, *view.letters[done:]])


def _plain(sign: str) -> str:
    """Letters without marks, digits of any script as ours; empty for what is not seen."""
    if sign in _LINES:
        return "\n" if sign != "\t" else " "
    if sign in "đĐ":
        return "d" if sign == "đ" else "D"
    parts = (part for part in unicodedata.normalize("NFKD", sign))
    return "".join(_digit(part) for part in parts if unicodedata.category(part) not in _UNSEEN)


def _digit(sign: str) -> str:
    if unicodedata.category(sign) == "Nd":
        return str(unicodedata.decimal(sign))
    if unicodedata.category(sign) == "Pd" or sign == "\u2212":
        return "-"
    if unicodedata.category(sign) == "Zs":
        return " "
    return sign


def _one(sign: str, plain: str) -> str:
    """A sign that reads as several has no marks of its own."""
    return sign if len(unicodedata.normalize("NFC", sign)) == 1 and sign.isalpha() else plain


def _small(sign: str) -> str:
    small = sign.lower()
    return small if len(small) == 1 else sign
