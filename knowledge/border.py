"""A line between two kinds of text, learnt from thousands of examples in about a second.

Squared hinge loss with accelerated gradient steps, on numpy alone and the same every time.
Where `knowledge/linear.py` solves exactly and so only takes a few thousand examples, this one
goes through them as often as it needs; an example well on its side no longer moves the line.
"""

from array import array
from collections.abc import Iterable, Mapping, Sequence
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


class Examples:
    """Texts to learn, as flat arrays: thousands of dictionaries would take a hundred megabytes."""

    def __init__(self, texts: Iterable[_Features], worth: float = 1.0) -> None:
        """Take their features; an error with one of them counts `worth` times."""
        self.keys, self.values, self.sizes = array("q"), array("d"), array("q")
        for features in texts:
            self.keys.extend(map(hash, features))
            self.values.extend(features.values())
            self.sizes.append(len(features))
        self.worth = worth


class Border:
    """`side` lies around 1 for what it shall find, around -1 for the rest; 0 is the line.

    Features are known by their hashes, which in 64 bits meet by chance once in a hundred million
    trainings; they are those of this process, so nothing here can be kept for another.
    """

    def __init__(self, sought: Sequence[Examples], rest: Sequence[Examples]) -> None:
        examples = (*sought, *rest)
        sizes = [len(item.sizes) for item in examples]
        table, self._keys, self._rarity = _tabulate(examples)
        self._new = (_NEW * log(1 + table.size[0])) ** 2
        wanted = np.repeat((1.0, -1.0), (sum(sizes[: len(sought)]), sum(sizes[len(sought) :])))
        cost = np.repeat([item.worth for item in examples], sizes)
        weights, self._start = _learn(table, wanted, cost)
        order = np.argsort(self._keys)
        self._keys, self._rarity = self._keys[order], self._rarity[order]
        self._weights = weights[order]

    def side(self, features: _Features) -> float:
        if not self._keys.size:
            return self._start
        keys = np.fromiter(map(hash, features), np.int64, len(features))
        values = np.fromiter(features.values(), np.float64, len(features))
        places = np.minimum(np.searchsorted(self._keys, keys), len(self._keys) - 1)
        known = self._keys[places] == keys
        places = places[known]
        parts = values[known] * self._rarity[places]
        # As if one more word had been said, so that a single word is never sure. And a word never
        # met says nothing, and makes what the others say less certain.
        strange = 1 + np.count_nonzero(values[~known] == 1.0)
        norm = strange * self._new + float(parts @ parts)
        return float(parts @ self._weights[places]) / sqrt(norm) + self._start


class _Table(NamedTuple):
    """The examples as one sparse matrix; every row has the length 1."""

    rows: NDArray[np.int64]
    columns: NDArray[np.int64]
    values: _Vector
    size: tuple[int, int]

    def times(self, weights: _Vector) -> _Vector:
        return _sums(self.rows, self.values * weights[self.columns], self.size[0])

    def back(self, numbers: _Vector) -> _Vector:
        return _sums(self.columns, self.values * numbers[self.rows], self.size[1])


def _tabulate(examples: Sequence[Examples]) -> tuple[_Table, NDArray[np.int64], _Vector]:
    """The matrix, and what stands for its columns: key and rarity of each feature kept."""
    sizes = np.concatenate([np.frombuffer(item.sizes, np.int64) for item in examples])
    said = np.concatenate([np.frombuffer(item.keys, np.int64) for item in examples])
    values = np.concatenate([np.frombuffer(item.values, np.float64) for item in examples])
    keys, first, places, counts = np.unique(
        said, return_index=True, return_inverse=True, return_counts=True
    )
    # In the order they were met, as hashes differ from process to process and sums must not.
    kept = np.flatnonzero(counts >= _SEEN)
    kept = kept[np.argsort(first[kept])]
    column = np.full(len(keys), -1)
    column[kept] = np.arange(len(kept))
    columns = column[places]
    known = columns >= 0
    columns = columns[known]
    rarity = np.log(1 + len(sizes) / counts[kept])
    rows = np.repeat(np.arange(len(sizes)), sizes)[known]
    found = values[known] * rarity[columns]
    lengths = np.sqrt(_sums(rows, found * found, len(sizes)))
    table = _Table(rows, columns, found / lengths[rows], (len(sizes), len(kept)))
    return table, keys[kept], rarity


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
