"""The outbox lane: what each outcome of a send leaves behind."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import date, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.outgoing import LEASE, Sender
from casework.cases import CaseKind, CaseSource
from casework.cases import EventKind as CaseEventKind
from casework.legal_clock import DayUnit, LegalRule
from casework.use_cases.open_case import OpenCase, open_case
from delivery.channel import (
    AlertedRefusalError,
    BadCredentialsError,
    ChannelError,
    OutcomeUnknownError,
    RefusedError,
    TransientError,
    WindowClosedError,
)
from delivery.messages import ChannelName, Choice, Link, MessageClass, Outbound, Speaker
from delivery.retry import ECHO_WAIT
from store.alerts import AlertKind
from store.conversations import Conversation
from store.lanes import LaneKind, ready_conversations
from store.outbox import NewMessage, OutboxRow, OutboxStatus
from store.tables import outbox_attempts
from store.unit_of_work import Store
from tests.fakes.channel import FakeChannel
from tests.fakes.clock import StillClock

REPLY, MUST, COURTESY = MessageClass.REPLY, MessageClass.MUST_REACH, MessageClass.COURTESY
S = OutboxStatus
SECOND = timedelta(seconds=1)
RULE = LegalRule("r", CaseKind.QUESTION, 15, DayUnit.WORKING, "", {}, date(2020, 1, 1))


@dataclass
class Scene:
    """One sender, one fake channel, and a clock that stands still."""

    store: Store
    clock: StillClock
    channel: FakeChannel
    connection: AsyncConnection
    sender: Sender
    numbers: list[int] = field(default_factory=list)

    async def citizen(self, user: str = "u1", *, silent_for: timedelta = SECOND) -> str:
        found = f"facebook:page:{user}"
        async with self.store.work() as work:
            conversation = Conversation(
                found, ChannelName.FACEBOOK, "page", user, last_inbound_at=self.clock() - silent_for
            )
            await work.conversations.save(conversation, self.clock())
            await work.commit()
        return found

    async def queue(
        self,
        conversation: str,
        *texts: str,
        message_class: MessageClass = REPLY,
        speaker: Speaker = Speaker.BOT,
        case_id: str | None = None,
        channel: ChannelName = ChannelName.FACEBOOK,
    ) -> None:
        messages = [
            NewMessage(
                channel=channel,
                conversation_id=conversation,
                message=Outbound(text),
                message_class=message_class,
                speaker=speaker,
                tag=self.store.ids(),
                case_id=case_id,
            )
            for text in texts
        ]
        async with self.store.work() as work:
            await work.outbox.add_all(messages, self.clock())
            await work.commit()

    async def case(self, conversation: str) -> str:
        async with self.store.work() as work:
            await work.catalogue.save_rules([RULE])
            command = OpenCase(
                CaseKind.QUESTION, CaseSource.FACEBOOK, conversation, "Hỏi?", self.clock()
            )
            opened = await open_case(work, command)
            await work.commit()
        return opened.case.id

    async def run(self, conversation: str) -> list[OutboxRow]:
        await self.sender.run(conversation, self.connection)
        return await self.rows(conversation)

    async def rows(self, conversation: str) -> list[OutboxRow]:
        async with self.store.work() as work:
            return await work.outbox.history(conversation)

    async def attempts(self) -> list[tuple[str, str]]:
        query = select(outbox_attempts.c.outcome, outbox_attempts.c.code)
        async with self.store.engine.connect() as connection:
            found = await connection.execute(query.order_by(outbox_attempts.c.id))
            return [(row.outcome, row.code) for row in found]

    async def alerts(self) -> list[tuple[AlertKind, str]]:
        async with self.store.work() as work:
            return [(alert.kind, alert.detail) for alert in await work.alerts.open()]

    async def case_events(self, case_id: str) -> list[tuple[CaseEventKind, str]]:
        async with self.store.work() as work:
            found = await work.cases.events(case_id)
        return [(event.kind, event.data.get("code", "")) for event in found[1:]]


@pytest.fixture
async def scene(store: Store) -> AsyncIterator[Scene]:
    clock = StillClock()
    still = Store(store.engine, store.vault, clock, store.ids)
    channel = FakeChannel()
    sender = Sender(still, {channel.name: channel}, lambda: 0.0)
    async with store.engine.connect() as connection:
        yield Scene(still, clock, channel, connection, sender)


def statuses(rows: list[OutboxRow]) -> list[OutboxStatus]:
    return [row.status for row in rows]


async def test_messages_leave_in_order_with_all_they_hold(scene: Scene) -> None:
    who = await scene.citizen()
    await scene.queue(who, "1", "2", "3")
    full = Outbound("4", (Choice("Có", "yes"),), (Link("Xem", "https://a.vn/"),))
    async with scene.store.work() as work:
        message = NewMessage(ChannelName.FACEBOOK, who, full, REPLY, Speaker.BOT, tag="tag-4")
        await work.outbox.add_all([message], scene.clock())
        await work.commit()
    rows = await scene.run(who)
    assert scene.channel.texts == ["1", "2", "3", "4"]
    assert statuses(rows) == [S.SENT] * 4
    assert all(row.sent_at == scene.clock() for row in rows)
    last = scene.channel.sent[-1]
    assert (last.message, last.tag, last.account_id, last.user_id) == (full, "tag-4", "page", "u1")
    assert not last.human_window
    assert await scene.alerts() == []
    await scene.run(who)
    assert len(scene.channel.tried) == 4


async def test_a_failed_message_holds_back_those_behind_it_until_it_is_due(scene: Scene) -> None:
    who = await scene.citizen()
    await scene.queue(who, "1", "2")
    scene.channel.outcomes = [TransientError("busy")]
    assert statuses(await scene.run(who)) == [S.PENDING, S.PENDING]
    scene.clock.advance(SECOND)
    await scene.run(who)
    assert len(scene.channel.tried) == 1
    scene.clock.advance(SECOND)
    assert statuses(await scene.run(who)) == [S.SENT, S.SENT]
    assert scene.channel.texts == ["1", "2"]
    assert await scene.attempts() == [(S.PENDING, "busy"), (S.SENT, "")]


@dataclass(frozen=True)
class Left:
    status: OutboxStatus
    due_in: timedelta = timedelta(0)
    alert: AlertKind | None = None
    reach: CaseEventKind | None = None


NOT_REACHED = CaseEventKind.NOT_REACHED
CREDENTIALS, NOT_SENT = AlertKind.DEAD_CREDENTIALS, AlertKind.NOT_SENT
HALF_HOUR = timedelta(minutes=30)


@pytest.mark.parametrize(
    ("error", "message_class", "left"),
    [
        (TransientError, REPLY, Left(S.PENDING, 2 * SECOND)),
        (TransientError, MUST, Left(S.PENDING, 2 * SECOND)),
        (TransientError, COURTESY, Left(S.PENDING, 2 * SECOND)),
        (BadCredentialsError, REPLY, Left(S.PENDING, 2 * SECOND, CREDENTIALS)),
        (BadCredentialsError, MUST, Left(S.PENDING, HALF_HOUR, CREDENTIALS)),
        (BadCredentialsError, COURTESY, Left(S.PENDING, 2 * SECOND, CREDENTIALS)),
        (RefusedError, REPLY, Left(S.FAILED, reach=NOT_REACHED)),
        (RefusedError, MUST, Left(S.FAILED, alert=NOT_SENT, reach=NOT_REACHED)),
        (RefusedError, COURTESY, Left(S.FAILED, reach=NOT_REACHED)),
        (AlertedRefusalError, REPLY, Left(S.FAILED, alert=NOT_SENT, reach=NOT_REACHED)),
        (AlertedRefusalError, MUST, Left(S.FAILED, alert=NOT_SENT, reach=NOT_REACHED)),
        (WindowClosedError, REPLY, Left(S.FAILED, reach=NOT_REACHED)),
        (WindowClosedError, MUST, Left(S.HELD, reach=NOT_REACHED)),
        (WindowClosedError, COURTESY, Left(S.FAILED, reach=NOT_REACHED)),
        (OutcomeUnknownError, REPLY, Left(S.UNKNOWN, ECHO_WAIT[REPLY])),
        (OutcomeUnknownError, MUST, Left(S.UNKNOWN, ECHO_WAIT[MUST])),
        (OutcomeUnknownError, COURTESY, Left(S.UNKNOWN, ECHO_WAIT[COURTESY])),
    ],
)
async def test_what_an_error_leaves(
    scene: Scene, error: type[ChannelError], message_class: MessageClass, left: Left
) -> None:
    who = await scene.citizen()
    case_id = await scene.case(who)
    await scene.queue(who, "1", message_class=message_class, case_id=case_id)
    scene.channel.outcomes = [error("code-7")]
    (row,) = await scene.run(who)
    assert (row.status, row.error, row.attempts) == (left.status, "code-7", 1)
    assert row.due_at == scene.clock() + left.due_in
    assert await scene.attempts() == [(left.status, "code-7")]
    assert await scene.alerts() == ([(left.alert, "facebook:code-7")] if left.alert else [])
    assert await scene.case_events(case_id) == ([(left.reach, "code-7")] if left.reach else [])


async def test_staff_are_told_once_of_one_cause(scene: Scene) -> None:
    for user in ("u1", "u2"):
        who = await scene.citizen(user)
        await scene.queue(who, "1")
        scene.channel.outcomes = [BadCredentialsError("dead")]
        await scene.run(who)
    assert await scene.alerts() == [(CREDENTIALS, "facebook:dead")]


async def test_a_sent_answer_is_noted_on_its_case(scene: Scene) -> None:
    who = await scene.citizen()
    case_id = await scene.case(who)
    await scene.queue(who, "answer", message_class=MUST, case_id=case_id)
    await scene.run(who)
    assert await scene.case_events(case_id) == [(CaseEventKind.TAKEN, "")]
    assert await scene.attempts() == [(S.SENT, "")]


async def test_an_answer_waits_for_the_citizen_and_goes_out_when_they_write(scene: Scene) -> None:
    who = await scene.citizen(silent_for=timedelta(days=8))
    case_id = await scene.case(who)
    await scene.queue(who, "answer", message_class=MUST, speaker=Speaker.STAFF, case_id=case_id)
    assert statuses(await scene.run(who)) == [S.HELD]
    assert scene.channel.tried == []
    await scene.citizen()
    async with scene.store.work() as work:
        assert await work.outbox.release_held(who, scene.clock()) == 1
        await work.commit()
    await scene.queue(who, "reply")
    assert statuses(await scene.run(who)) == [S.SENT, S.SENT]
    assert scene.channel.texts == ["answer", "reply"]
    events = [kind for kind, _ in await scene.case_events(case_id)]
    assert events == [NOT_REACHED, CaseEventKind.TAKEN]


async def test_a_held_answer_does_not_hold_up_what_comes_later(scene: Scene) -> None:
    who = await scene.citizen(silent_for=timedelta(days=8))
    await scene.queue(who, "answer", message_class=MUST)
    await scene.queue(who, "late reply", message_class=REPLY)
    assert statuses(await scene.run(who)) == [S.HELD, S.FAILED]
    assert scene.channel.tried == []


async def test_a_persons_words_use_the_human_window(scene: Scene) -> None:
    who = await scene.citizen(silent_for=timedelta(days=2))
    await scene.queue(who, "by a person", message_class=MUST, speaker=Speaker.STAFF)
    await scene.queue(who, "by the bot", message_class=MUST, speaker=Speaker.BOT)
    assert statuses(await scene.run(who)) == [S.SENT, S.HELD]
    (sent,) = scene.channel.sent
    assert (sent.message.text, sent.human_window) == ("by a person", True)


async def test_a_doubtful_reply_is_sent_once_more_and_then_given_up(scene: Scene) -> None:
    who = await scene.citizen()
    await scene.queue(who, "1", "2")
    scene.channel.outcomes = [OutcomeUnknownError("timeout"), OutcomeUnknownError("timeout")]
    await scene.run(who)
    scene.clock.advance(ECHO_WAIT[REPLY] - SECOND)
    await scene.run(who)
    assert len(scene.channel.tried) == 1
    scene.clock.advance(SECOND)
    assert statuses(await scene.run(who)) == [S.UNKNOWN, S.PENDING]
    assert len(scene.channel.tried) == 2
    scene.clock.advance(ECHO_WAIT[REPLY])
    assert statuses(await scene.run(who)) == [S.FAILED, S.SENT]
    assert [item.message.text for item in scene.channel.tried] == ["1", "1", "2"]


async def test_sends_that_surely_failed_do_not_use_up_the_second_send(scene: Scene) -> None:
    who = await scene.citizen()
    await scene.queue(who, "1")
    scene.channel.outcomes = [
        TransientError("busy"),
        TransientError("busy"),
        OutcomeUnknownError("timeout"),
    ]
    for _ in range(4):
        rows = await scene.run(who)
        scene.clock.advance(timedelta(minutes=1))
    assert statuses(rows) == [S.SENT]
    assert len(scene.channel.tried) == 4


async def test_a_doubtful_answer_is_for_a_person_to_judge(scene: Scene) -> None:
    who = await scene.citizen()
    case_id = await scene.case(who)
    await scene.queue(who, "answer", message_class=MUST, case_id=case_id)
    scene.channel.outcomes = [OutcomeUnknownError("timeout")]
    await scene.run(who)
    scene.clock.advance(ECHO_WAIT[MUST])
    assert statuses(await scene.run(who)) == [S.MAYBE]
    assert len(scene.channel.tried) == 1
    assert await scene.case_events(case_id) == [(NOT_REACHED, "timeout")]
    assert await scene.alerts() == [(AlertKind.NOT_SENT, "facebook:timeout")]
    async with scene.store.work() as work:
        assert [row.case_id for row in await work.outbox.undelivered()] == [case_id]
    async with scene.store.work() as work:
        assert await work.outbox.count_undelivered() == 1
        (row,) = await work.outbox.of_case(case_id)
        await work.outbox.retry_now(row.id, scene.clock())
        await work.commit()
    assert statuses(await scene.run(who)) == [S.SENT]


async def test_an_echo_settles_the_doubt(scene: Scene) -> None:
    who = await scene.citizen()
    await scene.queue(who, "1", "2")
    scene.channel.outcomes = [OutcomeUnknownError("timeout")]
    (row, _) = await scene.run(who)
    async with scene.store.work() as work:
        assert await work.outbox.confirm_by_tag(row.tag, "mid", scene.clock())
        assert not await work.outbox.confirm_by_tag("strange", "mid", scene.clock())
        await work.commit()
    assert statuses(await scene.run(who)) == [S.SENT, S.SENT]
    assert [item.message.text for item in scene.channel.tried] == ["1", "2"]


async def test_an_echo_that_overtakes_the_verdict_is_not_undone(scene: Scene) -> None:
    """The echo comes between the look and the mark: the case must not say "not reached"."""
    who = await scene.citizen()
    case_id = await scene.case(who)
    await scene.queue(who, "answer", message_class=MUST, case_id=case_id)
    scene.channel.outcomes = [OutcomeUnknownError("timeout")]
    await scene.run(who)
    (row,) = await scene.rows(who)
    async with scene.store.work() as work:
        await work.outbox.confirm_by_tag(row.tag, "mid", scene.clock())
        await work.commit()
    told = AlertKind.NOT_SENT
    await scene.sender._mark(row, scene.connection, S.MAYBE, error="timeout", alert=told)
    assert await scene.alerts() == []
    assert statuses(await scene.rows(who)) == [S.SENT]
    assert await scene.case_events(case_id) == []


async def crash_while_sending(scene: Scene, who: str) -> None:
    """What a killed process leaves: "sending" was committed, nothing after it."""
    async with scene.store.work() as work:
        (row, *_) = await work.outbox.waiting_rows(who)
        assert await work.outbox.start_sending(row.id, scene.clock() + LEASE)
        await work.commit()


async def test_a_reply_cut_off_by_a_crash_is_sent_again_after_its_lease(scene: Scene) -> None:
    who = await scene.citizen()
    await scene.queue(who, "1", "2")
    await crash_while_sending(scene, who)
    scene.clock.advance(LEASE - SECOND)
    assert statuses(await scene.run(who)) == [S.SENDING, S.PENDING]
    scene.clock.advance(SECOND)
    assert statuses(await scene.run(who)) == [S.SENT, S.SENT]
    assert scene.channel.texts == ["1", "2"]


async def test_a_reply_that_crashes_twice_is_not_tried_for_ever(scene: Scene) -> None:
    who = await scene.citizen()
    await scene.queue(who, "1")
    await crash_while_sending(scene, who)
    scene.clock.advance(LEASE)
    scene.channel.outcomes = [RuntimeError("bug")]
    with pytest.raises(RuntimeError):
        await scene.run(who)
    await scene.connection.rollback()
    scene.clock.advance(LEASE)
    assert statuses(await scene.run(who)) == [S.FAILED]
    assert len(scene.channel.tried) == 1


async def test_an_answer_cut_off_by_a_crash_waits_for_its_echo_then_for_a_person(
    scene: Scene,
) -> None:
    who = await scene.citizen()
    await scene.queue(who, "answer", message_class=MUST)
    await scene.queue(who, "later")
    await crash_while_sending(scene, who)
    scene.clock.advance(LEASE)
    assert statuses(await scene.run(who)) == [S.UNKNOWN, S.PENDING]
    scene.clock.advance(ECHO_WAIT[MUST] - LEASE)
    assert statuses(await scene.run(who)) == [S.MAYBE, S.SENT]
    assert scene.channel.texts == ["later"]


async def test_a_rate_limit_stops_the_other_conversations_of_the_channel(scene: Scene) -> None:
    first, second = await scene.citizen("u1"), await scene.citizen("u2")
    await scene.queue(first, "1")
    await scene.queue(second, "2")
    wait = timedelta(minutes=5)
    scene.channel.outcomes = [TransientError("limit", retry_after=wait, whole_channel=True)]
    await scene.run(first)
    (row,) = await scene.run(second)
    assert (row.status, row.attempts) == (S.PENDING, 0)
    assert row.due_at == scene.clock() + timedelta(minutes=5)
    assert len(scene.channel.tried) == 1
    assert await scene.attempts() == [(S.PENDING, "limit")]
    scene.clock.advance(timedelta(minutes=5, seconds=1))
    await scene.run(first)
    await scene.run(second)
    assert scene.channel.texts == ["1", "2"]


async def test_a_pause_does_not_settle_a_doubt(scene: Scene) -> None:
    """A doubtful answer stays doubtful while the channel rests: it is never sent twice."""
    first, second = await scene.citizen("u1"), await scene.citizen("u2")
    await scene.queue(second, "answer", message_class=MUST)
    scene.channel.outcomes = [OutcomeUnknownError("timeout")]
    await scene.run(second)
    scene.clock.advance(ECHO_WAIT[MUST])
    await scene.queue(first, "1")
    wait = timedelta(minutes=5)
    scene.channel.outcomes = [TransientError("limit", retry_after=wait, whole_channel=True)]
    await scene.run(first)
    assert statuses(await scene.run(second)) == [S.UNKNOWN]
    scene.clock.advance(timedelta(minutes=5, seconds=1))
    assert statuses(await scene.run(second)) == [S.MAYBE]


async def test_rows_of_a_channel_that_is_off_stay_and_are_in_nobodys_way(scene: Scene) -> None:
    for number in range(20):
        await scene.queue(f"zalo:oa:{number}", "x", channel=ChannelName.ZALO)
    who = await scene.citizen()
    await scene.queue(who, "1")
    for _ in range(3):
        async with scene.store.engine.connect() as connection:
            found = await ready_conversations(connection, LaneKind.OUTBOX, scene.clock(), 10)
        for ready in found:
            await scene.run(ready)
    assert scene.channel.texts == ["1"]
    (row,) = await scene.rows("zalo:oa:1")
    assert (row.status, row.attempts) == (S.PENDING, 0)
    scene.clock.advance(timedelta(minutes=2))
    other = FakeChannel(name=ChannelName.ZALO)
    sender = Sender(scene.store, {ChannelName.ZALO: other}, lambda: 0.0)
    conversation = Conversation(
        "zalo:oa:1", ChannelName.ZALO, "oa", "1", last_inbound_at=scene.clock()
    )
    async with scene.store.work() as work:
        await work.conversations.save(conversation, scene.clock())
        await work.commit()
    await sender.run("zalo:oa:1", scene.connection)
    assert other.texts == ["x"]


async def test_receipts_come_late_and_twice(scene: Scene) -> None:
    who = await scene.citizen()
    await scene.queue(who, "1", "2")
    rows = await scene.run(who)
    at = scene.clock() + SECOND
    async with scene.store.work() as work:
        await work.outbox.note_delivered(("facebook-1",), at)
        await work.outbox.note_delivered(("facebook-1",), at + SECOND)
        await work.commit()
    rows = await scene.rows(who)
    assert [(row.status, row.reached_at) for row in rows] == [(S.DELIVERED, at), (S.SENT, None)]
    async with scene.store.work() as work:
        await work.outbox.note_reached_until(who, scene.clock() - SECOND)
        await work.outbox.note_reached_until(who, at)
        await work.commit()
    assert statuses(await scene.rows(who)) == [S.DELIVERED, S.DELIVERED]


async def test_no_transaction_is_open_while_the_provider_is_called(scene: Scene) -> None:
    who = await scene.citizen()
    await scene.queue(who, "1")
    pid = (await scene.connection.execute(text("select pg_backend_pid()"))).scalar_one()
    await scene.connection.rollback()
    seen: list[str] = []
    deliver = scene.channel.send

    async def look_and_send(envelope: object) -> object:
        async with scene.store.engine.connect() as other:
            query = text("select state from pg_stat_activity where pid = :pid")
            seen.append((await other.execute(query, {"pid": pid})).scalar_one())
            rows = await scene.rows(who)
        assert statuses(rows) == [S.SENDING]
        return await deliver(envelope)  # type: ignore[arg-type]

    scene.channel.send = look_and_send  # type: ignore[assignment,method-assign]
    await scene.run(who)
    assert seen == ["idle"]
