"""Events of citizens, in the order they were made durable."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.ext.asyncio import AsyncConnection

from delivery.messages import EventKind, Inbound
from store.inbound_json import dump_content, load_inbound
from store.tables import inbox


class InboxStatus(StrEnum):
    OPEN = "open"
    DONE = "done"
    #: Kept, nothing to do: unknown and operator events.
    NOTED = "noted"
    DEAD = "dead"


#: Failures after which a row is given up.
MAX_ATTEMPTS = 5
RETRY_BASE = timedelta(seconds=1)

#: Marks in `content.extra`.
_SEALED, _SUSPECTED = "sealed", "suspected"
#: What stays of the content of a sealed row.
_OUTSIDE_WORDS = ("account_id", "user_id", "message_id", "about")

#: Kinds that need no turn.
NOTED_KINDS = frozenset(
    {EventKind.STANDBY, EventKind.COMMENT, EventKind.ACCOUNT, EventKind.UNKNOWN}
)


def first_status(kind: EventKind) -> InboxStatus:
    return InboxStatus.NOTED if kind in NOTED_KINDS else InboxStatus.OPEN


@dataclass(frozen=True, slots=True)
class InboxRow:
    id: int
    event: Inbound
    conversation_id: str
    received_at: datetime
    attempts: int
    without_model: bool

    @property
    def sealed_as(self) -> str:
        """The kind of the sealed record that holds the words, empty when they are here."""
        return str((self.event.extra or {}).get(_SEALED) or "")

    @property
    def is_hidden(self) -> bool:
        """Sealed, or may have to be: staff do not read it with the conversation."""
        return bool(self.sealed_as or (self.event.extra or {}).get(_SUSPECTED))


_COLUMNS = (
    inbox.c.id,
    inbox.c.channel,
    inbox.c.event_key,
    inbox.c.kind,
    inbox.c.content,
    inbox.c.sent_at,
    inbox.c.conversation_id,
    inbox.c.received_at,
    inbox.c.attempts,
    inbox.c.without_model,
)
#: Statements of the hot path are built once: SQLAlchemy then finds them compiled.
_OPEN_ROWS = (
    select(*_COLUMNS, inbox.c.due_at)
    .where(inbox.c.status == InboxStatus.OPEN)
    .where(inbox.c.conversation_id == bindparam("conversation"))
    .order_by(inbox.c.id)
    .limit(bindparam("most"))
)
_TAKE = (
    update(inbox)
    .where(inbox.c.id == bindparam("row"), inbox.c.status == InboxStatus.OPEN)
    .values(status=InboxStatus.DONE, done_at=bindparam("now"), without_model=bindparam("unread"))
    .returning(inbox.c.id)
)


def _row(found: Any) -> InboxRow:
    event = load_inbound(found.channel, found.event_key, found.kind, found.content, found.sent_at)
    return InboxRow(
        id=found.id,
        event=event,
        conversation_id=found.conversation_id,
        received_at=found.received_at,
        attempts=found.attempts,
        without_model=found.without_model,
    )


def _words_in(content: Any) -> Any:
    return func.lower(func.btrim(content["text"].astext))


class InboxRepository:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def open_rows(self, conversation_id: str, limit: int, now: datetime) -> list[InboxRow]:
        """The next rows of a conversation in order, up to the first that is not due."""
        rows = []
        values = {"conversation": conversation_id, "most": limit}
        for found in await self._connection.execute(_OPEN_ROWS, values):
            if found.due_at > now:
                break
            rows.append(_row(found))
        return rows

    async def take(self, row_id: int, now: datetime, *, without_model: bool = False) -> bool:
        """Mark the row done in this transaction; False when it is no longer open."""
        values = {"row": row_id, "now": now, "unread": without_model}
        return (await self._connection.execute(_TAKE, values)).first() is not None

    async def fail(self, row: InboxRow, error: str, now: datetime) -> InboxStatus:
        """Count a failed turn; the fifth makes the row dead."""
        attempts = row.attempts + 1
        dead = attempts >= MAX_ATTEMPTS
        status = InboxStatus.DEAD if dead else InboxStatus.OPEN
        await self._connection.execute(
            update(inbox)
            .where(inbox.c.id == row.id, inbox.c.status == InboxStatus.OPEN)
            .values(
                attempts=attempts,
                status=status,
                error=error,
                due_at=now + RETRY_BASE * 2**attempts,
                done_at=now if dead else None,
            )
        )
        return status

    async def add(self, event: Inbound, now: datetime) -> bool:
        """Store one event; False when it was there already."""
        added = (
            pg_insert(inbox)
            .values(
                channel=event.channel,
                event_key=event.event_key,
                conversation_id=event.conversation_id,
                kind=event.kind,
                raw=event.raw,
                content=dump_content(event),
                sent_at=event.sent_at,
                received_at=now,
                due_at=now,
                status=first_status(event.kind),
            )
            .on_conflict_do_nothing()
            .returning(inbox.c.id)
        )
        return (await self._connection.execute(added)).first() is not None

    async def history(self, conversation_id: str, limit: int = 200) -> list[InboxRow]:
        """The newest messages of a conversation, oldest first."""
        query = (
            select(*_COLUMNS)
            .where(inbox.c.conversation_id == conversation_id)
            .where(inbox.c.kind.in_([EventKind.MESSAGE, EventKind.POSTBACK, EventKind.ECHO]))
            .order_by(inbox.c.id.desc())
            .limit(limit)
        )
        found = [_row(item) for item in await self._connection.execute(query)]
        return found[::-1]

    async def unanswered_by_model(self, since: datetime, limit: int = 50) -> list[InboxRow]:
        """Messages the menu answered because the model was away, in order.

        Without those that were asked again in the same words: the last of them counts.
        """
        later = inbox.alias("later")
        again = (
            select(later.c.id)
            .where(later.c.conversation_id == inbox.c.conversation_id)
            .where(later.c.id > inbox.c.id, later.c.kind == EventKind.MESSAGE)
            .where(_words_in(later.c.content) == _words_in(inbox.c.content))
        )
        query = (
            select(*_COLUMNS)
            .where(inbox.c.without_model, inbox.c.status == InboxStatus.DONE)
            .where(inbox.c.received_at >= since, ~again.exists())
            .order_by(inbox.c.id)
            .limit(limit)
        )
        return [_row(item) for item in await self._connection.execute(query)]

    async def settle(self, conversation_id: str, row_id: int) -> None:
        """A message whose words went another way gets no late answer."""
        await self._connection.execute(
            update(inbox)
            .where(inbox.c.id == row_id, inbox.c.conversation_id == conversation_id)
            .where(inbox.c.without_model, inbox.c.status == InboxStatus.DONE)
            .values(without_model=False)
        )

    async def reopen_for_model(self, row_id: int) -> None:
        """Give a message the menu answered another turn; the row still says `without_model`."""
        await self._connection.execute(
            update(inbox)
            .where(inbox.c.id == row_id, inbox.c.status == InboxStatus.DONE)
            .values(status=InboxStatus.OPEN)
        )

    async def said(self, conversation_id: str, since: datetime) -> list[InboxRow]:
        """Messages and changes of messages from a time on, in order."""
        query = (
            select(*_COLUMNS)
            .where(inbox.c.conversation_id == conversation_id, inbox.c.received_at >= since)
            .where(inbox.c.kind.in_([EventKind.MESSAGE, EventKind.EDIT]))
            .order_by(inbox.c.id)
        )
        return [_row(item) for item in await self._connection.execute(query)]

    async def find(self, conversation_id: str, row_id: int) -> InboxRow | None:
        query = select(*_COLUMNS).where(inbox.c.id == row_id)
        query = query.where(inbox.c.conversation_id == conversation_id)
        found = (await self._connection.execute(query)).first()
        return None if found is None else _row(found)

    async def find_by_message(self, conversation_id: str, about: Sequence[str]) -> InboxRow | None:
        """The message an edit speaks of."""
        query = (
            select(*_COLUMNS)
            .where(inbox.c.conversation_id == conversation_id)
            .where(inbox.c.kind == EventKind.MESSAGE)
            .where(inbox.c.content["message_id"].astext.in_(about))
            .order_by(inbox.c.id.desc())
        )
        found = (await self._connection.execute(query.limit(1))).first()
        return None if found is None else _row(found)

    async def seal(self, row_id: int, kind: str) -> None:
        """Take the citizen's words out of a row whose text went to a sealed record of a kind."""
        found = await self._content(row_id)
        if found is None:
            return
        kept = {key: found[key] for key in _OUTSIDE_WORDS if key in found}
        sealed = {**kept, "extra": {_SEALED: kind}}
        await self._connection.execute(
            update(inbox).where(inbox.c.id == row_id).values(content=sealed, raw=b"")
        )

    async def suspect(self, row_id: int, *, suspected: bool) -> None:
        """Hide a row from staff until the citizen said what it is, or show it again."""
        found = await self._content(row_id)
        if found is None:
            return
        extra = {**found.get("extra", {}), _SUSPECTED: suspected}
        await self._connection.execute(
            update(inbox).where(inbox.c.id == row_id).values(content={**found, "extra": extra})
        )

    async def was_suspected(self, row_id: int) -> bool:
        """Whether the citizen was ever asked what it is, whatever the answer."""
        found = await self._content(row_id) or {}
        return _SUSPECTED in found.get("extra", {})

    async def _content(self, row_id: int) -> dict[str, Any] | None:
        query = select(inbox.c.content).where(inbox.c.id == row_id)
        content: dict[str, Any] | None = (
            await self._connection.execute(query)
        ).scalar_one_or_none()
        return content
