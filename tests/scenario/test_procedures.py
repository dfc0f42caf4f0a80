"""Procedures: the answer first."""

from bot.intents import Intent
from delivery.messages import ChannelName
from tests.scenario.chat import Chat


async def test_the_asked_aspect_comes_first(chat: Chat) -> None:
    await chat.says("đổi căn cước hết hạn bao nhiêu tiền", Intent.ASK_PROCEDURE)
    chat.hears("Cấp đổi thẻ căn cước", "Phí, lệ phí: 50.000 đồng", "Nguồn:", "cập nhật 20/11/2026")
    lines = chat.text.splitlines()
    assert lines[2].startswith("Phí, lệ phí")
    chat.sees_buttons("Giấy tờ cần có", "Xem thêm", "Đúng ý tôi", "Chưa đúng", "Gửi cho cơ quan")


async def test_the_fee_of_a_land_transfer_comes_at_once(chat: Chat) -> None:
    await chat.says("sang tên sổ đỏ bao nhiêu tiền", Intent.ASK_PROCEDURE)
    chat.hears("Đăng ký biến động", "mã 1.013831")
    assert chat.text.splitlines()[2].startswith("Phí, lệ phí: trước bạ 0,5%")


async def test_without_a_fact_it_begins_with_what_it_is_about(chat: Chat) -> None:
    await chat.says("sang tên sổ đỏ", Intent.ASK_PROCEDURE)
    assert chat.text.splitlines()[2].startswith("Sang tên sổ đỏ sau khi mua bán")
    chat.hears("Phí, lệ phí", "Nơi nộp")


async def test_what_a_benefit_pays_is_no_fee(chat: Chat) -> None:
    await chat.says("tiền thai sản được bao nhiêu", Intent.ASK_PROCEDURE)
    chat.hears("Nhận tiền khi sinh con", "Nơi nộp")
    chat.does_not_hear("Phí, lệ phí")


async def test_vietnamese_facts_in_an_english_frame(chat: Chat) -> None:
    await chat.says("what is the fee for procedure 1.014063 please")
    chat.hears("Cấp đổi thẻ căn cước", "Fee: 50.000 đồng", "Where:")
    assert chat.text.splitlines()[2].startswith("Fee")


async def test_a_chosen_candidate_answers_what_was_asked(chat: Chat) -> None:
    await chat.says("sổ đỏ bao nhiêu tiền", Intent.ASK_PROCEDURE)
    chat.hears("Anh/chị muốn hỏi nội dung nào")
    await chat.says("1")
    assert chat.text.splitlines()[2].startswith("Phí, lệ phí")


async def test_words_that_name_nothing_are_asked_back(chat: Chat) -> None:
    await chat.says("thủ tục", Intent.ASK_PROCEDURE)
    chat.hears("Anh/chị muốn hỏi thủ tục nào ạ?")
    await chat.says("mất căn cước làm lại ở đâu", Intent.ASK_PROCEDURE)
    chat.hears("Cấp lại thẻ căn cước", "Nơi nộp: Công an xã")


async def test_more_shows_the_rest(chat: Chat) -> None:
    await chat.says("đổi căn cước hết hạn bao nhiêu tiền", Intent.ASK_PROCEDURE)
    await chat.picks("Xem thêm")
    chat.hears("Giấy tờ cần có", "- Thẻ căn cước đang dùng", "Căn cứ: Luật Căn cước")


async def test_what_is_not_in_the_catalogue_is_not_guessed(chat: Chat) -> None:
    await chat.says("cấp phép nuôi khủng long bạo chúa", Intent.ASK_PROCEDURE)
    chat.does_not_hear("Phí, lệ phí")
    assert "Gửi cho cán bộ" in [c.label for r in chat.replies for c in r.message.choices]


async def test_not_what_i_meant_shows_others_then_the_way_to_an_agency(chat: Chat) -> None:
    question = "làm căn cước cho con"
    await chat.says(question, Intent.ASK_PROCEDURE)
    first = chat.text.splitlines()[1]
    await chat.picks("Chưa đúng")
    chat.hears("em tìm lại", "Việc khác – gửi cho cán bộ")
    chat.does_not_hear(f". {first}")
    await chat.says("1")
    chat.hears("Nguồn:")
    await chat.presses("#menu")
    await chat.says(question, Intent.ASK_PROCEDURE)
    await chat.picks("Gửi cho cơ quan")
    chat.hears(f'Em ghi nội dung: "{question}"')


