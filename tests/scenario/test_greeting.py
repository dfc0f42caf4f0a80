"""Hello, menu, and what always works."""

from bot.intents import Intent
from delivery.messages import EventKind
from tests.scenario.chat import Chat


async def test_the_greeting_says_who_speaks_and_shows_five_choices(chat: Chat) -> None:
    await chat.says("chào em", Intent.GREET)
    chat.hears("🤖 Trợ lý tự động", "Cổng thông tin tỉnh Vĩnh Long", "1. Hỏi thủ tục")
    chat.hears("5. Gặp cán bộ")
    chat.sees_buttons(
        "Hỏi thủ tục", "Tra cứu hồ sơ", "Gửi câu hỏi", "Phản ánh hiện trường", "Gặp cán bộ"
    )


async def test_a_new_follower_is_greeted(chat: Chat) -> None:
    await chat.sends(kind=EventKind.FOLLOW)
    chat.hears("Em là trợ lý tự động")


async def test_a_typed_number_is_a_pressed_button(chat: Chat) -> None:
    for typed in ("2", "số 2", "2.", "hai", "Chọn 2", "២"):
        await chat.says("chào em", Intent.GREET)
        await chat.says(typed)
        chat.hears("mã hồ sơ")


async def test_a_number_off_the_list_is_asked_again(chat: Chat) -> None:
    await chat.says("chào em", Intent.GREET)
    await chat.says("9")
    chat.hears("từ 1 đến 5", "1. Hỏi thủ tục")
    await chat.says("1")
    chat.hears("thủ tục nào")


async def test_menu_and_cancel_work_without_the_model(chat: Chat) -> None:
    chat.model.away = True
    await chat.says("menu")
    chat.hears("1. Hỏi thủ tục")
    await chat.says("thôi")
    chat.hears("không có việc gì đang làm dở")
    assert chat.model.asked == []


async def test_an_unknown_button_shows_the_menu(chat: Chat) -> None:
    await chat.presses("#gone|1", "Nút cũ")
    chat.hears("1. Hỏi thủ tục")


async def test_text_that_begins_like_a_command_is_ordinary_text(chat: Chat) -> None:
    await chat.says("/restart tôi muốn hỏi", Intent.GREET)
    assert chat.model.asked == ["/restart tôi muốn hỏi"]
    await chat.says("#xinchao mọi người", Intent.GREET)
    assert chat.model.asked[-1] == "#xinchao mọi người"


async def test_following_and_opening_are_one_greeting(chat: Chat) -> None:
    await chat.sends(kind=EventKind.FOLLOW)
    await chat.sends(kind=EventKind.OPENED)
    chat.hears_nothing()
    await chat.says("2")
    chat.hears("mã hồ sơ")


async def test_opening_the_chat_again_disturbs_no_open_text(chat: Chat) -> None:
    await chat.says("Đường tỉnh 915 bao giờ mở rộng vậy em?", Intent.ASK_AGENCY)
    await chat.sends(kind=EventKind.OPENED)
    chat.hears_nothing()
    await chat.says("xã Long Đức")
    chat.hears("Anh/chị hỏi cho ai")
