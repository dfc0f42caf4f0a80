"""`hoidap chat`: a conversation in the terminal, through the real turns and lanes."""

import argparse
import asyncio
import contextlib
import itertools
import random
import sys
from collections.abc import AsyncIterator, Mapping

from sqlalchemy.ext.asyncio import AsyncConnection

from app.cli.command import Command, Context, no_arguments
from app.conversations import CHANNEL_LIMITS, make_conversations
from app.database import command_store
from app.endpoint import EndpointFinder
from bot.lane_work import InboxLane
from bot.outgoing import Sender
from bot.understanding.client import make_session
from delivery.channel import ChannelLimits
from delivery.messages import ChannelName, Envelope, EventKind, Inbound, Receipt
from store.lanes import LaneKind, leave_lane, try_lane
from store.unit_of_work import Store

_PROMPT = "> "
_LANES = (LaneKind.INBOX, LaneKind.OUTBOX)


class TerminalChannel:
    """Prints what a citizen would get; choices are typed as numbers."""

    name: ChannelName = ChannelName.TERMINAL
    limits: ChannelLimits = CHANNEL_LIMITS[ChannelName.TERMINAL]

    def verify(self, raw: bytes, headers: Mapping[str, str]) -> bool:
        """Nothing comes in from outside."""
        return False

    def parse(self, raw: bytes) -> list[Inbound]:
        return []

    async def send(self, envelope: Envelope) -> Receipt:
        message = envelope.message
        lines = [message.text]
        lines += [f"  [{choice.label}] {choice.payload}" for choice in message.choices]
        lines += [f"  [{link.label}] {link.url}" for link in message.links]
        print("\n".join(lines), end="\n\n", flush=True)
        return Receipt(message_id=envelope.tag)


async def _run(context: Context, _arguments: argparse.Namespace) -> int:
    finder = EndpointFinder(context.settings, context.folder)
    async with (
        command_store(context.settings, context.folder) as store,
        make_session() as session,
    ):
        conversations = make_conversations(context.settings, store, session, finder.find)
        await conversations.knowledge.reload()
        channel = TerminalChannel()
        sender = Sender(store, {ChannelName.TERMINAL: channel}, random.random)
        talk = _Talk(store, InboxLane(store, conversations.turns, lambda _woken: None), sender)
        await talk.run()
    return 0


class _Talk:
    def __init__(self, store: Store, lane: InboxLane, sender: Sender) -> None:
        self._store = store
        self._lane = lane
        self._sender = sender
        self._id = store.ids()

    async def run(self) -> None:
        """Until the end of the input."""
        async with self._store.engine.connect() as connection, self._own_lanes(connection):
            for number in itertools.count(1):
                print(_PROMPT, end="", flush=True)
                line = await asyncio.to_thread(sys.stdin.readline)
                if not line:
                    return
                if text := line.strip():
                    await self._say(self._event(text, number), connection)

    @contextlib.asynccontextmanager
    async def _own_lanes(self, connection: AsyncConnection) -> AsyncIterator[None]:
        """A running worker would answer first, and it cannot send to a terminal."""
        conversation_id = self._event("", 0).conversation_id
        for kind in _LANES:
            await try_lane(connection, kind, conversation_id)  # a new id, so nobody has them
        try:
            yield
        finally:
            if not connection.invalidated:
                await connection.rollback()
                for kind in _LANES:
                    await leave_lane(connection, kind, conversation_id)

    def _event(self, text: str, number: int) -> Inbound:
        return Inbound(
            channel=ChannelName.TERMINAL,
            account_id="local",
            user_id=self._id,
            event_key=f"{self._id}:{number}",
            kind=EventKind.MESSAGE,
            raw=text.encode(),
            sent_at=self._store.clock(),
            text=text,
            payload=text if text.startswith("#") else "",
        )

    async def _say(self, event: Inbound, connection: AsyncConnection) -> None:
        async with self._store.work(connection) as work:
            await work.inbox.add(event, work.clock())
            await work.commit()
        await self._lane.run(event.conversation_id, connection)
        await self._sender.run(event.conversation_id, connection)


COMMANDS = {
    "chat": Command(no_arguments, _run),
}
