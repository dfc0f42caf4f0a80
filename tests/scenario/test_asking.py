"""A question for an agency, from the first word to the case."""

import pytest
from sqlalchemy import delete

from bot.intents import Intent
from bot.turn import Outcome
from casework.cases import ContentKind, EventKind, OnBehalf
from delivery.messages import Attachment, AttachmentKind
from delivery.messages import EventKind as InboundKind
from store.tables import legal_rules
from tests.scenario.chat import Chat
from tests.scenario.province import demo_rules

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
    chat.hears("Em ghi lại như sau", QUESTION, "Địa điểm: xã Long Đức", "1. Gửi đi")
    chat.hears("Hỏi cho: Người thân trong gia đình")
    await chat.says("1")
    chat.hears("mã HD-2026-000001", "thứ Ba, 22/12/2026", "15 ngày làm việc")
    assert await chat.case_codes() == ["HD-2026-000001"]


async def test_the_reason_of_the_date_names_the_holidays(chat: Chat) -> None:
    chat.clock.move(days=56)
    await confirmed_question(chat)
    await chat.picks("Gửi đi")
    chat.hears("thứ Ba, 23/02/2027", "không tính Tết Nguyên đán")


async def test_the_case_keeps_what_was_confirmed(chat: Chat) -> None:
    await confirmed_question(chat)
    await chat.picks("Gửi đi")
    async with chat.store.work() as work:
        case = await work.cases.find_by_code("HD-2026-000001")
        assert case is not None
        assert (case.place, case.on_behalf) == ("xã Long Đức", OnBehalf.SELF)
        assert case.conversation_id == chat.conversation_id
        assert await work.cases.contents(case.id, ContentKind.QUESTION) == [QUESTION]
        kinds = [event.kind for event in await work.cases.events(case.id)]
    assert kinds == [EventKind.OPENED]


async def test_the_clock_starts_on_the_day_of_the_question(chat: Chat) -> None:
    await chat.says(QUESTION, Intent.ASK_AGENCY)
    chat.clock.move(hours=10, days=2)  # Thursday evening: the flow is old, its buttons are not
    flow = next(c.payload for r in chat.replies for c in r.message.choices).split("|")[1]
    await chat.presses(f"#skip|{flow}")
    await chat.picks("Cho tôi")
    await chat.picks("Gửi đi")
    chat.hears("thứ Ba, 22/12/2026")


async def test_a_second_press_on_send_opens_no_second_case(chat: Chat) -> None:
    await confirmed_question(chat)
    send = next(c.payload for r in chat.replies for c in r.message.choices)
    await chat.presses(send)
    await chat.presses(send)
    chat.hears("Em đã gửi nội dung này rồi, mã HD-2026-000001")
    await chat.says("gửi đi", Intent.AFFIRM)
    assert await chat.case_codes() == ["HD-2026-000001"]


async def test_a_turn_that_runs_twice_opens_one_case(chat: Chat) -> None:
    await confirmed_question(chat)
    send = next(c.payload for r in chat.replies for c in r.message.choices)
    row = await chat.stores(kind=InboundKind.POSTBACK, payload=send)
    await chat.runs(row)
    await chat.runs(row)
    assert chat.result is not None
    assert chat.result.outcome is Outcome.GONE
    assert await chat.case_codes() == ["HD-2026-000001"]


async def test_two_cases_of_one_citizen(chat: Chat) -> None:
    await confirmed_question(chat)
    await chat.picks("Gửi đi")
    await confirmed_question(chat, "Bao giờ ấp Chợ ở xã tôi có nước máy để dùng?")
    await chat.picks("Gửi đi")
    chat.hears("HD-2026-000002")
    await chat.says("câu hỏi của tôi tới đâu rồi", Intent.CHECK_CASE)
    chat.hears("1. HD-2026-000002 – đã tiếp nhận", "2. HD-2026-000001 – đã tiếp nhận")


async def test_the_menu_asks_for_the_words(chat: Chat) -> None:
    await chat.presses("#ask|question")
    chat.hears("Anh/chị viết câu hỏi giúp em")
    await chat.says(QUESTION)
    chat.hears(QUESTION, "xã, phường nào")
    await chat.picks("Bỏ qua")
    await chat.picks("Cho doanh nghiệp")
    chat.hears("Hỏi cho: Doanh nghiệp")
    chat.does_not_hear("Địa điểm")


async def test_cancel_at_every_step(chat: Chat) -> None:
    steps = [
        [],
        [QUESTION],
        [QUESTION, "xã Long Đức"],
        [QUESTION, "xã Long Đức", "1"],
    ]
    for said in steps:
        for word in ("thôi", "hủy", "dừng lại", "Thôi không gửi nữa"):
            await chat.presses("#ask|question")
            for text in said:
                await chat.says(text)
            await chat.says(word)
            chat.hears("em đã dừng")
    assert await chat.case_codes() == []


