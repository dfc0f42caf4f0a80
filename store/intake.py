"""Makes events durable: many requests share one transaction and one flush to disk.

Requests wait for their events in a queue; a single writer takes all that wait, so the busier the
service, the larger the batch. An event PostgreSQL refuses is stored without its readable copy and
never costs its neighbours.
"""

import asyncio
import hashlib
import logging
from dataclasses import dataclass
from datetime import datetime

import orjson
import psycopg
from psycopg import AsyncConnection

from delivery.messages import EventKind, Inbound
from store.clock import Clock
from store.inbound_json import dump_content
from store.inbox import InboxStatus, first_status
from store.lanes import LaneKind, lock_key
from store.unit_of_work import INBOX_READY

log = logging.getLogger(__name__)

#: Zalo gives two seconds in all; what is not durable by then is answered with 503.
TIMEOUT_SECONDS = 1.6
_MAX_EVENTS = 2000
#: PostgreSQL takes notices below 8 000 bytes.
_MAX_NOTICE = 7000

_LOCK = "select count(pg_advisory_xact_lock(key)) from unnest(%s::bigint[]) as keys(key)"
_INSERT = """
insert into inbox (channel, event_key, conversation_id, kind, raw, content, sent_at, received_at,
                   due_at, status)
select channel, event_key, conversation_id, kind, raw, content::jsonb, sent_at, %s, %s, status
from unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::bytea[], %s::text[],
            %s::timestamptz[], %s::text[]) with ordinality
     as events(channel, event_key, conversation_id, kind, raw, content, sent_at, status, position)
order by position
on conflict (channel, event_key) do nothing
"""
_NOTIFY = "select pg_notify(%s, %s)"
#: An event that cannot be written as it is: NUL, lone surrogates, numbers JSON has no room for,
#: a key longer than an index takes. (orjson's error is a TypeError, encoding's a ValueError.)
_REFUSALS = (psycopg.DataError, psycopg.errors.ProgramLimitExceeded, ValueError, TypeError)
#: Ids stand in an index, which takes 2 700 bytes.
_MAX_ID = 500


class NotDurableError(Exception):
    """The events could not be stored; the provider must send them again."""


@dataclass(slots=True)
class _Waiting:
    events: list[Inbound]
    done: "asyncio.Future[None]"


