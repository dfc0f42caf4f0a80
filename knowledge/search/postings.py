"""Which texts hold which words, and how much each word says (BM25)."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from math import log

import numpy as np
from numpy.typing import NDArray

from knowledge.search.groups import GROUP

Scores = NDArray[np.float64]
#: Which texts, and what each of them gets.
Posting = tuple[NDArray[np.int64], Scores]

#: Begins a feature that is a word with its diacritics, beside the bare word itself.
MARK = "="

#: Usual saturation and length damping; texts are titles, so counts within a text are ignored.
_K1 = 1.2
_B = 0.6
#: A word no text has counts against the question, yet less than a rare word that some text has.
_UNKNOWN = 0.6
_NEW_WORD = 6.0


#: All names of a row together: words that come back in many of them say more.
_ROW_K1 = 3.0
_ROW_B = 0.1


def _sum_up(weighed: Sequence[tuple[float, Posting]], size: int) -> Scores:
    """Add weight times value up for each text, all features in one pass."""
    if not weighed:
        return np.zeros(size)
    weights, postings = zip(*weighed, strict=True)
    texts, values = (np.concatenate(column) for column in zip(*postings, strict=True))
    values *= np.repeat(weights, [len(numbers) for numbers, _ in postings])
    sums: Scores = np.bincount(texts, values, size).astype(np.float64, copy=False)
    return sums


class RowScores:
    """BM25 over rows, each with all its names as one text.

    People tell a story that holds pieces of several names: "cắt" of one, "hộ khẩu" of another.
    """

    def __init__(self, names: Iterable[tuple[int, Iterable[str]]], size: int) -> None:
        self._size = size
        counts: dict[str, Counter[int]] = {}
        lengths = np.zeros(size)
        for row, features in names:
            for feature in set(features):
                counts.setdefault(feature, Counter())[row] += 1
                lengths[row] += 1
        mean = float(lengths.mean()) if size else 1.0
        self._damping = _ROW_K1 * (1 - _ROW_B + _ROW_B * lengths / (mean or 1.0))
        self._worth = {feature: self._inverse(len(rows)) for feature, rows in counts.items()}
        self._postings = {feature: self._posting(feature, rows) for feature, rows in counts.items()}

    def _inverse(self, count: int) -> float:
        return log(1 + (self._size - count + 0.5) / (count + 0.5))

    def _posting(self, feature: str, rows: Counter[int]) -> Posting:
        numbers = np.fromiter(rows.keys(), dtype=np.int64, count=len(rows))
        found = np.fromiter(rows.values(), dtype=np.float64, count=len(rows))
        worth = self._worth[feature] * (_ROW_K1 + 1)
        return numbers, worth * found / (found + self._damping[numbers])

    def score(self, weights: Mapping[str, float]) -> Scores:
        met: list[tuple[float, Posting]] = []
        ideal = 0.0
        for feature, weight in weights.items():
            posting = self._postings.get(feature)
            if posting is not None:
                met.append((weight, posting))
            if posting is not None or " " not in feature:
                ideal += weight * self._worth.get(feature, _NEW_WORD)
        return _sum_up(met, self._size) / (ideal or 1.0)


class Postings:
    """Scores all texts at once against weighted features.

    bm25s gives the plain BM25 part of this as fast, but not the shares that tell how much of a
    question and how much of a title were met, on which order and confidence rest.
    """

    def __init__(self, texts: Sequence[frozenset[str]]) -> None:
        self._size = len(texts)
        counts = Counter(feature for text in texts for feature in text)
        self._worth = {f: float(self._inverse(n)) for f, n in counts.items()}
        self._rarest = float(self._inverse(0))
        self._damped, self._shares = self._tables(texts)

    def _inverse(self, count: int) -> float:
        return float(np.log(1 + (self._size - count + 0.5) / (count + 0.5)))

    def _tables(
        self, texts: Sequence[frozenset[str]]
    ) -> tuple[dict[str, Posting], dict[str, Posting]]:
        rows: dict[str, list[int]] = {}
        for number, text in enumerate(texts):
            for feature in text:
                rows.setdefault(feature, []).append(number)
        lengths = np.array([len(text) for text in texts], dtype=np.float64)
        mean = lengths.mean() if self._size else 1.0
        damping = (_K1 + 1) / (1 + _K1 * (1 - _B + _B * lengths / mean))
        totals = np.array([sum(self._worth[f] for f in text if _is_word(f)) for text in texts])
        arrays = {feature: np.array(numbers) for feature, numbers in rows.items()}
        damped = {f: (a, self._worth[f] * damping[a]) for f, a in arrays.items()}
        shares = {f: (a, self._worth[f] / totals[a]) for f, a in arrays.items() if _is_word(f)}
        return damped, shares

    def __contains__(self, feature: object) -> bool:
        return feature in self._worth

    def worth(self, feature: str) -> float:
        return self._worth.get(feature, self._rarest * _UNKNOWN)

    def score(self, weights: Mapping[str, float]) -> tuple[Scores, Scores]:
        """Return for each text how well it meets the question, and the share of it that is met."""
        met: list[tuple[float, Posting]] = []
        shared: list[tuple[float, Posting]] = []
        ideal = 0.0
        for feature, weight in weights.items():
            posting = self._damped.get(feature)
            if posting is not None:
                met.append((weight, posting))
                if feature in self._shares:
                    shared.append((weight, self._shares[feature]))
            if posting is not None or " " not in feature:
                ideal += weight * self.worth(feature)
        return _sum_up(met, self._size) / (ideal or 1.0), _sum_up(shared, self._size)


def _is_word(feature: str) -> bool:
    return " " not in feature and not feature.startswith((MARK, GROUP))
