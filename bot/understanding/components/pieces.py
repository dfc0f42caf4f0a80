"""Counts of words and letters in lines, and how much each of them weighs."""

from __future__ import annotations

from collections import Counter
from itertools import accumulate
from typing import Dict, List, NamedTuple, Optional, Sequence, Tuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import CountVectorizer

Array = NDArray[np.float64]


class Block(NamedTuple):
    """Pieces of one kind: "word", "char" (across words) or "char_wb" (within), by their length."""

    kind: str
    shortest: int
    longest: int
    #: Length of the block in the vector of a sentence.
    share: float


#: Letters across word borders read unaccented and misspelt sentences better than letters within
#: words; both together better than either. See docs/understanding.md.
BLOCKS = (Block("word", 1, 2, 0.8), Block("char", 2, 5, 1.0), Block("char_wb", 3, 6, 0.6))
_LETTERS = 1
#: A piece counts when it has been learnt so often; a sentence is learnt in several forms.
_LEAST = 2
#: Sentences come here cut into words already.
_PIECE = r"\S+"


class Layout(NamedTuple):
    """First column of each block, and the length of each block."""

    starts: List[int]
    shares: List[float]


class Pieces:
    """Counts words and letters; what was not there when it was made is not counted."""

    def __init__(
        self, vocabularies: Sequence[Sequence[str]], blocks: Sequence[Block] = BLOCKS
    ) -> None:
        self._vocabularies = [list(known) for known in vocabularies]
        sizes = [len(known) for known in self._vocabularies]
        starts = [0, *accumulate(sizes)]
        self._width = starts.pop()
        self.layout = Layout(starts, [block.share for block in blocks])
        self._counters = list(map(_counter, blocks, self._vocabularies))
        self._cuts = [counter.build_analyzer() for counter in self._counters]
        self._columns = list(map(_numbered, self._vocabularies, starts))

    @classmethod
    def learn(cls, lines: Sequence[str], blocks: Sequence[Block]) -> Tuple[Pieces, csr_matrix]:
        """Take the pieces the lines have in common, and count them in the lines."""
        counters = list(map(_counter, blocks))
        counted = hstack([counter.fit_transform(lines) for counter in counters]).tocsr()
        return cls([sorted(counter.vocabulary_) for counter in counters], blocks), counted

    def count(self, lines: Sequence[str]) -> csr_matrix:
        return hstack([counter.transform(lines) for counter in self._counters]).tocsr()

    def count_one(self, line: str) -> csr_matrix:
        """Do what `count` does for a single line, several times as fast."""
        found = Counter(
            columns[piece]
            for i, columns in enumerate(self._columns)
            for piece in self._cuts[i](line)
            if piece in columns
        )
        columns = np.fromiter(found.keys(), dtype=np.int32, count=len(found))
        counts = np.fromiter(found.values(), dtype=np.int64, count=len(found))
        return csr_matrix((counts, columns, [0, len(found)]), shape=(1, self._width))

    def familiar(self, line: str) -> float:
        """Share of the letters across words of a line that have been learnt."""
        cut, columns = self._cuts[_LETTERS], self._columns[_LETTERS]
        pieces = cut(f" {line[1:-1].strip()} ")
        return sum(piece in columns for piece in pieces) / max(1, len(pieces))

    def plain(self) -> List[List[str]]:
        return self._vocabularies


def _counter(block: Block, vocabulary: Optional[Sequence[str]] = None) -> CountVectorizer:
    return CountVectorizer(
        analyzer=block.kind,
        ngram_range=(block.shortest, block.longest),
        lowercase=False,
        token_pattern=_PIECE if block.kind == "word" else None,
        vocabulary=vocabulary,
        min_df=1 if vocabulary else _LEAST,
    )


def _numbered(known: Sequence[str], first: int) -> Dict[str, int]:
    return {piece: first + i for i, piece in enumerate(known)}


def rarity(counted: csr_matrix) -> Array:
    """Weigh rare pieces more; those that never occur not at all."""
    sentences = np.bincount(counted.indices, minlength=counted.shape[1])
    weight = np.log((1 + counted.shape[0]) / (1 + sentences)) + 1
    return np.where(sentences > 0, weight, 0.0)


def weighed(counted: csr_matrix, rare: Array, layout: Layout) -> csr_matrix:
    """TF-IDF with sublinear counts, where each block of a sentence has its own length."""
    found = counted.astype(np.float64)
    found.data = (1 + np.log(found.data)) * rare[found.indices]
    rows = np.repeat(np.arange(found.shape[0]), np.diff(found.indptr))
    block = np.searchsorted(layout.starts, found.indices, side="right") - 1
    place = len(layout.starts) * rows + block
    places = len(layout.starts) * found.shape[0]
    length = np.sqrt(np.bincount(place, found.data**2, minlength=places))
    found.data *= np.asarray(layout.shares)[block] / np.maximum(length[place], 1e-12)
    return found
