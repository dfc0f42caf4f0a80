"""A small linear model of sentences: which intent, and how sure. Knows nothing of Rasa.

Kept as plain JSON and arrays, so that loading a model never runs code from a file.
"""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Callable, Dict, List, NamedTuple, Sequence, Tuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.model_selection import GroupKFold
from sklearn.svm import LinearSVC

from bot.understanding.components.calibration import (
    chances,
    find_bias,
    find_sharpness,
    find_threshold,
)
from bot.understanding.components.likeness import group
from bot.understanding.components.masking import mask
from bot.understanding.components.meaning import Meaning
from bot.understanding.components.pieces import (
    BLOCKS,
    Block,
    Layout,
    Pieces,
    rarity,
    weighed,
)
from bot.understanding.components.slips import half_bare, with_slips
from knowledge.text import fold, spell, tokenise

Array = NDArray[np.float64]
Indices = NDArray[np.int64]
#: Sentences a machine learns, and those it is asked.
Fold = Tuple[Indices, Indices]
Ranking = List[Tuple[str, float]]

#: Said of what is neither words nor letters we know.
NOTHING_KNOWN = "out_of_scope"
_NOTHING_KNOWN_CONFIDENCE = 0.9
#: Of a line without a known word so much must be known letters: three in four lines struck on the
#: keyboard at random have less, of one to three words with slips one in eight.
_FAMILIAR = 0.6
#: What is then read is believed less by this, which goes to what is out of scope.
_DOUBT = 0.4
_FOLDS = 5
#: Fewer, as training has a minute; two thirds of the sentences are enough to calibrate on.
_CALIBRATION_FOLDS = 3
_CALIBRATION_ROUNDS = 2
_SEED = 1
#: The machine comes to rest after so small a gain; a hundredth of it reads no better, in CV.
_REST = 0.1


def written(text: str) -> str:
    """The words as they are learnt; the signs at both ends say what a sentence begins with."""
    return f"^ {' '.join(tokenise(spell(mask(text), keeps_english=True)))} $"


def _as_it_is(text: str, _chance: random.Random) -> str:
    return text


def _bare(text: str, _chance: random.Random) -> str:
    return fold(text)


FORMS: dict[str, Callable[[str, random.Random], str]] = {
    "written": _as_it_is,
    "bare": _bare,
    "half": half_bare,
    "slips": with_slips,
}


class Copy(NamedTuple):
    """A form in which every sentence is learnt, the draw of its chance, and what it counts."""

    form: str
    draw: int
    weight: float


LEARNT = (
    *(Copy("written", 1, 1.0), Copy("bare", 1, 1.0)),
    *(Copy("slips", 1, 0.5), Copy("slips", 2, 0.5)),
)


class Calibration(NamedTuple):
    """`sure_from`: confidence from which a reading is followed without asking back."""

    sharpness: float
    sure_from: float
    #: Added to the score of what is out of scope.
    stranger: float


class Machine:
    """A linear machine over weighed pieces of text."""

    def __init__(
        self, labels: Sequence[str], layout: Layout, rarity: Array, weights: Array, biases: Array
    ) -> None:
        self.labels = list(labels)
        self.layout = layout
        self.rarity = rarity
        self.weights = weights
        self.biases = biases

    @classmethod
    def learn(
        cls,
        counted: csr_matrix,
        layout: Layout,
        labels: Sequence[str],
        weights: Array,
        strength: float,
    ) -> Machine:
        """Train a balanced linear SVM. Pieces that never occur weigh nothing."""
        rare = rarity(counted)
        sharp = LinearSVC(C=strength, class_weight="balanced", random_state=0, tol=_REST)
        sharp.fit(weighed(counted, rare, layout), np.array(labels), sample_weight=weights)
        names = [str(label) for label in sharp.classes_]
        return cls(names, layout, rare, sharp.coef_.T.astype(np.float32), sharp.intercept_)

    def scores(self, counted: csr_matrix) -> Array:
        found = weighed(counted, self.rarity, self.layout).astype(self.weights.dtype)
        return np.asarray(found @ self.weights).astype(np.float64) + self.biases


