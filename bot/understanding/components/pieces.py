"""Counts of words and letters in lines, and how much each of them weighs."""

from __future__ import annotations

from collections import Counter
from typing import Dict, List, Optional, Sequence, Tuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import CountVectorizer

Array = NDArray[np.float64]
Kind = Tuple[str, int, int]
Kinds = Tuple[Kind, Kind]

#: Of a line without a known word so much must be known letters: 80 % of lines struck on the
#: keyboard at random have less, of one-word lines with slips 4 %.
_FAMILIAR = 0.5
#: Kind and lengths of n-grams. Letters across word borders read unaccented and misspelt sentences
#: better than letters within words; see docs/understanding.md.
KINDS = (("word", 1, 2), ("char", 2, 5))
#: A piece counts when it has been learnt so often; a sentence is learnt in several forms.
_LEAST = 2
#: Sentences come here cut into words already.
_PIECE = r"\S+"


class Pieces:
    """Counts words and letters; what was not there when it was made is not counted."""

    def __init__(self, words: Sequence[str], letters: Sequence[str], kinds: Kinds = KINDS) -> None:
        self._words = _counter(kinds[0], words)
        self._letters = _counter(kinds[1], letters)
        self._known_words = {word: column for column, word in enumerate(words)}
        self._known_letters = {piece: len(words) + i for i, piece in enumerate(letters)}
        self._cut_words, self._cut = self._words.build_analyzer(), self._letters.build_analyzer()
        #: Columns before it are words.
        self.split = len(words)

    @classmethod
    def of(cls, lines: Sequence[str], kinds: Kinds) -> Pieces:
        words, letters = (sorted(_common(kind, lines)) for kind in kinds)
        return cls(words, letters, kinds)

    def count(self, lines: Sequence[str]) -> csr_matrix:
        return hstack([self._words.transform(lines), self._letters.transform(lines)]).tocsr()

    def count_one(self, line: str) -> csr_matrix:
        """Do what `count` does for a single line, several times as fast."""
        found = Counter(
            known[piece]
            for cut, known in (
                (self._cut_words, self._known_words),
                (self._cut, self._known_letters),
            )
            for piece in cut(line)
            if piece in known
        )
        columns = np.fromiter(found.keys(), dtype=np.int32, count=len(found))
        counts = np.fromiter(found.values(), dtype=np.int64, count=len(found))
        width = len(self._known_words) + len(self._known_letters)
        return csr_matrix((counts, columns, [0, len(found)]), shape=(1, width))

    def knows(self, line: str) -> bool:
        """Whether one of the words, or half of the letters, has been seen before."""
        words = line.split()[1:-1]
        if any(word in self._known_words for word in words):
            return True
        pieces = self._cut(f" {' '.join(words)} ") if words else []
        known = sum(piece in self._known_letters for piece in pieces)
        return known >= _FAMILIAR * max(1, len(pieces))

    def plain(self) -> Dict[str, List[str]]:
        return {
            "words": sorted(self._words.vocabulary),
            "letters": sorted(self._letters.vocabulary),
        }


def _counter(kind: Kind, vocabulary: Optional[Sequence[str]] = None) -> CountVectorizer:
    analyzer, shortest, longest = kind
    return CountVectorizer(
        analyzer=analyzer,
        ngram_range=(shortest, longest),
        lowercase=False,
        token_pattern=_PIECE if analyzer == "word" else None,
        vocabulary=vocabulary,
    )


def _common(kind: Kind, lines: Sequence[str]) -> List[str]:
    counter = _counter(kind)
    counter.set_params(min_df=_LEAST)
    return list(counter.fit(lines).vocabulary_)


def rarity(counted: csr_matrix) -> Array:
    """Weigh rare pieces more; those that never occur not at all."""
    sentences = np.bincount(counted.indices, minlength=counted.shape[1])
    weight = np.log((1 + counted.shape[0]) / (1 + sentences)) + 1
    return np.where(sentences > 0, weight, 0.0)


def weighed(counted: csr_matrix, rare: Array, split: int) -> csr_matrix:
    """TF-IDF with sublinear counts; words (before `split`) and letters have a length each."""
    found = counted.astype(np.float64)
    found.data = (1 + np.log(found.data)) * rare[found.indices]
    rows = np.repeat(np.arange(found.shape[0]), np.diff(found.indptr))
    block = 2 * rows + (found.indices >= split)
    length = np.sqrt(np.bincount(block, found.data**2, minlength=2 * found.shape[0]))
    found.data /= np.maximum(length[block], 1e-12)
    return found
