"""A small linear classifier over words: trained in a moment, the same every time, on numpy alone.

Ridge regression against one column per label, solved exactly through the examples' similarities
(they are fewer than the words). Chosen over naive Bayes by measuring, see the decisions.
"""

from collections import Counter
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import log, sqrt
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from knowledge.text import said_words

Label = TypeVar("Label", bound=Hashable)
_Vector = NDArray[np.float32]
_Postings = dict[str, tuple[NDArray[np.int64], _Vector]]

_PAIR = 0.8
_SKIPPING_PAIR = 0.4
_MARKED = 0.5
#: What a word never met counts beside one met once.
_NEW = 0.5


def word_features(text: str) -> dict[str, float]:
    return features_of(*said_words(text))


def features_of(typed: Sequence[str], bare: Sequence[str]) -> dict[str, float]:
    """Words without diacritics, neighbouring words, and what the diacritics add."""
    found = dict.fromkeys(bare, 1.0)
    found.update((f"{a} {b}", _PAIR) for a, b in pairwise(bare))
    found.update((f"{a}_{b}", _SKIPPING_PAIR) for a, b in zip(bare, bare[2:], strict=False))
    if typed != bare:
        found.update((f"={w}", _MARKED) for w, b in zip(typed, bare, strict=True) if w != b)
        found.update((f"={a} {b}", _MARKED) for a, b in _marked_pairs(typed, bare))
    return found


def _marked_pairs(typed: Sequence[str], bare: Sequence[str]) -> Iterator[tuple[str, str]]:
    plain = [word == folded for word, folded in zip(typed, bare, strict=True)]
    for (a, first), (b, second) in pairwise(zip(typed, plain, strict=True)):
        if not (first and second):
            yield a, b


@dataclass(frozen=True, slots=True)
class Example(Generic[Label]):
    features: Mapping[str, float]
    label: Label


class LinearModel(Generic[Label]):
    """`scores` lie around 0 for "not this label" and around 1 for "this one"."""

    def __init__(self, examples: Sequence[Example[Label]], ridge: float, balance: float) -> None:
        """Train; `balance` is the size of a label whose examples count once each."""
        self.labels: list[Label] = sorted({item.label for item in examples}, key=str)
        counts = Counter(feature for item in examples for feature in item.features)
        self._worth = {feature: log(1 + len(examples) / n) for feature, n in counts.items()}
        self._new = _NEW * log(1 + len(examples))
        postings = self._postings([item.features for item in examples])
        columns = np.array([self.labels.index(item.label) for item in examples])
        solved = _solve(postings, columns, len(self.labels), ridge, balance)
        self._weights = {f: values @ solved[rows] for f, (rows, values) in postings.items()}

    def scores(self, features: Mapping[str, float]) -> _Vector:
        """One score a label, in the order of `labels`."""
        total = np.zeros(len(self.labels), dtype=np.float32)
        # As if one more word had been said, so that a single word is never sure.
        norm = self._new * self._new
        for feature, weight in features.items():
            weights = self._weights.get(feature)
            if weights is not None:
                value = weight * self._worth[feature]
                norm += value * value
                total += np.float32(value) * weights
            elif weight == 1.0:
                # A word never met says nothing, and makes what the others say less certain.
                norm += self._new * self._new
        return total / np.float32(sqrt(norm))

    def _postings(self, texts: Sequence[Mapping[str, float]]) -> _Postings:
        found: dict[str, tuple[list[int], list[float]]] = {}
        for number, features in enumerate(texts):
            values = {f: weight * self._worth[f] for f, weight in features.items()}
            norm = sqrt(sum(value * value for value in values.values())) or 1.0
            for feature, value in values.items():
                rows, weights = found.setdefault(feature, ([], []))
                rows.append(number)
                weights.append(value / norm)
        return {
            f: (np.array(rows, dtype=np.int64), np.array(weights, dtype=np.float32))
            for f, (rows, weights) in found.items()
        }


def _solve(
    postings: _Postings, columns: NDArray[np.int64], labels: int, ridge: float, balance: float
) -> _Vector:
    size = len(columns)
    alike: _Vector = np.zeros((size, size), dtype=np.float32)
    for rows, values in postings.values():
        alike[rows[:, None], rows] += values[:, None] * values
    wanted: _Vector = np.zeros((size, labels), dtype=np.float32)
    wanted[np.arange(size), columns] = 1.0
    often = np.bincount(columns, minlength=labels)[columns]
    alike[np.diag_indices(size)] += (ridge * np.sqrt(often / balance)).astype(np.float32)
    solved: _Vector = np.linalg.solve(alike, wanted - wanted.mean(axis=0))
    return solved
