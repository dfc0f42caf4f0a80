"""The index over procedures and FAQ."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from knowledge.codes import CodeKind, find_codes, procedure_base
from knowledge.faqs import Faq
from knowledge.procedures import Procedure
from knowledge.search.confidence import Evidence, is_enough
from knowledge.search.entries import (
    Common,
    Entry,
    Hit,
    HitKind,
    Row,
    entries_of,
    row_of_absent,
    row_of_faq,
    row_of_procedure,
)
from knowledge.search.factors import Factors
from knowledge.search.groups import fold_alike
from knowledge.search.matter import Matter, matter_of
from knowledge.search.names import Names
from knowledge.search.postings import Postings, RowScores, Scores
from knowledge.search.questions import (
    Question,
    asking_in,
    features,
    fold_lexicon,
    marks,
    read_question,
    translate,
)
from knowledge.search.reading import Word, words_of
from knowledge.search.same import alike_numbers
from knowledge.search.slips import Vocabulary
from knowledge.text import Language, both_ends, language

__all__ = ["Hit", "HitKind", "Index"]

#: Weights found by measuring on colloquial questions; results move little around them.
_SHARE_WEIGHT = 0.5
#: All names of a row together against its best single name.
_WHOLE_WEIGHT = 2.0
#: A name said in full beats words met here and there, the more of the question it covers …
_NAMED = 1.5
#: … and one that covers all of it beats everything.
_ALL_OF_IT = 0.97
_SURE_NAME = 2.0
#: How much of a word counts as understood when only another of its group was met.
_ALIKE_PART = 0.8
_TINY = 1e-6
#: Entries put in order at first; the rest is sorted only when these hold too few rows.
_HEAD = 64
#: Characters that are read.
_LONGEST = 1500


@dataclass(frozen=True, slots=True)
class _Scored:
    """How well every entry meets one reading of the question."""

    question: Question
    scores: Scores
    #: Part of the entry that was met.
    shares: Scores
    #: Part of the question an entry covers by standing in it with all its words.
    named: Scores


class Index:
    """Immutable; a changed catalogue makes a new one (about a second for 2 700 rows).

    `bridges` are lexicons from another language into the words of the catalogue; `common` says by
    code how people name what they often ask for; `alike` are groups of expressions for the same
    thing.
    """

    def __init__(
        self,
        procedures: Iterable[Procedure],
        faqs: Iterable[Faq],
        lexicon: Mapping[str, str | Sequence[str]],
        bridges: Mapping[Language, Mapping[str, str | Sequence[str]]] | None = None,
        common: Sequence[Common] = (),
        *,
        alike: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        self._alike = fold_alike(alike or {})
        self._lexicon = fold_lexicon(lexicon)
        self._bridges = {lang: fold_lexicon(words) for lang, words in (bridges or {}).items()}
        self._only_asking = {lang: asking_in(bridge) for lang, bridge in self._bridges.items()}
        self._add_rows(procedures, faqs, common)
        self._entries: list[Entry] = [
            entry
            for number, row in enumerate(self._rows)
            for entry in entries_of(number, row, self._alike)
        ]
        self._postings = Postings(
            [
                frozenset([*features(entry.bare), *marks(entry.words), *entry.groups])
                for entry in self._entries
            ]
        )
        self._whole = RowScores(
            [(entry.row, [*features(entry.bare), *entry.groups]) for entry in self._entries],
            len(self._rows),
        )
        self._names = Names([entry.words for entry in self._entries])
        self._vocabulary = Vocabulary(self._known_words(), self._postings)
        self._prepare_arrays()

    def _add_rows(
        self, procedures: Iterable[Procedure], faqs: Iterable[Faq], common: Sequence[Common]
    ) -> None:
        sayings = {code: item for item in common for code in item.codes}
        self._rows: list[Row] = []
        self._by_code: dict[str, int] = {}
        for procedure in procedures:
            base = procedure_base(procedure.code)
            self._by_code.setdefault(base, len(self._rows))
            self._by_code[procedure.code] = len(self._rows)
            self._rows.append(row_of_procedure(procedure, sayings.get(base)))
        self._rows.extend(map(row_of_faq, faqs))
        if self._rows:
            self._rows.extend(row_of_absent(item) for item in common if not self._has(item))

    def means_something(self, text: str) -> bool:
        """Tell "thủ tục" or "cần giấy tờ gì" from a question about some procedure."""
        return _mean_something(self._read(both_ends(text, _LONGEST), None))

    def search(self, text: str, limit: int = 5, prefer: HitKind | None = None) -> list[Hit]:
        """Find rows, best first; a procedure code in the text comes before everything."""
        return self.find(text, limit, prefer)[1]

    def answer(self, text: str, prefer: HitKind | None = None) -> Hit | None:
        """Find the row to answer with, or None when nothing in the catalogue surely fits."""
        return self.find(text, 1, prefer)[0]

    def about(self, text: str, hits: Sequence[Hit]) -> list[Hit]:
        """Keep the first hit, and those that have more of the text than single syllables.

        All of them where the text has no longer expression, or none of them has one of it.
        """
        questions = [question for question, _ in self._questions(both_ends(text, _LONGEST))]
        matter = matter_of(questions, self._alike)
        if not matter:
            return list(hits)
        near = [hit for hit in hits if self._has_matter(hit, matter)]
        return [hit for hit in hits if hit in near or hit is hits[0]] if near else list(hits)

    def _has_matter(self, hit: Hit, matter: Matter) -> bool:
        rows = self._rows_of.get((hit.kind, hit.ref), ())
        return any(matter.is_in(self._entries_of[row]) for row in rows)

    def find(
        self, text: str, limit: int, prefer: HitKind | None = None
    ) -> tuple[Hit | None, list[Hit]]:
        """Do what `answer` and `search` do, at the price of one."""
        text = both_ends(text, _LONGEST)
        named = self._named(text)
        readings = self._read(text, prefer)
        scores = self._best_reading(readings)
        best = self._best(scores, limit) if _mean_something(readings) else []
        found = [self._hit(row, scores[entry]) for row, entry in best if row != named]
        if named is not None:
            found.insert(0, self._hit(named, np.inf))
            return found[0], found[:limit]
        sure = bool(best) and is_enough(self._evidence(readings, scores, *best[0]))
        return found[0] if sure else None, found[:limit]

    def _evidence(
        self, readings: Sequence[_Scored], scores: Scores, row: int, entry: int
    ) -> Evidence:
        score = float(scores[entry])
        return Evidence(
            ahead=score / max(self._runner_up(scores, entry), _TINY),
            beyond=score / max(float(scores[self._absent].max(initial=0.0)), _TINY),
            named=max(float(reading.named[entry]) for reading in readings),
            share=max(float(reading.shares[entry]) for reading in readings),
            understood=max(self._understood(reading.question, row) for reading in readings),
            said=sum(readings[0].question.meant),
        )

    def _known_words(self) -> Iterator[str]:
        """Yield all words, those of expressions as if met often."""
        for entry in self._entries:
            yield from entry.bare
        for expressions in (self._lexicon, *self._bridges.values(), self._alike):
            for expression in expressions:
                yield from expression.split() * 2

    def _has(self, common: Common) -> bool:
        return any(code in self._by_code for code in common.codes)

    def _prepare_arrays(self) -> None:
        entries = self._entries
        rows = [self._rows[entry.row] for entry in entries]
        self._row_of = np.array([entry.row for entry in entries], dtype=np.int64)
        self._entries_of: dict[int, list[Entry]] = {}
        for entry in entries:
            self._entries_of.setdefault(entry.row, []).append(entry)
        self._rows_of: dict[tuple[HitKind, str], list[int]] = {}
        for number, row in enumerate(self._rows):
            self._rows_of.setdefault((row.hit.kind, row.hit.ref), []).append(number)
        self._same = self._same_things()[self._row_of]
        self._absent = np.array([row.hit.kind is HitKind.ABSENT for row in rows], dtype=bool)
        self._priors = np.array([row.prior for row in rows])
        self._factors = Factors(entries, rows)

    def _same_things(self) -> NDArray[np.int64]:
        """Give rows that are the same thing at another office one number."""
        titles = {row: entries[0].bare for row, entries in self._entries_of.items()}
        named = []
        for number, row in enumerate(self._rows):
            faq = row.hit.kind is HitKind.FAQ
            keys = [(row.hit.kind, row.hit.ref) if faq else titles[number]]
            if row.matter:
                keys.append((row.hit.kind, row.matter))
            named.append(keys)
        return np.array(alike_numbers(named), dtype=np.int64)

    def _read(self, text: str, prefer: HitKind | None) -> list[_Scored]:
        """Score all readings."""
        weight = self._factors.of_kind(prefer)
        return [
            self._score(question, self._factors.of_language(lang) * weight)
            for question, lang in self._questions(text)
        ]

    def _questions(self, text: str) -> list[tuple[Question, Language]]:
        """Read the words as they were said, with official terms, and translated."""
        lang = language(text)
        words = words_of(text)
        if lang is Language.VI:
            words = self._vocabulary.repair(words)
        asking = self._only_asking.get(lang, frozenset())
        readings = [(read_question(words, {}, self._alike, asking), lang)]
        if lang is Language.VI:
            official = read_question(words, self._lexicon, self._alike)
            if official != readings[0][0]:
                readings.append((official, lang))
        translated = translate(words, self._bridges.get(lang, self._lexicon))
        if translated is not None:
            readings.append((read_question(translated, {}, self._alike), Language.VI))
            official = read_question(translated, self._lexicon, self._alike)
            readings.append((official, Language.VI))
        return readings

    @staticmethod
    def _best_reading(readings: Sequence[_Scored]) -> Scores:
        best: Scores = np.maximum.reduce([reading.scores for reading in readings])
        return best

    def _score(self, question: Question, weight: Scores) -> _Scored:
        met, shares = self._postings.score(question.weights)
        whole = self._whole.score(question.weights)[self._row_of]
        scores = met * (1 + _SHARE_WEIGHT * shares + self._priors) + _WHOLE_WEIGHT * whole
        scores *= self._factors.of_actions(question.actions)
        scores *= self._factors.of_special(question.special)
        named = np.zeros(len(self._entries))
        for entry, covered in self._names.said_in(question.words, self._worth, question.meant):
            named[entry] = covered
            scores[entry] += _NAMED * covered**2 + _SURE_NAME * (covered >= _ALL_OF_IT)
        return _Scored(question, scores * weight, shares, named)

    def _worth(self, word: Word) -> float:
        return word.part * self._postings.worth(word.bare)

    def _best(self, scores: Scores, limit: int) -> list[tuple[int, int]]:
        """Pick the best entry of each of the best rows, as (row, entry)."""
        best: dict[tuple[HitKind, str], tuple[int, int]] = {}
        for entry in _best_first(scores):
            if len(best) == limit:
                break
            row = int(self._row_of[entry])
            hit = self._rows[row].hit
            if hit.kind is HitKind.ABSENT:
                continue
            # An FAQ in three languages is one answer.
            best.setdefault((hit.kind, hit.ref), (row, entry))
        return list(best.values())

    def _hit(self, row: int, score: float) -> Hit:
        relative = 1.0 if np.isinf(score) else round(float(score / (1 + score)), 4)
        return replace(self._rows[row].hit, score=relative)

    def _named(self, text: str) -> int | None:
        for code in find_codes(text):
            if code.kind is CodeKind.PROCEDURE:
                row = self._by_code.get(code.value, self._by_code.get(procedure_base(code.value)))
                if row is not None:
                    return row
        return None

    def _runner_up(self, scores: Scores, entry: int) -> float:
        """Score of the best row that is another thing, not the same one at another office."""
        same = self._same == self._same[entry]
        return float(np.where(same, 0.0, scores).max(initial=0.0))

    def _understood(self, question: Question, row: int) -> float:
        """Tell which part of the question's meaning the names of a row have.

        A word typed with diacritics must have the same ones here: "vàng" is not "vắng".
        """
        words = {word for entry in self._entries_of[row] for word in entry.words}
        groups = {group for entry in self._entries_of[row] for group in entry.groups}
        typed = {word.typed for word in words}
        bare = {word.bare for word in words}
        total = found = 0.0
        for word, means, official, group in zip(
            question.words, question.meant, question.official, question.groups, strict=True
        ):
            if not means:
                continue
            worth = self._worth(word)
            total += worth
            same = word.typed in typed or (word.typed == word.bare and word.bare in bare)
            if same or (official and official <= bare):
                found += worth
            elif group & groups:
                found += worth * _ALIKE_PART
        return found / total if total else 0.0


def _best_first(scores: Scores) -> Iterator[int]:
    """Yield the entries that were met, best first, equal ones in their order."""
    met = np.flatnonzero(scores > 0)
    floor = np.partition(scores[met], -_HEAD)[-_HEAD] if len(met) > _HEAD else 0.0
    for part in (met[scores[met] >= floor], met[scores[met] < floor]):
        yield from part[np.argsort(-scores[part], kind="stable")].tolist()


def _mean_something(readings: Sequence[_Scored]) -> bool:
    return any(any(item.question.meant) or item.named.any() for item in readings)
