"""A line between two kinds of text, learnt from thousands of examples in about a second.

Squared hinge loss with accelerated gradient steps, on numpy alone and the same every time.
Where `knowledge/linear.py` solves exactly and so only takes a few thousand examples, this one
goes through them as often as it needs; an example well on its side no longer moves the line.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import chain
from math import log, sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

_Vector = NDArray[np.float64]
_Features = Mapping[str, float]

_ROUNDS = 60
_RIDGE = 1.0
#: Rarer features tell nothing that the next text would have.
_SEEN = 2
#: What a word never met counts beside one met once.
_NEW = 0.5
#: Rounds that find how steep the loss can be, and what is added to be sure.
_POWER_ROUNDS, _MARGIN = 8, 1.1


class Weighted(NamedTuple):
    """An example; an error with it counts `worth` times."""

    features: _Features
    worth: float = 1.0


class Border:
    """`side` lies around 1 for what it shall find, around -1 for the rest; 0 is the line."""

    def __init__(self, sought: Sequence[Weighted], rest: Sequence[Weighted]) -> None:
        examples = (*sought, *rest)
        texts = [item.features for item in examples]
        counts = Counter(chain.from_iterable(texts))
        kept = [feature for feature, n in counts.items() if n >= _SEEN]
        self._rarity = {feature: log(1 + len(texts) / counts[feature]) for feature in kept}
        self._new = (_NEW * log(1 + len(texts))) ** 2
        table = _Table(texts, self._rarity)
        wanted = np.repeat((1.0, -1.0), (len(sought), len(rest)))
        cost = np.array([item.worth for item in examples])
        weights, self._start = _learn(table, wanted, cost)
        self._weights = dict(zip(kept, weights.tolist(), strict=True))

    def side(self, features: _Features) -> float:
        total = 0.0
        # As if one more word had been said, so that a single word is never sure.
        norm = self._new
        for feature, value in features.items():
            rarity = self._rarity.get(feature)
            if rarity is not None:
                part = value * rarity
                norm += part * part
                total += part * self._weights[feature]
            elif value == 1.0:
                # A word never met says nothing, and makes what the others say less certain.
                norm += self._new
        return total / sqrt(norm) + self._start


class _Table:
    """The examples as one sparse matrix; every row has the length 1."""

    def __init__(self, texts: Sequence[_Features], rarity: Mapping[str, float]) -> None:
        places = {feature: place for place, feature in enumerate(rarity)}
        found = np.array([places.get(f, -1) for features in texts for f in features], np.int64)
        said = np.fromiter(chain.from_iterable(item.values() for item in texts), np.float64)
        known = found >= 0
        self.columns = found[known]
        self.rows = np.repeat(np.arange(len(texts)), [len(item) for item in texts])[known]
        values = said[known] * np.array(list(rarity.values()))[self.columns]
        self.size = (len(texts), len(places))
        lengths = np.sqrt(_sums(self.rows, values * values, len(texts)))
        self.values = values / lengths[self.rows]

    def times(self, weights: _Vector) -> _Vector:
        return _sums(self.rows, self.values * weights[self.columns], self.size[0])

    def back(self, numbers: _Vector) -> _Vector:
        return _sums(self.columns, self.values * numbers[self.rows], self.size[1])


def _sums(places: NDArray[np.int64], values: _Vector, size: int) -> _Vector:
    return np.bincount(places, values, minlength=size).astype(np.float64, copy=False)


def _learn(table: _Table, wanted: _Vector, cost: _Vector) -> tuple[_Vector, float]:
    """Nesterov's steps; the second value is what a text without any known word gets."""
    steep = 2 * (_steepest(table, cost) * _MARGIN + _RIDGE)
    steep_start = 2 * float(cost.sum())
    weights = ahead = np.zeros(table.size[1])
    start = ahead_start = 0.0
    pace = 1.0
    for _ in range(_ROUNDS):
        missing = np.maximum(0.0, 1.0 - wanted * (table.times(ahead) + ahead_start))
        pull = 2 * cost * missing * wanted
        moved = ahead + (table.back(pull) - 2 * _RIDGE * ahead) / steep
        moved_start = ahead_start + float(pull.sum()) / steep_start
        faster = (1 + sqrt(1 + 4 * pace * pace)) / 2
        push = (pace - 1) / faster
        ahead = moved + push * (moved - weights)
        ahead_start = moved_start + push * (moved_start - start)
        weights, start, pace = moved, moved_start, faster
    return weights, start


def _steepest(table: _Table, cost: _Vector) -> float:
    found = 0.0
    # Any vector that is not special will do.
    vector = (1 + np.arange(table.size[1]) % 7).astype(np.float64)
    for _ in range(_POWER_ROUNDS):
        vector = table.back(cost * table.times(vector / _length(vector)))
        found = _length(vector)
    return found


def _length(vector: _Vector) -> float:
    return sqrt(float(np.square(vector).sum()))
