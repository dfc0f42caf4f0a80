"""What our service did with an event, read from its own tables: the panel beside the phone."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from delivery.messages import EventKind, MessageClass, Speaker
from store.catalogue import CatalogueRepository
from store.inbox import InboxStatus
from store.outbox import WAITING, OutboxStatus
from store.tables import cases, inbox, outbox
from store.unit_of_work import Store

#: Events of a citizen that our service answers.
_ACTS = (EventKind.MESSAGE, EventKind.POSTBACK, EventKind.FOLLOW, EventKind.UNFOLLOW)
#: Where a turn may have written what it understood (inside `inbox.content`).
_READING_KEY = "understood"
_MOST_ANSWERS = 6


@dataclass(frozen=True, slots=True)
class Reading:
    """What was understood; `confidence` from 0 to 1."""

    intent: str
    confidence: float | None = None
    lang: str = ""


#: Reads a text again as the service would; None when the intent model is away.
Explain = Callable[[str], Awaitable[Reading | None]]


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """One row of the inbox."""

    id: int
    event_key: str
    kind: EventKind
    text: str
    payload: str
    message_id: str
    received_at: datetime
    status: InboxStatus
    attempts: int
    done_at: datetime | None
    without_model: bool
    error: str
    reading: Reading | None

    @property
    def worked_for(self) -> timedelta | None:
        return self.done_at - self.received_at if self.done_at else None


@dataclass(frozen=True, slots=True)
class Answer:
    """One row of the outbox."""

    id: int
    speaker: Speaker
    message_class: MessageClass
    text: str
    choices: int
    status: OutboxStatus
    attempts: int
    created_at: datetime
    due_at: datetime
    sent_at: datetime | None
    reached_at: datetime | None
    error: str
    message_id: str

    @property
    def waiting(self) -> bool:
        return self.status in WAITING


@dataclass(frozen=True, slots=True)
class OpenedCase:
    """What an agency has to answer now."""

    id: str
    code: str
    #: Its name; the code where the catalogue does not know it.
    agency: str
    due_on: date


@dataclass(frozen=True, slots=True)
class Trace:
    """The newest event of a conversation and all that was written for the citizen since."""

    event: StoredEvent | None
    answers: tuple[Answer, ...] = ()
    lang: str = ""
    case: OpenedCase | None = None

    @property
    def working(self) -> bool:
        """Whether the citizen may expect something in a moment."""
        is_open = self.event is not None and self.event.status is InboxStatus.OPEN
        return is_open or any(answer.waiting and not answer.error for answer in self.answers)


async def read_trace(store: Store, conversation_id: str) -> Trace:
    """What the tables say now."""
    async with store.work() as work:
        event = await _last_event(work.connection, conversation_id)
        conversation = await work.conversations.find(conversation_id)
        since = event.received_at if event else None
        answers = await _answers(work.connection, conversation_id, since)
        case = await _opened_case(work.connection, conversation_id, since)
    return Trace(event, answers, conversation.lang if conversation else "", case)


async def _last_event(connection: AsyncConnection, conversation_id: str) -> StoredEvent | None:
    query = (
        select(inbox)
        .where(inbox.c.conversation_id == conversation_id, inbox.c.kind.in_(_ACTS))
        .order_by(inbox.c.id.desc())
        .limit(1)
    )
    found = (await connection.execute(query)).first()
    return None if found is None else _event(found)


def _event(found: Any) -> StoredEvent:
    content = found.content
    return StoredEvent(
        id=found.id,
        event_key=found.event_key,
        kind=EventKind(found.kind),
        text=content.get("text", ""),
        payload=content.get("payload", ""),
        message_id=content.get("message_id", ""),
        received_at=found.received_at,
        status=InboxStatus(found.status),
        attempts=found.attempts,
        done_at=found.done_at,
        without_model=found.without_model,
        error=found.error,
        reading=find_reading(content),
    )


def find_reading(content: dict[str, Any]) -> Reading | None:
    """What the turn wrote about its understanding; None when it wrote nothing."""
    extra = content.get("extra") or {}
    told = extra.get(_READING_KEY)
    if not isinstance(told, dict) or not isinstance(told.get("intent"), str):
        return None
    confidence = told.get("confidence")
    number = float(confidence) if isinstance(confidence, int | float) else None
    return Reading(told["intent"], number, str(told.get("lang", "")))


async def _opened_case(
    connection: AsyncConnection, conversation_id: str, since: datetime | None
) -> OpenedCase | None:
    query = select(cases.c.id, cases.c.code, cases.c.agency_code, cases.c.due_on)
    query = query.where(cases.c.conversation_id == conversation_id)
    if since is not None:
        query = query.where(cases.c.created_at >= since)
    found = (await connection.execute(query.order_by(cases.c.created_at.desc()).limit(1))).first()
    if found is None:
        return None
    known = await CatalogueRepository(connection).find("agencies", found.agency_code)
    agency = (known or {}).get("name") or found.agency_code
    return OpenedCase(found.id, found.code, agency, found.due_on)


async def _answers(
    connection: AsyncConnection, conversation_id: str, since: datetime | None
) -> tuple[Answer, ...]:
    query = select(outbox).where(outbox.c.conversation_id == conversation_id)
    if since is not None:
        # An older message that was held goes out when the citizen writes again.
        newer, released = outbox.c.created_at >= since, outbox.c.sent_at >= since
        query = query.where(newer | released | outbox.c.status.in_(WAITING))
    found = await connection.execute(query.order_by(outbox.c.id.desc()).limit(_MOST_ANSWERS))
    return tuple(_answer(item) for item in reversed(found.all()))


def _answer(found: Any) -> Answer:
    return Answer(
        id=found.id,
        speaker=Speaker(found.speaker),
        message_class=MessageClass(found.message_class),
        text=found.message["text"],
        choices=len(found.message.get("choices", ())),
        status=OutboxStatus(found.status),
        attempts=found.attempts,
        created_at=found.created_at,
        due_at=found.due_at,
        sent_at=found.sent_at,
        reached_at=found.reached_at,
        error=found.error,
        message_id=found.provider_message_id,
    )
