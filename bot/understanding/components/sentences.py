"""A small linear model of sentences: which intent, and how sure. Knows nothing of Rasa.

Kept as plain JSON and arrays, so that loading a model never runs code from a file.
"""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Callable, Dict, List, NamedTuple, Sequence, Tuple

import numpy as np
from joblib import Parallel, cpu_count, delayed
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.model_selection import GroupKFold

from bot.understanding.components.calibration import (
    chances,
    find_bias,
    find_sharpness,
    find_threshold,
)
from bot.understanding.components.likeness import group
from bot.understanding.components.machines import (
    Lesson,
    Machine,
    Machines,
    Weighing,
    learn_machines,
)
from bot.understanding.components.masking import mask
from bot.understanding.components.meaning import Meaning
from bot.understanding.components.pieces import BLOCKS, Block, Pieces
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
#: Each learns in a process of its own and takes about half a gigabyte.
_AT_ONCE = 2


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
    *(Copy("written", 1, 1.0), Copy("bare", 1, 0.5)),
    *(Copy("slips", 1, 0.25), Copy("slips", 2, 0.25)),
)
#: Learnt, out of these, by the machine that reads what is written fully and well.
CAREFUL = LEARNT[:1]


class Calibration(NamedTuple):
    """`sure_from`: confidence from which a reading is followed without asking back."""

    sharpness: float
    sure_from: float
    #: Added to the score of what is out of scope.
    stranger: float


