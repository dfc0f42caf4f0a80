"""A step that waits for a few words hears when they are no answer to it."""

import pytest

from bot.intents import Intent
from delivery.messages import Attachment, AttachmentKind
from tests.scenario.chat import Chat
from tests.scenario.steps import at_behalf, at_place, shown_back

QUESTION = "Điện ở đây cúp liên tục mấy tháng nay, cơ quan nào lo?"


# -- where ----------------------------------------------------------------------------------------


async def test_thanks_are_no_place(chat: Chat) -> None:
    await at_place(chat, QUESTION)
    for text, intent in (("cảm ơn em", Intent.THANK), ("dạ em chào chị nha", Intent.GREET)):
        await chat.says(text, intent)
        chat.hears("Mình làm tiếp", "xã, phường nào", "1. Bỏ qua")


async def test_thanks_are_no_place_without_the_model_either(chat: Chat) -> None:
    await at_place(chat, QUESTION)
    chat.model.away = True
    await chat.says("cam on em")
    chat.hears("không có gì", "xã, phường nào")


@pytest.mark.parametrize("words", ["mẹ tôi", "em", "ok", "không"])
async def test_a_person_or_a_yes_is_no_place(chat: Chat, words: str) -> None:
    await at_place(chat, QUESTION)
    await chat.says(words)
    chat.hears("Em cần tên nơi", "1. Bỏ qua")


@pytest.mark.parametrize("words", ["gần chợ Mỹ Cẩm", "xã Long Đức", "trước nhà tôi", "Cô Giang"])
async def test_short_words_without_a_question_are_a_place(chat: Chat, words: str) -> None:
    await at_place(chat, QUESTION)
    await chat.says(words, Intent.ASK_INFO)
    await shown_back(chat)
    chat.hears(f"Địa điểm: {words}")


async def test_a_short_question_is_no_place_and_is_not_added_in_silence(chat: Chat) -> None:
    await at_place(chat, QUESTION)
    await chat.says("bao giờ có điện lại")
    chat.hears("thêm lời vừa viết vào nội dung", "Đây là câu hỏi khác")
    await chat.picks("Thêm vào")
    chat.hears("bao giờ có điện lại", "xã, phường nào")


@pytest.mark.parametrize("words", ["lam lai can cuoc mat bao nhieu tien", "đổi căn cước hết hạn"])
async def test_a_sure_other_matter_is_answered_and_the_text_kept(chat: Chat, words: str) -> None:
    await at_place(chat, QUESTION)
    await chat.says(words, Intent.ASK_PROCEDURE)
    chat.hears("căn cước", "Tiếp tục phần đang làm dở")
    await chat.presses(f"#resume|{chat.first_row}")
    chat.hears(QUESTION, "xã, phường nào")
    chat.does_not_hear(words)


async def test_a_long_question_is_read_too(chat: Chat) -> None:
    await at_place(chat, QUESTION)
    words = "em ơi cho chị hỏi làm lại căn cước thì mất bao nhiêu tiền"
    await chat.says(words, Intent.ASK_PROCEDURE)
    chat.hears("Tiếp tục phần đang làm dở")


async def test_words_that_name_the_place_fill_it(chat: Chat) -> None:
    await at_place(chat, QUESTION)
    await chat.says("ở ấp Sóc Thát xã Càng Long thì bao giờ có điện lại")
    chat.hears("hỏi cho ai")
    await shown_back(chat)
    chat.hears("Địa điểm: xã Càng Long", "bao giờ có điện lại")


# -- a photo --------------------------------------------------------------------------------------


async def at_photo(chat: Chat) -> None:
    await chat.says("đèn đường trước chợ hư cả tháng", Intent.REPORT_PROBLEM)
    await chat.says("xã Long Đức")
    chat.hears("Anh/chị gửi ảnh nếu có")


async def test_thanks_are_no_photo_and_no_content(chat: Chat) -> None:
    await at_photo(chat)
    for text, intent in (("cảm ơn cô nhiều nghen", Intent.THANK), ("dạ chào em", Intent.GREET)):
        await chat.says(text, intent)
        chat.hears("Mình làm tiếp", "Anh/chị gửi ảnh nếu có", "1. Không có ảnh")
        chat.does_not_hear("thêm lời vừa viết")


