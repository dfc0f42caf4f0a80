"""The guard's second tier has learnt whole sentences and weighs what the lists do not know."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from math import log2

from bot.understanding.components.meaning import Meaning
from bot.urgency import Urgency
from knowledge.border import Border, Examples
from knowledge.linear import features_of
from knowledge.text import said_words

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

#: Every number is one word: danger lies neither in "3 tuổi" nor in "88 tuổi" or "9kg".
_NUMBER, _ANY_NUMBER = re.compile(r"\d+"), " 0 "
#: How long it is is a feature of its own, in steps of two words: short messages are mostly answers.
_LENGTH, _LENGTH_STEP, _LONGEST_STEP = 0.25, 2, 8

#: Stands at both ends of a line from which slips are mended.
_EDGE = "|"

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
        said = {urgency: [_said(text) for text in texts] for urgency, texts in alarms.items()}
        alike = [_said(text) for text in look_alikes]
        daily = [_said(text) for text in everyday]
        learnt = {
            urgency: Examples(_both_ways(words), _ALARM_WORTH) for urgency, words in said.items()
        }
        calm = Examples(_both_ways(alike), _LOOK_ALIKE_WORTH)
        self._alarm = Border(list(learnt.values()), [calm, Examples(_either_way(daily))])
        self._child = Border([learnt[Urgency.CHILD]], [learnt[Urgency.EMERGENCY]])
        everything = chain(*said.values(), alike, daily)
        self._meaning = Meaning.of(_line(typed) for typed, _ in everything)

    def weigh(self, text: str) -> tuple[float, Urgency]:
        """How far on the side of the alarms (about -1 to 1), and which it would be."""
        parts = list(_parts(text))
        chance = _CHANCE * log2(len(parts))
        # Of a long message only the beginning: the rest holds enough that is well written.
        parts += self._as_meant(*parts[0])
        found = [_features(*words) for words in parts]
        weight, features = max(
            ((self._alarm.side(features), features) for features in found),
            key=lambda pair: pair[0],
        )
        child = self._child.side(features) > 0
        return weight - chance, Urgency.CHILD if child else Urgency.EMERGENCY

    def _as_meant(self, typed: Sequence[str], bare: Sequence[str]) -> Iterator[_Words]:
        """Mend slips of the hand; the guess is read beside what was written.

        Diacritics alone are not guessed: "chay" is "chạy" as well as "cháy".
        """
        guess, plain = said_words(self._meaning.guess(_line(typed)).strip(_EDGE))
        if plain != bare:
            yield guess, plain


def _said(text: str) -> _Words:
    return said_words(_NUMBER.sub(_ANY_NUMBER, text))


def _features(typed: Sequence[str], bare: Sequence[str]) -> dict[str, float]:
    found = features_of(typed, bare)
    found[f"#{min((len(bare) + 1) // _LENGTH_STEP, _LONGEST_STEP)}"] = _LENGTH
    return found


def _line(words: Sequence[str]) -> str:
    return f"{_EDGE} {' '.join(words)} {_EDGE}"


def _parts(text: str) -> Iterator[_Words]:
    """The message, if it is not long, and its sentences: danger may be named in one of many."""
    typed, bare = _said(text)
    if len(bare) <= _WHOLE:
        yield typed, bare
    sentences = [_said(sentence) for sentence in _SENTENCE_END.split(text)]
    full = [(words, plain) for words, plain in sentences if len(plain) >= _SENTENCE]
    if len(full) <= 1 and len(bare) <= _WHOLE:
        return
    for words, plain in full or [(typed, bare)]:
        for start in range(0, max(len(plain) - _AT_A_TIME + _STEP, 1), _STEP):
            end = start + _AT_A_TIME
            yield words[start:end], plain[start:end]


def _both_ways(said: Iterable[_Words]) -> Iterator[dict[str, float]]:
    for typed, bare in said:
        yield _features(typed, bare)
        if typed != bare:
            yield _features(bare, bare)


def _either_way(said: Iterable[_Words]) -> Iterator[dict[str, float]]:
    """Everyday sentences are many: one way each, in turn."""
    for number, (typed, bare) in enumerate(said):
        yield _features(bare if number % 2 else typed, bare)
