"""The inbox lane: runs turns in order and counts failures until a row is dead."""

import logging
from collections.abc import Callable, Iterable
from typing import Protocol

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.alarms import Concern, call_person
from store.inbox import InboxRow, InboxStatus
from store.unit_of_work import Store, UnitOfWork

log = logging.getLogger(__name__)

#: Rows of one citizen before another's turn comes.
_ROWS_AT_ONCE = 5


class Turns(Protocol):
    async def run(self, row: InboxRow, connection: AsyncConnection) -> object:
        """One event, one transaction."""
        ...

    async def give_up(self, row: InboxRow, work: UnitOfWork) -> None:
        """The honest answer for a dead row, and the alert at the desk; the caller commits."""
        ...


class InboxLane:
    """`queued` is told which conversations may have messages to send."""

    def __init__(self, store: Store, turns: Turns, queued: Callable[[Iterable[str]], None]) -> None:
        self._store = store
        self._turns = turns
        self._queued = queued

    async def run(self, conversation_id: str, connection: AsyncConnection) -> bool:
        """Work some rows of the conversation; True when more may be waiting."""
        async with self._store.work(connection, autocommit=True) as work:
            rows = await work.inbox.open_rows(conversation_id, _ROWS_AT_ONCE, work.clock())
        for row in rows:
            done = await self._run_row(row, connection)
            self._queued([conversation_id])
            if not done:
                return False
        return len(rows) == _ROWS_AT_ONCE

    async def _run_row(self, row: InboxRow, connection: AsyncConnection) -> bool:
        """Whether the next row may follow now."""
        try:
            await self._turns.run(row, connection)
        except Exception as error:
            if isinstance(error, DBAPIError) and error.connection_invalidated:
                raise  # the database is away: no fault of the row
            await connection.rollback()
            return await self._failed(row, error, connection)
        return True

    async def _failed(self, row: InboxRow, error: Exception, connection: AsyncConnection) -> bool:
        # The type only: messages of exceptions may quote the citizen.
        name = type(error).__name__
        where = _place(error)
        log.error("turn of inbox row %d failed: %s at %s", row.id, name, where)
        try:
            return await self._count(row, name, connection, told=True)
        except Exception as second:
            if isinstance(second, DBAPIError) and second.connection_invalidated:
                raise
            # Even the honest answer failed; the count and the alert must not be lost with it.
            await connection.rollback()
            return await self._count(row, name, connection, told=False)

    async def _count(
        self, row: InboxRow, error: str, connection: AsyncConnection, *, told: bool
    ) -> bool:
        """Whether the row is dead now; then citizen and desk hear of it in the same transaction."""
        async with self._store.work(connection) as work:
            dead = await work.inbox.fail(row, error, work.clock()) is InboxStatus.DEAD
            if dead and told:
                await self._turns.give_up(row, work)
            elif dead:
                await call_person(work, Concern.TURN_FAILED, row.conversation_id, work.clock())
            await work.commit()
        return dead


def _place(error: BaseException) -> str:
    """File and line where it was raised."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else "?"