async def test_a_cancellation_in_other_words_is_read_by_the_model(chat: Chat) -> None:
    await chat.says(QUESTION, Intent.ASK_AGENCY)
    await chat.says("à mà để khi khác đi nha", Intent.CANCEL)
    chat.hears("em đã dừng")


async def test_the_menu_is_there_in_every_flow(chat: Chat) -> None:
    await chat.says(QUESTION, Intent.ASK_AGENCY)
    await chat.says("menu")
    chat.hears("1. Hỏi thủ tục", "6. Tiếp tục phần đang làm dở")
    await chat.says("xã Long Đức")
    chat.does_not_hear("Anh/chị hỏi cho ai")
    await chat.picks("Tiếp tục")
    chat.hears(QUESTION)


async def test_every_part_can_be_changed_before_sending(chat: Chat) -> None:
    await confirmed_question(chat)
    await chat.picks("Sửa")
    chat.hears("sửa phần nào", "1. Sửa nội dung")
    await chat.picks("Sửa địa điểm")
    await chat.says("xã Đại Phước")
    chat.hears("Địa điểm: xã Đại Phước", QUESTION)
    await chat.says("sửa")
    await chat.picks("Sửa nội dung")
    await chat.says("Đường tỉnh 911 bao giờ làm xong?")
    chat.hears("Đường tỉnh 911", "xã Đại Phước", "1. Gửi đi")
    await chat.says("sửa")
    await chat.picks("Sửa phần hỏi")
    await chat.picks("Cho người thân")
    chat.hears("Người thân", "xã Đại Phước")


async def test_words_instead_of_buttons_at_the_confirmation(chat: Chat) -> None:
    await confirmed_question(chat)
    await chat.says("không")
    chat.hears("em chưa gửi")
    await chat.says("đường đó rất nhiều ổ gà và hay ngập")
    chat.hears("thêm lời vừa viết vào nội dung")
    await chat.picks("Thêm vào")
    chat.hears(QUESTION, "ổ gà")
    await chat.says("ok")
    chat.hears("HD-2026-000001")


async def test_dropping_sends_nothing(chat: Chat) -> None:
    await confirmed_question(chat)
    await chat.picks("Bỏ")
    chat.hears("chưa gửi đi đâu")
    await chat.says("gửi đi", Intent.AFFIRM)
    assert await chat.case_codes() == []


async def test_a_location_is_a_place_and_a_picture_is_kept(chat: Chat) -> None:
    await chat.says("Bãi rác ấp Chợ bốc mùi hôi cả tuần nay", Intent.REPORT_PROBLEM)
    chat.hears("xảy ra ở đâu")
    await chat.attaches(Attachment(AttachmentKind.IMAGE, url="https://img.example/1"))
    chat.hears("Em đã giữ tệp", "xảy ra ở đâu")
    await chat.attaches(Attachment(AttachmentKind.STICKER))
    chat.hears("Em không đọc được phần vừa gửi")
    await chat.attaches(
        Attachment(AttachmentKind.LOCATION, latitude=9.934739, longitude=106.345276)
    )
    chat.hears("9.934739, 106.345276", "Kèm theo: 1 tệp")
    await chat.picks("Gửi đi")
    chat.hears("mã PA-2026-000001")


async def test_plain_words_choose_the_kind(chat: Chat) -> None:
    for text, code in (
        ("Cán bộ xã hách dịch, hẹn tôi ba lần không tiếp", "PK-2026-000001"),
        ("Tôi đề xuất mở tuyến xe buýt Trà Vinh đi Bến Tre", "DX-2026-000001"),
    ):
        await chat.says(text, Intent.ASK_AGENCY)
        await chat.says("xã Long Đức")
        await chat.picks("Gửi đi")
        chat.hears(code)


async def test_an_edited_message_replaces_the_content(chat: Chat) -> None:
    await chat.says(QUESTION, Intent.ASK_AGENCY)
    last = f"m{chat.count}"
    await chat.sends(
        kind=InboundKind.EDIT, about=(last,), message_id="", text="Đường 915 bao giờ làm?"
    )
    chat.hears("Đường 915 bao giờ làm?", "xã, phường nào")
    await chat.sends(kind=InboundKind.EDIT, about=("another",), message_id="", text="Khác")
    chat.hears_nothing()


