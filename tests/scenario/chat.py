"""Scenario language: `await chat.says(…)`, then `chat.hears(…)`."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.intents import Intent
from bot.turn import TurnResult, TurnRunner
from bot.understanding.client import AwayReason, Entity, ModelAwayError, Ranked, Understanding
from delivery.messages import Attachment, ChannelName, EventKind, Inbound
from knowledge.text import language
from store.inbox import InboxRow
from store.outbox import OutboxRow
from store.tables import cases, inbox, outbox
from store.unit_of_work import Store


class Clock:
    """Tuesday, 9 o'clock in Vietnam."""

    def __init__(self) -> None:
        self.now = datetime(2026, 12, 1, 2, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def move(self, **how_long: float) -> None:
        self.now += timedelta(**how_long)


class ScriptedModel:
    """Understands what it was told to understand; everything else is a guess."""

    def __init__(self) -> None:
        self.away = False
        self.asked: list[str] = []
        self._script: dict[str, tuple[tuple[Ranked, ...], tuple[Entity, ...]]] = {}

    def knows(
        self,
        text: str,
        intent: Intent,
        confidence: float = 0.95,
        second: tuple[Intent, float] | None = None,
        **entities: str,
    ) -> None:
        others = [item for item in Intent if item is not intent][:4]
        rest = [second] if second else [(item, (1 - confidence) / 8) for item in others]
        ranking = (Ranked(intent, confidence), *(Ranked(*item) for item in rest))
        found = tuple(Entity(name, value, 0, 1) for name, value in entities.items())
        self._script[text] = (ranking, found)

    async def parse(self, text: str) -> Understanding:
        self.asked.append(text)
        if self.away:
            raise ModelAwayError(AwayReason.NOT_STARTED)
        if text not in self._script:
            self.knows(text, Intent.OUT_OF_SCOPE, 0.2)
        ranking, entities = self._script[text]
        best = ranking[0]
        return Understanding(text, best.intent, best.confidence, entities, ranking, language(text))


class Chat:
    """One citizen at one account."""

    def __init__(
        self,
        store: Store,
        runner: TurnRunner,
        connection: AsyncConnection,
        clock: Clock,
        model: ScriptedModel,
        *,
        channel: ChannelName = ChannelName.ZALO,
        user_id: str = "900",
    ) -> None:
        self.store = store
        self.runner = runner
        self.clock = clock
        self.model = model
        self.channel = channel
        self.user_id = user_id
        self.replies: list[OutboxRow] = []
        self.result: TurnResult | None = None
        self._connection = connection
        self.count = 0
        #: Inbox row of the first message.
        self.first_row = 0

    def other(self, user_id: str, channel: ChannelName = ChannelName.ZALO) -> "Chat":
        """Another citizen of the same bot."""
        return Chat(
            self.store,
            self.runner,
            self._connection,
            self.clock,
            self.model,
            channel=channel,
            user_id=user_id,
        )

    @property
    def conversation_id(self) -> str:
        return f"{self.channel}:400:{self.user_id}"

    # -- what the citizen does -------------------------------------------------------------------

    async def says(self, text: str, intent: Intent | None = None, **known: Any) -> None:
        """Write; with `intent` the model understands it so."""
        if intent is not None:
            self.model.knows(text, intent, **known)
        await self.sends(kind=EventKind.MESSAGE, text=text)

    async def presses(self, payload: str, title: str = "") -> None:
        await self.sends(kind=EventKind.POSTBACK, payload=payload, text=title)

    async def picks(self, label: str) -> None:
        """Press a button of the last message by the beginning of its label."""
        choices = [choice for reply in self.replies for choice in reply.message.choices]
        found = next((item for item in choices if item.label.startswith(label)), None)
        assert found is not None, f"{label!r} is not among {[c.label for c in choices]}"
        await self.presses(found.payload, found.label)

    async def attaches(self, *attachments: Attachment, text: str = "") -> None:
        await self.sends(kind=EventKind.MESSAGE, attachments=attachments, text=text)

    async def sends(self, **event: Any) -> None:
        """Any event, through the inbox and one turn."""
        row = await self.stores(**event)
        await self.runs(row)

    async def stores(self, **event: Any) -> InboxRow:
        self.clock.move(seconds=5)
        self.count += 1
        inbound = replace(
            Inbound(
                channel=self.channel,
                account_id="400",
                user_id=self.user_id,
                event_key=f"{self.user_id}-{self.count}",
                kind=EventKind.MESSAGE,
                raw=b"{}",
                message_id=f"m{self.count}",
            ),
            **event,
        )
        async with self.store.work() as work:
            assert await work.inbox.add(inbound, self.clock())
            await work.commit()
        row = await self.open_row()
        self.first_row = self.first_row or row.id
        return row

    async def open_row(self) -> InboxRow:
        async with self.store.work() as work:
            rows = await work.inbox.open_rows(self.conversation_id, 10, self.clock())
        assert len(rows) == 1
        return rows[0]

    async def runs(self, row: InboxRow) -> None:
        before = await self._last_outbox()
        self.result = await self.runner.run(row, self._connection)
        assert not self._connection.in_transaction()
        async with self.store.work() as work:
            history = await work.outbox.history(self.conversation_id)
        self.replies = [reply for reply in history if reply.id > before]
        assert len(self.replies) == self.result.messages

    async def gives_up(self, row: InboxRow) -> None:
        before = await self._last_outbox()
        async with self.store.work(self._connection) as work:
            await self.runner.give_up(row, work)
            await work.commit()
        async with self.store.work() as work:
            history = await work.outbox.history(self.conversation_id)
        self.replies = [reply for reply in history if reply.id > before]

    async def _last_outbox(self) -> int:
        async with self.store.work() as work:
            history = await work.outbox.history(self.conversation_id)
        return history[-1].id if history else 0

    # -- what the citizen sees -------------------------------------------------------------------

    @property
    def text(self) -> str:
        return "\n---\n".join(reply.message.text for reply in self.replies)

    def hears(self, *parts: str) -> None:
        for part in parts:
            assert part in self.text, f"{part!r} is not in:\n{self.text}"

    def does_not_hear(self, *parts: str) -> None:
        for part in parts:
            assert part not in self.text, f"{part!r} is in:\n{self.text}"

    def hears_nothing(self) -> None:
        assert not self.replies, self.text

    def sees_buttons(self, *labels: str) -> None:
        shown = [choice.label for reply in self.replies for choice in reply.message.choices]
        assert shown == list(labels), shown

    # -- what is in the database -----------------------------------------------------------------

    async def case_codes(self) -> list[str]:
        async with self.store.work() as work:
            found = await work.connection.execute(select(cases.c.code).order_by(cases.c.code))
            return list(found.scalars())

    async def inbox_texts(self) -> list[str]:
        async with self.store.work() as work:
            found = await work.connection.execute(select(inbox.c.content).order_by(inbox.c.id))
            return [content.get("text", "") for content in found.scalars()]

    async def outbox_statuses(self) -> list[str]:
        async with self.store.work() as work:
            found = await work.connection.execute(select(outbox.c.status).order_by(outbox.c.id))
            return list(found.scalars())
