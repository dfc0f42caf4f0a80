"""People, languages, data, and polite ends."""

import pytest
from chat import Chat

from bot.intents import Intent


async def test_a_person_in_office_hours(chat: Chat) -> None:
    await chat.says("cho gặp cán bộ", Intent.REQUEST_HUMAN)
    chat.hears("Em đã báo cán bộ", "7:00–11:00", "1022")
    async with chat.store.work() as work:
        assert [alert.detail for alert in await work.alerts.open()] == ["human_wanted"]


async def test_a_person_out_of_hours(chat: Chat) -> None:
    chat.clock.move(days=3, hours=9)  # Friday evening
    await chat.says("cho gặp cán bộ", Intent.REQUEST_HUMAN)
    chat.hears("ngoài giờ làm việc", "7:00 thứ Hai, 07/12/2026")


async def test_english_is_answered_in_english(chat: Chat) -> None:
    await chat.says("hello, I need help please", Intent.GREET)
    chat.hears("Automatic assistant")
    await chat.says("1")
    chat.hears("procedure")


async def test_khmer_is_answered_in_khmer(chat: Chat) -> None:
    await chat.says("ជំរាបសួរ", Intent.GREET)
    chat.hears("ជំនួយការស្វ័យប្រវត្តិ")


async def test_the_language_can_be_chosen(chat: Chat) -> None:
    await chat.says("đổi ngôn ngữ giúp tôi", Intent.CHANGE_LANGUAGE)
    chat.hears("1. Tiếng Việt · 2. English · 3. ភាសាខ្មែរ")
    await chat.says("2")
    chat.hears("Automatic assistant", "English")
    await chat.says("nói tiếng Việt đi em", Intent.CHANGE_LANGUAGE)
    chat.hears("tiếng Việt")


async def test_a_request_about_data(chat: Chat) -> None:
    await chat.says("xóa hết dữ liệu của tôi đi", Intent.DELETE_DATA)
    chat.hears("2 ngày làm việc", "luật buộc phải lưu")
    await chat.picks("Yêu cầu xử lý")
    chat.hears("đã chuyển yêu cầu")
    async with chat.store.work() as work:
        assert [alert.detail for alert in await work.alerts.open()] == ["data_request"]


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
