"""Published answers: the document that is worked on, and the copy readers see."""

from collections.abc import Collection
from dataclasses import asdict, fields
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, delete, exists, func, insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.ext.asyncio import AsyncConnection

from casework.errors import StaleCaseError
from casework.publication import (
    NO_WORDS,
    Basis,
    Publication,
    PublicationNotFoundError,
    PublicDocument,
    Visibility,
)
from casework.statuses import ANSWERED
from store.catalogue import CATALOGUE_CHANGED
from store.tables import case_keys, cases, publication_votes, publications

#: What `CATALOGUE_CHANGED` says when readers see something else than before.
PUBLICATIONS = "publications"
#: Of the advisory lock under which numbers are given; any constant of our own.
_NUMBERING = 0x70756220
#: Answered, the words are still there, and nobody has begun a document.
_UNDECIDED = (
    cases.c.status.in_(ANSWERED),
    exists().where(case_keys.c.case_id == cases.c.id),
    ~exists().where(publications.c.case_id == cases.c.id),
)
_DATES = ("asked_on", "answered_on", "valid_until")
_PLAIN = (
    "id",
    "lang",
    "number",
    "edited_by",
    "released_by",
    "publish_on",
    "published_at",
    "taken_down_at",
    "reason",
    "version",
    "updated_at",
)


def dump_document(document: PublicDocument) -> dict[str, Any]:
    values = asdict(document)
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in values.items()
    }


def load_document(kept: dict[str, Any]) -> PublicDocument:
    known = {field.name for field in fields(PublicDocument)}
    values = {name: value for name, value in kept.items() if name in known}
    for name in _DATES:
        if values.get(name):
            values[name] = date.fromisoformat(values[name])
    return PublicDocument(**values)


def _publication(found: Row[Any]) -> Publication:
    return Publication(
        status=Visibility(found.status),
        draft=load_document(found.draft),
        live=None if found.live is None else load_document(found.live),
        case_id=found.case_id or "",
        basis=Basis(found.basis),
        **{name: getattr(found, name) for name in _PLAIN},
    )


