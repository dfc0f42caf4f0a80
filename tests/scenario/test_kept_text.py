"""Nothing a citizen typed is lost: not by a slip, a number, or something else meanwhile."""

import pytest
from sqlalchemy import select

from bot.intents import Intent
from delivery.messages import Attachment, AttachmentKind
from delivery.messages import EventKind as InboundKind
from store.tables import cases, conversations
from tests.scenario.chat import Chat
from tests.scenario.steps import QUESTION, at_behalf, at_confirmation, at_place

# -- marks ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("word", ["đúng", "Đúng rồi", "dạ đúng", "dung roi", "có", "phai"])
async def test_a_yes_sends(chat: Chat, word: str) -> None:
    await at_confirmation(chat)
    await chat.says(word)
    chat.hears("HD-2026-000001")


@pytest.mark.parametrize("word", ["dừng", "đừng gửi", "dung lai", "thoi", "huỷ", "hủy"])
async def test_a_no_stops(chat: Chat, word: str) -> None:
    await at_confirmation(chat)
    await chat.says(word)
    chat.hears("em đã dừng")
    assert await chat.case_codes() == []


async def test_a_word_that_can_be_yes_and_no_shows_the_text_again(chat: Chat) -> None:
    for step in (at_place, at_behalf, at_confirmation):
        await step(chat)
        before = chat.text
        await chat.says("dung", Intent.CANCEL)
        assert chat.text == before
        await chat.says("thôi")
    assert await chat.case_codes() == []


async def test_a_father_is_no_button_that_drops(chat: Chat) -> None:
    await at_confirmation(chat)
    await chat.says("bố")
    chat.hears("Em chưa gửi")
    await chat.says("ba")
    chat.does_not_hear("em đã dừng")


# -- numbers --------------------------------------------------------------------------------------


@pytest.mark.parametrize("word", ["ba", "bà", "ba tôi", "mẹ", "bố", "con", "con toi", "hai"])
async def test_a_relative_is_no_number(chat: Chat, word: str) -> None:
    await at_behalf(chat)
    await chat.says(word)
    chat.hears("Hỏi cho: Người thân")


@pytest.mark.parametrize("word", ["tư", "bốn", "bon"])
async def test_no_word_for_a_number_drops_the_text(chat: Chat, word: str) -> None:
    await at_behalf(chat)
    await chat.says(word)
    chat.hears("hỏi cho ai")


@pytest.mark.parametrize("place", ["số 2", "hai", "số 12", "nhì"])
async def test_a_number_of_a_house_is_a_place(chat: Chat, place: str) -> None:
    await at_place(chat)
    await chat.says(place)
    chat.hears("hỏi cho ai")
    await chat.says("1")
    chat.hears(f"Địa điểm: {place}")


async def test_a_number_off_the_list_leaves_the_text_open(chat: Chat) -> None:
    await at_place(chat)
    await chat.says("7")
    chat.hears("từ 1 đến 2")
    chat.does_not_hear("3. ")
    await chat.says("xã Long Đức")
    chat.hears("hỏi cho ai")


# -- set aside, not thrown away -------------------------------------------------------------------


async def test_a_cancelled_text_can_be_taken_up_again(chat: Chat) -> None:
    await at_place(chat)
    await chat.says("2")
    chat.hears("em đã dừng", "1. Tiếp tục phần đang làm dở")
    await chat.says("mấy giờ một cửa làm việc", Intent.ASK_INFO)
    chat.does_not_hear("Tiếp tục")
    await chat.presses(f"#resume|{chat.first_row}")
    chat.hears(QUESTION, "xã, phường nào")
    await chat.says("xã Long Đức")
    chat.hears("hỏi cho ai")


async def test_a_cancelled_text_is_not_kept_for_long(chat: Chat) -> None:
    await at_place(chat)
    await chat.says("thôi")
    chat.clock.move(hours=13)
    await chat.says("chào em", Intent.GREET)
    async with chat.store.work() as work:
        query = select(conversations.c.state).where(conversations.c.id == chat.conversation_id)
        state = (await work.connection.execute(query)).scalar_one()
    assert "915" not in str(state)
    await chat.presses(f"#resume|{chat.first_row}")
    chat.hears("Phần này đã đóng")


