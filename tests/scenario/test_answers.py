"""An officer's answer reaches the citizen as the officer's words."""

import pytest
from sqlalchemy import text

from bot.answers import send_answer
from bot.intents import Intent
from bot.replies import Replies
from casework.cases import Case, CaseKind, CaseSource, Contact, ContentKind, EventKind
from casework.errors import MoveNotAllowedError
from casework.statuses import CaseStatus
from casework.use_cases.moving import CaseMove
from casework.use_cases.open_case import OpenCase, open_case
from delivery.messages import MessageClass, Speaker
from store.outbox import OutboxRow
from tests.scenario.chat import Chat
from tests.scenario.following import ANSWER, answered, approved, asked
from tests.scenario.province import LIMITS


async def letters(chat: Chat, replies: Replies) -> list[OutboxRow]:
    """What a citizen whose question was answered is sent."""
    case = await answered(chat, replies)
    async with chat.store.work() as work:
        return await work.outbox.of_case(case.id)


async def test_the_citizen_reads_who_answers_and_what(chat: Chat, replies: Replies) -> None:
    [row] = await letters(chat, replies)
    assert row.message.text.startswith("👤 Cán bộ Sở Xây dựng tỉnh Vĩnh Long\n")
    assert ANSWER in row.message.text
    assert "HD-2026-000001" in row.message.text
    assert "Đường tỉnh 915" in row.message.text
    assert (row.speaker, row.message_class) == (Speaker.STAFF, MessageClass.MUST_REACH)
    assert [choice.label for choice in row.message.choices] == [
        "Hài lòng",
        "Bình thường",
        "Chưa giải quyết xong",
    ]


async def test_an_answer_leaves_once(chat: Chat, replies: Replies) -> None:
    case = await answered(chat, replies)
    async with chat.store.work() as work:
        move = CaseMove(case.id, case.version, "lead")
        with pytest.raises(MoveNotAllowedError):
            await send_answer(work, move, replies=replies, limits=LIMITS)


async def test_a_rolled_back_answer_was_never_queued(chat: Chat, replies: Replies) -> None:
    case = await approved(chat, await asked(chat))
    async with chat.store.work() as work:
        move = CaseMove(case.id, case.version, "lead")
        await send_answer(work, move, replies=replies, limits=LIMITS)
    async with chat.store.work() as work:
        assert await work.outbox.of_case(case.id) == []


async def test_afterwards_the_citizen_can_read_it_again_or_say_it_did_not_help(
    chat: Chat, replies: Replies
) -> None:
    [row] = await letters(chat, replies)
    await chat.presses(row.message.choices[2].payload)
    chat.hears("HD-2026-000001 chưa giúp được")
    await chat.picks("Thôi")
    await chat.says("HD-2026-000001")
    chat.hears("đã trả lời", "Trả lời của Sở Xây dựng", ANSWER)
    await chat.says("trả lời chưa rõ", Intent.FEEDBACK_ANSWER)
    chat.hears("câu trả lời HD-2026-000001")
    stranger = chat.other("666")
    await stranger.says("HD-2026-000001")
    stranger.does_not_hear(ANSWER)


async def test_the_answer_in_a_chat_needs_no_code(chat: Chat, replies: Replies) -> None:
    [row] = await letters(chat, replies)
    assert "không cần dùng mã nhận trả lời" in row.message.text


@pytest.mark.parametrize(
    ("email", "mails", "letters"),
    [("mai@example.com", True, 1), ("", True, 0), ("mai@example.com", False, 0)],
)
async def test_who_asked_on_paper_or_on_the_web_gets_a_letter(
    chat: Chat, replies: Replies, email: str, mails: bool, letters: int
) -> None:
    """No chat message is queued for a case without a chat."""
    async with chat.store.work() as work:
        opened = await open_case(
            work,
            OpenCase(
                kind=CaseKind.QUESTION,
                source=CaseSource.WEB,
                conversation_id="",
                content="Đường tỉnh 915 bao giờ mở rộng?",
                asked_at=chat.clock(),
                contact=Contact(name="Mai", email=email),
            ),
        )
        await work.commit()
    case = await approved(chat, opened.case)
    async with chat.store.work() as work:
        move = CaseMove(case.id, case.version, "lead")
        case = await send_answer(work, move, replies=replies, limits=LIMITS, mails=mails)
        await work.commit()
    assert case.status is CaseStatus.ANSWERED
    async with chat.store.work() as work:
        assert await work.outbox.of_case(case.id) == []
        query = text("select args from procrastinate_jobs where task_name = 'mail_answer'")
        jobs = list((await work.connection.execute(query)).scalars())
    assert jobs == [{"case_id": case.id}] * letters


async def contents(chat: Chat, case: Case) -> list[str]:
    async with chat.store.work() as work:
        return await work.cases.contents(case.id, ContentKind.QUESTION)


async def test_words_beside_the_code_belong_to_the_case(chat: Chat) -> None:
    case = await asked(chat)
    more = "HD-2026-000001 cho tôi bổ sung là đường ngập nặng lắm"
    await chat.says(more)
    chat.hears("được giữ cùng câu hỏi này")
    assert await contents(chat, case) == ["Đường tỉnh 915 bao giờ mở rộng vậy em?", more]
    async with chat.store.work() as work:
        events = await work.cases.events(case.id)
        row = (await work.inbox.history(chat.conversation_id))[-1]
    assert (events[-1].kind, events[-1].data) == (EventKind.CITIZEN_ADDED, {"inbox_id": row.id})


async def test_words_beside_somebody_elses_code_are_not_added(chat: Chat) -> None:
    case = await asked(chat)
    stranger = chat.other("666")
    await stranger.says("HD-2026-000001 cho tôi bổ sung là đường ngập nặng lắm")
    stranger.does_not_hear("được giữ")
    assert len(await contents(chat, case)) == 1


async def test_words_beside_an_answered_code_are_not_added(chat: Chat, replies: Replies) -> None:
    case = await answered(chat, replies)
    await chat.says("HD-2026-000001 cho tôi bổ sung là đường ngập nặng lắm")
    chat.hears("chưa đến cơ quan")
    assert len(await contents(chat, case)) == 1


async def test_a_denunciation_beside_the_code_does_not_reach_the_agency(chat: Chat) -> None:
    case = await asked(chat)
    accused = "HD-2026-000001 tôi tố cáo giám đốc sở này nhận tiền của dân"
    await chat.says(accused)
    chat.hears("Tố cáo")
    chat.does_not_hear("được giữ cùng câu hỏi này")
    assert len(await contents(chat, case)) == 1
    async with chat.store.work() as work:
        assert (await work.inbox.history(chat.conversation_id))[-1].is_hidden
