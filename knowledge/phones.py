"""Telephone numbers as people type them in messages, in one form: digits, beginning with 0.

Numbering plan of the Ministry of Information and Communications (from 2018): mobile numbers have
ten digits, fixed lines eleven (02xx), service numbers 1800/1900 eight or ten.
Nothing newer than Python 3.10: this module also runs inside Rasa.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from knowledge.text.folding import fold_mapped

_GAP = r"[ .\-\u2010-\u2015]?"


@dataclass(frozen=True, slots=True)
class Phone:
    """`value` is normalised; `start` and `end` are offsets in the text that was searched."""

    value: str
    start: int
    end: int


def _spread(digits: str) -> str:
    """Let one space, dot or dash stand between any two of the digits."""
    return _GAP.join(digits.split())


_HEAD = r"(?:\(?\+?\s?(?:00)?84\)?[ .\-]?(?:\(?0\)?)?|\(?0)"
_MOBILE = rf"{_HEAD}{_GAP}(?P<mobile>[35789]{_GAP}" + _spread(r"\d " * 8) + ")"
_FIXED = rf"{_HEAD}{_GAP}(?P<fixed>2{_GAP}\d{_GAP}\d\)?{_GAP}" + _spread(r"\d " * 7) + ")"
_SERVICE = rf"(?P<service>1{_GAP}[89]{_GAP}0{_GAP}0{_GAP}" + _spread(r"\d " * 4) + r"(?:\d\d)?)"
_SHORT = r"(?:(?<=so )|(?<=goi )|(?<=dai )|(?<=nong )|(?<=hotline ))(?P<short>11[1-5]|1022)"
_PHONE = re.compile(
    rf"(?<![\w.,/+])(?:{_MOBILE}|{_FIXED}|{_SERVICE}|{_SHORT})(?![\w/]|[.,\-]\d)", re.ASCII
)
_NO_DIGIT = re.compile(r"\D")


def find_phones(text: str) -> list[Phone]:
    """Find every telephone number in the order of the text."""
    return list(_found(text))


def _found(text: str) -> Iterator[Phone]:
    mapped = fold_mapped(text)
    for match in _PHONE.finditer(mapped.text):
        local = match["mobile"] or match["fixed"]
        whole = match["service"] or match["short"] or ""
        value = _NO_DIGIT.sub("", f"0{local}" if local else whole)
        yield Phone(value, *mapped.span(*match.span()))