async def test_send_on_a_cancelled_text_sends_nothing_but_shows_the_way_back(chat: Chat) -> None:
    await at_confirmation(chat)
    send = next(c.payload for r in chat.replies for c in r.message.choices)
    await chat.picks("Bỏ")
    await chat.presses(send)
    chat.hears("chưa gửi", "Tiếp tục phần đang làm dở")
    assert await chat.case_codes() == []
    await chat.picks("Tiếp tục")
    chat.hears("Em ghi lại như sau", QUESTION)
    await chat.picks("Gửi đi")
    assert await chat.case_codes() == ["HD-2026-000001"]


async def test_a_change_that_is_given_up_leaves_the_rest(chat: Chat) -> None:
    for word in ("thôi", "1", "2"):
        await at_confirmation(chat)
        await chat.picks("Sửa")
        await chat.picks("Sửa nội dung" if word == "1" else "Sửa địa điểm")
        await chat.says(word)
        chat.hears("Em ghi lại như sau", QUESTION, "xã Long Đức", "1. Gửi đi")
        await chat.picks("Bỏ")
        chat.hears("em đã dừng")


async def test_a_lighter_question_does_not_close_the_text(chat: Chat) -> None:
    await at_place(chat)
    for button in ("#procedures", "#dossier"):
        await chat.presses(button)
        chat.hears("Tiếp tục phần đang làm dở")
    await chat.says("000.00.12.H59-231105-0004")
    chat.hears("đang giải quyết")
    await chat.picks("Tiếp tục")
    chat.hears(QUESTION, "xã, phường nào")


async def test_a_second_text_waits_for_the_first(chat: Chat) -> None:
    await at_place(chat)
    await chat.presses("#ask|report")
    chat.hears("còn một nội dung chưa gửi", QUESTION)
    await chat.says("xã Long Đức")
    await chat.presses("#menu")
    other = "Bao giờ ấp Chợ ở xã tôi có nước máy để dùng?"
    await chat.says(other, Intent.ASK_AGENCY)
    chat.hears("còn một nội dung chưa gửi", "Đây là câu hỏi khác")
    again = next(c.payload for r in chat.replies for c in r.message.choices if "khác" in c.label)
    await chat.picks("Cho tôi")
    chat.hears(QUESTION)
    await chat.picks("Gửi đi")
    await chat.presses(again)
    chat.hears(other, "xã, phường nào")


# -- what only looks like a cancellation -----------------------------------------------------------


@pytest.mark.parametrize(
    "request_", ["Hủy giúp tôi hồ sơ đất", "hủy giúp 000.00.12.H59-231105-0004", "hủy giúp?"]
)
async def test_a_request_to_cancel_something_else_is_read(chat: Chat, request_: str) -> None:
    await chat.says(request_, Intent.REQUEST_HUMAN)
    chat.does_not_hear("không có việc gì đang làm dở")


# -- changed messages ------------------------------------------------------------------------------


async def _changes(chat: Chat, message: str, text: str) -> None:
    await chat.sends(kind=InboundKind.EDIT, about=(message,), message_id="", text=text)


async def test_a_changed_message_changes_what_it_gave(chat: Chat) -> None:
    await at_place(chat)
    content = f"m{chat.count}"
    await chat.says("xã Long Đức")
    place = f"m{chat.count}"
    await _changes(chat, content, "Đường 915 bao giờ làm?")
    await _changes(chat, place, "xã Đại Phước")
    await _changes(chat, content, "Đường 911 bao giờ làm?")
    await chat.picks("Cho tôi")
    chat.hears("Đường 911 bao giờ làm?", "Địa điểm: xã Đại Phước")
    await chat.says("menu")
    await _changes(chat, place, "Khác hẳn")
    chat.hears_nothing()


async def test_a_changed_message_keeps_what_was_added(chat: Chat) -> None:
    await at_confirmation(chat)
    content = "m1"  # the first message of this chat
    await chat.says("đường đó rất nhiều ổ gà và hay ngập")
    await chat.picks("Thêm vào")
    await _changes(chat, content, "Đường 911 bao giờ làm?")
    chat.hears("Đường 911 bao giờ làm?\nđường đó rất nhiều ổ gà")


# -- words at a step ------------------------------------------------------------------------------


