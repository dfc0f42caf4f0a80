"""How sure a reading may say it is: measured on sentences the machine has not seen."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

#: Candidate sharpness of the confidence; the one with the smallest surprise is taken.
_SHARPNESS = np.geomspace(0.5, 16, 61)
#: Readings of unseen kinds of sentences that are followed without asking back may be wrong this
#: often, and not more. Sentences like those learnt are wrong far more seldom.
_RISK = 0.10
#: Below so many accepted sentences a share of errors says nothing.
_ENOUGH = 30
#: Of unseen kinds of sentences that are ours so many may be refused as out of scope; of sentences
#: like those learnt far fewer are.
_REFUSED = 0.06
_BIASES = np.arange(0.0, 0.46, 0.01)


def chances(scores: Array, sharpness: float) -> Array:
    """Turn scores into confidences that sum to one, a row a sentence."""
    sharp = scores * sharpness
    raised = np.exp(sharp - sharp.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True))


def find_sharpness(scores: Array, right: NDArray[np.int64]) -> float:
    rows = np.arange(len(right))
    surprise = [
        -np.log(chances(scores, sharpness)[rows, right] + 1e-12).mean() for sharpness in _SHARPNESS
    ]
    return float(_SHARPNESS[int(np.argmin(surprise))])


def find_bias(scores: Array, right: NDArray[np.int64], column: int) -> float:
    """Find what may be added to the score of `column` before too many others fall to it."""
    others = scores[right != column]
    rivals = np.delete(others, column, axis=1).max(axis=1)
    bearable = [b for b in _BIASES if (others[:, column] + b > rivals).mean() <= _REFUSED]
    return float(max(bearable, default=0.0))


def find_threshold(confidence: Array, is_right: NDArray[np.bool_], risk: float = _RISK) -> float:
    """The lowest confidence from which at most `risk` of the readings are wrong.

    It is read from the risk–coverage curve: sentences by falling confidence, and at each the
    share of errors among those before it.
    """
    order = np.argsort(-confidence, kind="stable")
    errors = np.cumsum(~is_right[order]) / np.arange(1, len(order) + 1)
    good = np.flatnonzero(errors[_ENOUGH - 1 :] <= risk)
    return float(confidence[order][good[-1] + _ENOUGH - 1]) if len(good) else 1.0
