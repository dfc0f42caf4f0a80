"""Cases, their encrypted texts and their history."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, or_, select, update
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.ext.asyncio import AsyncConnection

from casework.cases import (
    PREFIXES,
    ActorKind,
    Case,
    CaseKind,
    CaseSource,
    ContentKind,
    EventKind,
    OnBehalf,
    make_code,
)
from casework.errors import CaseNotFoundError, StaleCaseError
from casework.statuses import OPEN, CaseStatus
from store.case_filters import ORDERS, CaseFilter, CaseOrder, conditions_of
from store.clock import IdSource
from store.tables import attachments, case_contents, case_counters, case_events, case_keys, cases
from store.vault import Vault


@dataclass(frozen=True, slots=True)
class CaseEvent:
    at: datetime
    kind: EventKind
    actor_kind: ActorKind
    actor_id: str
    data: dict[str, Any]
    content_id: str | None


@dataclass(frozen=True, slots=True)
class CaseText:
    """A decrypted content row."""

    id: str
    kind: ContentKind
    text: str
    written_at: datetime


def _case(found: Any) -> Case:
    return Case(
        id=found.id,
        code=found.code,
        kind=CaseKind(found.kind),
        status=CaseStatus(found.status),
        source=CaseSource(found.source),
        conversation_id=found.conversation_id,
        asked_on=found.asked_on,
        due_on=found.due_on,
        promised_on=found.promised_on,
        legal_basis=found.legal_basis,
        created_at=found.created_at,
        updated_at=found.updated_at,
        version=found.version,
        field=found.field,
        place=found.place,
        on_behalf=OnBehalf(found.on_behalf),
        agency_code=found.agency_code,
        officer_id=found.officer_id,
        drafted_by=found.drafted_by,
        answered_at=found.answered_at,
        bounces=found.bounces,
        objected=found.objected,
    )


class CaseRepository:
    def __init__(self, connection: AsyncConnection, vault: Vault, ids: IdSource) -> None:
        self._connection = connection
        self._vault = vault
        self._ids = ids

    async def next_code(self, kind: CaseKind, year: int) -> str:
        """The next free code of the year; gaps only where a transaction rolled back."""
        counted = (
            pg_insert(case_counters)
            .values(prefix=PREFIXES[kind], year=year, last_number=1)
            .on_conflict_do_update(
                index_elements=["prefix", "year"],
                set_={"last_number": case_counters.c.last_number + 1},
            )
            .returning(case_counters.c.last_number)
        )
        return make_code(kind, year, (await self._connection.execute(counted)).scalar_one())

    async def add(self, case: Case, *, inbox_id: int | None = None) -> None:
        """Store a new case with a fresh key."""
        values = {name: getattr(case, name) for name in Case.__slots__}
        await self._connection.execute(insert(cases).values(inbox_id=inbox_id, **values))
        await self._connection.execute(
            insert(case_keys).values(case_id=case.id, wrapped_key=self._vault.new_case_key())
        )

    async def get(self, case_id: str) -> Case:
        """Read.

        Raises:
            CaseNotFoundError: no such id.
        """
        found = (await self._connection.execute(select(cases).where(cases.c.id == case_id))).first()
        if found is None:
            raise CaseNotFoundError(case_id)
        return _case(found)

    async def find_by_code(self, code: str) -> Case | None:
        found = (await self._connection.execute(select(cases).where(cases.c.code == code))).first()
        return None if found is None else _case(found)

    async def of_conversation(self, conversation_id: str, limit: int = 10) -> list[Case]:
        """The citizen's cases, newest first."""
        query = select(cases).where(cases.c.conversation_id == conversation_id)
        query = query.order_by(cases.c.created_at.desc(), cases.c.code.desc()).limit(limit)
        return [_case(found) for found in await self._connection.execute(query)]

    async def held_by(self, staff_id: str, statuses: Collection[CaseStatus]) -> list[Case]:
        """Cases this person answers, or whose draft is theirs; locked until the caller commits."""
        mine = or_(cases.c.officer_id == staff_id, cases.c.drafted_by == staff_id)
        query = select(cases).where(mine, cases.c.status.in_(statuses)).order_by(cases.c.id)
        return [_case(found) for found in await self._connection.execute(query.with_for_update())]

    async def waiting(self) -> list[Case]:
        """Open cases; locked until the caller commits."""
        query = select(cases).where(cases.c.status.in_(OPEN)).order_by(cases.c.id)
        return [_case(found) for found in await self._connection.execute(query.with_for_update())]

    async def of_person(self, about: str) -> list[Case]:
        """What a data request reaches: a conversation's cases, or one from no chat, `case:<id>`."""
        if not about:
            return []
        alone = (cases.c.conversation_id == "") & (cases.c.id == about.removeprefix("case:"))
        mine = alone if about.startswith("case:") else cases.c.conversation_id == about
        query = select(cases).where(mine).order_by(cases.c.created_at.desc(), cases.c.code.desc())
        return [_case(found) for found in await self._connection.execute(query)]

    async def many(self, case_ids: Sequence[str]) -> dict[str, Case]:
        """By id."""
        query = select(cases).where(cases.c.id.in_(case_ids))
        return {found.id: _case(found) for found in await self._connection.execute(query)}

    async def codes(self, case_ids: Sequence[str]) -> dict[str, str]:
        """Case id → code."""
        query = select(cases.c.id, cases.c.code).where(cases.c.id.in_(case_ids))
        return {found.id: found.code for found in await self._connection.execute(query)}

    async def first_inbox_row(self, case_id: str) -> int | None:
        """Where in the conversation the case began; None when it did not come from one."""
        query = select(cases.c.inbox_id).where(cases.c.id == case_id)
        found: int | None = (await self._connection.execute(query)).scalar_one_or_none()
        return found

    async def search(
        self,
        wanted: CaseFilter,
        *,
        order: CaseOrder = CaseOrder.DUE,
        limit: int = 50,
        offset: int = 0,
    ) -> list[Case]:
        conditions = conditions_of(wanted)
        if order is CaseOrder.ANSWERED:
            conditions.append(cases.c.answered_at.is_not(None))  # what its index holds
        page = select(cases.c.id).where(*conditions).order_by(*ORDERS[order])
        # The page is found in an index alone; only its rows are read whole.
        ids = page.limit(limit).offset(offset).subquery()
        query = select(cases).join(ids, ids.c.id == cases.c.id).order_by(*ORDERS[order])
        return [_case(found) for found in await self._connection.execute(query)]

    async def count(self, wanted: CaseFilter) -> int:
        query = select(func.count()).select_from(cases).where(*conditions_of(wanted))
        return int((await self._connection.execute(query)).scalar_one())

    async def count_each(self, wanted: Sequence[CaseFilter]) -> list[int]:
        """How many cases each filter finds, in one journey."""
        counts = [
            select(func.count()).select_from(cases).where(*conditions_of(each)).scalar_subquery()
            for each in wanted
        ]
        found = (await self._connection.execute(select(*counts))).one()
        return [int(count) for count in found]

    async def save(self, case: Case, now: datetime) -> Case:
        """Write a changed case; `case.version` is the one that was read.

        Raises:
            StaleCaseError: somebody changed it since.
        """
        changed = (
            update(cases)
            .where(cases.c.id == case.id, cases.c.version == case.version)
            .values(
                status=case.status,
                field=case.field,
                place=case.place,
                agency_code=case.agency_code,
                officer_id=case.officer_id,
                drafted_by=case.drafted_by,
                answered_at=case.answered_at,
                bounces=case.bounces,
                objected=case.objected,
                kind=case.kind,
                legal_basis=case.legal_basis,
                due_on=case.due_on,
                promised_on=case.promised_on,
                version=case.version + 1,
                updated_at=now,
            )
            .returning(cases.c.id)
        )
        if (await self._connection.execute(changed)).first() is None:
            raise StaleCaseError(case.id)
        return replace(case, version=case.version + 1, updated_at=now)

    async def add_content(self, case_id: str, kind: ContentKind, text: str, now: datetime) -> str:
        """Encrypt a text with the case's key; returns the content id.

        Raises:
            CaseNotFoundError: the case has no key (never stored, or erased).
        """
        key = await self._find_key(case_id)
        if key is None:
            raise CaseNotFoundError(case_id)
        box = self._vault.case_box(key)
        content_id = self._ids()
        await self._connection.execute(
            insert(case_contents).values(
                id=content_id,
                case_id=case_id,
                kind=kind,
                ciphertext=box.encrypt(text.encode()),
                created_at=now,
            )
        )
        return content_id

    async def contents(self, case_id: str, kind: ContentKind) -> list[str]:
        """The texts of one kind, oldest first; none after erasure."""
        return [one.text for one in await self.texts(case_id, kind)]

    async def texts(self, case_id: str, *kinds: ContentKind) -> list[CaseText]:
        """The texts of these kinds with their ids, oldest first; none after erasure."""
        # By the history, not by the clock: clocks stand still or go back, and the newest draft is
        # what the citizen gets. A text without an event yet was written just now.
        told = (case_events.c.case_id == case_id) & (case_events.c.content_id == case_contents.c.id)
        query = (
            select(case_contents)
            .outerjoin(case_events, told)
            .where(case_contents.c.case_id == case_id, case_contents.c.kind.in_(kinds))
            .order_by(case_events.c.id.nulls_last(), case_contents.c.created_at)
        )
        sealed = (await self._connection.execute(query)).all()
        key = await self._find_key(case_id)
        if key is None:
            return []
        box = self._vault.case_box(key)
        return [
            CaseText(
                row.id,
                ContentKind(row.kind),
                box.decrypt(row.ciphertext).decode(),
                row.created_at,
            )
            for row in sealed
        ]

    async def latest_content(self, case_id: str, kind: ContentKind) -> str:
        """The newest text of one kind, empty when there is none."""
        found = await self.contents(case_id, kind)
        return found[-1] if found else ""

    async def first_questions(self, case_ids: list[str]) -> dict[str, str]:
        """Case id → the question, for lists."""
        query = (
            select(case_contents.c.case_id, case_contents.c.ciphertext, case_keys.c.wrapped_key)
            .ext(distinct_on(case_contents.c.case_id))
            .join(case_keys, case_keys.c.case_id == case_contents.c.case_id)
            .where(case_contents.c.case_id.in_(case_ids))
            .where(case_contents.c.kind == ContentKind.QUESTION)
            .order_by(case_contents.c.case_id, case_contents.c.created_at)
        )
        texts = {}
        for row in await self._connection.execute(query):
            box = self._vault.case_box(row.wrapped_key)
            texts[row.case_id] = box.decrypt(row.ciphertext).decode()
        return texts

    async def pickup_codes(self, conversation_id: str) -> set[str]:
        """Of all cases of a conversation; those of erased cases are gone."""
        query = (
            select(case_contents.c.ciphertext, case_keys.c.wrapped_key)
            .join(case_keys, case_keys.c.case_id == case_contents.c.case_id)
            .join(cases, cases.c.id == case_contents.c.case_id)
            .where(cases.c.conversation_id == conversation_id)
            .where(case_contents.c.kind == ContentKind.PICKUP_CODE)
        )
        return {
            self._vault.case_box(row.wrapped_key).decrypt(row.ciphertext).decode()
            for row in await self._connection.execute(query)
        }

    async def _find_key(self, case_id: str) -> bytes | None:
        query = select(case_keys.c.wrapped_key).where(case_keys.c.case_id == case_id)
        found = (await self._connection.execute(query)).scalar_one_or_none()
        return None if found is None else bytes(found)

    async def add_event(
        self,
        case_id: str,
        kind: EventKind,
        *,
        actor_kind: ActorKind,
        actor_id: str,
        now: datetime,
        data: dict[str, Any] | None = None,
        content_id: str | None = None,
    ) -> None:
        """Append to the history; `data` holds codes and dates only."""
        await self._connection.execute(
            insert(case_events).values(
                case_id=case_id,
                at=now,
                kind=kind,
                actor_kind=actor_kind,
                actor_id=actor_id,
                data=data or {},
                content_id=content_id,
            )
        )

    async def last_event_at(self, case_id: str, kind: EventKind) -> datetime | None:
        """When this happened for the last time."""
        query = select(func.max(case_events.c.at))
        query = query.where(case_events.c.case_id == case_id, case_events.c.kind == kind)
        found: datetime | None = (await self._connection.execute(query)).scalar_one()
        return found

    async def events(self, case_id: str) -> list[CaseEvent]:
        query = select(case_events).where(case_events.c.case_id == case_id)
        return [
            CaseEvent(
                at=found.at,
                kind=EventKind(found.kind),
                actor_kind=ActorKind(found.actor_kind),
                actor_id=found.actor_id,
                data=found.data,
                content_id=found.content_id,
            )
            for found in await self._connection.execute(query.order_by(case_events.c.id))
        ]

    async def erase(self, case_id: str, *, actor_id: str, now: datetime) -> bool:
        """Destroy the key, the texts, the files and the place; dates and codes stay.

        False when that was done before.
        """
        destroyed = delete(case_keys).where(case_keys.c.case_id == case_id)
        gone = await self._connection.execute(destroyed.returning(case_keys.c.case_id))
        if gone.first() is None:
            return False
        for table in (case_contents, attachments):
            await self._connection.execute(delete(table).where(table.c.case_id == case_id))
        # Another version, so that nobody saves what they read before.
        await self._connection.execute(
            update(cases)
            .where(cases.c.id == case_id)
            .values(place="", version=cases.c.version + 1, updated_at=now)
        )
        await self.add_event(
            case_id, EventKind.ERASED, actor_kind=ActorKind.STAFF, actor_id=actor_id, now=now
        )
        return True
