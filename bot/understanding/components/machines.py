"""Linear machines over pieces of text, and which of them reads what."""

from __future__ import annotations

from typing import List, NamedTuple, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.svm import LinearSVC

from bot.understanding.components.pieces import Layout, rarity, weighed

Array = NDArray[np.float64]
Indices = NDArray[np.int64]

#: The machine comes to rest after so small a gain; a hundredth of it reads no better, in CV.
_REST = 0.1


class Weighing(NamedTuple):
    """How much each piece weighs in a sentence."""

    layout: Layout
    rarity: Array


class Machine:
    """A linear machine over weighed pieces of text."""

    def __init__(
        self, labels: Sequence[str], weighing: Weighing, weights: Array, biases: Array
    ) -> None:
        self.labels = list(labels)
        self.weighing = weighing
        self.weights = weights
        self.biases = biases

    @classmethod
    def learn(
        cls,
        counted: csr_matrix,
        weighing: Weighing,
        labels: Sequence[str],
        weights: Array,
        strength: float,
    ) -> Machine:
        """Train a balanced linear SVM. Pieces that never occur weigh nothing."""
        sharp = LinearSVC(C=strength, class_weight="balanced", random_state=0, tol=_REST)
        found = weighed(counted, weighing.rarity, weighing.layout)
        sharp.fit(found, np.array(labels), sample_weight=weights)
        names = [str(label) for label in sharp.classes_]
        return cls(names, weighing, sharp.coef_.T.astype(np.float32), sharp.intercept_)

    def scores(self, counted: csr_matrix) -> Array:
        found = weighed(counted, self.weighing.rarity, self.weighing.layout).astype(
            self.weights.dtype
        )
        return np.asarray(found @ self.weights).astype(np.float64) + self.biases


class Lesson(NamedTuple):
    """Sentences in all their copies, the first copies of all first."""

    counted: csr_matrix
    layout: Layout
    #: A sentence's own, once.
    labels: List[str]
    #: How much each copy counts, and the places of those the careful machine learns.
    copies: List[float]
    careful: List[int]
    strength: float


class Machines(NamedTuple):
    """Two machines of the same labels and pieces.

    What is written fully and well is read better by a machine that has learnt nothing else; all
    the rest by one that has learnt every sentence without diacritics and with slips too.
    """

    hurried: Machine
    careful: Machine


def learn_machines(lesson: Lesson, known: Indices) -> Machines:
    """Learn only the `known` sentences."""
    size = len(lesson.labels)
    rows = np.concatenate([known + copy * size for copy in range(len(lesson.copies))])
    weighing = Weighing(lesson.layout, rarity(lesson.counted[rows]))

    def machine(copies: Sequence[int]) -> Machine:
        mine = np.concatenate([known + copy * size for copy in copies])
        answers = [lesson.labels[row % size] for row in mine]
        weights = np.repeat([lesson.copies[copy] for copy in copies], len(known))
        return Machine.learn(lesson.counted[mine], weighing, answers, weights, lesson.strength)

    return Machines(machine(range(len(lesson.copies))), machine(lesson.careful))
