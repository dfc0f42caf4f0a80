"""The guard's second tier has learnt whole sentences and weighs what the lists do not know."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain

from bot.urgency import Urgency
from knowledge.border import Border, Weighted
from knowledge.linear import features_of, said_words

#: What one alarm, and what looks like one, count beside one everyday sentence.
_ALARM_WORTH, _LOOK_ALIKE_WORTH = 4.0, 3.0
#: In long messages the danger is one sentence among others: so many words are weighed at a time.
_AT_A_TIME, _STEP = 24, 12
_WHOLE = 40

_Words = tuple[Sequence[str], Sequence[str]]


class Sense:
    """Learns when it is made, in about two seconds."""

    def __init__(
        self,
        alarms: Mapping[Urgency, Iterable[str]],
        look_alikes: Iterable[str],
        everyday: Iterable[str] = (),
    ) -> None:
        """Learn; what is close to the border is learnt with and without diacritics."""
        learnt = {
            urgency: [Weighted(features, _ALARM_WORTH) for features in _both_ways(texts)]
            for urgency, texts in alarms.items()
        }
        calm = [Weighted(features, _LOOK_ALIKE_WORTH) for features in _both_ways(look_alikes)]
        calm += map(Weighted, _either_way(everyday))
        self._alarm = Border(list(chain.from_iterable(learnt.values())), calm)
        self._child = Border(learnt[Urgency.CHILD], learnt[Urgency.EMERGENCY])

    def weigh(self, text: str) -> tuple[float, Urgency]:
        """How far on the side of the alarms (about -1 to 1), and which it would be."""
        weighed = [(self._alarm.side(f), f) for f in (features_of(*s) for s in _stretches(text))]
        weight, features = max(weighed, key=lambda pair: pair[0])
        child = self._child.side(features) > 0
        return weight, Urgency.CHILD if child else Urgency.EMERGENCY


def _stretches(text: str) -> Iterator[_Words]:
    typed, bare = said_words(text)
    if len(bare) <= _WHOLE:
        yield typed, bare
        return
    for start in range(0, len(bare) - _AT_A_TIME + _STEP, _STEP):
        end = start + _AT_A_TIME
        yield typed[start:end], bare[start:end]


def _both_ways(texts: Iterable[str]) -> Iterator[dict[str, float]]:
    for text in texts:
        typed, bare = said_words(text)
        yield features_of(typed, bare)
        if typed != bare:
            yield features_of(bare, bare)


def _either_way(texts: Iterable[str]) -> Iterator[dict[str, float]]:
    """Everyday sentences are many: one way each, in turn."""
    for number, text in enumerate(texts):
        typed, bare = said_words(text)
        yield features_of(bare if number % 2 else typed, bare)
