"""Places by how they are written: "xã Đơn Dương", "Phường 5", also where no list knows them.

Nothing newer than Python 3.10: this module also runs inside Rasa.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from knowledge.text.cleaning import clean_mapped
from knowledge.text.folding import fold

#: Hamlets are none: every commune has an "ấp Chợ", so a name of one does not say where.
_KINDS = (
    "xã",
    "phường",
    "đặc khu",
    "thị trấn",
    "thị xã",
    "thành phố",
    "tỉnh",
    "huyện",
    "quận",
)
_WRITTEN = {form: kind for kind in _KINDS for form in (kind, fold(kind))} | {"tp": "thành phố"}
#: "xa" is "xã" only for those who type no diacritics at all; else it is "far".
_AMBIGUOUS = frozenset(map(fold, _KINDS)) - frozenset(_KINDS)
_FORMS = "|".join(sorted(_WRITTEN, key=len, reverse=True))
#: A cooperative ("hợp tác xã") is no commune.
_KIND = re.compile(rf"(?<!\w)(?<!hợp tác )(?<!hop tac )({_FORMS})(?:\.\s?|\s+)", re.IGNORECASE)
_ANY_KIND = re.compile(rf"({_FORMS})(?!\w)", re.IGNORECASE)
#: "Phường 5": no unit has three digits. "Đường huyện 30" is a road.
_NUMBERED = frozenset({"phường", "quận"})
_NUMBER = re.compile(r"\d{1,2}(?![\w/.,]*\d)")
#: With the kind before them, another word: "Xã Hội", "Tỉnh Ủy", "Huyện Đoàn", "Tỉnh Lộ 8".
_NO_NAMES = frozenset({"hoi", "uy", "doan", "doi", "lo", "vien", "truong"})
_WORD = re.compile(r"[^\W\d_]+")
_LONGEST = 4


@dataclass(frozen=True, slots=True)
class Place:
    """`value` begins with the kind; `start` and `end` are offsets in the text that was searched."""

    value: str
    start: int
    end: int


def find_places(text: str) -> list[Place]:
    """Find units of which kind and name are written, a name with capital letters or a number.

    Who writes in capitals only gives no sign where a name ends: nothing is found then.
    """
    cleaned = clean_mapped(text)
    if cleaned.text.isupper():
        return []
    found = []
    for kind in _KIND.finditer(cleaned.text):
        written = kind[1].lower()
        # Ignoring case, a Turkish "ı" is an "i" to the pattern, and to nobody else.
        if written not in _WRITTEN:
            continue
        unit = _WRITTEN[written]
        end = _end_of_name(cleaned.text, kind.end(), numbered=unit in _NUMBERED)
        name = cleaned.text[kind.end() : end]
        plain = written not in _AMBIGUOUS or name.isascii()
        if name and plain and fold(name) not in _NO_NAMES:
            value = f"{unit} {unicodedata.normalize('NFC', name)}"
            found.append(Place(value, *cleaned.span(kind.start(), end)))
    return found


def _end_of_name(text: str, start: int, *, numbered: bool) -> int:
    number = _NUMBER.match(text, start) if numbered else None
    if number:
        return number.end()
    end = start
    for word in _capitals(text, start):
        end = word.end()
    return end


def _capitals(text: str, start: int) -> Iterator[re.Match[str]]:
    for _ in range(_LONGEST):
        word = _WORD.match(text, start)
        if word is None or not word[0][0].isupper() or begins_unit(text, start):
            return
        yield word
        start = word.end() + (text[word.end() : word.end() + 1] == " ")


def begins_unit(text: str, start: int) -> bool:
    """Tell where a name ends before the next unit: "Xã Long Đức Tỉnh Vĩnh Long"."""
    kind = _ANY_KIND.match(text, start)
    return kind is not None and kind[1].lower() not in _AMBIGUOUS