@pytest.mark.parametrize("text", ["cảm ơn em", "cam on em", "thank you"])
async def test_thanks_are_no_photo_without_the_model_either(chat: Chat, text: str) -> None:
    await at_photo(chat)
    chat.model.away = True
    await chat.says(text)
    chat.hears("1. Không có ảnh")
    chat.does_not_hear("thêm lời vừa viết")


@pytest.mark.parametrize("text", ["không có hình, cảm ơn em", "cam on em, khong co anh", "xong"])
async def test_who_thanks_and_has_no_photo_goes_on(chat: Chat, text: str) -> None:
    await at_photo(chat)
    await chat.says(text, Intent.THANK)
    chat.hears("Em ghi lại như sau")


async def test_thanks_under_a_photo_are_no_content(chat: Chat) -> None:
    await at_photo(chat)
    image = Attachment(AttachmentKind.IMAGE, url="https://img.example/1.jpg")
    chat.model.knows("cảm ơn em", Intent.THANK)
    await chat.attaches(image, text="cảm ơn em")
    chat.hears("Kèm theo: 1 tệp")
    chat.does_not_hear("cảm ơn em")


# -- the content, and what is shown back ----------------------------------------------------------


@pytest.mark.parametrize("away", [False, True])
async def test_thanks_are_no_content(chat: Chat, away: bool) -> None:
    await chat.says("menu")
    await chat.picks("Gửi câu hỏi")
    chat.model.knows("cảm ơn em", Intent.THANK)
    chat.model.away = away
    await chat.says("cảm ơn em")
    chat.hears("không có gì")
    chat.does_not_hear("xã, phường nào")


@pytest.mark.parametrize("away", [False, True])
async def test_thanks_do_not_change_what_is_ready(chat: Chat, away: bool) -> None:
    await at_behalf(chat, QUESTION, "gần chợ Mỹ Cẩm")
    await shown_back(chat)
    chat.model.knows("cảm ơn em", Intent.THANK)
    chat.model.away = away
    await chat.says("cảm ơn em")
    chat.hears("không có gì", "Em ghi lại như sau", "1. Gửi đi")


# -- for whom -------------------------------------------------------------------------------------


async def test_thanks_name_nobody(chat: Chat) -> None:
    await at_behalf(chat, QUESTION, "gần chợ Mỹ Cẩm")
    await chat.says("cảm ơn em", Intent.THANK)
    chat.hears("không có gì", "hỏi cho ai", "1. Chính anh/chị")
    await chat.says("cảm ơn em, hỏi cho mẹ tôi", Intent.THANK)
    chat.hears("Hỏi cho: Người thân")


@pytest.mark.parametrize("words", ["ok", "không"])
async def test_a_yes_names_nobody_and_hears_what_is_missing(chat: Chat, words: str) -> None:
    await at_behalf(chat, QUESTION, "gần chợ Mỹ Cẩm")
    await chat.says(words)
    chat.hears("Em chưa rõ anh/chị hỏi cho ai", "1. Chính anh/chị")
    chat.does_not_hear("Thêm vào")


async def test_words_that_name_nobody_are_not_lost(chat: Chat) -> None:
    await at_behalf(chat, QUESTION, "gần chợ Mỹ Cẩm")
    await chat.says("khi nào tôi có điện")
    chat.hears("Em chưa rõ anh/chị hỏi cho ai", "Thêm vào nội dung", "Đây là câu hỏi khác")
    await chat.picks("Thêm vào")
    await shown_back(chat)
    chat.hears("khi nào tôi có điện")


async def test_a_sure_question_at_for_whom_is_answered(chat: Chat) -> None:
    await at_behalf(chat, QUESTION, "gần chợ Mỹ Cẩm")
    await chat.says("khi nào trạm mở cửa", Intent.ASK_INFO)
    chat.hears("Tiếp tục phần đang làm dở")
    await chat.picks("Tiếp tục")
    chat.hears("hỏi cho ai")


# -- what was closed ------------------------------------------------------------------------------


async def test_a_stopped_text_is_not_called_closed(chat: Chat) -> None:
    await at_behalf(chat, QUESTION, "gần chợ Mỹ Cẩm")
    old = next(c.payload for r in chat.replies for c in r.message.choices)
    await chat.says("thôi")
    await chat.presses(old)
    chat.hears("Nội dung vẫn còn", "Tiếp tục phần đang làm dở")
    chat.does_not_hear("đã đóng")
