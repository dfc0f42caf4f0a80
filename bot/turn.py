"""One event of a citizen becomes one transaction: consumed, remembered, acted on, answered."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.actions import ask_sending, greeting, urgent
from bot.alarms import Concern, call_person
from bot.choices import NumberReader
from bot.context import Turn
from bot.dialogue import Dialogue, is_unspoken
from bot.emergency_numbers import danger_in
from bot.events import EVENTS, SPEAKS, EventWork
from bot.guard import Guard, Urgency
from bot.knowledge_holder import KnowledgeHolder
from bot.lexicon import Lexicon
from bot.office import Office
from bot.payloads import Verb, read_payload
from bot.people import is_with_person
from bot.planning import Plan, Planner
from bot.replies import Replies
from bot.reply_language import reply_language
from bot.sealing import hide_suspected
from bot.speech import compose
from bot.talk import Step, Talk
from bot.understanding.client import ModelAwayError, Understanding
from casework.legal_clock import vietnam_date
from delivery.channel import ChannelLimits
from delivery.messages import ChannelName, EventKind, Inbound, MessageClass, Outbound, Speaker
from knowledge.routing import ENOUGH, Propose
from knowledge.text import clean
from store.conversations import Conversation
from store.handovers import Handover, HandoverStatus
from store.inbox import InboxRow
from store.outbox import NewMessage
from store.unit_of_work import Store, UnitOfWork


class Outcome(StrEnum):
    ANSWERED = "answered"
    #: Kept without an answer: receipts, echoes, a conversation a person took over.
    SILENT = "silent"
    #: The row was no longer open.
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class TurnResult:
    """For the lane and the metrics. `messages`: outbox rows that wait now."""

    outcome: Outcome
    messages: int = 0
    without_model: bool = False


class Reader(Protocol):
    """The intent model."""

    async def parse(self, text: str) -> Understanding:
        """Read one text.

        Raises:
            ModelAwayError: there is no answer that can be used.
        """
        ...


#: Buttons with which a citizen takes the conversation back from a person.
_TAKE_BACK = frozenset({Verb.MENU, Verb.LEAVE_QUEUE})


@dataclass(frozen=True, slots=True)
class _Situation:
    """What is stored of a conversation. `with_person`: one of us talks in it."""

    conversation: Conversation
    handover: Handover | None = None
    with_person: bool = False


@dataclass(slots=True)
class _Heard:
    """An event and all that is known of it before the transaction."""

    row: InboxRow
    situation: _Situation
    talk: Talk
    text: str
    now: datetime
    plan: Plan
    urgency: Urgency | None = None
    reading: Understanding | None = None
    model_away: bool = False
    late: bool = False
    #: The citizen sends a person of ours away and wants the assistant.
    takes_back: bool = False

    @property
    def conversation(self) -> Conversation:
        return self.situation.conversation

    @property
    def is_paused(self) -> bool:
        if self.takes_back:
            return False
        until = self.conversation.paused_until
        return self.situation.with_person or (until is not None and until > self.now)

    @property
    def ended_handover(self) -> Handover | None:
        """A handover that is over now: sent away, or left by the person long ago."""
        handover = self.situation.handover
        taken = handover is not None and handover.status is HandoverStatus.TAKEN
        left = not self.situation.with_person
        return handover if taken and (self.takes_back or left) else None


class TurnRunner:
    """Any method may raise; then nothing of the turn has happened."""

    def __init__(
        self,
        *,
        store: Store,
        understanding: Reader,
        knowledge: KnowledgeHolder,
        replies: Replies,
        limits: Mapping[ChannelName, ChannelLimits],
        guard: Guard,
        office: Office,
        propose: Propose,
    ) -> None:
        self._store = store
        self._understanding = understanding
        self._knowledge = knowledge
        self._replies = replies
        self._limits = limits
        self._guard = guard
        self._office = office
        self._propose = propose
        self._lexicon = Lexicon(replies)
        self._planner = Planner(self._lexicon, _number_reader(replies))
        self._dialogue = Dialogue()

    async def run(self, row: InboxRow, connection: AsyncConnection) -> TurnResult:
        """Work one open row on the lane's connection, with no transaction open at the start."""
        situation = await self._situation(row, connection)
        conversation = situation.conversation
        heard = self._hear(row, situation)
        if row.event.kind not in SPEAKS and not heard.plan.is_edit and heard.urgency is None:
            return await self._note(row, conversation, connection)
        if heard.late and not heard.text:
            # Its words went to a sealed record meanwhile.
            return await self._skip(heard, connection)
        silent = heard.is_paused or heard.takes_back
        if heard.plan.asks_model and heard.urgency is None and not silent:
            await self._ask_model(heard)
        if heard.late and heard.model_away:
            return await self._skip(heard, connection)
        await self._find_field(heard)
        return await self._answer(heard, connection)

    async def give_up(self, row: InboxRow, work: UnitOfWork) -> None:
        """A row that failed too often: say so honestly, and tell the desk. The caller commits."""
        now = work.clock()
        conversation = _or_new(await work.conversations.find(row.conversation_id), row)
        await call_person(work, Concern.TURN_FAILED, row.conversation_id, now)
        urgency = self._urgency(row.event)
        if urgency is not None:
            # Not sealed: sealing may be what failed. The alarm leads to the conversation.
            await urgent.raise_alarm(work, urgency, row.conversation_id, now)
        if row.event.kind in SPEAKS or urgency is not None:
            language = self._replies[conversation.lang]
            texts = [self._excuse(row.event, urgency, conversation.lang, now)]
            messages = compose(language.text("header_bot", {}), texts, self._channel(row))
            await self._queue(work, row, messages)
            await work.conversations.save(replace(conversation, last_inbound_at=now), now)
            await work.outbox.release_held(row.conversation_id, now)

    def _excuse(self, event: Inbound, urgency: Urgency | None, lang: str, now: datetime) -> str:
        """What is said when nothing worked; who to call needs neither model nor dialogue."""
        if urgency is None:
            return self._replies[lang].text("turn_failed", {})
        danger = danger_in(clean(event.text), urgency, self._lexicon)
        values = urgent.numbers_to_call(danger, self._knowledge.current, now)
        return self._replies[lang].text(urgency, values)

    # -- before the transaction ---------------------------------------------------------------

    async def _situation(self, row: InboxRow, connection: AsyncConnection) -> _Situation:
        async with self._store.work(connection, autocommit=True) as work:
            found = await work.conversations.find(row.conversation_id)
            if found is None or not found.has_handover:
                return _Situation(_or_new(found, row))
            handover = await work.handovers.find_open(row.conversation_id)
            with_person = await is_with_person(work, handover, work.clock())
        return _Situation(found, handover, with_person)

    def _hear(self, row: InboxRow, situation: _Situation) -> _Heard:
        now, conversation = self._store.clock(), situation.conversation
        talk = Talk.load(conversation.state)
        text = clean(row.event.text).strip()
        plan = self._planner.plan(row.event, text, talk, conversation.last_inbound_at, now)
        # What waited for the model is no answer to what was asked since.
        plan = Plan(asks_model=True) if row.without_model else plan
        heard = _Heard(row, situation, talk, text, now, plan)
        heard.takes_back = situation.with_person and self._takes_back(row.event, text)
        # Set by the menu that answered the row: it comes again when the model is back.
        heard.late = row.without_model
        heard.urgency = self._urgency(row.event)
        return heard

    def _takes_back(self, event: Inbound, text: str) -> bool:
        pressed = read_payload(event.payload)
        if pressed is not None:
            return pressed[0] in _TAKE_BACK
        return self._lexicon.is_one("assistant", text) or self._lexicon.is_one("menu", text)

    def _urgency(self, event: Inbound) -> Urgency | None:
        """Of words the citizen wrote; Zalo gives any text that begins with `#` as a payload."""
        written = event.kind in SPEAKS or event.kind is EventKind.EDIT
        if not written or read_payload(event.payload) is not None:
            return None
        return self._guard.check(clean(event.text).strip())

    async def _ask_model(self, heard: _Heard) -> None:
        try:
            heard.reading = await self._understanding.parse(heard.text)
        except ModelAwayError:
            heard.model_away = True

    async def _find_field(self, heard: _Heard) -> None:
        """Of the words a button or an "ok" may make a case now; none when it is not sure."""
        flow, sends = heard.talk.flow, heard.plan.action is ask_sending.send
        if flow is not None and flow.content and (sends or flow.step is Step.CONFIRM):
            text, today = flow.content, vietnam_date(heard.now)
            found = await asyncio.to_thread(self._propose, text, flow.place, today, ())
            flow.field = found.field if found.confidence >= ENOUGH else ""

    # -- the transaction ----------------------------------------------------------------------

    async def _answer(self, heard: _Heard, connection: AsyncConnection) -> TurnResult:
        async with self._store.work(connection) as work:
            turn = self._turn(heard, work)
            waits = heard.plan.needs_model and not is_unspoken(turn, heard.plan)
            without_model = heard.model_away and waits
            if heard.ended_handover is not None:
                await work.handovers.finish(heard.ended_handover.id, heard.now)
            if heard.urgency is not None:
                await urgent.answer(turn, heard.urgency)
            elif heard.takes_back:
                turn.say("taken_back")
                turn.offer(*greeting.menu_options(turn))
            elif not heard.is_paused:
                await self._dialogue.answer(turn, heard.plan)
                await hide_suspected(turn)
            if turn.subject_row != heard.row.id:
                await work.inbox.settle(turn.conversation_id, turn.subject_row)
            messages = self._messages(turn)
            conversation = self._remember(heard, turn)
            # Checks that the row is still open; if not, all of the above is rolled back.
            if not await work.finish_turn(
                heard.row.id,
                conversation,
                self._new_messages(work, heard.row, messages),
                without_model=without_model,
            ):
                return TurnResult(Outcome.GONE)
        outcome = Outcome.ANSWERED if messages else Outcome.SILENT
        return TurnResult(outcome, len(messages), without_model)

    def _turn(self, heard: _Heard, work: UnitOfWork) -> Turn:
        return Turn(
            work=work,
            row=heard.row,
            talk=heard.talk,
            lang=reply_language(_spoken(heard), heard.conversation.lang),
            now=heard.now,
            replies=self._replies,
            knowledge=self._knowledge.current,
            office=self._office,
            lexicon=self._lexicon,
            text=heard.text,
            reading=heard.reading,
            subject_row=heard.row.id,
            late=heard.late,
        )

    def _messages(self, turn: Turn) -> list[Outbound]:
        if not turn.texts:
            return []
        if turn.late:
            turn.texts[0] = f"{turn.render('late')}\n{turn.texts[0]}"
        turn.talk.choices = [[item.wording, item.payload, item.label] for item in turn.options]
        return compose(
            turn.render("header_bot"),
            turn.texts,
            self._channel(turn.row),
            options=turn.options,
            links=turn.links,
        )

    def _remember(self, heard: _Heard, turn: Turn) -> Conversation:
        row, talk, known = heard.row, turn.talk, heard.conversation
        newest = row.id >= talk.last_row
        if newest:
            talk.last_row = row.id
            talk.message_id = row.event.message_id or talk.message_id
        return replace(
            known,
            lang=turn.lang if newest else known.lang,
            state=talk.dump(),
            last_inbound_at=max(row.received_at, known.last_inbound_at or row.received_at),
            paused_until=None if heard.takes_back else heard.conversation.paused_until,
        )

    async def _queue(self, work: UnitOfWork, row: InboxRow, messages: list[Outbound]) -> None:
        await work.outbox.add_all(self._new_messages(work, row, messages), work.clock())

    def _new_messages(
        self, work: UnitOfWork, row: InboxRow, messages: list[Outbound]
    ) -> list[NewMessage]:
        return [
            NewMessage(
                channel=row.event.channel,
                conversation_id=row.conversation_id,
                message=message,
                message_class=MessageClass.REPLY,
                speaker=Speaker.BOT,
                tag=work.ids(),
                inbox_id=row.id,
            )
            for message in messages
        ]

    async def _skip(self, heard: _Heard, connection: AsyncConnection) -> TurnResult:
        """A late answer that cannot be given, now or at all."""
        async with self._store.work(connection) as work:
            # Dropped because the model went away again, it may come back once more.
            again = heard.late and heard.model_away
            taken = await work.inbox.take(heard.row.id, heard.now, without_model=again)
            await work.commit()
        return TurnResult(Outcome.SILENT if taken else Outcome.GONE)

    async def _note(
        self, row: InboxRow, conversation: Conversation, connection: AsyncConnection
    ) -> TurnResult:
        """An event without words."""
        async with self._store.work(connection) as work:
            now = work.clock()
            if not await work.inbox.take(row.id, now):
                return TurnResult(Outcome.GONE)
            words, url = self._replies[conversation.lang], self._office.public_url
            noted = EventWork(work, row, conversation, words, now, url)
            handler = EVENTS.get(row.event.kind)
            if handler is not None:
                await handler(noted)
            messages = self._spoken(noted)
            await self._queue(work, row, messages)
            await work.commit()
        return TurnResult(Outcome.ANSWERED if messages else Outcome.SILENT, len(messages))

    def _spoken(self, noted: EventWork) -> list[Outbound]:
        if not noted.texts:
            return []
        header = noted.words.text("header_bot", {})
        return compose(header, noted.texts, self._channel(noted.row))

    def _channel(self, row: InboxRow) -> ChannelLimits:
        return self._limits[row.event.channel]


def _or_new(found: Conversation | None, row: InboxRow) -> Conversation:
    event = row.event
    return found or Conversation(
        row.conversation_id, event.channel, event.account_id, event.user_id
    )


def _spoken(heard: _Heard) -> str:
    """The words that may show a language: a button, or the name of a place, does not."""
    flow = heard.talk.flow
    named = heard.plan.in_flow and flow is not None and flow.step is not Step.CONTENT
    return "" if heard.row.event.payload or named else heard.text


def _number_reader(replies: Replies) -> NumberReader:
    """Number words of every language, in order from one."""
    words = {}
    for number in range(1, 11):
        for word in replies.all_words(f"number_{number}"):
            words[word] = number
    return NumberReader(words, tuple(replies.all_words("before_number")))