class PublicationRepository:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def next_number(self) -> int:
        """The next free public number; held until the caller commits."""
        await self._connection.execute(
            text("select pg_advisory_xact_lock(:key)"), {"key": _NUMBERING}
        )
        query = select(func.coalesce(func.max(publications.c.number), 0) + 1)
        return int((await self._connection.execute(query)).scalar_one())

    async def add(self, publication: Publication, now: datetime) -> None:
        await self._connection.execute(
            insert(publications).values(
                id=publication.id,
                lang=publication.lang,
                number=publication.number,
                case_id=publication.case_id or None,
                created_at=now,
                **_changing(publication, now),
            )
        )
        await self._tell(publication)

    async def save(self, publication: Publication, now: datetime) -> None:
        """Write a changed publication; `version` is the one that was read.

        Raises:
            StaleCaseError: somebody changed it since.
        """
        values = {**_changing(publication, now), "version": publication.version + 1}
        changed = (
            update(publications)
            .where(
                publications.c.id == publication.id,
                publications.c.lang == publication.lang,
                publications.c.version == publication.version,
            )
            .values(**values)
            .returning(publications.c.id)
        )
        if (await self._connection.execute(changed)).first() is None:
            raise StaleCaseError(publication.id)
        await self._tell(publication)

    async def _tell(self, publication: Publication) -> None:
        """Every process reads the published answers again, when and only when this commits.

        What was never published is nobody's business but the editors'.
        """
        if publication.live is None and publication.published_at is None:
            return
        await self._connection.execute(
            text("select pg_notify(:channel, :name)"),
            {"channel": CATALOGUE_CHANGED, "name": PUBLICATIONS},
        )

    async def get(self, publication_id: str, lang: str) -> Publication:
        """Read.

        Raises:
            PublicationNotFoundError: no such document in this language.
        """
        query = select(publications).where(
            publications.c.id == publication_id, publications.c.lang == lang
        )
        found = (await self._connection.execute(query)).first()
        if found is None:
            raise PublicationNotFoundError(publication_id, lang)
        return _publication(found)

    async def of_case(self, case_id: str) -> list[Publication]:
        """In every language, the first one first."""
        query = select(publications).where(publications.c.case_id == case_id)
        return [
            _publication(found)
            for found in await self._connection.execute(query.order_by(publications.c.created_at))
        ]

    async def languages(self, publication_id: str) -> list[Publication]:
        query = select(publications).where(publications.c.id == publication_id)
        return [
            _publication(found)
            for found in await self._connection.execute(query.order_by(publications.c.created_at))
        ]

    async def of_number(self, number: int) -> list[Publication]:
        """In every language, the first one first; empty: there is no such number."""
        query = select(publications).where(publications.c.number == number)
        return [
            _publication(found)
            for found in await self._connection.execute(query.order_by(publications.c.created_at))
        ]

    async def live(self) -> list[Publication]:
        """All that readers see, newest first."""
        query = select(publications).where(publications.c.live.is_not(None))
        query = query.order_by(publications.c.published_at.desc(), publications.c.number.desc())
        return [_publication(found) for found in await self._connection.execute(query)]

    async def in_status(
        self,
        *statuses: Visibility,
        dated: bool | None = None,
        limit: int = 200,
        offset: int = 0,
    ) -> list[Publication]:
        """Last changed first. `dated`: only with, or only without, a day to appear on."""
        query = select(publications).where(publications.c.status.in_(statuses))
        if dated is not None:
            query = query.where(publications.c.publish_on.is_not(None) == dated)
        query = query.order_by(publications.c.updated_at.desc(), publications.c.number.desc())
        query = query.limit(limit).offset(offset)
        return [_publication(found) for found in await self._connection.execute(query)]

    async def unwanted(self) -> list[Publication]:
        """What readers see although the asker does not want it any more."""
        query = select(publications).join(cases, cases.c.id == publications.c.case_id)
        query = query.where(publications.c.live.is_not(None), cases.c.objected)
        return [
            _publication(found)
            for found in await self._connection.execute(query.order_by(publications.c.number))
        ]

    async def unpublished_cases(self, limit: int = 100, offset: int = 0) -> list[str]:
        """Ids of answered cases about which nobody has decided yet, the newest answer first."""
        query = select(cases.c.id).where(*_UNDECIDED)
        query = query.order_by(cases.c.answered_at.desc().nulls_last(), cases.c.code.desc())
        query = query.limit(limit).offset(offset)
        return list((await self._connection.execute(query)).scalars())

    async def count_unpublished_cases(self) -> int:
        query = select(func.count()).select_from(cases).where(*_UNDECIDED)
        return int((await self._connection.execute(query)).scalar_one())

    async def count_each(self) -> dict[tuple[Visibility, bool], int]:
        """By status, and whether a day to appear on was named."""
        dated = publications.c.publish_on.is_not(None)
        query = select(publications.c.status, dated.label("dated"), func.count().label("number"))
        found = await self._connection.execute(query.group_by(publications.c.status, dated))
        return {(Visibility(row.status), row.dated): row.number for row in found}

    async def due(self, today: date) -> list[Publication]:
        """Released documents whose day has come."""
        query = select(publications).where(
            publications.c.status == Visibility.RELEASED, publications.c.publish_on <= today
        )
        return [_publication(found) for found in await self._connection.execute(query)]

    async def forget_drafts(self, case_ids: Collection[str], now: datetime) -> None:
        """After an erasure only what a second person let readers see is left of these cases."""
        drafts = publications.c.case_id.in_(case_ids)
        unseen = drafts & publications.c.live.is_(None)
        never = unseen & publications.c.published_at.is_(None)
        working = publications.c.status.in_((Visibility.EDITED, Visibility.RELEASED))
        changed = {"publish_on": None, "version": publications.c.version + 1, "updated_at": now}
        run = self._connection.execute
        await run(delete(publications).where(never, working))
        await run(
            update(publications)
            .where(drafts, publications.c.live.is_not(None), working)
            .values(draft=publications.c.live, status=Visibility.PUBLISHED, **changed)
        )
        # Numbers and days stay: readers are told what is gone, editors what they decided.
        nothing = {"draft": dump_document(NO_WORDS), **changed}
        await run(update(publications).where(unseen).values(nothing))
        await run(update(publications).where(unseen, working).values(status=Visibility.TAKEN_DOWN))

    async def vote(self, publication_id: str, day: date, *, helpful: bool) -> None:
        column = "helpful" if helpful else "unhelpful"
        counted = pg_insert(publication_votes).values(
            publication_id=publication_id, day=day, **{column: 1}
        )
        await self._connection.execute(
            counted.on_conflict_do_update(
                index_elements=["publication_id", "day"],
                set_={column: publication_votes.c[column] + 1},
            )
        )


def _changing(publication: Publication, now: datetime) -> dict[str, Any]:
    return {
        "status": publication.status,
        "draft": dump_document(publication.draft),
        "live": None if publication.live is None else dump_document(publication.live),
        "basis": publication.basis,
        "edited_by": publication.edited_by,
        "released_by": publication.released_by,
        "publish_on": publication.publish_on,
        "published_at": publication.published_at,
        "taken_down_at": publication.taken_down_at,
        "reason": publication.reason,
        "updated_at": now,
    }
