"""Which areas a text names, word by word: "xã An" is not named by "xã An Trường"."""

import re
from collections.abc import Iterable, Sequence

from knowledge.places import begins_unit
from knowledge.text import clean, fold

_WORD = re.compile(r"[^\W_]+")


def areas_named(areas: Iterable[str], text: str) -> set[str]:
    """Those of the areas that the text names; where one begins another, the longer name counts."""
    said = clean(text)
    words = list(_WORD.finditer(said))
    folded = [fold(word.group()) for word in words]
    taken: set[int] = set()
    found = set()
    for area in sorted(set(areas), key=len, reverse=True):
        wanted = [fold(word) for word in _WORD.findall(clean(area))]
        for start in range(len(folded) - len(wanted) + 1 if wanted else 0):
            place = range(start, start + len(wanted))
            named = folded[start : place.stop] == wanted and taken.isdisjoint(place)
            if named and not _goes_on(said, words, place.stop):
                taken.update(place)
                found.add(area)
    return found


def _goes_on(said: str, words: Sequence[re.Match[str]], end: int) -> bool:
    """Tell by a capital: "An Trường". A text all in capitals tells nothing."""
    if end >= len(words):
        return False
    following = words[end]
    joined = not said[words[end - 1].end() : following.start()].strip(" ")
    return joined and following[0].istitle() and not begins_unit(said, following.start())
