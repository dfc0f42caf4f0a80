"""The words of a text as they are spelt, and the same without diacritics."""

from functools import lru_cache

from knowledge.text.folding import fold
from knowledge.text.spelling import spell
from knowledge.text.words import tokenise


def said_words(text: str) -> tuple[list[str], list[str]]:
    typed = tokenise(spell(text))
    return typed, [_fold_word(word) for word in typed]


#: The same words come again and again.
@lru_cache(maxsize=16_384)
def _fold_word(word: str) -> str:
    return fold(word)