class Intake:
    """`url`: libpq address. `start` before the first `accept`, `close` at the end."""

    def __init__(self, url: str, clock: Clock) -> None:
        self._url = url
        self._clock = clock
        self._queue: asyncio.Queue[_Waiting] = asyncio.Queue()
        self._connection: AsyncConnection | None = None
        self._writer: asyncio.Task[None] | None = None
        self._is_away = False

    async def start(self) -> None:
        self._writer = asyncio.create_task(self._write_for_ever(), name="intake")

    async def close(self) -> None:
        """Write what waits, then stop."""
        if self._writer is not None:
            await self._queue.join()
            self._writer.cancel()
            await asyncio.gather(self._writer, return_exceptions=True)
        await self._disconnect()

    async def accept(self, events: list[Inbound]) -> None:
        """Return when every event is on disk; redeliveries of stored events are fine.

        Raises:
            NotDurableError: the database is away or too slow.
        """
        if not events:
            return
        waiting = _Waiting(events, asyncio.get_running_loop().create_future())
        self._queue.put_nowait(waiting)
        try:
            async with asyncio.timeout(TIMEOUT_SECONDS):
                await waiting.done
        except TimeoutError:
            raise NotDurableError from None

    async def _write_for_ever(self) -> None:
        while True:
            batch = await self._next_batch()
            try:
                # Whoever gave up waiting was answered with 503 already and will come again.
                await self._write([waiting for waiting in batch if not waiting.done.done()])
            except Exception as error:  # noqa: BLE001 - one batch must not end the writer
                # The type only: PostgreSQL's words may quote the citizen.
                name = type(error).__name__
                log.error("intake: %d requests failed: %s", len(batch), name)  # noqa: TRY400
                self._refuse(batch)
                await self._disconnect()
            finally:
                for _ in batch:
                    self._queue.task_done()

    async def _next_batch(self) -> list[_Waiting]:
        batch = [await self._queue.get()]
        count = len(batch[0].events)
        while count < _MAX_EVENTS and not self._queue.empty():
            batch.append(self._queue.get_nowait())
            count += len(batch[-1].events)
        return batch

    async def _write(self, batch: list[_Waiting]) -> None:
        events = [event for waiting in batch for event in waiting.events]
        if not events:
            return
        try:
            async with asyncio.timeout(TIMEOUT_SECONDS):
                connection = await self._connected()
                await self._insert_each(connection, events)
        except (psycopg.OperationalError, psycopg.InterfaceError, TimeoutError, OSError) as error:
            self._note_away(type(error).__name__)
            self._refuse(batch)
            await self._disconnect()
            return
        self._note_away("")
        for waiting in batch:
            if not waiting.done.done():
                waiting.done.set_result(None)

    def _note_away(self, error: str) -> None:
        """One line when the database goes and one when it is back, not one for each batch."""
        if error and not self._is_away:
            log.warning("intake: database away (%s)", error)
        elif self._is_away and not error:
            log.info("intake: database back")
        self._is_away = bool(error)

    async def _insert_each(self, connection: AsyncConnection, events: list[Inbound]) -> None:
        try:
            await self._insert(connection, events)
        except _REFUSALS:
            if len(events) > 1:
                half = len(events) // 2
                await self._insert_each(connection, events[:half])
                await self._insert_each(connection, events[half:])
                return
            log.warning("intake: kept one event without its readable copy")
            await self._insert(connection, [_bare(events[0])])

    async def _insert(self, connection: AsyncConnection, events: list[Inbound]) -> None:
        now = self._clock()
        keys = sorted({lock_key(LaneKind.INTAKE, event.conversation_id) for event in events})
        notice = _notice(events)
        async with connection.transaction(), connection.pipeline():
            await connection.execute(_LOCK, (keys,))
            await connection.execute(_INSERT, _columns(events, now))
            if notice is not None:
                await connection.execute(_NOTIFY, (INBOX_READY, notice))

    async def _connected(self) -> AsyncConnection:
        if self._connection is None or self._connection.closed:
            self._connection = await AsyncConnection.connect(
                self._url, autocommit=True, connect_timeout=2, application_name="hoidap intake"
            )
        return self._connection

    async def _disconnect(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()

    @staticmethod
    def _refuse(batch: list[_Waiting]) -> None:
        for waiting in batch:
            if not waiting.done.done():
                waiting.done.set_exception(NotDurableError())


def _columns(events: list[Inbound], now: datetime) -> tuple[object, ...]:
    return (
        now,
        now,
        [event.channel.value for event in events],
        [event.event_key for event in events],
        [event.conversation_id for event in events],
        [event.kind.value for event in events],
        [event.raw for event in events],
        [orjson.dumps(dump_content(event)).decode() for event in events],
        [event.sent_at for event in events],
        [first_status(event.kind).value for event in events],
    )


def _bare(event: Inbound) -> Inbound:
    """What is left when PostgreSQL refuses the readable copy: the raw bytes say everything."""
    return Inbound(
        channel=event.channel,
        account_id=_storable(event.account_id),
        user_id=_storable(event.user_id),
        event_key=_storable(event.event_key),
        kind=EventKind.UNKNOWN,
        raw=event.raw,
        sent_at=event.sent_at,
    )


def _storable(text: str) -> str:
    """The id itself, or when PostgreSQL cannot hold it one that is always made of it."""
    raw = text.encode(errors="surrogatepass")
    if len(raw) <= _MAX_ID and "\0" not in text and text.isprintable():
        return text
    return hashlib.sha256(raw).hexdigest()


def _notice(events: list[Inbound]) -> str | None:
    """Conversations with work, one a line; empty when they are too many to name."""
    named = {
        event.conversation_id for event in events if first_status(event.kind) is InboxStatus.OPEN
    }
    if not named:
        return None
    notice = "\n".join(sorted(named))
    return notice if len(notice.encode()) < _MAX_NOTICE else ""
