"""The outbox lane: plans the way, says "sending", calls the provider, records what came of it.

At least once: a crash between the call and its record leaves a row that waits for its echo.
"""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from casework.cases import ActorKind
from casework.cases import EventKind as CaseEventKind
from delivery.channel import (
    AlertedRefusalError,
    BadCredentialsError,
    Channel,
    ChannelError,
    TransientError,
)
from delivery.messages import ChannelName, Envelope, MessageClass, Receipt
from delivery.retry import (
    ECHO_WAIT,
    GiveUp,
    HoldForCitizen,
    RetryAt,
    WaitForEcho,
    decide,
)
from delivery.windows import Way, choose_way
from store.alerts import AlertKind
from store.outbox import OutboxRow, OutboxStatus
from store.unit_of_work import Store, UnitOfWork

log = logging.getLogger(__name__)

#: A provider call that takes longer was cut off by a crash.
LEASE = timedelta(seconds=25)
#: Sends of a bot reply whose outcome stayed unknown.
_SENDS_OF_DOUBTFUL_REPLY = 2

_HELD_CODE = "window_closed"
_CUT_OFF = "cut_off"
_NOT_REACHED = (OutboxStatus.HELD, OutboxStatus.FAILED, OutboxStatus.MAYBE)
#: Rows of a channel that is switched off are looked at so seldom, or thousands of them would be
#: in the way of the others each second.
_CHANNEL_OFF = timedelta(minutes=1)


