"""Words at the place of buttons: what people typed when the service was played as a stranger."""

from datetime import UTC, datetime

import pytest

from bot.intents import Intent
from delivery.messages import ChannelName
from tests.scenario.chat import Chat
from tests.scenario.following import CODE, asked

ELDER = "Tôi năm nay bảy mươi ba tuổi, đi lại khó khăn, nghe nói người già được lãnh tiền"


@pytest.mark.parametrize("number", ["3", "0", "41", "៣"])
async def test_a_number_without_a_list_leads_to_the_menu(chat: Chat, number: str) -> None:
    await chat.says(number)
    chat.hears("1. Hỏi thủ tục", "5. Gặp cán bộ")
    assert chat.model.asked == []


async def test_the_short_label_may_be_typed_as_well(chat: Chat) -> None:
    await chat.says("Cầu Long Đức bao giờ sửa vậy em ơi?", Intent.ASK_AGENCY)
    await chat.says("Bỏ qua")
    chat.hears("Anh/chị hỏi cho ai ạ?")


async def test_choices_shown_again_keep_their_short_labels(chat: Chat) -> None:
    messenger = chat.other("901", ChannelName.FACEBOOK)
    await messenger.says("menu")
    before = [choice.label for reply in messenger.replies for choice in reply.message.choices]
    await messenger.says("9")
    messenger.hears("một số từ 1 đến 5")
    messenger.sees_buttons(*before)


async def test_one_choice_is_not_called_a_number_from_one_to_one(chat: Chat) -> None:
    await chat.says("thôi")
    await chat.says("7")
    chat.hears("chỉ có số 1")
    chat.does_not_hear("từ 1 đến 1")


@pytest.mark.parametrize("word", ["tiếp tục", "tiep tuc", "continue", "បន្ត"])
async def test_what_was_left_is_taken_up_by_a_word(chat: Chat, word: str) -> None:
    await chat.says(ELDER, Intent.ASK_AGENCY)
    await chat.says("thôi")
    await chat.says("Chào em", Intent.GREET)
    await chat.says(word)
    chat.hears("bảy mươi ba tuổi")


async def test_after_an_emergency_the_text_is_taken_up_by_a_word(chat: Chat) -> None:
    await chat.says(ELDER, Intent.ASK_AGENCY)
    await chat.says("chay nha roi cuu voi")
    chat.hears("114")
    await chat.says("tiếp tục")
    chat.hears("bảy mươi ba tuổi")


@pytest.mark.parametrize(
    "question",
    [
        "Vậy tôi hỏi cô tôi có được lãnh tiền trợ cấp không",
        "vay toi hoi co toi co duoc lanh tien tro cap khong",
    ],
)
async def test_a_question_is_no_place(chat: Chat, question: str) -> None:
    await chat.says(ELDER, Intent.ASK_AGENCY)
    await chat.says(question)
    chat.hears("Em chưa gửi", "thêm lời vừa viết vào nội dung")
    await chat.picks("Thêm vào")
    chat.hears("Việc này ở xã, phường nào")
    await chat.says("xã Long Đức")
    await chat.picks("Cho tôi")
    chat.hears(question, "Địa điểm: xã Long Đức")


async def test_thanks_are_no_content(chat: Chat) -> None:
    await chat.says(ELDER, Intent.ASK_AGENCY)
    await chat.says("xã Long Đức")
    await chat.picks("Cho tôi")
    await chat.says("cảm ơn cô nhiều nghen", Intent.THANK)
    chat.hears("Em ghi lại như sau", "1. Gửi đi")


async def test_who_has_no_code_meets_a_person(chat: Chat) -> None:
    await chat.says("hồ sơ nộp 3 tháng rồi chưa xong", Intent.CHECK_DOSSIER)
    await chat.picks("Gặp cán bộ")
    chat.hears("Em đã chuyển yêu cầu của anh/chị đến cán bộ")


async def test_not_solved_before_an_answer_tells_the_date(chat: Chat) -> None:
    await asked(chat)
    await chat.says("chưa giải quyết gì hết", Intent.FEEDBACK_ANSWER)
    chat.hears(f"{CODE} đang được xử lý, hạn trả lời là thứ Ba, 22/12/2026")


@pytest.mark.parametrize("said", ["Sở Xây dựng?", "so xay dung", "“Sở Xây dựng”"])
async def test_the_name_of_an_agency_alone_shows_it(chat: Chat, said: str) -> None:
    await chat.says(said, Intent.ASK_PROCEDURE)
    chat.hears("Sở Xây dựng tỉnh Vĩnh Long", "Giờ làm việc")


async def test_who_lost_money_hears_of_the_bank_first(chat: Chat) -> None:
    await chat.says("tôi bị lừa mất 20 triệu rồi", Intent.COMPLAIN_DENOUNCE)
    chat.hears("gọi ngay cho ngân hàng", "113", "Báo tin về tội phạm")
    other = chat.other("901")
    await other.says("tôi muốn khiếu nại quyết định thu hồi đất", Intent.COMPLAIN_DENOUNCE)
    other.does_not_hear("ngân hàng")


async def test_five_minutes_before_the_end_of_the_week(chat: Chat) -> None:
    chat.clock.now = datetime(2026, 12, 4, 9, 55, tzinfo=UTC)  # Friday, 16:55 in Vietnam
    await chat.says("cho tôi gặp cán bộ", Intent.REQUEST_HUMAN)
    chat.hears("làm việc đến 17:00", "từ 7:00 thứ Hai, 07/12/2026")


async def test_five_minutes_before_tet(chat: Chat) -> None:
    chat.clock.now = datetime(2027, 2, 3, 9, 55, tzinfo=UTC)  # the last day before Tết
    await chat.says("cho tôi gặp cán bộ", Intent.REQUEST_HUMAN)
    chat.hears("tiếp theo là kỳ nghỉ Tết Nguyên đán", "thứ Năm, 11/02/2027")


async def test_at_noon_they_come_back_the_same_day(chat: Chat) -> None:
    chat.clock.now = datetime(2026, 12, 4, 3, 55, tzinfo=UTC)  # 10:55, before the noon rest
    await chat.says("cho tôi gặp cán bộ", Intent.REQUEST_HUMAN)
    chat.hears("trong giờ làm việc hôm nay: 7:00–11:00, 13:00–17:00")


async def test_a_short_report_is_content(chat: Chat) -> None:
    await chat.says("đường hư quá trời", Intent.REPORT_PROBLEM)
    chat.hears('Em ghi nội dung: "đường hư quá trời"', "xảy ra ở đâu")
    other = chat.other("901")
    await other.says("tôi muốn phản ánh", Intent.REPORT_PROBLEM)
    other.hears("có việc gì, từ khi nào")


async def test_half_a_code_is_explained(chat: Chat) -> None:
    await chat.says("menu")
    await chat.picks("Tra cứu hồ sơ")
    await chat.says("0004")
    chat.hears("Mã thường có dạng")


async def test_the_assistant_is_there_when_it_is_called(chat: Chat) -> None:
    await chat.says("trợ lý")
    chat.hears("1. Hỏi thủ tục")
