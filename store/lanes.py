"""Session advisory locks: one conversation is worked by one process at a time.

A lock lives with its connection, so a dead process frees its lanes.
"""

import hashlib
from datetime import datetime
from enum import StrEnum
from typing import Any, LiteralString

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncConnection

from store.inbox import InboxStatus
from store.outbox import WAITING
from store.tables import inbox, outbox


class LaneKind(StrEnum):
    """The name salts the lock, so the two lanes of a conversation do not meet."""

    #: Taken inside the accepting transaction: row order is commit order.
    INTAKE = "intake"
    INBOX = "inbox"
    OUTBOX = "outbox"


def lock_key(kind: LaneKind, conversation_id: str) -> int:
    """A signed 64-bit key; two conversations that share one only wait for each other."""
    digest = hashlib.blake2b(f"{kind}:{conversation_id}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


async def try_lane(connection: AsyncConnection, kind: LaneKind, conversation_id: str) -> bool:
    """Take the lane for this connection's session, or say that somebody has it."""
    row = await _at_once(connection, "select pg_try_advisory_lock(%s)", kind, conversation_id)
    return bool(row[0])


async def leave_lane(connection: AsyncConnection, kind: LaneKind, conversation_id: str) -> None:
    await _at_once(connection, "select pg_advisory_unlock(%s)", kind, conversation_id)


async def _at_once(
    connection: AsyncConnection, statement: LiteralString, kind: LaneKind, conversation_id: str
) -> tuple[Any, ...]:
    """One journey to the server: a lock needs no transaction, and SQLAlchemy would open one."""
    raw: Any = (await connection.get_raw_connection()).driver_connection
    await raw.set_autocommit(True)
    try:
        cursor = await raw.execute(statement, (lock_key(kind, conversation_id),))
        row: tuple[Any, ...] = await cursor.fetchone()
    finally:
        if not raw.closed:
            await raw.set_autocommit(False)
    return row


async def ready_conversations(
    connection: AsyncConnection, kind: LaneKind, now: datetime, limit: int
) -> list[str]:
    """Conversations whose first waiting row is due, the longest waiting first."""
    table = inbox if kind is LaneKind.INBOX else outbox
    waiting = (
        inbox.c.status == InboxStatus.OPEN
        if kind is LaneKind.INBOX
        else outbox.c.status.in_(WAITING)
    )
    first = (
        select(table.c.conversation_id, table.c.id, table.c.due_at)
        .where(waiting)
        .ext(distinct_on(table.c.conversation_id))
        .order_by(table.c.conversation_id, table.c.id)
        .subquery()
    )
    query = select(first.c.conversation_id).where(first.c.due_at <= now)
    found = await connection.execute(query.order_by(first.c.id).limit(limit))
    conversations = list(found.scalars())
    await connection.commit()
    return conversations
