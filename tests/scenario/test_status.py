"""Where is my dossier, where is my question."""

from bot.intents import Intent
from tests.scenario.chat import Chat

CODE = "000.00.12.H59-231105-{}"


async def test_four_degrees(chat: Chat) -> None:
    for serial, told in (
        ("0001", "chưa tiếp nhận"),
        ("0004", "đang giải quyết"),
        ("0005", "cần người nộp làm thêm việc"),
        ("0009", "đã có kết quả"),
    ):
        await chat.says(CODE.format(serial))
        chat.hears(CODE.format(serial), told)


async def test_an_unknown_code_and_one_not_received_are_told_alike(chat: Chat) -> None:
    await chat.says(CODE.format("0001"))
    not_received = chat.text.replace("0001", "")
    await chat.says(CODE.format("7777"))
    assert chat.text.replace("7777", "") == not_received


async def test_the_code_is_asked_for(chat: Chat) -> None:
    await chat.says("hồ sơ của tui tới đâu rồi", Intent.CHECK_DOSSIER)
    chat.hears("nhập mã hồ sơ")
    await chat.says("000 00 12 h59 231105 0004")
    chat.hears("đang giải quyết")


async def test_a_malformed_code_is_explained(chat: Chat) -> None:
    await chat.says("000.00.12.H59-2311")
    chat.hears('"000.00.12.H59-2311"', "000.00.12.H59-231105-0004")
    await chat.says("231105 0004 gì đó")
    chat.hears("Em chưa thấy mã hồ sơ", "góc trên giấy tiếp nhận")
    await chat.says(CODE.format("0004"))
    chat.hears("đang giải quyết")


async def test_another_question_leaves_the_code_step(chat: Chat) -> None:
    await chat.presses("#dossier")
    await chat.says("tôi không có mã, gặp cán bộ được không", Intent.REQUEST_HUMAN)
    chat.hears("chuyển yêu cầu của anh/chị đến cán bộ")


async def test_codes_cannot_be_tried_one_after_the_other(chat: Chat) -> None:
    for number in range(10):
        await chat.says(CODE.format(f"{number + 100:04}"))
        chat.hears("chưa tiếp nhận")
    await chat.says(CODE.format("0004"))
    chat.hears("nhiều lượt tra cứu trong thời gian ngắn")
    chat.does_not_hear("đang giải quyết")
    chat.clock.move(hours=1)
    await chat.says(CODE.format("0004"))
    chat.hears("đang giải quyết")


async def test_many_citizens_cannot_share_the_trying(chat: Chat) -> None:
    for person in range(4):
        citizen = chat.other(f"p{person}")
        for number in range(10):
            await citizen.says(CODE.format(f"{person}{number + 100}"))
    await chat.says(CODE.format("0004"))
    chat.hears("nhiều lượt tra cứu trong thời gian ngắn")


async def test_a_case_is_shown_to_its_own_conversation_only(chat: Chat) -> None:
    await chat.says("Đường tỉnh 915 bao giờ mở rộng vậy em?", Intent.ASK_AGENCY)
    await chat.says("xã Long Đức")
    await chat.picks("Cho tôi")
    await chat.picks("Gửi đi")
    await chat.says("hd 2026 000001")
    chat.hears("HD-2026-000001: đã tiếp nhận", "Gửi ngày 01/12/2026", "thứ Ba, 22/12/2026")
    stranger = chat.other("666")
    await stranger.says("HD-2026-000001")
    stranger.hears("Em không thấy mã HD-2026-000001")
    foreign = stranger.text.replace("000001", "")
    await stranger.says("HD-2026-000009")
    assert stranger.text.replace("000009", "") == foreign


async def test_no_case_yet(chat: Chat) -> None:
    await chat.says("câu hỏi tôi gửi tới đâu rồi", Intent.CHECK_CASE)
    chat.hears("chưa gửi câu hỏi nào", "ở ứng dụng khác")


async def test_a_late_case_says_sorry(chat: Chat) -> None:
    await chat.says("Đường tỉnh 915 bao giờ mở rộng vậy em?", Intent.ASK_AGENCY)
    await chat.says("xã Long Đức")
    await chat.picks("Cho tôi")
    await chat.picks("Gửi đi")
    chat.clock.move(days=30)
    await chat.presses("#cases")
    chat.hears("đã quá hạn", "xin lỗi")


async def test_words_beside_the_code_are_not_ignored(chat: Chat) -> None:
    await chat.says("Đường tỉnh 915 bao giờ mở rộng vậy em?", Intent.ASK_AGENCY)
    await chat.says("xã Long Đức")
    await chat.picks("Cho tôi")
    await chat.picks("Gửi đi")
    await chat.says("HD-2026-000001 cho tôi bổ sung là đường ngập nặng lắm")
    chat.hears("đã tiếp nhận", "được giữ cùng câu hỏi này")
