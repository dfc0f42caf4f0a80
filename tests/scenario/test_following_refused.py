"""A case that is not accepted: the citizen hears why and where to go."""

from dataclasses import replace

import pytest

from bot.refusals import tell_refused, tell_restored
from bot.replies import Replies
from casework.cases import CaseSource, Refusal
from casework.use_cases.moving import CaseMove
from casework.use_cases.sort_case import not_accept_case, restore_case
from delivery.messages import MessageClass, Speaker
from store.outbox import OutboxRow
from tests.scenario.chat import Chat
from tests.scenario.following import asked
from tests.scenario.province import LIMITS


async def refused(
    chat: Chat, replies: Replies, refusal: Refusal, explanation: str = ""
) -> list[OutboxRow]:
    case = await asked(chat)
    async with chat.store.work() as work:
        move = CaseMove(case.id, case.version, "editor")
        case = await not_accept_case(work, move, refusal, explanation)
        await tell_refused(work, case, refusal, explanation, replies=replies, limits=LIMITS)
        await work.commit()
    async with chat.store.work() as work:
        return await work.outbox.of_case(case.id)


@pytest.mark.parametrize(
    ("refusal", "told"),
    [
        (Refusal.OTHER_LAW, ("90 ngày", "người đứng đầu cơ quan", "1022")),
        (Refusal.OUTSIDE_PROVINCE, ("ngoài tỉnh", "Cổng Dịch vụ công quốc gia")),
        (Refusal.UNCLEAR, ("Cần làm rõ", '"Gửi câu hỏi"')),
        (Refusal.NO_QUESTION, ("chưa có câu hỏi",)),
        (Refusal.ASKED_BEFORE, ("trước đó", '"Câu hỏi của tôi"')),
    ],
)
async def test_each_reason_says_where_to_go(
    chat: Chat, replies: Replies, refusal: Refusal, told: tuple[str, ...]
) -> None:
    [row] = await refused(chat, replies, refusal)
    for part in ("HD-2026-000001", "Đường tỉnh 915", *told):
        assert part in row.message.text
    assert row.message_class is MessageClass.MUST_REACH
    assert "Câu hỏi của tôi" in {choice.label for choice in row.message.choices}


async def test_what_the_officer_wrote_is_told(chat: Chat, replies: Replies) -> None:
    [row] = await refused(chat, replies, Refusal.OUTSIDE_PROVINCE, "Cục Đường bộ Việt Nam")
    assert "Nơi giải quyết: Cục Đường bộ Việt Nam" in row.message.text
    assert row.speaker is Speaker.STAFF


async def test_without_a_chat_nothing_is_queued(chat: Chat, replies: Replies) -> None:
    case = replace(await asked(chat), source=CaseSource.PHONE)
    async with chat.store.work() as work:
        await tell_refused(work, case, Refusal.UNCLEAR, "", replies=replies, limits=LIMITS)
        await work.commit()
    async with chat.store.work() as work:
        assert await work.outbox.of_case(case.id) == []


@pytest.mark.parametrize(("days", "told"), [(0, "Hạn trả lời vẫn là"), (90, "đã quá hạn")])
async def test_what_is_accepted_after_all_is_taken_back(
    chat: Chat, replies: Replies, days: int, told: str
) -> None:
    await refused(chat, replies, Refusal.UNCLEAR)
    chat.clock.move(days=days)
    async with chat.store.work() as work:
        case = await work.cases.find_by_code("HD-2026-000001")
        assert case is not None
        restored = await restore_case(work, CaseMove(case.id, case.version, "editor"))
        await tell_restored(work, restored, replies=replies, limits=LIMITS)
        await work.commit()
    async with chat.store.work() as work:
        row = (await work.outbox.of_case(case.id))[-1]
    for part in ("HD-2026-000001", "không cần gửi lại", told):
        assert part in row.message.text
    assert row.message_class is MessageClass.MUST_REACH
