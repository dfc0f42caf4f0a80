"""Days people name in messages: "20/11/2026", "thứ hai tuần sau", "mùng 5 tháng 10 âm".

The value is an ISO date where the text says all of it, `--11-20` (ISO 8601) without a year, with
`lunar ` before a day of the lunar calendar; anything that depends on today is kept in words.
Nothing newer than Python 3.10: this module also runs inside Rasa.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from knowledge.text.cleaning import clean
from knowledge.text.folding import fold, fold_mapped


@dataclass(frozen=True, slots=True)
class Moment:
    """`start` and `end` are offsets in the text that was searched."""

    value: str
    start: int
    end: int


def _words(text: str) -> list[str]:
    return text.split()


#: Words of a day with their diacritics: whoever types some must type the right ones.
_WORDS = frozenset(
    _words(
        """ngày tháng năm thứ hai ba tư sáu bảy bẩy chủ nhật tuần này sau tới trước rồi qua kia
        mùng mồng âm lịch hôm nay mai mốt cuối đầu giữa sáng trưa chiều tối đêm giêng chạp rằm một
        bốn tám chín mười vừa kế"""
    )
)
_COUNTED = "mot hai ba bon nam sau bay tam chin muoi"
_NUMBERS = {
    **{word: n for n, word in enumerate(_words(_COUNTED), 1)},
    "tu": 4,
    "gieng": 1,
    "chap": 12,
    "muoi mot": 11,
    "muoi hai": 12,
}
_ENGLISH_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec"
_MONTHS = {name: n for n, name in enumerate(_words(_ENGLISH_MONTHS), 1)}
_NUMBER = r"(?:\d{1,2}|muoi (?:mot|hai)|mot|hai|ba|bon|tu|nam|sau|bay|tam|chin|muoi|gieng|chap)"
_WHEN = r"(?:nay|sau|toi|truoc|roi|qua|vua roi|ke)"
#: After these a number with a slash is an address, after those "thứ" counts.
_NO_DATE = r"(?<!\bso )(?<!\bhem )(?<!\bduong )(?<!\bnha )(?<!\bthua )(?<!\bto )(?<!\bap )"
_NO_WEEKDAY = r"(?<!\blan )(?<!\bso )(?<!\bcon )(?<!\bnguoi )(?<!\bdot )(?<!\bbuoc )"
_LEFT = r"(?<![\w.,/\-])"
_RIGHT = r"(?![\w/]|[.,\-]\d)"

_SLASHES = re.compile(
    rf"{_NO_DATE}{_LEFT}(?:ngay )?(?P<day>\d{{1,2}})\s?/\s?(?P<month>\d{{1,2}})"
    rf"(?:\s?/\s?(?P<year>\d{{4}}))?{_RIGHT}"
)
_DOTS = re.compile(
    rf"{_LEFT}(?P<day>\d{{1,2}})(?P<gap>[.\-])(?P<month>\d{{1,2}})(?P=gap)(?P<year>(?:19|20)\d\d)"
    rf"{_RIGHT}"
)
_IN_WORDS = re.compile(
    rf"{_LEFT}(?:ngay )?(?:(?:mung|mong) )?"
    rf"(?P<day>\d{{1,2}}|(?<=mung ){_NUMBER}|(?<=mong ){_NUMBER})"
    rf" thang (?P<month>{_NUMBER})(?: nam (?P<year>\d{{4}}))?(?P<lunar> am(?: lich)?)?{_RIGHT}"
)
_LUNAR = re.compile(
    rf"{_LEFT}(?:ngay )?(?:(?:mung|mong) (?P<day>{_NUMBER})|ram)"
    rf"(?: thang (?P<month>{_NUMBER}))?(?: am(?: lich)?)?{_RIGHT}"
)
_WEEKDAY = re.compile(
    rf"{_NO_WEEKDAY}{_LEFT}(?:(?:sang|chieu|toi|trua|ngay) )?"
    r"(?:thu (?:hai|ba|tu|nam|sau|bay|[2-7])|chu nhat|t[2-7](?= tuan))"
    rf"(?: (?:tuan )?{_WHEN})?{_RIGHT}"
)
_NEAR = re.compile(
    rf"{_LEFT}(?:hom (?:nay|qua|kia)|ngay (?:mai|mot|kia)"
    rf"|(?:sang|trua|chieu|toi|dem) (?:nay|mai|mot|qua)"
    rf"|(?:dau |giua |cuoi )?(?:tuan|thang) {_WHEN}|(?:dau|cuoi) (?:tuan|thang)){_RIGHT}"
)
_ENGLISH = re.compile(
    rf"{_LEFT}(?:today|tomorrow|yesterday|(?:(?:this|next|last|on) )?(?:mon|tues|wednes|thurs|fri"
    rf"|satur|sun)day|(?:this|next|last) (?:week|month)){_RIGHT}"
)
_ENGLISH_DATE = re.compile(
    rf"{_LEFT}(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? (?P<month>{'|'.join(_MONTHS)})[a-z]*"
    rf"(?:,? (?P<year>\d{{4}}))?{_RIGHT}"
)
_KHMER = re.compile(
    "ថ្ងៃនេះ|ថ្ងៃស្អែក|ស្អែក|ម្សិលមិញ|សប្តាហ៍(?:នេះ|ក្រោយ|មុន)|ខែ(?:នេះ|ក្រោយ|មុន)"
    "|ថ្ងៃ(?:ច័ន្ទ|ចន្ទ|អង្គារ|ពុធ|ព្រហស្បតិ៍|សុក្រ|សៅរ៍|អាទិត្យ)"
)
_DAYS_IN_FEBRUARY_AT_MOST = 2024


def find_moments(text: str) -> list[Moment]:
    """Find every day that is named, in the order of the text; no two overlap."""
    mapped = fold_mapped(text)
    found: list[Moment] = []
    for pattern, make in _SHAPES:
        for match in pattern.finditer(mapped.text):
            start, end = mapped.span(*match.span())
            said = " ".join(clean(text[start:end]).lower().split())
            value = make(match, said) if _well_written(said) else None
            if value and not any(start < other.end and other.start < end for other in found):
                found.append(Moment(value, start, end))
    return sorted(found, key=lambda moment: moment.start)


def _well_written(said: str) -> bool:
    return all(word in _WORDS or fold(word) == word for word in said.split())


def _solar(match: re.Match[str], _said: str) -> str | None:
    month = match["month"]
    number = _MONTHS.get(month[:3]) or _number(month)
    return _written(match["day"], number, match["year"])


def _with_slashes(match: re.Match[str], said: str) -> str | None:
    round_the_clock = match["year"] is None and (match["day"], match["month"]) == ("24", "7")
    return None if round_the_clock else _solar(match, said)


def _in_words(match: re.Match[str], _said: str) -> str | None:
    value = _written(match["day"], _number(match["month"]), match["year"])
    is_lunar = (
        match["lunar"] or "mung" in match[0] or "mong" in match[0] or not match["month"].isdigit()
    )
    return f"lunar {value}" if value and is_lunar else value


def _lunar(match: re.Match[str], said: str) -> str | None:
    if match["month"] is None:
        return said
    value = _written(match["day"] or "15", _number(match["month"]), None)
    return f"lunar {value}" if value else None


def _in_own_words(_match: re.Match[str], said: str) -> str:
    return said


def _near(_match: re.Match[str], said: str) -> str | None:
    """Tell "sáng mốt" from "buổi sáng một", which look the same without diacritics."""
    part, _, day = said.partition(" ")
    return None if part not in {"ngày", "ngay"} and day in {"mot", "một"} else said


def _number(word: str) -> int:
    return int(word) if word.isdigit() else _NUMBERS[word]


def _written(day: str, month: int, year: str | None) -> str | None:
    try:
        found = date(int(year or _DAYS_IN_FEBRUARY_AT_MOST), month, _number(day))
    except ValueError:
        return None
    return found.isoformat() if year else f"--{found:%m-%d}"


_Make = Callable[[re.Match[str], str], "str | None"]
#: First come, first served, as with codes.
_SHAPES: tuple[tuple[re.Pattern[str], _Make], ...] = (
    (_SLASHES, _with_slashes),
    (_DOTS, _solar),
    (_IN_WORDS, _in_words),
    (_LUNAR, _lunar),
    (_WEEKDAY, _in_own_words),
    (_NEAR, _near),
    (_ENGLISH_DATE, _solar),
    (_ENGLISH, _in_own_words),
    (_KHMER, _in_own_words),
)
