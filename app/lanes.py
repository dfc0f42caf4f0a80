"""Runs lanes: a few slots, each working one conversation at a time under its advisory lock."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Iterable

import psycopg
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from store.clock import Clock
from store.lanes import LaneKind, leave_lane, ready_conversations, try_lane

log = logging.getLogger(__name__)

#: The safety net below the wake-ups.
POLL_SECONDS = 1.0
_POLL_LIMIT = 500
_PAUSE_AFTER_FAILURE = 0.5

#: Works some rows of a conversation; True when more are waiting.
LaneWork = Callable[[str, AsyncConnection], Awaitable[bool]]


class LaneRunner:
    """Wake-ups of a conversation that is being worked lead to one more look at its end."""

    def __init__(
        self, engine: AsyncEngine, kind: LaneKind, work: LaneWork, *, slots: int, clock: Clock
    ) -> None:
        self._engine = engine
        self._kind = kind
        self._work = work
        self._slots = slots
        self._clock = clock
        self._queue: asyncio.Queue[str] = asyncio.Queue()
        self._queued: set[str] = set()
        self._busy: set[str] = set()
        self._again: set[str] = set()
        self._stopping = asyncio.Event()

    def wake(self, conversations: Iterable[str]) -> None:
        for conversation_id in conversations:
            if conversation_id in self._busy:
                self._again.add(conversation_id)
            elif conversation_id not in self._queued:
                self._queued.add(conversation_id)
                self._queue.put_nowait(conversation_id)

    def stop(self) -> None:
        """Finish the rows in hand, take no new ones."""
        self._stopping.set()

    async def run(self) -> None:
        """Until `stop`; survives a database that goes away."""
        async with asyncio.TaskGroup() as group:
            for number in range(self._slots):
                group.create_task(self._slot(), name=f"{self._kind} lane {number}")
            group.create_task(self._poll_for_ever(), name=f"{self._kind} poll")

    async def poll(self) -> None:
        """Look for conversations that are due; wakes the slots."""
        async with self._engine.connect() as connection:
            self.wake(await ready_conversations(connection, self._kind, self._clock(), _POLL_LIMIT))

    async def _poll_for_ever(self) -> None:
        while not self._stopping.is_set():
            try:
                await self.poll()
            except (SQLAlchemyError, psycopg.Error, OSError) as error:
                log.warning("%s lanes: database away (%s)", self._kind, type(error).__name__)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), POLL_SECONDS)
        for _ in range(self._slots):
            self._queue.put_nowait("")

    async def _slot(self) -> None:
        while not self._stopping.is_set():
            try:
                async with self._engine.connect() as connection:
                    await self._serve(connection)
            except (SQLAlchemyError, psycopg.Error, OSError) as error:
                log.warning("%s lane: database away (%s)", self._kind, type(error).__name__)
                await asyncio.sleep(_PAUSE_AFTER_FAILURE)

    async def _serve(self, connection: AsyncConnection) -> None:
        while not self._stopping.is_set():
            conversation_id = await self._queue.get()
            self._queued.discard(conversation_id)
            if not conversation_id or self._stopping.is_set():
                return
            if conversation_id in self._busy:
                self._again.add(conversation_id)
                continue
            try:
                await self._take(conversation_id, connection)
            except (SQLAlchemyError, psycopg.Error, OSError):
                raise
            except Exception as error:  # noqa: BLE001 - one conversation must not end all work
                # The type only: messages of exceptions may quote the citizen. The poll comes back.
                log.error("%s lane: %s", self._kind, type(error).__name__)  # noqa: TRY400

    async def _take(self, conversation_id: str, connection: AsyncConnection) -> None:
        self._busy.add(conversation_id)
        more = False
        try:
            if await try_lane(connection, self._kind, conversation_id):
                try:
                    more = await self._work(conversation_id, connection)
                finally:
                    # Also after an error: whatever the transaction was, the lane must be free.
                    if not connection.invalidated:
                        await connection.rollback()
                        await leave_lane(connection, self._kind, conversation_id)
        finally:
            self._busy.discard(conversation_id)
            if more or conversation_id in self._again:
                self._again.discard(conversation_id)
                self.wake([conversation_id])
