"""People, languages, data, and polite ends."""

from dataclasses import replace

import pytest

from bot.intents import Intent
from tests.scenario.chat import Chat


async def test_a_person_in_office_hours(chat: Chat) -> None:
    await chat.says("cho gặp cán bộ", Intent.REQUEST_HUMAN)
    chat.hears("chuyển yêu cầu của anh/chị đến cán bộ", "7:00–11:00", "1022")
    async with chat.store.work() as work:
        assert await work.handovers.count_waiting() == 1
        assert await work.alerts.open() == []


async def test_a_person_out_of_hours(chat: Chat) -> None:
    chat.clock.move(days=3, hours=9)  # Friday evening
    await chat.says("cho gặp cán bộ", Intent.REQUEST_HUMAN)
    chat.hears("ngoài giờ làm việc", "đọc từ thứ Hai, 07/12/2026")


async def test_english_is_answered_in_english(chat: Chat) -> None:
    await chat.says("hello, I need help please", Intent.GREET)
    chat.hears("Automated assistant")
    await chat.says("1")
    chat.hears("procedure")


async def test_khmer_is_answered_in_khmer(chat: Chat) -> None:
    await chat.says("ជំរាបសួរ", Intent.GREET)
    chat.hears("ជំនួយការស្វ័យប្រវត្តិ")


async def test_the_language_can_be_chosen(chat: Chat) -> None:
    await chat.says("đổi ngôn ngữ giúp tôi", Intent.CHANGE_LANGUAGE)
    chat.hears("1. Tiếng Việt · 2. English · 3. ភាសាខ្មែរ")
    await chat.says("2")
    chat.hears("Automated assistant", "English")
    await chat.says("nói tiếng Việt đi em", Intent.CHANGE_LANGUAGE)
    chat.hears("tiếng Việt")


@pytest.mark.parametrize(
    ("text", "intent", "told"),
    [
        ("cảm ơn em nhiều", Intent.THANK, "không có gì"),
        ("tạm biệt nha", Intent.GOODBYE, "em chào anh/chị"),
        ("em làm được gì", Intent.HELP, "em giúp"),
        ("hôm nay đá banh ai thắng", Intent.OUT_OF_SCOPE, "nằm ngoài phần em giúp được"),
        ("chủ tịch tiếp dân ngày nào", Intent.ASK_SCHEDULE, "chưa có lịch này"),
        ("góp ý dự thảo nghị quyết ở đâu", Intent.COMMENT_DRAFT, "dự thảo"),
        ("trả lời vậy chưa được", Intent.FEEDBACK_ANSWER, "cảm ơn anh/chị đã góp ý"),
        ("ừa ừa", Intent.AFFIRM, "cần em giúp việc gì"),
        ("hổng phải đâu", Intent.DENY, "cần em giúp việc gì"),
        ("khỏi nhắn nữa nha", Intent.CANCEL, "không có việc gì đang làm dở"),
    ],
)
async def test_every_other_intent_has_an_answer(
    chat: Chat, text: str, intent: Intent, told: str
) -> None:
    await chat.says(text, intent)
    assert told.lower() in chat.text.lower(), chat.text


async def test_the_name_of_a_place_does_not_change_the_language(chat: Chat) -> None:
    await chat.says("when will the road in my village be repaired", Intent.ASK_AGENCY)
    chat.hears("Which commune or ward")
    await chat.says("xã Long Đức")
    chat.hears("Who are you asking for")
    await chat.picks("For myself")
    await chat.picks("Send")
    chat.hears("code HD-2026-000001", "due on Tuesday, 22/12/2026")


async def test_what_another_version_left_does_not_stop_the_talk(chat: Chat) -> None:
    await chat.says("chào em", Intent.GREET)
    async with chat.store.work() as work:
        kept = await work.conversations.find(chat.conversation_id)
        assert kept is not None
        state = {"flow": {"id": "1", "step": "gone", "new": 1}, "unknown": 2}
        await work.conversations.save(replace(kept, state=state), chat.clock())
        await work.commit()
    await chat.says("chào em", Intent.GREET)
    chat.hears("Em là trợ lý tự động")


async def test_an_old_text_takes_no_words_but_is_not_lost(chat: Chat) -> None:
    await chat.says("Đường tỉnh 915 bao giờ mở rộng vậy em?", Intent.ASK_AGENCY)
    chat.clock.move(hours=20)
    await chat.says("chào em", Intent.GREET)
    chat.hears("Em là trợ lý tự động", "Tiếp tục phần đang làm dở")
    await chat.says("6")
    chat.hears("Đường tỉnh 915", "xã, phường nào")
