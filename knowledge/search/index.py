"""The index over procedures and FAQ."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from knowledge.codes import CodeKind, find_codes, procedure_base
from knowledge.faqs import Faq
from knowledge.procedures import Procedure
from knowledge.search.postings import Postings, Scores
from knowledge.search.questions import (
    Question,
    contains,
    features,
    fold_lexicon,
    read_question,
    words_of,
)
from knowledge.search.words import SPECIAL_CASES, TITLE_ACTIONS, Action
from knowledge.text import Language, language

#: Weights found by measuring on colloquial questions; results move little around them.
_SHARE_WEIGHT = 0.5
_OTHER_ACTION = 0.75
_ASKED_ACTION = 1.15
_UNASKED_SPECIAL = 0.9
_OTHER_LANGUAGE = 0.5
#: An answer is given without asking back from here on: of 80 questions a quarter to a half, nine in
#: ten of them rightly.
_ENOUGH_SCORE = 0.8
_ENOUGH_OF_QUESTION = 0.6
_ENOUGH_OF_TITLE = 0.4
_AHEAD = 1.03
#: Only the beginning of a title names the action; further on it lists cases.
_TITLE_HEAD = 6

_REMARKS = re.compile(r"\((?:thực hiện|cấp)[^)]*\)|\(\s*\d\.\d{6}\s*\)", re.IGNORECASE)
_SEVERAL_ACTIONS = re.compile(r"\s*(?:thủ tục )?(?:cấp|đăng ký)(?:,| mới)", re.IGNORECASE)


class HitKind(StrEnum):
    PROCEDURE = "procedure"
    FAQ = "faq"


@dataclass(frozen=True, slots=True)
class Hit:
    """`ref` is the procedure's code or the FAQ's id; `score` lies between 0 and 1."""

    kind: HitKind
    ref: str
    title: str
    score: float
    lang: Language


@dataclass(frozen=True, slots=True)
class _Row:
    hit: Hit
    #: Tie-breaker: levels near to citizens first.
    prior: float


@dataclass(frozen=True, slots=True)
class _Entry:
    """One way to name a row: its title or an alias."""

    row: int
    words: frozenset[str]
    bare: tuple[str, ...]
    actions: frozenset[Action]
    special: frozenset[int]


class Index:
    """Immutable; a changed catalogue makes a new one (about half a second for 2 700 rows)."""

    def __init__(
        self,
        procedures: Iterable[Procedure],
        faqs: Iterable[Faq],
        lexicon: Mapping[str, str | Sequence[str]],
    ) -> None:
        self._lexicon = fold_lexicon(lexicon)
        self._rows: list[_Row] = []
        self._entries: list[_Entry] = []
        self._by_code: dict[str, int] = {}
        for procedure in procedures:
            self._add_procedure(procedure)
        for faq in faqs:
            hit = Hit(HitKind.FAQ, faq.id, faq.question, 0.0, faq.lang)
            self._add(_Row(hit, 0.0), [faq.question, *faq.aliases])
        self._postings = Postings([frozenset(features(entry.bare)) for entry in self._entries])
        self._prepare_arrays()

    def search(self, text: str, limit: int = 5) -> list[Hit]:
        """Find rows, best first; a procedure code in the text comes before everything."""
        named = self._named(text)
        question = read_question(text, self._lexicon)
        scores, _ = self._score(question, language(text))
        best = self._best(scores, limit)
        found = [self._hit(row, scores[entry]) for row, entry in best if row != named]
        if named is not None:
            found.insert(0, self._hit(named, np.inf))
        return found[:limit]

    def answer(self, text: str) -> Hit | None:
        """Find the row to answer with, or None when nothing in the catalogue surely fits."""
        named = self._named(text)
        if named is not None:
            return self._hit(named, np.inf)
        question = read_question(text, self._lexicon)
        scores, shares = self._score(question, language(text))
        best = self._best(scores, 3)
        if not best:
            return None
        row, entry = best[0]
        enough = (
            scores[entry] >= max(_ENOUGH_SCORE, _AHEAD * self._runner_up(scores, best))
            and shares[entry] >= _ENOUGH_OF_TITLE
            and self._understood(question, self._entries[entry]) >= _ENOUGH_OF_QUESTION
        )
        return self._hit(row, scores[entry]) if enough else None

    def _add_procedure(self, procedure: Procedure) -> None:
        hit = Hit(HitKind.PROCEDURE, procedure.code, procedure.text, 0.0, procedure.lang)
        self._by_code.setdefault(procedure_base(procedure.code), len(self._rows))
        self._by_code[procedure.code] = len(self._rows)
        self._add(_Row(hit, _prior(procedure)), [procedure.text, *procedure.aliases])

    def _add(self, row: _Row, names: Sequence[str]) -> None:
        for name in names:
            words = words_of(_REMARKS.sub("", name))
            bare = tuple(word.bare for word in words)
            sentence = f" {' '.join(bare)} "
            self._entries.append(
                _Entry(
                    row=len(self._rows),
                    words=frozenset(word.typed for word in words),
                    bare=bare,
                    actions=_title_actions(name, bare),
                    special=frozenset(
                        number
                        for number, names in enumerate(SPECIAL_CASES)
                        if contains(sentence, names[:1])
                    ),
                )
            )
        self._rows.append(row)

    def _prepare_arrays(self) -> None:
        entries = self._entries
        self._row_of = np.array([entry.row for entry in entries], dtype=np.int64)
        self._priors = np.array([self._rows[entry.row].prior for entry in entries])
        self._actions = {
            action: np.array([action in entry.actions for entry in entries], dtype=bool)
            for action in Action
        }
        self._special = np.array(
            [[n in entry.special for n in range(len(SPECIAL_CASES))] for entry in entries],
            dtype=np.float64,
        ).reshape(len(entries), len(SPECIAL_CASES))
        self._languages = {
            lang: np.array([self._rows[entry.row].hit.lang is lang for entry in entries], bool)
            for lang in Language
        }

    def _score(self, question: Question, lang: Language) -> tuple[Scores, Scores]:
        met, shares = self._postings.score(question.weights)
        scores = met * (1 + _SHARE_WEIGHT * shares + self._priors)
        asked = np.any([self._actions[action] for action in question.actions], axis=0)
        explicit = Action.FIRST not in question.actions
        scores = scores * np.where(asked, _ASKED_ACTION if explicit else 1.0, _OTHER_ACTION)
        unasked = np.array([n not in question.special for n in range(len(SPECIAL_CASES))])
        scores = scores * _UNASKED_SPECIAL ** (self._special @ unasked)
        return scores * np.where(self._languages[lang], 1.0, _OTHER_LANGUAGE), shares

    def _best(self, scores: Scores, limit: int) -> list[tuple[int, int]]:
        """Pick the best entry of each of the best rows, as (row, entry)."""
        best: dict[tuple[HitKind, str], tuple[int, int]] = {}
        for entry in np.argsort(-scores, kind="stable"):
            if scores[entry] <= 0 or len(best) == limit:
                break
            row = int(self._row_of[entry])
            hit = self._rows[row].hit
            # An FAQ in three languages is one answer.
            best.setdefault((hit.kind, hit.ref), (row, int(entry)))
        return list(best.values())

    def _hit(self, row: int, score: float) -> Hit:
        hit = self._rows[row].hit
        relative = 1.0 if np.isinf(score) else round(float(score / (1 + score)), 4)
        return Hit(hit.kind, hit.ref, hit.title, relative, hit.lang)

    def _named(self, text: str) -> int | None:
        for code in find_codes(text):
            if code.kind is CodeKind.PROCEDURE:
                row = self._by_code.get(code.value, self._by_code.get(procedure_base(code.value)))
                if row is not None:
                    return row
        return None

    def _runner_up(self, scores: Scores, best: Sequence[tuple[int, int]]) -> float:
        """Score of the best row that is another thing, not the same one at another office."""
        first = self._entries[best[0][1]].bare
        others = (entry for _, entry in best[1:] if self._entries[entry].bare != first)
        return max((float(scores[entry]) for entry in others), default=0.0)

    def _understood(self, question: Question, entry: _Entry) -> float:
        """Tell which part of the question's meaning the entry has.

        A word typed with diacritics must have the same ones here: "vàng" is not "vắng".
        """
        total = found = 0.0
        for word, official in question.content:
            worth = self._postings.worth(word.bare)
            total += worth
            same = word.typed in entry.words or (
                word.typed == word.bare and word.bare in entry.bare
            )
            if same or (official and set(official) <= set(entry.bare)):
                found += worth
        return found / total if total else 0.0


def _prior(procedure: Procedure) -> float:
    level = procedure.level.lower()
    prior = 0.18 if "xã" in level else 0.12 if "tỉnh" in level else 0.0
    if "công dân" in procedure.subjects.lower():
        prior += 0.15
    if procedure.code.startswith("6."):
        prior -= 0.3  # procedures between offices
    return prior


def _title_actions(title: str, bare: Sequence[str]) -> frozenset[Action]:
    head = f" {' '.join(bare[:_TITLE_HEAD])} "
    found = {action for action, signs in TITLE_ACTIONS.items() if contains(head, signs)}
    if not found or _SEVERAL_ACTIONS.match(title):
        found.add(Action.FIRST)
    return frozenset(found)