class SentenceModel:
    """A machine and how far it can be believed."""

    def __init__(
        self, strength: float, learnt: Sequence[Copy] = LEARNT, blocks: Sequence[Block] = BLOCKS
    ) -> None:
        """`strength`: how closely the training sentences are followed; `learnt`: in which forms."""
        self._blocks = blocks
        self._strength = strength
        self._learnt = tuple(learnt)
        self.calibration = Calibration(1.0, 1.0, 0.0)

    def train(self, texts: Sequence[str], labels: Sequence[str]) -> None:
        counted = self.fit(texts, labels)
        folds = self._folds(texts, labels, _CALIBRATION_FOLDS)[:_CALIBRATION_ROUNDS]
        scores = self._unseen_scores(counted, texts, labels, ["half"], folds)["half"]
        asked = np.sort(np.concatenate([unseen for _, unseen in folds]))
        self.calibration = self._calibrate(scores[asked], [labels[row] for row in asked])

    def fit(self, texts: Sequence[str], labels: Sequence[str]) -> csr_matrix:
        """Learn every sentence in each form; the same input gives the same machine.

        Returns the counts of what was learnt.
        """
        counted = self._count(texts)
        self._meaning = Meaning.of(in_form(texts, "written"))
        self._machine = self._learn(counted, np.arange(len(texts)), labels)
        return counted

    def _count(self, texts: Sequence[str]) -> csr_matrix:
        lines = [line for copy in self._learnt for line in in_form(texts, copy.form, copy.draw)]
        self._pieces, counted = Pieces.learn(lines, self._blocks)
        return counted

    def _learn(self, counted: csr_matrix, known: Indices, labels: Sequence[str]) -> Machine:
        """Learn only the `known` sentences, in all their copies."""
        rows = np.concatenate([known + i * len(labels) for i in range(len(self._learnt))])
        answers = [labels[row % len(labels)] for row in rows]
        weights = np.repeat([copy.weight for copy in self._learnt], len(known))
        layout = self._pieces.layout
        return Machine.learn(counted[rows], layout, answers, weights, self._strength)

    def unseen_scores(
        self, texts: Sequence[str], labels: Sequence[str], forms: Sequence[str]
    ) -> Dict[str, Array]:
        """Score each sentence by a machine that knows neither it nor one nearly like it."""
        folds = self._folds(texts, labels, _FOLDS)
        return self._unseen_scores(self._count(texts), texts, labels, forms, folds)

    @staticmethod
    def _folds(texts: Sequence[str], labels: Sequence[str], count: int) -> List[Fold]:
        return list(GroupKFold(count).split(texts, labels, group(texts)))

    def _unseen_scores(
        self,
        learnt: csr_matrix,
        texts: Sequence[str],
        labels: Sequence[str],
        forms: Sequence[str],
        folds: Sequence[Fold],
    ) -> Dict[str, Array]:
        """Score the unseen sentences of each fold."""
        every = sorted(set(labels))
        lines = {form: in_form(texts, form) for form in ("written", *forms)}
        found = {form: np.full((len(texts), len(every)), -2.0) for form in forms}
        for known, unseen in folds:
            machine = self._learn(learnt, known, labels)
            meaning = Meaning.of(lines["written"][i] for i in known)
            place = np.ix_(unseen, np.searchsorted(every, machine.labels))
            for form in forms:
                asked = [lines[form][i] for i in unseen]
                found[form][place] = self._read(machine, meaning, asked)
        return found

    @staticmethod
    def _calibrate(scores: Array, labels: Sequence[str]) -> Calibration:
        """Calibrate on half of the words bare: between the two ways people write."""
        every = sorted(set(labels))
        right = np.searchsorted(every, labels)
        stranger = 0.0
        if NOTHING_KNOWN in every:
            column = every.index(NOTHING_KNOWN)
            stranger = find_bias(scores, right, column)
            scores[:, column] += stranger
        sharpness = find_sharpness(scores, right)
        confidence = chances(scores, sharpness).max(axis=1)
        sure_from = find_threshold(confidence, scores.argmax(axis=1) == right)
        return Calibration(sharpness, sure_from, stranger)

    def scores(self, lines: Sequence[str]) -> Array:
        """Scores of lines as `written` makes them, a row a line."""
        return self._judged(self._read(self._machine, self._meaning, lines))

    def _read(self, machine: Machine, meaning: Meaning, lines: Sequence[str]) -> Array:
        """Scores of what is written and of what was probably meant, in equal shares."""
        meant = [meaning.guess(line) for line in lines]
        return (
            machine.scores(self._pieces.count(lines)) + machine.scores(self._pieces.count(meant))
        ) / 2

    def _judged(self, scores: Array) -> Array:
        if NOTHING_KNOWN in self._machine.labels:
            scores[:, self._machine.labels.index(NOTHING_KNOWN)] += self.calibration.stranger
        return scores

    @property
    def labels(self) -> List[str]:
        return self._machine.labels

    def rank(self, text: str) -> Ranking:
        """Rank all intents, likeliest first; the confidences sum to one."""
        line = written(text)
        is_strange = not self._meaning.knows(line)
        if is_strange and self._pieces.familiar(line) < _FAMILIAR:
            return _nothing_known(self.labels)
        meant = self._meaning.guess(line)
        scores = self._machine.scores(self._pieces.count_one(line))
        if meant != line:
            scores = (scores + self._machine.scores(self._pieces.count_one(meant))) / 2
        scores = self._judged(scores)
        likely = chances(scores, self.calibration.sharpness)[0]
        if is_strange and NOTHING_KNOWN in self.labels:
            likely *= 1 - _DOUBT
            likely[self.labels.index(NOTHING_KNOWN)] += _DOUBT
        order = np.argsort(-likely, kind="stable")
        return [(self.labels[i], float(likely[i])) for i in order]

    def save(self, folder: Path) -> None:
        machine = self._machine
        plain = {
            "labels": machine.labels,
            **self.calibration._asdict(),
            "pieces": self._pieces.plain(),
            "meaning": self._meaning.plain(),
        }
        (folder / "model.json").write_text(json.dumps(plain, ensure_ascii=False), "utf-8")
        np.savez(
            folder / "model.npz",
            weights=machine.weights,
            biases=machine.biases,
            rarity=machine.rarity,
        )

    def load(self, folder: Path) -> None:
        plain = json.loads((folder / "model.json").read_text("utf-8"))
        self._pieces = Pieces(plain["pieces"])
        with np.load(folder / "model.npz", allow_pickle=False) as arrays:
            self._machine = Machine(
                plain["labels"],
                self._pieces.layout,
                arrays["rarity"],
                arrays["weights"],
                arrays["biases"],
            )
        self._meaning = Meaning.from_plain(plain["meaning"])
        self.calibration = Calibration(*(plain[name] for name in Calibration._fields))


def in_form(texts: Sequence[str], form: str, seed: int = _SEED) -> List[str]:
    """The words of texts as they arrive in one of the forms."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    return [written(FORMS[form](text, chance)) for text in texts]


def _nothing_known(labels: Sequence[str]) -> Ranking:
    rest = (1 - _NOTHING_KNOWN_CONFIDENCE) / max(1, len(labels) - 1)
    others = [(label, rest) for label in labels if label != NOTHING_KNOWN]
    return [(NOTHING_KNOWN, _NOTHING_KNOWN_CONFIDENCE), *others]
