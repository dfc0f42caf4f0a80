"""`hoidap chat` beside a running worker: one of the two works the conversation, not both."""

import io
import random
import sys

import psycopg
import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from app.cli.chat_command import TerminalChannel, _Talk
from app.database import conninfo
from bot.lane_work import InboxLane
from bot.outgoing import Sender
from delivery.messages import ChannelName
from store.inbox import InboxRow
from store.lanes import LaneKind, leave_lane, try_lane
from store.unit_of_work import Store, UnitOfWork

_STATES = """
select state from pg_stat_activity
 where datname = current_database() and pid <> pg_backend_pid() and application_name = 'test'
"""
LANES = (LaneKind.INBOX, LaneKind.OUTBOX)


class Neighbour:
    """Turns that try at each event what a worker would: to take the lanes."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.conversations: list[str] = []
        self.taken: list[LaneKind] = []

    async def run(self, row: InboxRow, connection: AsyncConnection) -> None:
        self.conversations.append(row.conversation_id)
        self.taken += await self.try_lanes(row.conversation_id)
        async with self._store.work(connection) as work:
            await work.inbox.take(row.id, work.clock())
            await work.commit()

    async def give_up(self, row: InboxRow, work: UnitOfWork) -> None:
        raise AssertionError("no turn failed")

    async def try_lanes(self, conversation_id: str) -> list[LaneKind]:
        async with self._store.engine.connect() as other:
            taken = [kind for kind in LANES if await try_lane(other, kind, conversation_id)]
            for kind in taken:
                await leave_lane(other, kind, conversation_id)
        return taken


async def test_a_running_worker_leaves_the_conversation_alone(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("Xin chào\n\nHộ chiếu\n"))
    neighbour = Neighbour(store)
    sender = Sender(store, {ChannelName.TERMINAL: TerminalChannel()}, random.random)
    await _Talk(store, InboxLane(store, neighbour, lambda _woken: None), sender).run()
    assert len(neighbour.conversations) == 2
    assert neighbour.taken == []
    # Afterwards the worker may send what is late.
    assert await neighbour.try_lanes(neighbour.conversations[0]) == list(LANES)


class SlowTypist:
    """Looks at the sessions of the database while the program waits for a line."""

    def __init__(self, lines: str, url: str) -> None:
        self._lines = io.StringIO(lines)
        self._url = url
        self.states: list[str] = []

    def readline(self) -> str:
        with psycopg.connect(conninfo(self._url)) as connection:
            self.states += [state for (state,) in connection.execute(_STATES)]
        return self._lines.readline()


async def test_no_transaction_is_open_while_nobody_types(
    store: Store, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database would end the session after a minute."""
    typist = SlowTypist("Xin chào\nHộ chiếu\n", database_url)
    monkeypatch.setattr(sys, "stdin", typist)
    sender = Sender(store, {ChannelName.TERMINAL: TerminalChannel()}, random.random)
    await _Talk(store, InboxLane(store, Neighbour(store), lambda _woken: None), sender).run()
    assert "idle" in typist.states
    assert set(typist.states) == {"idle"}
