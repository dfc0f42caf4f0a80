"""Messages on their way to citizens: written with the change that causes them, sent by lanes."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, bindparam, exists, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from casework.cases import EventKind
from delivery.messages import ChannelName, Choice, Link, MessageClass, Outbound, Speaker
from store.tables import case_events, conversations, outbox, outbox_attempts


class OutboxStatus(StrEnum):
    PENDING = "pending"
    #: The provider call is under way or was cut off by a crash.
    SENDING = "sending"
    #: The call left and no answer came; waits for its echo.
    UNKNOWN = "unknown"
    SENT = "sent"
    #: The provider says it reached the phone.
    DELIVERED = "delivered"
    #: Waits for the citizen to write again.
    HELD = "held"
    FAILED = "failed"
    #: Agency answer whose outcome stayed unknown: a person decides.
    MAYBE = "maybe"


#: Statuses in which later messages of the conversation wait behind this one.
WAITING = (OutboxStatus.PENDING, OutboxStatus.SENDING, OutboxStatus.UNKNOWN)


@dataclass(frozen=True, slots=True)
class NewMessage:
    """A row to be written; `tag` is unique."""

    channel: ChannelName
    conversation_id: str
    message: Outbound
    message_class: MessageClass
    speaker: Speaker
    tag: str
    case_id: str | None = None
    inbox_id: int | None = None


@dataclass(frozen=True, slots=True)
class OutboxRow:
    id: int
    channel: ChannelName
    conversation_id: str
    message: Outbound
    message_class: MessageClass
    speaker: Speaker
    tag: str
    case_id: str | None
    status: OutboxStatus
    attempts: int
    created_at: datetime
    due_at: datetime
    sent_at: datetime | None
    reached_at: datetime | None
    error: str
    #: When the citizen last wrote; only read for rows that wait to be sent.
    citizen_wrote_at: datetime | None = None
    #: The inbox row this message answers.
    inbox_id: int | None = None


def dump_message(message: Outbound) -> dict[str, Any]:
    content: dict[str, Any] = {"text": message.text}
    if message.choices:
        content["choices"] = [[choice.label, choice.payload] for choice in message.choices]
    if message.links:
        content["links"] = [[link.label, link.url] for link in message.links]
    return content


def _load(content: dict[str, Any]) -> Outbound:
    return Outbound(
        text=content["text"],
        choices=tuple(Choice(*pair) for pair in content.get("choices", ())),
        links=tuple(Link(*pair) for pair in content.get("links", ())),
    )


def _row(found: Any) -> OutboxRow:
    return OutboxRow(
        id=found.id,
        channel=ChannelName(found.channel),
        conversation_id=found.conversation_id,
        message=_load(found.message),
        message_class=MessageClass(found.message_class),
        speaker=Speaker(found.speaker),
        tag=found.tag,
        case_id=found.case_id,
        status=OutboxStatus(found.status),
        attempts=found.attempts,
        created_at=found.created_at,
        due_at=found.due_at,
        sent_at=found.sent_at,
        reached_at=found.reached_at,
        error=found.error,
        inbox_id=found.inbox_id,
    )


#: Statements of the hot path are built once: SQLAlchemy then finds them compiled.
_WAITING_ROWS = (
    select(outbox, conversations.c.last_inbound_at)
    .outerjoin(conversations, conversations.c.id == outbox.c.conversation_id)
    .where(outbox.c.conversation_id == bindparam("conversation"), outbox.c.status.in_(WAITING))
    .order_by(outbox.c.id)
    .limit(bindparam("most"))
)
_START = (
    update(outbox)
    .where(outbox.c.id == bindparam("row"), outbox.c.status.in_(WAITING))
    .values(status=OutboxStatus.SENDING, attempts=outbox.c.attempts + 1, due_at=bindparam("lease"))
    .returning(outbox.c.id)
)
_SENT = (
    update(outbox)
    .where(outbox.c.id == bindparam("row"), outbox.c.status.in_(WAITING))
    .values(
        status=OutboxStatus.SENT,
        provider_message_id=bindparam("taken_as"),
        sent_at=bindparam("now"),
        error="",
    )
)
#: The citizen has it after all, by whatever way.
_REACHED = (EventKind.REACHED, EventKind.PICKED_UP, EventKind.TOLD_BY_PHONE)
#: Must-reach messages that need a person.
UNDELIVERED = (
    outbox.c.status.in_([OutboxStatus.FAILED, OutboxStatus.MAYBE])
    & (outbox.c.message_class == MessageClass.MUST_REACH)
    & ~exists().where(
        case_events.c.case_id == outbox.c.case_id,
        case_events.c.kind.in_(_REACHED),
        case_events.c.at >= outbox.c.created_at,
    )
)


class OutboxRepository:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add_all(self, messages: list[NewMessage], now: datetime) -> None:
        """Queue messages in this order."""
        if not messages:
            return
        rows = [
            {
                "channel": item.channel,
                "conversation_id": item.conversation_id,
                "message_class": item.message_class,
                "speaker": item.speaker,
                "message": dump_message(item.message),
                "tag": item.tag,
                "case_id": item.case_id,
                "inbox_id": item.inbox_id,
                "status": OutboxStatus.PENDING,
                "due_at": now,
                "created_at": now,
            }
            for item in messages
        ]
        await self._connection.execute(insert(outbox), rows)

    async def waiting_rows(self, conversation_id: str, limit: int = 20) -> list[OutboxRow]:
        """Unsent rows of a conversation in order."""
        values = {"conversation": conversation_id, "most": limit}
        found = await self._connection.execute(_WAITING_ROWS, values)
        return [replace(_row(item), citizen_wrote_at=item.last_inbound_at) for item in found]

    async def start_sending(self, row_id: int, lease_until: datetime) -> bool:
        """Say that the call is about to leave; False when somebody finished the row."""
        values = {"row": row_id, "lease": lease_until}
        return (await self._connection.execute(_START, values)).first() is not None

    async def mark_sent(self, row_id: int, message_id: str, now: datetime) -> None:
        """The provider took it; an echo that came first is not undone."""
        values = {"row": row_id, "taken_as": message_id, "now": now}
        await self._connection.execute(_SENT, values)

    async def mark(
        self, row_id: int, status: OutboxStatus, *, due_at: datetime, error: str = ""
    ) -> bool:
        """Leave a waiting row in another status; False when an echo settled it meanwhile."""
        marked = (
            update(outbox)
            .where(outbox.c.id == row_id, outbox.c.status.in_(WAITING))
            .values(status=status, due_at=due_at, error=error)
            .returning(outbox.c.id)
        )
        return (await self._connection.execute(marked)).first() is not None

    async def postpone(self, row_id: int, due_at: datetime) -> None:
        """Look at a waiting row later; nothing else about it changes."""
        await self._connection.execute(
            update(outbox)
            .where(outbox.c.id == row_id, outbox.c.status.in_(WAITING))
            .values(due_at=due_at)
        )

    async def note_attempt(self, row_id: int, at: datetime, outcome: str, code: str = "") -> None:
        await self._connection.execute(
            insert(outbox_attempts).values(outbox_id=row_id, at=at, outcome=outcome, code=code)
        )

    async def count_attempts(self, row_id: int, outcome: str) -> int:
        query = (
            select(func.count())
            .select_from(outbox_attempts)
            .where(outbox_attempts.c.outbox_id == row_id, outbox_attempts.c.outcome == outcome)
        )
        return int((await self._connection.execute(query)).scalar_one())

    async def confirm_by_tag(self, tag: str, message_id: str, now: datetime) -> bool:
        """An echo with our tag proves that the message was taken."""
        confirmed = (
            update(outbox)
            .where(outbox.c.tag == tag)
            .where(outbox.c.status.in_([*WAITING, OutboxStatus.MAYBE, OutboxStatus.FAILED]))
            .values(status=OutboxStatus.SENT, provider_message_id=message_id, sent_at=now, error="")
            .returning(outbox.c.id)
        )
        return (await self._connection.execute(confirmed)).first() is not None

    async def knows_message(self, provider_message_id: str) -> bool:
        """Whether this provider message is one of ours."""
        query = select(outbox.c.id).where(outbox.c.provider_message_id == provider_message_id)
        return (await self._connection.execute(query.limit(1))).first() is not None

    async def knows_tag(self, tag: str) -> bool:
        query = select(outbox.c.id).where(outbox.c.tag == tag)
        return (await self._connection.execute(query)).first() is not None

    async def unknown_rows(self, conversation_id: str) -> list[OutboxRow]:
        """Rows whose call left without an answer, oldest first."""
        query = (
            select(outbox)
            .where(outbox.c.conversation_id == conversation_id)
            .where(outbox.c.status.in_([OutboxStatus.SENDING, OutboxStatus.UNKNOWN]))
            .order_by(outbox.c.id)
        )
        return [_row(found) for found in await self._connection.execute(query)]

    async def confirm(self, row_id: int, message_id: str, now: datetime) -> None:
        """An echo proves that a doubtful message was taken."""
        await self._connection.execute(
            update(outbox)
            .where(outbox.c.id == row_id)
            .where(outbox.c.status.in_([OutboxStatus.SENDING, OutboxStatus.UNKNOWN]))
            .values(status=OutboxStatus.SENT, provider_message_id=message_id, sent_at=now, error="")
        )

    async def note_delivered(self, message_ids: tuple[str, ...], at: datetime) -> list[str]:
        """Receipts of the provider; late or repeated ones change nothing.

        Returns the cases whose answers reached the phone by this.
        """
        return await self._delivered(outbox.c.provider_message_id.in_(message_ids), at)

    async def note_reached_until(self, conversation_id: str, until: datetime) -> list[str]:
        """Messenger watermark: everything sent to this person up to then reached the phone."""
        mine = outbox.c.conversation_id == conversation_id
        return await self._delivered(mine & (outbox.c.sent_at <= until), until)

    async def _delivered(self, condition: ColumnElement[bool], at: datetime) -> list[str]:
        delivered = (
            update(outbox)
            .where(condition, outbox.c.status == OutboxStatus.SENT)
            .values(status=OutboxStatus.DELIVERED, reached_at=at)
            .returning(outbox.c.case_id)
        )
        found = (await self._connection.execute(delivered)).scalars()
        return sorted({case_id for case_id in found if case_id})

    async def release_held(self, conversation_id: str, now: datetime) -> int:
        """The citizen wrote again: what waited for that goes out now."""
        released = (
            update(outbox)
            .where(outbox.c.conversation_id == conversation_id)
            .where(outbox.c.status == OutboxStatus.HELD)
            .values(status=OutboxStatus.PENDING, due_at=now, attempts=0)
            .returning(outbox.c.id)
        )
        return len((await self._connection.execute(released)).all())

    async def retry_now(self, row_id: int, now: datetime) -> None:
        """A person decided to send a failed or doubtful message again."""
        await self._connection.execute(
            update(outbox)
            .where(outbox.c.id == row_id)
            .where(outbox.c.status.in_([OutboxStatus.FAILED, OutboxStatus.MAYBE]))
            .values(status=OutboxStatus.PENDING, due_at=now, attempts=0, error="")
        )

    async def of_case(self, case_id: str) -> list[OutboxRow]:
        query = select(outbox).where(outbox.c.case_id == case_id).order_by(outbox.c.id)
        return [_row(found) for found in await self._connection.execute(query)]

    async def history(self, conversation_id: str, limit: int = 200) -> list[OutboxRow]:
        """The newest messages to a citizen, oldest first."""
        query = (
            select(outbox)
            .where(outbox.c.conversation_id == conversation_id)
            .order_by(outbox.c.id.desc())
            .limit(limit)
        )
        return [_row(found) for found in await self._connection.execute(query)][::-1]

    async def rewrite(
        self, conversation_id: str, since_row: int, change: Callable[[str], str]
    ) -> None:
        """Change the texts of what was answered to an inbox row and those after it."""
        query = (
            select(outbox.c.id, outbox.c.message)
            .where(outbox.c.conversation_id == conversation_id, outbox.c.inbox_id >= since_row)
            .order_by(outbox.c.id)
        )
        for row_id, message in (await self._connection.execute(query)).all():
            text = change(message["text"])
            if text != message["text"]:
                await self._connection.execute(
                    update(outbox)
                    .where(outbox.c.id == row_id)
                    .values(message={**message, "text": text})
                )

    async def undelivered(self, limit: int = 50) -> list[OutboxRow]:
        """Must-reach messages that need a person, the newest first."""
        query = select(outbox).where(UNDELIVERED).order_by(outbox.c.id.desc()).limit(limit)
        return [_row(found) for found in await self._connection.execute(query)]

    async def has_undelivered(self, case_id: str) -> bool:
        """Whether a must-reach message of this case needs a person."""
        query = select(outbox.c.id).where(UNDELIVERED, outbox.c.case_id == case_id).limit(1)
        return (await self._connection.execute(query)).first() is not None

    async def count_undelivered(self) -> int:
        """Must-reach messages that need a person."""
        query = select(func.count()).select_from(outbox).where(UNDELIVERED)
        return int((await self._connection.execute(query)).scalar_one())
