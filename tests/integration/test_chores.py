"""What is due by the clock: answers become final, words and media are forgotten in time."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, insert, select, update

from app.chores import Chores
from casework.cases import Case, CaseKind, CaseSource, EventKind
from casework.statuses import CaseStatus
from casework.use_cases.follow_case import CLOSES_AFTER
from casework.use_cases.open_case import OpenCase, open_case
from delivery.messages import (
    Attachment,
    AttachmentKind,
    ChannelName,
    Choice,
    Inbound,
    MessageClass,
    Outbound,
    Speaker,
)
from delivery.messages import EventKind as Happened
from store.attachments import NewAttachment
from store.conversations import Conversation
from store.inbox import InboxStatus
from store.outbox import NewMessage, OutboxStatus
from store.retention import KEPT_FOR, Kept, forget_words
from store.tables import attachments, cases, handovers, inbox, outbox
from store.unit_of_work import Store
from store.web_questions import CODE_LASTS, WebQuestion
from tests.fakes.clock import NOW

WORDS = "Nhà tôi bị ngập"
HOUR = timedelta(hours=1)
OLD = NOW - KEPT_FOR[Kept.WORDS] - HOUR
YOUNG = NOW - KEPT_FOR[Kept.WORDS] + HOUR


async def asked(store: Store, who: str, status: CaseStatus, **values: Any) -> Case:
    async with store.work() as work:
        command = OpenCase(CaseKind.QUESTION, CaseSource.ZALO, who, WORDS, NOW)
        case = (await open_case(work, command)).case
        changed = update(cases).where(cases.c.id == case.id).values(status=status, **values)
        await work.connection.execute(changed)
        await work.commit()
    return case


# -- answers ----------------------------------------------------------------------------------


async def test_an_answer_nobody_objects_to_becomes_final(still: Store) -> None:
    answered = CaseStatus.ANSWERED
    due = await asked(still, "zalo:oa:1", answered, answered_at=NOW - CLOSES_AFTER)
    soon = await asked(still, "zalo:oa:2", answered, answered_at=NOW - CLOSES_AFTER + HOUR)
    reopened = await asked(still, "z:o:3", CaseStatus.ASSIGNED, answered_at=NOW - CLOSES_AFTER)
    await Chores(still).close_answered()
    await Chores(still).close_answered()
    async with still.work() as work:
        found = [(await work.cases.get(case.id)).status for case in (due, soon, reopened)]
        events = [event.kind for event in await work.cases.events(due.id)]
    assert found == [CaseStatus.CLOSED, answered, CaseStatus.ASSIGNED]
    assert events.count(EventKind.CLOSED) == 1


# -- words ------------------------------------------------------------------------------------


def event(who: str, key: str) -> Inbound:
    return Inbound(
        channel=ChannelName.ZALO,
        account_id="oa",
        user_id=who,
        event_key=key,
        kind=Happened.MESSAGE,
        raw=WORDS.encode(),
        text=WORDS,
        payload="p",
        message_id=f"m-{key}",
        attachments=(Attachment(AttachmentKind.IMAGE, "https://f1.zdn.vn/a.jpg"),),
        extra={"phone": "0900000001", "suspected": False},
    )


async def talked(store: Store, who: str, at: datetime) -> str:
    """One message each way and a dialogue in the middle of something."""
    said = event(who, f"{who}-{at:%Y%m%d%H}")
    async with store.work() as work:
        await work.inbox.add(said, at)
        conversation = Conversation(
            said.conversation_id, ChannelName.ZALO, "oa", who, last_inbound_at=at
        )
        await work.conversations.save(replace(conversation, state={"text": WORDS}), at)
        message = NewMessage(
            ChannelName.ZALO,
            said.conversation_id,
            Outbound(WORDS, (Choice(WORDS, "x"),)),
            MessageClass.REPLY,
            Speaker.BOT,
            tag=said.event_key,
        )
        await work.outbox.add_all([message], at)
        await work.connection.execute(update(inbox).values(status=InboxStatus.DONE))
        await work.connection.execute(update(outbox).values(status=OutboxStatus.DELIVERED))
        await work.commit()
    return said.conversation_id


async def texts(store: Store, conversation_id: str) -> tuple[str, str, str]:
    async with store.work() as work:
        query = select(inbox).where(inbox.c.conversation_id == conversation_id)
        came = (await work.connection.execute(query)).one()
        query = select(outbox).where(outbox.c.conversation_id == conversation_id)
        went = (await work.connection.execute(query)).one()
        talk = await work.conversations.find(conversation_id)
    assert talk is not None
    return (f"{came.content}{came.raw}", str(went.message), str(talk.state))


async def test_old_words_are_forgotten_and_young_ones_are_not(still: Store) -> None:
    old, young = await talked(still, "1", OLD), await talked(still, "2", YOUNG)
    await Chores(still).forget_words()
    for text in await texts(still, old):
        assert WORDS not in text
        assert "0900000001" not in text
        assert "f1.zdn.vn" not in text
    assert all(WORDS in text for text in await texts(still, young))


async def test_what_stays_of_a_message_can_still_be_read(still: Store) -> None:
    old = await talked(still, "1", OLD)
    await Chores(still).forget_words()
    async with still.work() as work:
        [row] = await work.inbox.history(old)
        [sent] = await work.outbox.history(old)
    assert (row.event.user_id, row.event.message_id, row.event.text) == ("1", "m-1-2025112001", "")
    assert row.event.attachments == ()
    assert row.event.extra == {"suspected": False}
    assert sent.message == Outbound("")


@pytest.mark.parametrize(
    ("status", "kept"),
    [(CaseStatus.ASSIGNED, True), (CaseStatus.BOUNCED, True), (CaseStatus.CLOSED, False)],
)
async def test_an_open_case_keeps_its_conversation(
    still: Store, status: CaseStatus, *, kept: bool
) -> None:
    old = await talked(still, "1", OLD)
    await asked(still, old, status)
    await Chores(still).forget_words()
    assert [WORDS in text for text in await texts(still, old)] == [kept] * 3


async def test_what_waits_is_not_emptied(still: Store) -> None:
    old = await talked(still, "1", OLD)
    async with still.work() as work:
        await work.connection.execute(update(inbox).values(status=InboxStatus.OPEN))
        await work.connection.execute(update(outbox).values(status=OutboxStatus.HELD))
        await work.commit()
    await Chores(still).forget_words()
    came, went, _ = await texts(still, old)
    assert WORDS in came
    assert WORDS in went


async def test_many_rows_go_in_small_steps(still: Store) -> None:
    for who in range(5):
        await talked(still, str(who), OLD)
    async with still.work() as work:
        assert await forget_words(work.connection, NOW, limit=2) == 6
        await work.commit()
    await Chores(still).forget_words()
    async with still.work() as work:
        assert await forget_words(work.connection, NOW) == 0


# -- the rest ---------------------------------------------------------------------------------


async def count(store: Store, table: Any) -> int:
    async with store.work() as work:
        query = select(func.count()).select_from(table)
        return int((await work.connection.execute(query)).scalar_one())


async def test_media_go_when_they_are_due_or_nobodys(still: Store) -> None:
    case = await asked(still, "zalo:oa:1", CaseStatus.ASSIGNED)
    unclaimed = KEPT_FOR[Kept.UNCLAIMED_MEDIA]
    async with still.work() as work:
        for name, age, case_id in (
            ("nobodys and old", unclaimed + HOUR, None),
            ("nobodys and young", unclaimed - HOUR, None),
            ("of a case", unclaimed + HOUR, case.id),
            ("marked, due", HOUR, case.id),
            ("marked, not due", HOUR, case.id),
        ):
            item = NewAttachment(
                name, "zalo:oa:1", AttachmentKind.IMAGE, "https://x", None, case_id
            )
            await work.attachments.add(item, NOW - age)
        await work.attachments.purge_on("marked, due", NOW)
        await work.attachments.purge_on("marked, not due", NOW + HOUR)
        await work.commit()
    await Chores(still).forget_spent()
    async with still.work() as work:
        found = set((await work.connection.execute(select(attachments.c.id))).scalars())
    assert found == {"nobodys and young", "of a case", "marked, not due"}


async def test_unsent_questions_and_done_handovers_go(still: Store) -> None:
    async with still.work() as work:
        await work.web_questions.add(WebQuestion(id="old"), NOW - CODE_LASTS)
        await work.web_questions.add(WebQuestion(id="young"), NOW)
        for name, done in (("a", NOW - timedelta(days=91)), ("b", NOW), ("c", None)):
            await work.connection.execute(
                insert(handovers).values(
                    id=name,
                    conversation_id=name,
                    status="waiting" if done is None else "done",
                    created_at=datetime(2020, 1, 1, tzinfo=UTC),
                    done_at=done,
                )
            )
        await work.commit()
    await Chores(still).forget_spent()
    async with still.work() as work:
        assert await work.web_questions.find("old") is None
        assert await work.web_questions.find("young") is not None
    assert await count(still, handovers) == 2


async def test_every_chore_runs_on_an_empty_service(still: Store) -> None:
    for item in Chores(still).periodic().values():
        await item.run()
