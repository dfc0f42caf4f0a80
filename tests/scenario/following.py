"""What the scenarios of a case that was sent have in common."""

from bot.answers import send_answer
from bot.intents import Intent
from bot.replies import Replies
from casework.cases import Case
from casework.use_cases.move_case import approve_answer, assign_case, save_draft
from casework.use_cases.moving import CaseMove
from tests.scenario.chat import Chat
from tests.scenario.province import LIMITS

CODE = "HD-2026-000001"
QUESTION = "Đường tỉnh 915 bao giờ mở rộng vậy em?"
ANSWER = "Đoạn qua xã Long Đức khởi công quý II năm 2027."


async def case_of(chat: Chat, code: str = CODE) -> Case:
    async with chat.store.work() as work:
        case = await work.cases.find_by_code(code)
    assert case is not None
    return case


async def asked(chat: Chat, code: str = CODE, question: str = QUESTION) -> Case:
    await chat.says(question, Intent.ASK_AGENCY)
    await chat.says("xã Long Đức")
    await chat.picks("Cho tôi")
    await chat.picks("Gửi đi")
    return await case_of(chat, code)


async def approved(chat: Chat, case: Case) -> Case:
    async with chat.store.work() as work:
        move = CaseMove(case.id, case.version, "officer")
        case = await assign_case(work, move, agency_code="H61.SXD")
        case = await save_draft(work, CaseMove(case.id, case.version, "officer"), ANSWER)
        case = await approve_answer(work, CaseMove(case.id, case.version, "lead"))
        await work.commit()
    return case


async def sent(chat: Chat, replies: Replies, case: Case) -> Case:
    async with chat.store.work() as work:
        move = CaseMove(case.id, case.version, "lead")
        case = await send_answer(work, move, replies=replies, limits=LIMITS)
        await work.commit()
    return case


async def answered(chat: Chat, replies: Replies) -> Case:
    return await sent(chat, replies, await approved(chat, await asked(chat)))
