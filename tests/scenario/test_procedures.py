"""Procedures: the answer first."""

from chat import Chat

from bot.intents import Intent


async def test_the_asked_aspect_comes_first(chat: Chat) -> None:
    await chat.says("đổi căn cước hết hạn bao nhiêu tiền", Intent.ASK_PROCEDURE)
    chat.hears("Cấp đổi thẻ căn cước", "Lệ phí: 50.000 đồng", "Nguồn:", "cập nhật 20/11/2026")
    lines = chat.text.splitlines()
    assert lines[2].startswith("Lệ phí")
    chat.sees_buttons("Giấy tờ cần có", "Xem thêm", "Đúng ý tôi", "Chưa đúng", "Gửi cho cơ quan")


async def test_more_shows_the_rest(chat: Chat) -> None:
    await chat.says("đổi căn cước hết hạn bao nhiêu tiền", Intent.ASK_PROCEDURE)
    await chat.picks("Xem thêm")
    chat.hears("Giấy tờ cần có", "- Thẻ căn cước đang dùng", "Căn cứ: Luật Căn cước")


async def test_what_is_not_in_the_catalogue_is_not_guessed(chat: Chat) -> None:
    await chat.says("cấp phép nuôi khủng long bạo chúa", Intent.ASK_PROCEDURE)
    chat.does_not_hear("Lệ phí")
    assert "Gửi cho cán bộ" in [c.label for r in chat.replies for c in r.message.choices]
