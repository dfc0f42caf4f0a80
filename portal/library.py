"""One consistent copy of all that readers see, kept in memory: pages need no database."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from bot.knowledge_holder import Hotline, IndexBuilder, Knowledge
from casework.legal_clock import VIETNAM
from casework.publication import Publication, PublicDocument
from knowledge.agencies import Agency, AgencyKind
from knowledge.faqs import Faq
from knowledge.procedures import Procedure
from knowledge.search.index import HitKind, Index
from knowledge.text import Language
from store.public_answers import Votes, all_votes, gone_numbers
from store.unit_of_work import Store

_NEVER = datetime.min.replace(tzinfo=UTC)
#: A hit this weak shares a common word with the question, nothing more.
_WEAK = 0.2


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
    #: Over the answers alone; an entry's id is its number.
    index: Index
    #: Finished pages, by whatever tells them apart; they go with this copy.
    pages: dict[tuple[object, ...], object] = field(default_factory=dict)

    def search(self, text: str, lang: str, today: date, limit: int = 8) -> Found:
        if not text.strip():
            return Found()
        answers = [hit for hit in self.index.search(text, limit) if hit.score >= _WEAK]
        hits = [hit for hit in self.knowledge.index.search(text, 2 * limit) if hit.score >= _WEAK]
        faqs = [hit.ref for hit in hits if hit.kind is HitKind.FAQ]
        procedures = [hit.ref for hit in hits if hit.kind is HitKind.PROCEDURE]
        known = (self.find_faq(ref, lang, today) for ref in faqs)
        return Found(
            answers=tuple(self.answers[int(hit.ref)] for hit in answers),
            faqs=tuple(faq for faq in known if faq is not None)[:limit],
            procedures=tuple(
                self.knowledge.procedures[ref]
                for ref in procedures[:limit]
                if ref in self.knowledge.procedures
            ),
        )

    def find_faq(self, ref: str, lang: str, today: date) -> Faq | None:
        """Published answers are pages of their own, not ready answers."""
        if self.is_answer(ref):
            return None
        return self.knowledge.find_faq(ref, lang, today)

    def is_answer(self, ref: str) -> bool:
        return any(ref == answer.id for answer in self.answers.values())

    def related(self, answer: Answer, limit: int = 4) -> list[Answer]:
        """About the same: by words, then of the same field."""
        said = answer.document("vi")
        hits = self.index.search(said.title, limit + 1)
        near = [self.answers[int(hit.ref)] for hit in hits if hit.score >= _WEAK]
        same = [item for item in self.answers.values() if item.document("vi").field == said.field]
        found = {item.number: item for item in (*near, *(same if said.field else ()))}
        found.pop(answer.number, None)
        return list(found.values())[:limit]

    def asked_most(self, lang: str, today: date, limit: int = 10) -> list[Answer | Faq]:
        """What helped most readers, then the newest, then ready answers."""
        ranked = sorted(
            self.answers.values(),
            key=lambda item: (item.votes.helpful - item.votes.unhelpful, item.published_at),
            reverse=True,
        )
        found: list[Answer | Faq] = list(ranked[:limit])
        for ref in dict.fromkeys(ref for ref, _ in self.knowledge.faqs):
            faq = self.find_faq(ref, lang, today) if len(found) < limit else None
            if faq is not None:
                found.append(faq)
        return found

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


def _name_of(line: Hotline, lang: str) -> str:
    return str(line.name.get(lang) or line.name.get("vi") or "")


async def read_library(store: Store, knowledge: Knowledge, build: IndexBuilder) -> Library:
    async with store.work() as work:
        live = await work.publications.live()
        votes = await all_votes(work.connection)
        gone = await gone_numbers(work.connection)
    answers = _answers(live, votes)
    # In a thread like every index: visitors do not wait for it.
    index = await asyncio.to_thread(build, (), [_entry(one) for one in answers.values()])
    return Library(knowledge=knowledge, answers=answers, gone=gone, index=index)


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


def _entry(answer: Answer) -> Faq:
    """An answer as the index takes it, under all its titles and questions."""
    said = answer.documents.values()
    names = dict.fromkeys(name for one in said for name in (one.title, one.question))
    lang = answer.lang_in(Language.VI)
    return Faq(
        id=str(answer.number),
        lang=Language(lang),
        question=answer.document(lang).title,
        answer=answer.document(lang).answer,
        aliases=tuple(names)[1:],
    )
