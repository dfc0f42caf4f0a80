"""Sentences that say nearly the same, so that one may not be learnt and the other be tested."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Dict, FrozenSet, Iterator, List, Sequence, Tuple

from knowledge.text import fold, tokenise

#: Share of common pieces of five letters (Jaccard) above which two sentences are nearly one.
NEARLY_THE_SAME = 0.6
_PIECE = 5


def pieces(text: str) -> FrozenSet[str]:
    """Cut the folded words of a text into overlapping pieces of five letters."""
    line = f" {' '.join(tokenise(fold(text)))} "
    return frozenset(line[i : i + _PIECE] for i in range(max(1, len(line) - _PIECE + 1)))


def like_pairs(texts: Sequence[str], limit: float = NEARLY_THE_SAME) -> Iterator[Tuple[int, int]]:
    """Every pair of texts, by their indices, that are nearly the same; the later one first."""
    known = [pieces(text) for text in texts]
    holders: Dict[str, List[int]] = defaultdict(list)
    for index, mine in enumerate(known):
        common = Counter(other for piece in mine for other in holders[piece])
        for other, count in common.items():
            if count / (len(mine) + len(known[other]) - count) > limit:
                yield index, other
        for piece in mine:
            holders[piece].append(index)


def group(texts: Sequence[str]) -> List[int]:
    """Number the texts so that nearly equal ones bear the same number."""
    heads = list(range(len(texts)))

    def head(index: int) -> int:
        while heads[index] != index:
            heads[index] = heads[heads[index]]
            index = heads[index]
        return index

    for one, other in like_pairs(texts):
        heads[head(one)] = head(other)
    return [head(index) for index in range(len(texts))]