async def test_a_plain_yes_ends_it_and_a_plain_no_goes_on(chat: Chat) -> None:
    await chat.says("làm căn cước cho con", Intent.ASK_PROCEDURE)
    await chat.says("đúng rồi")
    chat.hears("cảm ơn anh/chị")
    await chat.says("làm căn cước cho con", Intent.ASK_PROCEDURE)
    await chat.says("chưa đúng")
    chat.hears("em tìm lại")


async def test_a_button_of_an_old_answer_still_belongs_to_its_question(chat: Chat) -> None:
    await chat.says("làm căn cước cho con", Intent.ASK_PROCEDURE)
    old = next(
        c.payload for r in chat.replies for c in r.message.choices if c.label == "Gửi cho cơ quan"
    )
    await chat.says("đổi căn cước hết hạn bao nhiêu tiền", Intent.ASK_PROCEDURE)
    await chat.presses(old)
    chat.hears('"làm căn cước cho con"')


async def test_the_menu_then_words_work_without_the_model(chat: Chat) -> None:
    chat.model.away = True
    await chat.presses("#procedures")
    await chat.says("đổi căn cước hết hạn bao nhiêu tiền")
    chat.hears("Phí, lệ phí: 50.000 đồng")


async def test_a_procedure_code_is_enough(chat: Chat) -> None:
    await chat.says("1.014063")
    chat.hears("Cấp đổi thẻ căn cước")
    await chat.presses("#proc|9.999999")
    chat.hears("không còn trong danh mục")


async def test_a_ready_answer(chat: Chat) -> None:
    await chat.says("mấy giờ một cửa làm việc", Intent.ASK_INFO)
    chat.hears("7:00–11:00", "Nguồn: Quy chế một cửa, cập nhật 05/01/2026")
    await chat.picks("Xem thêm")
    chat.hears("Chi tiết")


async def test_an_answer_past_its_last_day_is_not_given(chat: Chat) -> None:
    await chat.says("Phí cầu đường cũ thu thế nào", Intent.ASK_INFO)
    chat.does_not_hear("Câu trả lời đã cũ")


async def test_an_agency_from_the_directory(chat: Chat) -> None:
    await chat.says("số điện thoại Sở Xây dựng là số mấy", Intent.ASK_INFO)
    chat.hears("Sở Xây dựng tỉnh Vĩnh Long", "Giờ làm việc", "1022")


async def test_several_agencies_are_a_choice(chat: Chat) -> None:
    await chat.says("địa chỉ Sở Xây dựng với Sở Nội vụ", Intent.ASK_INFO)
    chat.hears("cơ quan nào", "Sở Xây dựng tỉnh Vĩnh Long", "Sở Nội vụ tỉnh Vĩnh Long")
    await chat.says("1")
    chat.hears("Giờ làm việc")


async def test_messenger_labels_keep_to_twenty_characters(chat: Chat) -> None:
    page = chat.other("55", ChannelName.FACEBOOK)
    await page.says("làm căn cước cho con", Intent.ASK_PROCEDURE)
    await page.picks("Chưa đúng")
    labels = [c.label for r in page.replies for c in r.message.choices]
    assert len(labels) == 4
    assert max(map(len, labels)) <= 20


async def test_wrong_candidates_lead_on(chat: Chat) -> None:
    await chat.says("giấy tờ đất đai nhà cửa", Intent.ASK_PROCEDURE)
    await chat.says("chưa đúng")
    assert "em tìm lại" in chat.text or "không còn câu trả lời nào gần hơn" in chat.text
    await chat.says("làm căn cước cho con", Intent.ASK_PROCEDURE)
    await chat.says("trả lời trật lất rồi em ơi", Intent.FEEDBACK_ANSWER)
    chat.hears("em tìm lại")


async def test_far_alternatives_are_not_offered(chat: Chat) -> None:
    await chat.says("làm hộ chiếu ở đâu", Intent.ASK_PROCEDURE)
    await chat.picks("Chưa đúng")
    chat.hears("Trình báo mất hộ chiếu")
    chat.does_not_hear("hộ nghèo", "Tách hộ", "giám hộ")
    await chat.presses(f"#no|{chat.first_row}")
    chat.hears("không còn câu trả lời nào gần hơn", "gửi cho cán bộ")