class SentenceModel:
    """Two machines and how far they can be believed."""

    def __init__(
        self,
        strength: float,
        learnt: Sequence[Copy] = LEARNT,
        blocks: Sequence[Block] = BLOCKS,
        careful: Sequence[Copy] = CAREFUL,
    ) -> None:
        """`strength`: how closely the training sentences are followed; `learnt`: in which forms.

        `careful`: the ones of them for sentences written fully and well.
        """
        self._blocks = blocks
        self._strength = strength
        self._learnt, self._careful = tuple(learnt), tuple(careful)
        self.calibration = Calibration(1.0, 1.0, 0.0)

    def train(self, texts: Sequence[str], labels: Sequence[str]) -> None:
        """Learn every sentence in each form, and how far to believe what was learnt.

        The same input gives the same machines.
        """
        counted = self._count(texts)
        folds = self._folds(texts, labels, _CALIBRATION_FOLDS)[:_CALIBRATION_ROUNDS]
        rows = [np.arange(len(texts)), *(known for known, _ in folds)]
        self._machines, *rehearsing = self._learn(counted, rows, labels)
        self._meaning = Meaning.of(in_form(texts, "written"))
        scores = self._unseen_scores(rehearsing, texts, labels, ["half"], folds)["half"]
        asked = np.sort(np.concatenate([unseen for _, unseen in folds]))
        self.calibration = self._calibrate(scores[asked], [labels[row] for row in asked])

    def fit(self, texts: Sequence[str], labels: Sequence[str]) -> None:
        """Learn as `train` does, without knowing how far to believe it."""
        (self._machines,) = self._learn(self._count(texts), [np.arange(len(texts))], labels)
        self._meaning = Meaning.of(in_form(texts, "written"))

    def _count(self, texts: Sequence[str]) -> csr_matrix:
        lines = [line for copy in self._learnt for line in in_form(texts, copy.form, copy.draw)]
        self._pieces, counted = Pieces.learn(lines, self._blocks)
        return counted

    def _learn(
        self, counted: csr_matrix, parts: Sequence[Indices], labels: Sequence[str]
    ) -> List[Machines]:
        """Learn for each part only its sentences, in all their copies; two parts at a time."""
        lesson = Lesson(
            counted=counted,
            layout=self._pieces.layout,
            labels=list(labels),
            copies=[copy.weight for copy in self._learnt],
            careful=[self._learnt.index(copy) for copy in self._careful],
            strength=self._strength,
        )
        at_once = min(len(parts), cpu_count(), _AT_ONCE)
        found: List[Machines] = Parallel(n_jobs=at_once)(
            delayed(learn_machines)(lesson, part) for part in parts
        )
        return found

    def unseen_scores(
        self, texts: Sequence[str], labels: Sequence[str], forms: Sequence[str]
    ) -> Dict[str, Array]:
        """Score each sentence by a machine that knows neither it nor one nearly like it."""
        folds = self._folds(texts, labels, _FOLDS)
        machines = self._learn(self._count(texts), [known for known, _ in folds], labels)
        return self._unseen_scores(machines, texts, labels, forms, folds)

    @staticmethod
    def _folds(texts: Sequence[str], labels: Sequence[str], count: int) -> List[Fold]:
        return list(GroupKFold(count).split(texts, labels, group(texts)))

    def _unseen_scores(
        self,
        learnt: Sequence[Machines],
        texts: Sequence[str],
        labels: Sequence[str],
        forms: Sequence[str],
        folds: Sequence[Fold],
    ) -> Dict[str, Array]:
        """Score the unseen sentences of each fold."""
        every = sorted(set(labels))
        lines = {form: in_form(texts, form) for form in ("written", *forms)}
        found = {form: np.full((len(texts), len(every)), -2.0) for form in forms}
        for machines, (known, unseen) in zip(learnt, folds, strict=True):
            meaning = Meaning.of(lines["written"][i] for i in known)
            place = np.ix_(unseen, np.searchsorted(every, machines.hurried.labels))
            for form in forms:
                asked = [lines[form][i] for i in unseen]
                found[form][place] = self._read(machines, meaning, asked)
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
        return self._judged(self._read(self._machines, self._meaning, lines))

    def _read(self, machines: Machines, meaning: Meaning, lines: Sequence[str]) -> Array:
        """Scores of what is written and of what was probably meant, in equal shares."""
        meant = [meaning.guess(line) for line in lines]
        counted = self._pieces.count(lines)
        hurried = machines.hurried.scores(counted)
        hurried = (hurried + machines.hurried.scores(self._pieces.count(meant))) / 2
        careful = list(map(meaning.is_well_written, lines, meant))
        return np.where(np.array(careful)[:, None], machines.careful.scores(counted), hurried)

    def _read_one(self, line: str) -> Array:
        """Do what `_read` does for a single line, several times as fast."""
        meant = self._meaning.guess(line)
        counted = self._pieces.count_one(line)
        if self._meaning.is_well_written(line, meant):
            return self._machines.careful.scores(counted)
        scores = self._machines.hurried.scores(counted)
        if meant == line:
            return scores
        return (scores + self._machines.hurried.scores(self._pieces.count_one(meant))) / 2

    def _judged(self, scores: Array) -> Array:
        if NOTHING_KNOWN in self.labels:
            scores[:, self.labels.index(NOTHING_KNOWN)] += self.calibration.stranger
        return scores

    @property
    def labels(self) -> List[str]:
        return self._machines.hurried.labels

    def rank(self, text: str) -> Ranking:
        """Rank all intents, likeliest first; the confidences sum to one."""
        line = written(text)
        is_strange = not self._meaning.knows(line)
        if is_strange and self._pieces.familiar(line) < _FAMILIAR:
            return _nothing_known(self.labels)
        scores = self._judged(self._read_one(line))
        likely = chances(scores, self.calibration.sharpness)[0]
        if is_strange and NOTHING_KNOWN in self.labels:
            likely *= 1 - _DOUBT
            likely[self.labels.index(NOTHING_KNOWN)] += _DOUBT
        order = np.argsort(-likely, kind="stable")
        return [(self.labels[i], float(likely[i])) for i in order]

    def save(self, folder: Path) -> None:
        plain = {
            "labels": self.labels,
            **self.calibration._asdict(),
            "pieces": self._pieces.plain(),
            "meaning": self._meaning.plain(),
        }
        (folder / "model.json").write_text(json.dumps(plain, ensure_ascii=False), "utf-8")
        arrays = {
            f"{name}_{part}": getattr(machine, part)
            for name, machine in self._machines._asdict().items()
            for part in ("weights", "biases")
        }
        np.savez(folder / "model.npz", rarity=self._machines.hurried.weighing.rarity, **arrays)

    def load(self, folder: Path) -> None:
        plain = json.loads((folder / "model.json").read_text("utf-8"))
        self._pieces = Pieces(plain["pieces"])
        with np.load(folder / "model.npz", allow_pickle=False) as arrays:
            weighing = Weighing(self._pieces.layout, arrays["rarity"])
            learnt = [
                (arrays[f"{name}_weights"], arrays[f"{name}_biases"]) for name in Machines._fields
            ]
        self._machines = Machines(*(Machine(plain["labels"], weighing, *each) for each in learnt))
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
