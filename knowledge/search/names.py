"""Titles and aliases that stand in a question with all their words."""

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from knowledge.search.reading import Word
from knowledge.search.words import FILLERS

#: What is left of a name whose words stand in another order or far apart. Two words are soon met
#: somewhere in a question, three hardly by chance.
_SCATTERED = 0.8
_SCATTERED_PAIR = 0.5
_PAIR = 2


class Names:
    """Finds names whose every word was said; words of politeness count on neither side."""

    def __init__(self, names: Sequence[Sequence[Word]]) -> None:
        self._cores = [core(name) for name in names]
        found: dict[str, list[int]] = {}
        for number, name in enumerate(self._cores):
            for bare in {word.bare for word in name}:
                found.setdefault(bare, []).append(number)
        self._holders = {bare: np.array(numbers) for bare, numbers in found.items()}
        # A name of nothing but politeness has no words and is never said.
        sizes = [len({word.bare for word in name}) or -1 for name in self._cores]
        self._sizes: NDArray[np.int64] = np.array(sizes, dtype=np.int64)

    def said_in(
        self, words: Sequence[Word], worth: Callable[[Word], float], meant: Sequence[bool]
    ) -> Iterator[tuple[int, float]]:
        """Yield each name said, with the part of the question it covers (0 to 1).

        `meant` tells which words carry meaning; the others cost nothing when they are left over.
        """
        bare = {word.bare for word in words} & self._holders.keys()
        if not bare:
            return
        holders = np.concatenate([self._holders[word] for word in bare])
        counts = np.bincount(holders, minlength=len(self._sizes))
        asked = core(words)
        neighbours = set(pairwise(word.bare for word in asked))
        for number in np.flatnonzero(counts == self._sizes):
            name = self._cores[int(number)]
            if not _same_marks(name, words):
                continue
            said = {word.bare for word in name}
            inside = sum(worth(word) for word in dict.fromkeys(words) if word.bare in said)
            outside = sum(
                worth(word)
                for word, means in zip(words, meant, strict=True)
                if means and word.bare not in said
            )
            yield int(number), inside / (inside + outside) * _together(name, neighbours)


def core(words: Sequence[Word]) -> tuple[Word, ...]:
    return tuple(word for word in words if word.typed not in FILLERS)


def _same_marks(name: Sequence[Word], words: Sequence[Word]) -> bool:
    """A word typed with diacritics must have the same ones here: "vàng" is not "vắng"."""
    typed = {word.typed for word in words}
    bare = {word.bare for word in words if word.typed == word.bare}
    return all(word.typed in typed or word.bare in bare for word in name)


def _together(name: Sequence[Word], neighbours: set[tuple[str, str]]) -> float:
    """1 when the words stand together and in order, less the more they are scattered."""
    pairs = list(pairwise(word.bare for word in name))
    if not pairs:
        return 1.0
    scattered = _SCATTERED if len(name) > _PAIR else _SCATTERED_PAIR
    return scattered + (1 - scattered) * sum(pair in neighbours for pair in pairs) / len(pairs)
