"""What scales the score of every way to name a row: action, special cases, language, kind.

A question needs each of them for all entries at once; most are the same for many questions.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from knowledge.search.entries import Entry, HitKind, Row
from knowledge.search.postings import Scores
from knowledge.search.words import SPECIAL_CASES, Action
from knowledge.text import Language

_OTHER_ACTION = 0.9
_ASKED_ACTION = 1.15
_UNASKED_SPECIAL = 0.9
_OTHER_LANGUAGE = 0.5
_PREFERRED_KIND = 1.3


class Factors:
    def __init__(self, entries: Sequence[Entry], rows: Sequence[Row]) -> None:
        """`rows[i]` is the row of `entries[i]`."""
        self._actions = {
            action: np.array([action in entry.actions for entry in entries], dtype=bool)
            for action in Action
        }
        #: There are few sets of actions, so each is worked out once.
        self._of_actions: dict[frozenset[Action], Scores] = {}
        self._special: list[NDArray[np.int64]] = [
            np.array([number in entry.special for entry in entries], dtype=np.int64)
            for number in range(len(SPECIAL_CASES))
        ]
        self._all_special: NDArray[np.int64] = np.sum(self._special, axis=0)
        self._powers = _UNASKED_SPECIAL ** np.arange(len(SPECIAL_CASES) + 1.0)
        self._languages = {
            lang: np.where([row.hit.lang is lang for row in rows], 1.0, _OTHER_LANGUAGE)
            for lang in Language
        }
        self._kinds = {
            kind: np.where([row.hit.kind is kind for row in rows], _PREFERRED_KIND, 1.0)
            for kind in HitKind
        }

    def of_actions(self, asked: frozenset[Action]) -> Scores:
        """Give more to entries that name one of the actions asked for, less to all others."""
        found = self._of_actions.get(asked)
        if found is None:
            named = np.any([self._actions[action] for action in asked], axis=0)
            explicit = Action.FIRST not in asked
            found = np.where(named, _ASKED_ACTION if explicit else 1.0, _OTHER_ACTION)
            self._of_actions[asked] = found
        return found

    def of_special(self, asked: frozenset[int]) -> Scores:
        """Give less for each special case of an entry that was not asked for."""
        unasked = self._all_special
        for number in asked:
            unasked = unasked - self._special[number]
        factors: Scores = self._powers[unasked]
        return factors

    def of_language(self, lang: Language) -> Scores:
        return self._languages[lang]

    def of_kind(self, preferred: HitKind | None) -> Scores | float:
        return self._kinds[preferred] if preferred else 1.0
