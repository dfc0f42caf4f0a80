"""How long what people gave us is kept, and the statements that end it."""

from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import and_, delete, exists, func, literal_column, or_, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.elements import ColumnElement

from casework.statuses import OPEN
from store.inbox import InboxStatus
from store.outbox import OutboxStatus
from store.tables import attachments, cases, conversations, handovers, inbox, outbox


class Kept(StrEnum):
    """What is kept for a time of its own. Cases and their media are kept as long as each other."""

    #: Words of conversations, ours and theirs, while no case of the conversation is open.
    WORDS = "words"
    #: Media that belong to no case.
    UNCLAIMED_MEDIA = "unclaimed_media"
    #: A picture of which a member of staff said that it shows an identity paper.
    IDENTITY_PAPERS = "identity_papers"
    #: That somebody asked for a person, once that is done.
    HANDOVERS = "handovers"
    #: Failed log-ins and look-ups: longer than any window in which they are counted.
    COUNTS = "counts"


KEPT_FOR: dict[Kept, timedelta] = {
    Kept.WORDS: timedelta(days=365),
    Kept.UNCLAIMED_MEDIA: timedelta(days=30),
    Kept.IDENTITY_PAPERS: timedelta(days=7),
    Kept.HANDOVERS: timedelta(days=90),
    Kept.COUNTS: timedelta(days=2),
}

#: Nothing waits for these rows any more. An answer that is held waits for its citizen.
_FINISHED = (OutboxStatus.SENT, OutboxStatus.DELIVERED, OutboxStatus.FAILED, OutboxStatus.MAYBE)
#: Who, and to which message; the marks tell the desk what not to show.
_WITHOUT_WORDS: ColumnElement[object] = literal_column(
    "jsonb_strip_nulls(jsonb_build_object("
    "'account_id', inbox.content->'account_id', 'user_id', inbox.content->'user_id', "
    "'message_id', inbox.content->'message_id', 'about', inbox.content->'about', "
    "'extra', nullif(jsonb_strip_nulls(jsonb_build_object("
    "'sealed', inbox.content#>'{extra,sealed}', 'suspected', inbox.content#>'{extra,suspected}'"
    ")), '{}'::jsonb)))"
)
_HAS_WORDS = text("inbox.content ?| array['text', 'payload', 'attachments']")
_EMPTY_MESSAGE = {"text": ""}


async def forget_words(connection: AsyncConnection, now: datetime, limit: int = 1000) -> int:
    """Empty old messages and dialogues; returns how many rows, at most three times `limit`.

    That a message came or went, and when, stays known.
    """
    before = now - KEPT_FOR[Kept.WORDS]
    old_in = (
        select(inbox.c.id)
        .where(inbox.c.received_at < before, inbox.c.status != InboxStatus.OPEN)
        .where(or_(func.octet_length(inbox.c.raw) > 0, _HAS_WORDS))
        .where(~_has_open_case(inbox.c.conversation_id))
        .limit(limit)
    )
    old_out = (
        select(outbox.c.id)
        .where(outbox.c.created_at < before, outbox.c.status.in_(_FINISHED))
        .where(outbox.c.message != _EMPTY_MESSAGE)
        .where(~_has_open_case(outbox.c.conversation_id))
        .limit(limit)
    )
    old_talks = (
        select(conversations.c.id)
        .where(conversations.c.last_inbound_at < before, conversations.c.state != {})
        .where(~_has_open_case(conversations.c.id))
        .limit(limit)
    )
    statements = (
        update(inbox).where(inbox.c.id.in_(old_in)).values(raw=b"", content=_WITHOUT_WORDS),
        update(outbox).where(outbox.c.id.in_(old_out)).values(message=_EMPTY_MESSAGE),
        update(conversations).where(conversations.c.id.in_(old_talks)).values(state={}),
    )
    return sum([(await connection.execute(statement)).rowcount for statement in statements])


async def forget_unclaimed_media(connection: AsyncConnection, now: datetime) -> int:
    """Delete media that came to no case and no sealed record; returns how many."""
    before = now - KEPT_FOR[Kept.UNCLAIMED_MEDIA]
    spent = delete(attachments).where(
        and_(
            attachments.c.case_id.is_(None),
            attachments.c.sealed_id.is_(None),
            attachments.c.created_at < before,
        )
    )
    return (await connection.execute(spent)).rowcount


async def forget_handovers(connection: AsyncConnection, now: datetime) -> int:
    spent = delete(handovers).where(handovers.c.done_at < now - KEPT_FOR[Kept.HANDOVERS])
    return (await connection.execute(spent)).rowcount


def _has_open_case(conversation_id: ColumnElement[str]) -> ColumnElement[bool]:
    return exists().where(cases.c.conversation_id == conversation_id, cases.c.status.in_(OPEN))
