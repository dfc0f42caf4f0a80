"""How the same sentence also arrives: without diacritics, with half of them, with slips.

Every function takes its own source of chance, so that the same seed gives the same sentences.
"""

from __future__ import annotations

import random
import re
from itertools import pairwise
from typing import Dict, List

from knowledge.text import fold
from knowledge.text.shorthand import SHORTHAND

_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_KHMER = re.compile("[\u1780-\u17dd]")
#: Letters a slip, about.
_LETTERS_A_SLIP = 30
_SHORTENED = 0.6
_BARE = 0.5
_SPACE_LOST = 0.35


def _neighbours() -> Dict[str, str]:
    found: Dict[str, str] = {}
    for row in _ROWS:
        for left, right in pairwise(row):
            found[left] = found.get(left, "") + right
            found[right] = found.get(right, "") + left
    return found


def _shortened() -> Dict[str, List[str]]:
    found: Dict[str, List[str]] = {}
    for short, meaning in SHORTHAND.items():
        found.setdefault(meaning, []).append(short)
    return found


NEIGHBOURS = _neighbours()
_SHORT = _shortened()
_MEANING = re.compile(
    r"\b(" + "|".join(sorted(map(re.escape, _SHORT), key=len, reverse=True)) + r")\b"
)


def half_bare(text: str, chance: random.Random) -> str:
    """Leave the diacritics out of half of the words."""
    return " ".join(fold(word) if chance.random() < _BARE else word for word in text.split(" "))


def with_slips(text: str, chance: random.Random) -> str:
    """Short forms, missing diacritics, wrong keys, a lost space. Khmer only loses a space."""
    if _KHMER.search(text):
        return _lose_space(text, chance)
    text = _MEANING.sub(lambda match: _maybe_short(match[0], chance), text.lower())
    if chance.random() < _BARE:
        text = fold(text)
    for _ in range(1 + len(text) // _LETTERS_A_SLIP):
        text = _slip(text, chance)
    return _lose_space(text, chance) if chance.random() < _SPACE_LOST else text


def _maybe_short(meaning: str, chance: random.Random) -> str:
    return chance.choice(_SHORT[meaning]) if chance.random() < _SHORTENED else meaning


def _slip(text: str, chance: random.Random) -> str:
    places = [i for i, char in enumerate(text) if fold(char) in NEIGHBOURS]
    if not places:
        return text
    at = chance.choice(places)
    before, char, after = text[:at], text[at], text[at + 1 :]
    wrong = chance.choice(NEIGHBOURS[fold(char)])
    swapped = before + after[:1] + char + after[1:]
    return chance.choice(
        (before + wrong + after, before + after, before + char + char + after, swapped)
    )


def _lose_space(text: str, chance: random.Random) -> str:
    places = [i for i, char in enumerate(text) if char == " "]
    at = chance.choice(places) if places else len(text)
    return text[:at] + text[at + 1 :]
