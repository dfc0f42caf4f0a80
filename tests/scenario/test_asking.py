"""A question for an agency, from the first word to the case."""

from chat import Chat

from bot.intents import Intent

QUESTION = "Đường tỉnh 915 đoạn qua xã Long Đức bao giờ mở rộng?"


async def confirmed_question(chat: Chat, question: str = QUESTION) -> None:
    await chat.says(question, Intent.ASK_AGENCY)
    await chat.says("xã Long Đức")
    await chat.picks("Cho tôi")


async def test_a_question_becomes_a_case_with_a_legal_date(chat: Chat) -> None:
    await chat.says(QUESTION, Intent.ASK_AGENCY)
    chat.hears(QUESTION, "xã, phường nào")
    await chat.says("xã Long Đức")
    chat.hears("Anh/chị hỏi cho ai")
    await chat.says("mẹ tôi")
    chat.hears("Em ghi lại như sau", QUESTION, "Nơi xảy ra: xã Long Đức", "người thân", "1. Gửi đi")
    await chat.says("1")
    chat.hears("mã HD-2026-000001", "thứ Ba, 22/12/2026", "15 ngày làm việc")
    assert await chat.case_codes() == ["HD-2026-000001"]


async def test_the_reason_of_the_date_names_the_holidays(chat: Chat) -> None:
    chat.clock.move(days=56)
    await confirmed_question(chat)
    await chat.picks("Gửi đi")
    chat.hears("thứ Ba, 23/02/2027", "không tính Tết Nguyên đán")
