"""How sure it is that the best row is the one that was meant."""

from dataclasses import dataclass
from math import exp, log

#: An answer is given without asking back from this probability on.
_ENOUGH = 0.68
#: Found by logistic regression over questions with and without a row; `make eval` measures them.
_AHEAD, _BEYOND, _NAMED, _SHARE, _UNDERSTOOD, _SAID = 4.44, 5.22, 0.92, 1.13, 3.96, 1.79
_START = -11.7
_MOST_AHEAD = 2.0
_MOST_BEYOND = 2.5
#: Whatever else speaks for it, this part of the question must be met.
_LEAST_UNDERSTOOD = 0.35


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for the best row.

    `ahead`: times the best other thing; `beyond`: times the best thing that people ask for and no
    row has. Parts, 0 to 1: `named` of the question, by a name that stands in it whole; `share` of
    the best name; `understood` of the question, by all names of the row. `said`: how many words of
    the question carry meaning.
    """

    ahead: float
    beyond: float
    named: float
    share: float
    understood: float
    said: int


def probability(evidence: Evidence) -> float:
    """Give the chance that the row is right."""
    weighed = (
        _AHEAD * log(min(max(evidence.ahead, 1.0), _MOST_AHEAD))
        + _BEYOND * log(min(max(evidence.beyond, 1.0), _MOST_BEYOND))
        + _NAMED * evidence.named
        + _SHARE * evidence.share
        + _UNDERSTOOD * evidence.understood
        + _SAID * log(1 + evidence.said)
        + _START
    )
    return 1 / (1 + exp(-weighed))


def is_enough(evidence: Evidence) -> bool:
    if evidence.ahead < 1 or evidence.understood < _LEAST_UNDERSTOOD:
        return False
    return probability(evidence) >= _ENOUGH
