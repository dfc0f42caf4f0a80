"""What the database says after a trial, held against what the citizens and the providers saw."""

import asyncio
import time
from dataclasses import dataclass
from typing import LiteralString

from psycopg import AsyncConnection

from tests.crash.citizens import Stream
from tests.crash.providers import Providers
from tests.crash.running import Running

_UNSETTLED = """
select (select count(*) from inbox where status = 'open')
     + (select count(*) from outbox where status in ('pending', 'sending', 'unknown'))
"""
_STORED = "select count(*) from inbox where conversation_id = any(%s)"
_SILENT = """
select count(*) from inbox i where conversation_id = any(%s)
   and not exists (select 1 from outbox o where o.inbox_id = i.id and o.status = 'sent')
"""
_BAD = """
select 'inbox', status, error, count(*) from inbox
 where conversation_id = any(%s) and status <> 'done' group by 1, 2, 3
union all
select 'outbox', status, error, count(*) from outbox
 where conversation_id = any(%s) and status not in ('sent', 'delivered') group by 1, 2, 3
"""
_CASES = "select conversation_id, count(*) from cases where conversation_id = any(%s) group by 1"
_WRITTEN = "select count(*) from outbox where conversation_id = any(%s)"
_DOUBTFUL = """
select count(*) from outbox_attempts a join outbox o on o.id = a.outbox_id
 where a.outcome = 'unknown' and o.conversation_id = any(%s)
"""


Values = tuple[list[str], ...]


@dataclass(frozen=True)
class Account:
    """`doubles`: messages a citizen saw twice. `doubtful`: sends that were cut off."""

    doubles: int
    doubtful: int


async def _one(connection: AsyncConnection, query: LiteralString, values: Values = ()) -> int:
    cursor = await connection.execute(query, values)
    row = await cursor.fetchone()
    assert row is not None
    return int(row[0])


def conversation(running: Running, user_id: str) -> str:
    return f"zalo:{running.environment['ZALO_OA_ID']}:{user_id}"


async def until_settled(running: Running, until: float) -> float:
    """The moment (monotonic) at which no row waits any more.

    Raises:
        AssertionError: some still wait at `until`.
    """
    async with running.database() as connection:
        while waiting := await _one(connection, _UNSETTLED):
            assert time.monotonic() < until, f"{waiting} rows still wait"
            await asyncio.sleep(0.1)
    return time.monotonic()


async def check(running: Running, stream: Stream, providers: Providers) -> Account:
    """Nothing is lost, nothing is left, no case exists twice, every message has its answer."""
    who = [conversation(running, user) for user in stream.taken]
    async with running.database() as connection:
        assert await _one(connection, _STORED, (who,)) == stream.messages
        assert await _one(connection, _SILENT, (who,)) == 0, "messages without an answer"
        left = await (await connection.execute(_BAD, [who, who])).fetchall()
        assert left == [], f"rows in another state: {left}"
        cases = dict(await (await connection.execute(_CASES, (who,))).fetchall())
        written = await _one(connection, _WRITTEN, (who,))
        doubtful = await _one(connection, _DOUBTFUL, (who,))
    assert cases == {conversation(running, user): 1 for user in stream.askers}
    for user, moments in stream.taken.items():
        assert len(providers.of(user)) >= len(moments), "a citizen saw fewer answers than questions"
    arrived = sum(len(providers.of(user)) for user in stream.taken)
    assert written <= arrived <= written + doubtful
    return Account(arrived - written, doubtful)
