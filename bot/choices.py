"""Numbered choices: how they are shown, and what a typed answer picks."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.lexicon import is_same, marked_words
from delivery.messages import Choice
from knowledge.text import fold

#: Choices this short in all stand in one line.
_ONE_LINE = 56
_ONE_LINE_CHOICES = 3
#: A year or a code is no choice.
_MOST_DIGITS = 2
_ELLIPSIS = "…"


@dataclass(frozen=True, slots=True)
class Option:
    """One choice: a short label for the button, a full wording beside the number."""

    label: str
    payload: str
    text: str = ""

    @property
    def wording(self) -> str:
        return self.text or self.label


def numbered(options: Sequence[Option]) -> str:
    """`1. … 2. …`, in one line when they are few and short."""
    lines = [f"{number}. {option.wording}" for number, option in enumerate(options, 1)]
    if len(lines) <= _ONE_LINE_CHOICES and sum(map(len, lines)) <= _ONE_LINE:
        return " · ".join(lines)
    return "\n".join(lines)


def buttons(options: Sequence[Option], *, most: int, label_chars: int) -> tuple[Choice, ...]:
    """The choices a channel can show as buttons; the others are reached by their number."""
    return tuple(Choice(_short(item.label, label_chars), item.payload) for item in options[:most])


def _short(label: str, most: int) -> str:
    if len(label) <= most:
        return label
    cut = label[: most - 1]
    whole = cut.rsplit(" ", 1)[0]
    return (whole if len(whole) > most // 2 else cut).rstrip(" ,.;:–-") + _ELLIPSIS


class NumberReader:
    """Reads "2", "số 2", "2.", "hai", "២" as a number.

    `words` gives number words in any language, `before` what may stand before them.
    """

    def __init__(self, words: Mapping[str, int], before: Sequence[str]) -> None:
        self._marked = {marked_words(word): number for word, number in words.items()}
        self._folded = {fold(word): number for word, number in self._marked.items()}
        lead = "|".join(re.escape(fold(word)) for word in before)
        self._shape = re.compile(rf"(?:(?:{lead})\s*)*(?P<number>[^\s.,)!]+)\s*[.)!]*")

    def read(self, text: str, *, only_digits: bool = False) -> int | None:
        """`only_digits`: where words may be a name, nothing but the number itself counts."""
        said = fold(text).strip()
        if only_digits:
            return _digits(said.rstrip(".)! "))
        match = self._shape.fullmatch(said)
        if match is None:
            return None
        return self._word(text) or _digits(match["number"])

    def _word(self, text: str) -> int | None:
        """The last word as a number: "ba" is three, "bà" is not."""
        last = marked_words(text).split()[-1:]
        if not last:
            return None
        return self._marked.get(last[0]) or (
            self._folded.get(last[0]) if last[0] == fold(last[0]) else None
        )


def _digits(text: str) -> int | None:
    """Digits of any script."""
    if not 1 <= len(text) <= _MOST_DIGITS or not all(
        unicodedata.decimal(char, None) is not None for char in text
    ):
        return None
    return int("".join(str(unicodedata.decimal(char)) for char in text))


def picked(
    shown: Sequence[Sequence[str]], text: str, reader: NumberReader, *, only_digits: bool = False
) -> tuple[str | None, bool]:
    """The payload a typed answer picks, and whether it was a number at all."""
    number = reader.read(text, only_digits=only_digits)
    if number is not None:
        return (shown[number - 1][1] if 1 <= number <= len(shown) else None), True
    for wording, payload, *label in shown:
        if any(is_same(text, known) for known in (wording, *label)):
            return payload, False
    return None, False
