"""One consistent copy of all that readers see, kept in memory: pages need no database."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import islice

from bot.knowledge_holder import Hotline, Knowledge
from bot.published_faqs import number_of
from casework.legal_clock import VIETNAM
from casework.publication import Publication, PublicDocument
from knowledge.agencies import Agency, AgencyKind
from knowledge.faqs import Faq
from knowledge.fields import Field
from knowledge.procedures import Procedure
from knowledge.search.index import Hit, HitKind
from knowledge.text import Language, fold
from store.public_answers import Votes, all_votes, gone_numbers
from store.unit_of_work import Store

_NEVER = datetime.min.replace(tzinfo=UTC)
#: A hit below this shares a common word with the question, nothing more …
_FAIR = 0.55
#: … and so does one that has only this part of the best one's strength. Read off 60 questions
#: over the demo, with and without diacritics: ready answers that fit begin at 0.37, others end at
#: 0.34.
_BEHIND = {HitKind.PROCEDURE: 0.3, HitKind.FAQ: 0.36}
#: A published answer tells somebody's story, of which a short question meets few words.
_BEHIND_PUBLISHED = 0.14
#: Hits of all kinds; each kind is shown by itself.
_LOOKED_AT = 40


@dataclass(frozen=True, slots=True)
class Answer:
    """A published answer in all its languages, the first one written first."""

    id: str
    number: int
    documents: Mapping[str, PublicDocument]
    published_at: datetime
    updated_at: datetime
    votes: Votes

    def lang_in(self, lang: str) -> str:
        """The language to show it in: the reader's, else the one it was written in."""
        return lang if lang in self.documents else next(iter(self.documents))

    def document(self, lang: str) -> PublicDocument:
        return self.documents[self.lang_in(lang)]

    def is_over(self, today: date) -> bool:
        """The day until which it holds has passed."""
        end = next(iter(self.documents.values())).valid_until
        return end is not None and end < today

    @property
    def published_on(self) -> date:
        return self.published_at.astimezone(VIETNAM).date()


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found, best first in each group."""

    answers: tuple[Answer, ...] = ()
    faqs: tuple[Faq, ...] = ()
    procedures: tuple[Procedure, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.answers or self.faqs or self.procedures)


@dataclass(frozen=True, slots=True)
class Library:
    knowledge: Knowledge
    #: By number, newest first.
    answers: Mapping[int, Answer]
    #: Numbers of answers that were taken back.
    gone: frozenset[int]
    #: By field in the order of fields, then by name.
    procedures: tuple[Procedure, ...] = ()
    #: Finished pages, by whatever tells them apart; they go with this copy.
    pages: dict[tuple[object, ...], object] = field(default_factory=dict)

    def search(self, text: str, lang: str, today: date, limit: int = 8) -> Found:
        hits = self._hits(text)
        faqs = (self.find_faq(hit.ref, lang, today) for hit in hits if hit.kind is HitKind.FAQ)
        known = self.knowledge.procedures
        procedures = (known.get(hit.ref) for hit in hits if hit.kind is HitKind.PROCEDURE)
        return Found(
            answers=tuple(self._answers_in(hits))[:limit],
            faqs=tuple(faq for faq in faqs if faq is not None)[:limit],
            procedures=tuple(one for one in procedures if one is not None)[:limit],
        )

    def _hits(self, text: str) -> list[Hit]:
        if not text.strip():
            return []
        hits = self.knowledge.index.search(text, _LOOKED_AT)
        best = max(map(_strength, hits), default=0.0)
        fair = [
            hit for hit in hits if hit.score >= _FAIR and _strength(hit) >= _part_for(hit) * best
        ]
        return self.knowledge.index.about(text, fair)

    def _answers_in(self, hits: Iterable[Hit]) -> list[Answer]:
        numbers = (number_of(hit.ref) for hit in hits if hit.kind is HitKind.FAQ)
        found = (self.answers.get(number) for number in numbers if number is not None)
        return [answer for answer in found if answer is not None]

    def find_faq(self, ref: str, lang: str, today: date) -> Faq | None:
        """Published answers are pages of their own, not ready answers."""
        if number_of(ref) is not None:
            return None
        return self.knowledge.find_faq(ref, lang, today)

    def related(self, answer: Answer, limit: int = 4) -> list[Answer]:
        """About the same: by words, then of the same field."""
        said = answer.document("vi")
        near = self._answers_in(self._hits(said.title))
        same = [item for item in self.answers.values() if item.document("vi").field == said.field]
        found = {item.number: item for item in (*near, *(same if said.field else ()))}
        found.pop(answer.number, None)
        return list(found.values())[:limit]

    def faqs(self, lang: str, today: date) -> list[Faq]:
        """Ready answers that hold today, by field in the order of fields."""
        refs = dict.fromkeys(ref for ref, _ in self.knowledge.faqs)
        found = [faq for ref in refs if (faq := self.find_faq(ref, lang, today)) is not None]
        return sorted(found, key=lambda faq: _ORDER[field_of(faq)])

    def asked_most(self, lang: str, today: date, limit: int = 10) -> list[Answer | Faq]:
        """What helped most readers, then the newest, then ready answers."""
        ranked = sorted(
            (item for item in self.answers.values() if not item.is_over(today)),
            key=lambda item: (item.votes.helpful - item.votes.unhelpful, item.published_at),
            reverse=True,
        )
        refs = dict.fromkeys(ref for ref, _ in self.knowledge.faqs)
        ready = (self.find_faq(ref, lang, today) for ref in refs)
        return list(islice((*ranked, *(faq for faq in ready if faq is not None)), limit))

    def lines(self, purposes: Iterable[str], lang: str) -> list[tuple[str, str]]:
        """Numbers to call with their names; a row that cannot be read takes no page away."""
        found: dict[str, str] = {}
        for purpose in purposes:
            for line in self.knowledge.numbers(purpose):
                name = _name_of(line, lang)
                if line.number.isdigit() and name:
                    found.setdefault(line.number, name)
        return list(found.items())

    def agencies(self, today: date) -> dict[AgencyKind, list[Agency]]:
        """Those of today, by kind in the order of the directory."""
        there = [one for one in self.knowledge.agencies.values() if one.exists_on(today)]
        grouped = {kind: [one for one in there if one.kind is kind] for kind in AgencyKind}
        return {kind: found for kind, found in grouped.items() if found}


def _strength(hit: Hit) -> float:
    """What `score` is a share of; a code that was typed (score 1) beats all without hiding them."""
    return hit.score / (1 - hit.score) if hit.score < 1 else 0.0


def _part_for(hit: Hit) -> float:
    return _BEHIND[hit.kind] if number_of(hit.ref) is None else _BEHIND_PUBLISHED


def _name_of(line: Hotline, lang: str) -> str:
    return str(line.name.get(lang) or line.name.get("vi") or "")


async def read_library(store: Store, knowledge: Knowledge) -> Library:
    async with store.work() as work:
        live = await work.publications.live()
        votes = await all_votes(work.connection)
        gone = await gone_numbers(work.connection)
    return Library(
        knowledge=knowledge,
        answers=_answers(live, votes),
        gone=gone,
        procedures=tuple(sorted(knowledge.procedures.values(), key=_place_of)),
    )


_ORDER = {field: place for place, field in enumerate(Field)}


def _place_of(procedure: Procedure) -> tuple[int, str, str]:
    place = _ORDER[field_of(procedure)]
    return place, fold(procedure.text), procedure.code


def field_of(item: Procedure | Faq) -> Field:
    return item.routing_field or Field.OTHER


def _answers(live: Sequence[Publication], votes: Mapping[str, Votes]) -> dict[int, Answer]:
    grouped: dict[int, list[Publication]] = {}
    for one in live:
        grouped.setdefault(one.number, []).append(one)
    answers = {}
    for number, found in grouped.items():
        found.sort(key=lambda one: (one.lang != Language.VI, one.published_at or _NEVER))
        answers[number] = Answer(
            id=found[0].id,
            number=number,
            documents={one.lang: one.live for one in found if one.live is not None},
            published_at=min(one.published_at or _NEVER for one in found),
            updated_at=max(one.updated_at or _NEVER for one in found),
            votes=votes.get(found[0].id, Votes()),
        )
    return dict(sorted(answers.items(), key=lambda item: item[1].published_at, reverse=True))
