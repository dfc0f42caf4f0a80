"""What a question is about, in expressions of several words.

One syllable is seldom a word: "sinh" of "khai sinh" stands in "học sinh" too, "chiếu" without its
mark in "buổi chiều". A row that shares only such a syllable is about something else.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from knowledge.search.entries import Entry
from knowledge.search.groups import Alike, groups_in
from knowledge.search.questions import Question
from knowledge.search.reading import Word
from knowledge.search.words import action_places

#: A row has an official term when it has this part of its pairs.
_TERM_PART = 0.5
_SEVERAL = 2


@dataclass(frozen=True, slots=True)
class Matter:
    """All empty: nothing but single words was said."""

    #: Neighbouring words, one of which carries meaning; what is only done to a paper is left out.
    pairs: frozenset[str]
    #: Expressions of several words that belong to a group.
    groups: frozenset[str]
    #: The pairs of each official term.
    terms: tuple[frozenset[str], ...]

    def __bool__(self) -> bool:
        return bool(self.pairs or self.groups or self.terms)

    def is_in(self, entries: Iterable[Entry]) -> bool:
        """Whether one of a row's names has an expression of it."""
        return any(self._is_in(entry) for entry in entries)

    def _is_in(self, entry: Entry) -> bool:
        if not self.groups.isdisjoint(entry.expressions):
            return True
        said = {f"{one} {two}" for one, two in pairwise(entry.bare)}
        if not self.pairs.isdisjoint(said):
            return True
        return any(len(term & said) >= _TERM_PART * len(term) for term in self.terms)


def matter_of(questions: Iterable[Question], alike: Alike) -> Matter:
    """Take together all readings of one question."""
    pairs, groups, terms = set[str](), set[str](), set[frozenset[str]]()
    for question in questions:
        pairs |= _pairs(question.words, question.meant)
        groups |= set(_groups(question.words, question.meant, alike))
        terms |= {_pairs(term, [True] * len(term)) for term in question.terms}
    return Matter(frozenset(pairs), frozenset(groups), tuple(filter(None, terms)))


def _pairs(words: Sequence[Word], meant: Sequence[bool]) -> frozenset[str]:
    done = action_places(words)
    return frozenset(
        f"{words[place].bare} {words[place + 1].bare}"
        for place in range(len(words) - 1)
        if any(meant[place : place + _SEVERAL]) and done.isdisjoint((place, place + 1))
    )


def _groups(words: Sequence[Word], meant: Sequence[bool], alike: Alike) -> Iterator[str]:
    """Not "bị mất" or "làm lại": anything can be lost and done again."""
    done = action_places(words)
    for first, size, group in groups_in(words, alike):
        places = range(first, first + size)
        only_done = not done.isdisjoint(places) and not any(
            meant[place] and place not in done for place in places
        )
        if size >= _SEVERAL and not only_done:
            yield group