async def test_a_story_at_for_whom_is_offered_to_the_content(chat: Chat) -> None:
    await at_behalf(chat)
    await chat.says("tôi ở đây hai mươi năm mà đường này chưa ai sửa lần nào")
    chat.hears("thêm lời vừa viết vào nội dung")
    add = next(c.payload for r in chat.replies for c in r.message.choices)
    await chat.presses(add)
    chat.hears("hỏi cho ai")
    await chat.presses(add)
    await chat.picks("Cho tôi")
    chat.hears("chưa ai sửa lần nào")
    assert chat.text.count("chưa ai sửa lần nào") == 1


@pytest.mark.parametrize("words", ["câu hỏi này chưa rõ", "còn nữa", "chủ hộ", "cau hoi nay"])
async def test_other_words_name_no_relative(chat: Chat, words: str) -> None:
    await at_behalf(chat)
    await chat.says(words)
    chat.hears("hỏi cho ai")


@pytest.mark.parametrize("words", ["không biết", "tôi không nhớ", "không có nơi cụ thể"])
async def test_no_place_to_name(chat: Chat, words: str) -> None:
    await at_place(chat)
    await chat.says(words)
    await chat.picks("Cho tôi")
    chat.hears("Em ghi lại như sau")
    chat.does_not_hear("Địa điểm")


async def test_a_place_of_many_words_belongs_to_the_content(chat: Chat) -> None:
    await at_place(chat)
    long = "đoạn từ cầu Ba Si tới chợ, " * 20
    await chat.says(long)
    chat.hears("xã, phường nào")
    await chat.picks("Bỏ qua")
    await chat.picks("Cho tôi")
    chat.hears("cầu Ba Si")


async def test_a_greeting_is_no_content(chat: Chat) -> None:
    await chat.presses("#ask|question")
    await chat.says("chào em", Intent.GREET)
    chat.hears("Anh/chị viết câu hỏi giúp em")
    await chat.says(QUESTION)
    chat.hears(QUESTION)


async def test_a_text_that_does_not_fit_says_so(chat: Chat) -> None:
    await chat.presses("#ask|question")
    await chat.says("Đường ngập quá. " * 300)
    chat.hears("dài hơn 4000 ký tự", "xã, phường nào")


async def test_a_location_sent_first_is_the_place_of_the_report(chat: Chat) -> None:
    here = Attachment(AttachmentKind.LOCATION, latitude=9.934739, longitude=106.345276)
    await chat.attaches(here)
    await chat.picks("Phản ánh")
    await chat.says("Bãi rác bốc mùi hôi cả tuần nay")
    await chat.picks("Không có ảnh")
    chat.hears("Địa điểm: 9.934739, 106.345276")
    await chat.picks("Gửi đi")
    await chat.presses("#ask|report")
    await chat.says("Cống nghẹt nước không thoát được")
    chat.hears("xảy ra ở đâu")
    await chat.says("thôi")
    await chat.attaches(here)
    chat.clock.move(hours=2)
    await chat.presses("#ask|report")
    await chat.says("Đèn đường hư cả tuần nay rồi")
    chat.hears("xảy ra ở đâu")


# -- the case and its row -------------------------------------------------------------------------


async def test_the_case_is_linked_to_the_message_it_began_with(chat: Chat) -> None:
    await at_confirmation(chat)
    send = next(c.payload for r in chat.replies for c in r.message.choices)
    await chat.presses(send)
    await chat.presses(send)
    async with chat.store.work() as work:
        rows = (await work.connection.execute(select(cases.c.inbox_id))).scalars().all()
    assert rows == [chat.first_row]


async def test_odd_digits_in_an_old_button_break_nothing(chat: Chat) -> None:
    for payload in ("#askthis|²", "#no|²", "#add|1|²"):
        await chat.presses(payload)
        assert chat.replies


async def test_no_page_is_promised_that_does_not_exist(chat: Chat) -> None:
    for words, intent in (
        ("chủ tịch tiếp dân ngày nào", Intent.ASK_SCHEDULE),
        ("góp ý dự thảo nghị quyết ở đâu", Intent.COMMENT_DRAFT),
    ):
        await chat.says(words, intent)
        chat.does_not_hear("vinhlong.example")
