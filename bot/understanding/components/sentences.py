"""A small linear model of sentences: which intent, and how sure. Knows nothing of Rasa.

Kept as plain JSON and arrays, so that loading a model never runs code from a file.
"""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.model_selection import GroupKFold
from sklearn.svm import LinearSVC

from bot.understanding.components.masking import mask
from knowledge.text import fold, spell, tokenise

Array = NDArray[np.float64]
Ranking = list[tuple[str, float]]

_FOLDS = 5
#: Candidate sharpness of the confidence; the one with the smallest surprise is taken.
_SHARPNESS = np.geomspace(0.5, 16, 31)
#: Kind and lengths of n-grams. Letters across word borders read unaccented and misspelt sentences
#: better than letters within words (cross-validation: 79.9 % against 77.9 %).
_WORDS = ("word", 1, 2)
_LETTERS = ("char", 2, 5)
#: Sentences come here cut into words already.
_PIECE = r"\S+"


def _accented(text: str) -> str:
    return " ".join(tokenise(spell(mask(text))))


def _bare(text: str) -> str:
    return fold(_accented(text))


def _vectoriser(analyzer: str, shortest: int, longest: int) -> TfidfVectorizer:
    return TfidfVectorizer(
        analyzer=analyzer,
        ngram_range=(shortest, longest),
        lowercase=False,
        token_pattern=_PIECE,
        sublinear_tf=True,
    )


class SentenceModel:
    """TF-IDF of words and letters, a balanced linear SVM, one number for calibration."""

    def __init__(self, strength: float) -> None:
        self._strength = strength
        self._words = _vectoriser(*_WORDS)
        self._letters = _vectoriser(*_LETTERS)
        self._labels: list[str] = []
        self._weights: Array = np.zeros((0, 0))
        self._biases: Array = np.zeros(0)
        self._sharpness = 1.0

    def train(self, texts: Sequence[str], labels: Sequence[str]) -> None:
        """Learn every sentence twice, as written and without diacritics."""
        both = [_accented(text) for text in texts] + [_bare(text) for text in texts]
        answers = np.array([*labels, *labels])
        groups = np.tile(np.arange(len(texts)), 2)
        features = hstack(
            [self._words.fit_transform(both), self._letters.fit_transform(both)]
        ).tocsr()
        self._labels = sorted(set(labels))
        self._calibrate(features, answers, groups)
        machine = self._fit(features, answers)
        self._weights, self._biases = machine.coef_.T.copy(), machine.intercept_

    def rank(self, text: str) -> Ranking:
        """Rank all intents, likeliest first; the confidences sum to one."""
        sentence = [_accented(text)]
        features = hstack([self._words.transform(sentence), self._letters.transform(sentence)])
        scores = np.asarray(features.tocsr() @ self._weights)[0] + self._biases
        chances = _softmax(scores[None, :] * self._sharpness)[0]
        order = np.argsort(-chances, kind="stable")
        return [(self._labels[i], float(chances[i])) for i in order]

    def _fit(self, features: csr_matrix, answers: NDArray[np.str_]) -> LinearSVC:
        machine = LinearSVC(C=self._strength, class_weight="balanced", random_state=0)
        return machine.fit(features, answers)

    def _calibrate(
        self, features: csr_matrix, answers: NDArray[np.str_], groups: NDArray[np.int64]
    ) -> None:
        """Choose the sharpness on sentences the machine has not seen.

        Both copies of a sentence stay in one fold: a copy that was learnt would make the other
        look certain.
        """
        scores = np.zeros((len(answers), len(self._labels)))
        for known, unseen in GroupKFold(_FOLDS).split(features, answers, groups):
            machine = self._fit(features[known], answers[known])
            columns = np.searchsorted(self._labels, machine.classes_)
            scores[np.ix_(unseen, columns)] = machine.decision_function(features[unseen])
        right = np.searchsorted(self._labels, answers)
        rows = np.arange(len(answers))
        surprise = [
            -np.log(_softmax(scores * sharpness)[rows, right] + 1e-12).mean()
            for sharpness in _SHARPNESS
        ]
        self._sharpness = float(_SHARPNESS[int(np.argmin(surprise))])

    def save(self, folder: Path) -> None:
        plain = {
            "labels": self._labels,
            "sharpness": self._sharpness,
            "words": _vocabulary(self._words),
            "letters": _vocabulary(self._letters),
        }
        (folder / "model.json").write_text(json.dumps(plain, ensure_ascii=False), "utf-8")
        np.savez(
            folder / "model.npz",
            weights=self._weights,
            biases=self._biases,
            words=self._words.idf_,
            letters=self._letters.idf_,
        )

    def load(self, folder: Path) -> None:
        plain = json.loads((folder / "model.json").read_text("utf-8"))
        with np.load(folder / "model.npz", allow_pickle=False) as arrays:
            self._weights, self._biases = arrays["weights"], arrays["biases"]
            self._words = _restored(_WORDS, plain["words"], arrays["words"])
            self._letters = _restored(_LETTERS, plain["letters"], arrays["letters"])
        self._labels, self._sharpness = plain["labels"], plain["sharpness"]


def _vocabulary(vectoriser: TfidfVectorizer) -> list[str]:
    return sorted(vectoriser.vocabulary_, key=vectoriser.vocabulary_.__getitem__)


def _restored(shape: tuple[str, int, int], vocabulary: list[str], idf: Array) -> TfidfVectorizer:
    vectoriser = _vectoriser(*shape)
    vectoriser.vocabulary_ = {term: index for index, term in enumerate(vocabulary)}
    vectoriser.idf_ = idf
    return vectoriser


def _softmax(scores: Array) -> Array:
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    return raised / raised.sum(axis=1, keepdims=True)