class Sender:
    """Works the waiting rows of one conversation in order."""

    def __init__(
        self,
        store: Store,
        channels: Mapping[ChannelName, Channel],
        jitter: Callable[[], float],
    ) -> None:
        self._store = store
        self._channels = channels
        self._jitter = jitter
        #: Accounts the provider asked to leave alone until then.
        self._paused: dict[ChannelName, datetime] = {}

    async def run(self, conversation_id: str, connection: AsyncConnection) -> None:
        """Send what is due; stops at the first row that must wait, so order is kept."""
        async with self._store.work(connection, autocommit=True) as work:
            rows = await work.outbox.waiting_rows(conversation_id)
        for row in rows:
            if row.due_at > self._store.clock():
                return
            if row.channel not in self._channels:
                await self._postpone(row, _CHANNEL_OFF, connection)
                return
            if not await self._handle(row, connection):
                return

    async def _handle(self, row: OutboxRow, connection: AsyncConnection) -> bool:
        """Whether the next row may follow."""
        if until := self._pause(row.channel):
            await self._postpone(row, until - self._store.clock(), connection)
            return False
        if row.status is not OutboxStatus.PENDING and not await self._may_resend(row, connection):
            return await self._settle_doubtful(row, connection)
        way = self._way(row)
        if way in (Way.HOLD, Way.DROP):
            status = OutboxStatus.HELD if way is Way.HOLD else OutboxStatus.FAILED
            await self._mark(row, connection, status, error=_HELD_CODE)
            return True
        return await self._send(row, way, connection)

    async def _postpone(self, row: OutboxRow, wait: timedelta, connection: AsyncConnection) -> None:
        async with self._store.work(connection) as work:
            await work.outbox.postpone(row.id, work.clock() + wait)
            await work.commit()

    async def _may_resend(self, row: OutboxRow, connection: AsyncConnection) -> bool:
        """A reply goes out once more; sends that surely failed do not count."""
        if row.message_class is not MessageClass.REPLY:
            return False
        async with self._store.work(connection) as work:
            if row.status is OutboxStatus.SENDING:
                now = work.clock()
                await work.outbox.note_attempt(row.id, now, OutboxStatus.UNKNOWN, _CUT_OFF)
            doubtful = await work.outbox.count_attempts(row.id, OutboxStatus.UNKNOWN)
            await work.commit()
        return doubtful < _SENDS_OF_DOUBTFUL_REPLY

    async def _settle_doubtful(self, row: OutboxRow, connection: AsyncConnection) -> bool:
        """Wait for the echo once; then a reply is given up and an answer goes to a person."""
        reply = row.message_class is MessageClass.REPLY
        if row.status is OutboxStatus.SENDING and not reply:
            until = self._store.clock() + ECHO_WAIT[row.message_class] - LEASE
            await self._mark(row, connection, OutboxStatus.UNKNOWN, due_at=until, error=_CUT_OFF)
            return False
        error = row.error or _CUT_OFF
        if reply:
            await self._mark(row, connection, OutboxStatus.FAILED, error=error)
        else:
            told = AlertKind.NOT_SENT
            await self._mark(row, connection, OutboxStatus.MAYBE, error=error, alert=told)
        return True

    def _pause(self, channel: ChannelName) -> datetime | None:
        until = self._paused.get(channel)
        return until if until and until > self._store.clock() else None

    def _way(self, row: OutboxRow) -> Way:
        return choose_way(
            self._channels[row.channel].limits,
            last_inbound_at=row.citizen_wrote_at,
            message_class=row.message_class,
            speaker=row.speaker,
            now=self._store.clock(),
        )

    async def _send(self, row: OutboxRow, way: Way, connection: AsyncConnection) -> bool:
        async with self._store.work(connection, autocommit=True) as work:
            if not await work.outbox.start_sending(row.id, work.clock() + LEASE):
                return True
        try:
            receipt = await self._channels[row.channel].send(_envelope(row, way))
        except ChannelError as error:
            return await self._failed(row, error, connection)
        await self._sent(row, receipt, connection)
        return True

    async def _sent(self, row: OutboxRow, receipt: Receipt, connection: AsyncConnection) -> None:
        plain = not row.case_id and not row.attempts
        async with self._store.work(connection, autocommit=plain) as work:
            now = work.clock()
            await work.outbox.mark_sent(row.id, receipt.message_id, now)
            if plain:
                return
            await work.outbox.note_attempt(row.id, now, OutboxStatus.SENT)
            if row.case_id:
                await _note_reach(work, row, CaseEventKind.TAKEN, now)
            await work.commit()

    async def _failed(
        self, row: OutboxRow, error: ChannelError, connection: AsyncConnection
    ) -> bool:
        now = self._store.clock()
        log.warning("outbox: %s refused row %d with %s", row.channel, row.id, error.code)
        if isinstance(error, TransientError) and error.retry_after and error.whole_channel:
            self._paused[row.channel] = now + error.retry_after
        decision = decide(
            error,
            message_class=row.message_class,
            attempt=row.attempts + 1,
            now=now,
            jitter=self._jitter(),
        )
        alert = AlertKind.DEAD_CREDENTIALS if isinstance(error, BadCredentialsError) else None
        match decision:
            case RetryAt(at):
                await self._mark(
                    row, connection, OutboxStatus.PENDING, due_at=at, error=error.code, alert=alert
                )
                return False
            case WaitForEcho(until):
                await self._mark(
                    row, connection, OutboxStatus.UNKNOWN, due_at=until, error=error.code
                )
                return False
            case HoldForCitizen():
                await self._mark(row, connection, OutboxStatus.HELD, error=error.code)
            case GiveUp(code):
                tell = row.message_class is MessageClass.MUST_REACH or isinstance(
                    error, AlertedRefusalError
                )
                await self._mark(
                    row,
                    connection,
                    OutboxStatus.FAILED,
                    error=code,
                    alert=alert or (AlertKind.NOT_SENT if tell else None),
                )
        return True

    async def _mark(
        self,
        row: OutboxRow,
        connection: AsyncConnection,
        status: OutboxStatus,
        *,
        due_at: datetime | None = None,
        error: str = "",
        alert: AlertKind | None = None,
    ) -> None:
        """Record where the row stands now, with the attempt and what staff must know."""
        async with self._store.work(connection) as work:
            now = work.clock()
            if status is OutboxStatus.HELD and await _wrote_since(work, row):
                status = OutboxStatus.PENDING
            marked = await work.outbox.mark(row.id, status, due_at=due_at or now, error=error)
            await work.outbox.note_attempt(row.id, now, status, error)
            if marked and row.case_id and status in _NOT_REACHED:
                await _note_reach(work, row, CaseEventKind.NOT_REACHED, now, error)
            # An echo that came first proves that it was sent.
            untrue = alert is AlertKind.NOT_SENT and not marked
            if alert and not untrue and not await work.alerts.is_open(alert, row.channel, error):
                await work.alerts.add(alert, now, detail=f"{row.channel}:{error}")
            await work.commit()


async def _wrote_since(work: UnitOfWork, row: OutboxRow) -> bool:
    """Whether the citizen wrote after this row was read: then nothing needs to wait."""
    conversation = await work.conversations.find(row.conversation_id)
    return conversation is not None and conversation.last_inbound_at != row.citizen_wrote_at


def _envelope(row: OutboxRow, way: Way) -> Envelope:
    _, account_id, user_id = row.conversation_id.split(":", 2)
    return Envelope(
        account_id=account_id,
        user_id=user_id,
        message=row.message,
        speaker=row.speaker,
        tag=row.tag,
        human_window=way is Way.SEND_AS_PERSON,
    )


async def _note_reach(
    work: UnitOfWork, row: OutboxRow, kind: CaseEventKind, now: datetime, code: str = ""
) -> None:
    await work.cases.add_event(
        row.case_id or "",
        kind,
        actor_kind=ActorKind.SYSTEM,
        actor_id="",
        now=now,
        data={"channel": row.channel, "code": code},
    )
