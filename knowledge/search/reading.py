"""Words of a text, as typed and without diacritics."""

from collections.abc import Iterable
from typing import NamedTuple

from knowledge.text import said_words


class Word(NamedTuple):
    """`typed` in lower case, `bare` without diacritics.

    `part`: a term of six words for two that were said weighs as two when it is asked how much of a
    question was understood.
    """

    typed: str
    bare: str
    part: float = 1.0


def words_of(text: str) -> list[Word]:
    return [Word(typed, bare) for typed, bare in zip(*said_words(text), strict=True)]


def has_marks(words: Iterable[Word]) -> bool:
    """Whether diacritics were typed; without any, each word may be several."""
    return any(word.typed != word.bare for word in words)
