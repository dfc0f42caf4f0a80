"""The guard's second tier has learnt whole sentences and weighs what the lists do not know."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from math import log2

from bot.urgency import Urgency
from knowledge.border import Border, Weighted
from knowledge.linear import features_of, said_words

#: What one alarm, and what looks like one, count beside one everyday sentence.
_ALARM_WORTH, _LOOK_ALIKE_WORTH = 4.0, 3.0
#: Words of a message that is weighed as a whole; in longer sentences so many are at a time.
_WHOLE, _AT_A_TIME, _STEP = 40, 32, 16
#: Words of the shortest sentence weighed alone.
_SENTENCE = 3
_SENTENCE_END = re.compile(r"[.!?;\n។៕]+")
#: The more parts a message has, the likelier one of them looks alarming by chance: with each
#: doubling the best of them has to weigh so much more.
_CHANCE = 0.1

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
        parts = [features_of(*words) for words in _parts(text)]
        weighed = [(self._alarm.side(features), features) for features in parts]
        weight, features = max(weighed, key=lambda pair: pair[0])
        child = self._child.side(features) > 0
        return weight - _CHANCE * log2(len(parts)), Urgency.CHILD if child else Urgency.EMERGENCY


def _parts(text: str) -> Iterator[_Words]:
    """The message, if it is not long, and its sentences: danger may be named in one of many."""
    typed, bare = said_words(text)
    if len(bare) <= _WHOLE:
        yield typed, bare
    sentences = [said_words(sentence) for sentence in _SENTENCE_END.split(text)]
    full = [(words, plain) for words, plain in sentences if len(plain) >= _SENTENCE]
    if len(full) == 1 and len(bare) <= _WHOLE:
        return
    for words, plain in full or [(typed, bare)]:
        for start in range(0, max(len(plain) - _AT_A_TIME + _STEP, 1), _STEP):
            end = start + _AT_A_TIME
            yield words[start:end], plain[start:end]


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
