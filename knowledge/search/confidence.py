"""How sure it is that the best row is the one that was meant."""

from dataclasses import dataclass
from math import exp, log

#: An answer is given without asking back from this probability on.
_ENOUGH = 0.62
#: Found by logistic regression over questions with and without a row; `make eval` measures them.
_SCORE, _AHEAD, _NAMED, _SHARE, _UNDERSTOOD = 0.35, 3.32, 0.86, 3.44, 2.59
_START = -4.82
_MOST_AHEAD = 2.0
#: Whatever else speaks for it, this part of the question must be met.
_LEAST_UNDERSTOOD = 0.35
_LEAST_SCORE = 0.05


@dataclass(frozen=True, slots=True)
class Evidence:
    """`ahead`: times the best other thing; the last three are parts, 0 to 1.

    `named`: of the question, by a name that stands in it whole; `share`: of the best name;
    `understood`: of the question, by all names of the row.

    Something people ask for that no row has counts as another thing.
    """

    score: float
    ahead: float
    named: float
    share: float
    understood: float


def probability(evidence: Evidence) -> float:
    """Give the chance that the row is right."""
    lead = min(max(evidence.ahead, 1.0), _MOST_AHEAD)
    weighed = (
        _SCORE * log(max(evidence.score, _LEAST_SCORE))
        + _AHEAD * log(lead)
        + _NAMED * evidence.named
        + _SHARE * evidence.share
        + _UNDERSTOOD * evidence.understood
        + _START
    )
    return 1 / (1 + exp(-weighed))


def is_enough(evidence: Evidence) -> bool:
    if evidence.ahead < 1 or evidence.understood < _LEAST_UNDERSTOOD:
        return False
    return probability(evidence) >= _ENOUGH
