"""A question for an agency on its way, brought to one of its steps."""

from bot.intents import Intent
from tests.scenario.chat import Chat

QUESTION = "Đường tỉnh 915 đoạn qua xã Long Đức bao giờ mở rộng?"


async def at_place(chat: Chat, question: str = QUESTION) -> None:
    await chat.says(question, Intent.ASK_AGENCY)
    chat.hears("xã, phường nào")


async def at_behalf(chat: Chat, question: str = QUESTION, place: str = "xã Long Đức") -> None:
    await at_place(chat, question)
    await chat.says(place)
    chat.hears("hỏi cho ai")


async def at_confirmation(chat: Chat) -> None:
    await at_behalf(chat)
    await shown_back(chat)


async def shown_back(chat: Chat) -> None:
    """For whom it is asked is the last step."""
    await chat.picks("Cho tôi")
    chat.hears("Em ghi lại như sau")
