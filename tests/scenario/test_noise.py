"""Keyboard noise and code: no language, no yes, no no, nothing cancelled."""

import pytest

from bot.intents import Intent
from tests.scenario.chat import Chat

NOISE = "asdkjh qwoeiu zxmcn"
SQL = "'; DROP TABLE cases; --"
QUESTION = "Tại sao đèn đường trước nhà tôi hỏng hai tháng nay chưa ai sửa"


async def test_noise_is_answered_in_vietnamese(chat: Chat) -> None:
    await chat.says(NOISE)
    chat.hears("Em chưa chắc ý anh/chị")


async def test_noise_keeps_the_language_that_was_asked_for(chat: Chat) -> None:
    await chat.presses("#lang|km")
    await chat.says("sdkfjh sdkfjh")
    chat.does_not_hear("Em chưa chắc")
    await chat.presses("#lang|vi")
    await chat.says(NOISE)
    chat.hears("Em chưa chắc ý anh/chị")


async def test_code_cancels_nothing_and_changes_no_language(chat: Chat) -> None:
    await chat.says(SQL, Intent.CANCEL, confidence=0.95)
    chat.hears("Em chưa chắc ý anh/chị")
    await chat.says("😀")
    chat.hears("anh/chị")


async def test_noise_does_not_close_an_open_text(chat: Chat) -> None:
    await chat.says(QUESTION, Intent.ASK_AGENCY)
    await chat.says(SQL, Intent.CANCEL, confidence=0.99)
    chat.does_not_hear("Em đã dừng")
    async with chat.store.work() as work:
        kept = await work.conversations.find(chat.conversation_id)
    assert kept is not None
    assert kept.state["flow"]["content"] == QUESTION


@pytest.mark.parametrize("intent", [Intent.AFFIRM, Intent.DENY])
async def test_noise_is_neither_yes_nor_no(chat: Chat, intent: Intent) -> None:
    await chat.says(NOISE, intent, confidence=0.99)
    chat.hears("Em chưa chắc ý anh/chị")


@pytest.mark.parametrize("text", ["no no no", "thui khỏi ạ", "never mind about that"])
async def test_words_still_cancel(chat: Chat, text: str) -> None:
    await chat.says(QUESTION, Intent.ASK_AGENCY)
    await chat.says(text, Intent.CANCEL, confidence=0.99)
    async with chat.store.work() as work:
        kept = await work.conversations.find(chat.conversation_id)
    assert kept is not None
    assert "flow" not in kept.state