async def test_an_old_button_after_a_new_flow_says_so(chat: Chat) -> None:
    await confirmed_question(chat)
    old = next(c.payload for r in chat.replies for c in r.message.choices)
    await chat.picks("Bỏ")
    await chat.presses("#ask|question")
    await chat.says("Bao giờ ấp Chợ ở xã tôi có nước máy để dùng?")
    await chat.presses(old)
    chat.hears("là của nội dung cũ", "nước máy")
    assert await chat.case_codes() == []


async def test_an_open_flow_works_without_the_model(chat: Chat) -> None:
    chat.model.away = True
    await chat.presses("#ask|question")
    await chat.says(QUESTION)
    await chat.says("xã Long Đức")
    await chat.says("1")
    await chat.says("1")
    chat.hears("HD-2026-000001")


async def test_something_else_meanwhile_keeps_the_open_text(chat: Chat) -> None:
    await chat.says(QUESTION, Intent.ASK_AGENCY)
    await chat.says("000.00.12.H59-231105-0004")
    chat.hears("đang giải quyết", "Tiếp tục phần đang làm dở")
    await chat.says("đổi căn cước hết hạn bao nhiêu tiền", Intent.ASK_PROCEDURE)
    chat.hears("Phí, lệ phí")
    flow = str(chat.first_row)
    await chat.presses(f"#resume|{flow}")
    chat.hears(QUESTION, "xã, phường nào")
    await chat.says("cho gặp cán bộ", Intent.REQUEST_HUMAN)
    chat.hears("chuyển yêu cầu của anh/chị đến cán bộ")
    await chat.picks("Tiếp tục")
    await chat.says("xã Long Đức")
    await chat.picks("Cho tôi")
    await chat.says("làm căn cước cho con")
    await chat.picks("Câu hỏi khác")
    chat.hears("căn cước", "Tiếp tục phần đang làm dở")
    await chat.says(str(len(chat.replies[-1].message.text.split("\n\n")[-1].splitlines())))
    await chat.picks("Gửi đi")
    chat.hears("HD-2026-000001")


async def test_send_typed_again_names_the_case(chat: Chat) -> None:
    await confirmed_question(chat)
    await chat.says("gửi đi")
    await chat.says("gửi đi")
    chat.hears("Em đã gửi nội dung này rồi, mã HD-2026-000001")
    assert await chat.case_codes() == ["HD-2026-000001"]


async def test_a_short_wish_is_no_content(chat: Chat) -> None:
    await chat.presses("#ask|question")
    await chat.says("hồ sơ của tôi tới đâu rồi", Intent.CHECK_DOSSIER)
    chat.hears("nhập mã hồ sơ")


@pytest.mark.parametrize("said", ["ok", "đồng ý", "gửi"])
async def test_a_word_sends_as_much_as_the_button(chat: Chat, said: str) -> None:
    await confirmed_question(chat)
    await chat.says(said)
    async with chat.store.work() as work:
        case = await work.cases.find_by_code("HD-2026-000001")
    assert case is not None
    assert case.field == "transport"


async def test_a_place_in_the_words_is_not_asked_again(chat: Chat) -> None:
    await chat.says(
        "Đường tỉnh 915 đoạn Long Đức bao giờ mở rộng",
        Intent.ASK_AGENCY,
        place="Long Đức",
        field="transport",
    )
    chat.hears("Anh/chị hỏi cho ai")
    await chat.picks("Cho tôi")
    chat.hears("Địa điểm: Long Đức")
    await chat.picks("Gửi đi")
    async with chat.store.work() as work:
        case = await work.cases.find_by_code("HD-2026-000001")
    assert case is not None
    assert (case.place, case.field) == ("Long Đức", "transport")


async def test_without_a_legal_rule_nothing_is_promised_and_nothing_lost(chat: Chat) -> None:
    async with chat.store.work() as work:
        await work.connection.execute(delete(legal_rules))
        await work.commit()
    await confirmed_question(chat)
    await chat.picks("Gửi đi")
    chat.hears("Em chưa gửi được", "1. Gửi đi · 2. Bỏ")
    assert await chat.case_codes() == []
    async with chat.store.work() as work:
        assert [alert.detail for alert in await work.alerts.open()] == ["no_legal_rule"]
        await work.catalogue.save_rules(demo_rules())
        await work.commit()
    await chat.picks("Gửi đi")
    chat.hears("HD-2026-000001")


@pytest.mark.parametrize(
    "words",
    [
        "I want to ask the department of construction a question",
        "I would like to send a question to the Department of Culture, Sports and Tourism please",
    ],
)
async def test_the_wish_to_ask_a_department_is_no_question_yet(chat: Chat, words: str) -> None:
    await chat.says(words, Intent.ASK_AGENCY)
    chat.hears("write your question")
    chat.does_not_hear(words)
