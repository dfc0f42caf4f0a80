"""A report with pictures, recordings and places, in whatever order a phone sends them."""

import pytest
from sqlalchemy import select, text

from bot.intents import Intent
from casework.cases import Case, ContentKind
from delivery.messages import Attachment, AttachmentKind, ChannelName
from store.attachments import StoredAttachment
from store.tables import inbox, sealed_records
from tests.scenario.chat import Chat

PROBLEM = "Bãi rác ấp Chợ bốc mùi hôi cả tuần nay"
GOOGLE = "https://www.google.com/maps/place/Ch%E1%BB%A3/@10.2,106.3,17z/data=!3d10.243112!4d106.375"
VOICE = Attachment(AttachmentKind.AUDIO, url="https://voice.example/1.aac")
HERE = Attachment(AttachmentKind.LOCATION, latitude=10.123456, longitude=106.123456)
NOWHERE = Attachment(AttachmentKind.LOCATION)


def photo(number: int = 1) -> Attachment:
    return Attachment(AttachmentKind.IMAGE, url=f"https://img.example/{number}.jpg")


async def only_case(chat: Chat) -> Case:
    [code] = await chat.case_codes()
    async with chat.store.work() as work:
        found = await work.cases.find_by_code(code)
    assert found is not None
    return found


async def attachments(chat: Chat) -> list[StoredAttachment]:
    async with chat.store.work() as work:
        return await work.attachments.of_case((await only_case(chat)).id)


async def sources(chat: Chat) -> list[str]:
    """Addresses of what the case keeps, in order."""
    async with chat.store.work() as work:
        return [await work.attachments.source_of(item.id) for item in await attachments(chat)]


async def content(chat: Chat) -> list[str]:
    async with chat.store.work() as work:
        return await work.cases.contents((await only_case(chat)).id, ContentKind.QUESTION)


async def fetch_jobs(chat: Chat) -> int:
    query = text("select count(*) from procrastinate_jobs where task_name = 'fetch_attachment'")
    async with chat.store.work() as work:
        return int((await work.connection.execute(query)).scalar_one())


# -- the main path ---------------------------------------------------------------------------------


async def test_a_report_from_the_first_word_to_the_case(chat: Chat) -> None:
    await chat.says(PROBLEM, Intent.REPORT_PROBLEM)
    chat.hears(PROBLEM, "xảy ra ở đâu")
    await chat.says("ấp Chợ, xã Long Đức")
    chat.hears("Anh/chị gửi ảnh nếu có", "1. Không có ảnh")
    await chat.attaches(photo())
    chat.hears("Em đã giữ tệp", "Loại: Phản ánh hiện trường", "Kèm theo: 1 tệp", "1. Gửi đi")
    await chat.picks("Gửi đi")
    chat.hears("Đã tiếp nhận phản ánh, mã PA-2026-000001, kèm 1 tệp", "thứ Ba, 15/12/2026")
    assert (await only_case(chat)).place == "ấp Chợ, xã Long Đức"
    assert await sources(chat) == ["https://img.example/1.jpg"]
    assert await fetch_jobs(chat) == 1


async def test_a_report_in_english(chat: Chat) -> None:
    await chat.says("the rubbish dump in my hamlet smells for a week", Intent.REPORT_PROBLEM)
    chat.hears("Where")
    await chat.says("Long Duc commune")
    chat.hears("Please send photos if you have any")
    await chat.picks("No photo")
    chat.hears("Kind: Report a problem")
    await chat.picks("Send")
    chat.hears("Your report is received, code PA-2026-000001.", "with the answer code")


async def test_a_report_in_khmer(chat: Chat) -> None:
    await chat.says("ចាក់សំរាមធុំក្លិនអស់មួយសប្តាហ៍ហើយ", Intent.REPORT_PROBLEM, place="Long Đức")
    chat.hears("សូមផ្ញើរូបភាព បើមាន")
    await chat.says("គ្មាន")
    chat.hears("ប្រភេទ៖ រាយការណ៍បញ្ហា")
    await chat.picks("ផ្ញើ")
    chat.hears("PA-2026-000001", "លេខកូដទទួលចម្លើយ")


@pytest.mark.parametrize("said", ["không", "không có", "ko co", "bỏ qua", "Không có ảnh, đi tiếp"])
async def test_no_photo_in_words(chat: Chat, said: str) -> None:
    await chat.says(PROBLEM, Intent.REPORT_PROBLEM, place="Long Đức")
    await chat.says(said)
    chat.hears("Em ghi lại như sau")
    chat.does_not_hear("Kèm theo")


async def test_words_instead_of_a_photo_may_join_the_report(chat: Chat) -> None:
    await chat.says(PROBLEM, Intent.REPORT_PROBLEM, place="Long Đức")
    await chat.says("có")
    chat.hears("Anh/chị gửi ảnh nếu có")
    await chat.says("xe rác một tháng nay không thấy vào ấp lấy rác")
    chat.hears("thêm lời vừa viết")
    await chat.picks("Thêm vào")
    chat.hears("Anh/chị gửi ảnh nếu có")
    await chat.says("1")
    chat.hears("xe rác một tháng nay")


# -- pictures --------------------------------------------------------------------------------------


async def test_pictures_first_are_answered_once_and_go_with_the_report(chat: Chat) -> None:
    await chat.attaches(photo(1))
    chat.hears("Em đã nhận hình")
    for number in (2, 3, 4, 5):
        await chat.attaches(photo(number))
        chat.hears_nothing()
    await chat.says(PROBLEM, Intent.REPORT_PROBLEM, place="Long Đức")
    chat.hears("Em ghi lại như sau", "Kèm theo: 5 tệp")
    await chat.picks("Gửi đi")
    assert await sources(chat) == [f"https://img.example/{number}.jpg" for number in range(1, 6)]


async def test_the_numbers_on_the_screen_hold_after_silent_pictures(chat: Chat) -> None:
    await chat.attaches(photo(1))
    await chat.attaches(photo(2))
    chat.hears_nothing()
    await chat.says("1")
    chat.hears("viết vài chữ", "1. Nội dung nằm trong ảnh")
    await chat.says(PROBLEM)
    await chat.says("xã Long Đức")
    chat.hears("Kèm theo: 2 tệp")


async def test_pictures_at_the_end_are_answered_once(chat: Chat) -> None:
    await chat.says(PROBLEM, Intent.REPORT_PROBLEM, place="Long Đức")
    for number in range(1, 6):
        await chat.attaches(photo(number))
        assert len(chat.replies) == (1 if number == 1 else 0)
    await chat.says("1")
    chat.hears("kèm 5 tệp")
    assert await fetch_jobs(chat) == 5


async def test_a_caption_with_pictures_is_one_report(chat: Chat) -> None:
    chat.model.knows(PROBLEM, Intent.REPORT_PROBLEM)
    await chat.attaches(photo(1), text=PROBLEM)
    chat.hears("xảy ra ở đâu")
    await chat.attaches(photo(2))
    chat.hears_nothing()
    await chat.says("xã Long Đức")
    chat.hears("Kèm theo: 2 tệp")


async def test_several_pictures_in_one_message(chat: Chat) -> None:
    citizen = chat.other("903", ChannelName.FACEBOOK)
    await citizen.attaches(*(photo(number) for number in range(1, 6)))
    assert len(citizen.replies) == 1
    await citizen.says(PROBLEM, Intent.REPORT_PROBLEM, place="Long Đức")
    citizen.hears("Kèm theo: 5 tệp")


async def test_thirty_one_pictures(chat: Chat) -> None:
    await chat.says(PROBLEM, Intent.REPORT_PROBLEM, place="Long Đức")
    told = []
    for number in range(1, 33):
        await chat.attaches(photo(number))
        told += [reply.message.text for reply in chat.replies]
    assert len(told) == 2
    assert "Một lần gửi em giữ được 30 tệp" in told[1]
    await chat.says("gửi đi")
    chat.hears("kèm 30 tệp")
    assert len(await attachments(chat)) == 30


async def test_pictures_can_be_taken_away_before_sending(chat: Chat) -> None:
    await chat.says(PROBLEM, Intent.REPORT_PROBLEM, place="Long Đức")
    await chat.attaches(photo())
    await chat.picks("Sửa")
    await chat.picks("Sửa ảnh")
    chat.hears("Em đang giữ 1 tệp", "2. Giữ nguyên")
    await chat.picks("Bỏ các tệp")
    chat.hears("Em ghi lại như sau")
    chat.does_not_hear("Kèm theo")
    await chat.picks("Gửi đi")
    assert await attachments(chat) == []


async def test_a_picture_with_a_question_can_be_taken_away_too(chat: Chat) -> None:
    await chat.says("Giấy này làm ở đâu vậy em, xã hay huyện?", Intent.ASK_AGENCY)
    await chat.attaches(photo())
    chat.hears("Em đã giữ tệp", "xã, phường nào")
    await chat.picks("Bỏ qua")
    await chat.picks("Cho tôi")
    await chat.picks("Sửa")
    await chat.picks("Sửa ảnh")
    await chat.picks("Bỏ các tệp")
    chat.does_not_hear("Kèm theo")


async def test_a_picture_after_sending_goes_with_the_case(chat: Chat) -> None:
    await chat.says(PROBLEM, Intent.REPORT_PROBLEM, place="Long Đức")
    await chat.picks("Không có ảnh")
    await chat.picks("Gửi đi")
    await chat.attaches(photo(7))
    chat.hears("1. Gửi kèm vào nội dung vừa gửi")
    await chat.attaches(photo(8))
    chat.hears_nothing()
    await chat.says("1")
    await chat.picks("Gửi đi")
    chat.hears("PA-2026-000001")
    assert await sources(chat) == ["https://img.example/7.jpg", "https://img.example/8.jpg"]
    assert await chat.case_codes() == ["PA-2026-000001"]


async def test_a_picture_sent_in_between_goes_with_the_open_text(chat: Chat) -> None:
    await chat.says(PROBLEM, Intent.REPORT_PROBLEM, place="Long Đức")
    await chat.picks("Không có ảnh")
    await chat.says("menu")
    await chat.attaches(photo())
    chat.hears("Em đã nhận hình", "Tiếp tục phần đang làm dở")
    await chat.picks("Tiếp tục")
    chat.hears("Kèm theo: 1 tệp")
    await chat.picks("Gửi đi")
    chat.hears("kèm 1 tệp")


async def test_a_recording_is_added_to_an_open_case(chat: Chat) -> None:
    await chat.says(PROBLEM, Intent.REPORT_PROBLEM, place="Long Đức")
    await chat.picks("Không có ảnh")
    await chat.picks("Gửi đi")
    await chat.presses("#addto|PA-2026-000001")
    await chat.attaches(VOICE)
    chat.hears("Em đã giữ tin ghi âm", "Gửi đi")
    await chat.picks("Gửi đi")
    chat.hears("PA-2026-000001")
    assert [item.kind for item in await attachments(chat)] == [AttachmentKind.AUDIO]


async def test_pictures_of_a_denunciation_join_no_later_text(chat: Chat) -> None:
    await chat.attaches(photo())
    await chat.says("tôi tố cáo cán bộ địa chính nhận tiền của dân", Intent.COMPLAIN_DENOUNCE)
    await chat.picks("Tố cáo")
    chat.hears("đã được niêm phong")
    async with chat.store.work() as work:
        record = (await work.connection.execute(select(sealed_records.c.id))).scalar_one()
        words = (await work.sealed.open(record)).splitlines()
        kept = str((await work.connection.execute(select(inbox.c.content))).all())
        files = await work.attachments.of_sealed(record)
        addresses = [await work.attachments.source_of(file.id) for file in files]
    assert words == ["tôi tố cáo cán bộ địa chính nhận tiền của dân"]
    assert photo().url not in kept
    # They come here by the same job as the pictures of a case, and belong to none.
    assert addresses == [photo().url]
    assert [file.case_id for file in files] == [None]
    await chat.says(PROBLEM, Intent.REPORT_PROBLEM, place="Long Đức")
    chat.hears("Anh/chị gửi ảnh nếu có")


async def test_pictures_of_an_hour_ago_join_nothing(chat: Chat) -> None:
    await chat.attaches(photo())
    chat.clock.move(hours=2)
    await chat.says(PROBLEM, Intent.REPORT_PROBLEM, place="Long Đức")
    chat.hears("Anh/chị gửi ảnh nếu có")


# -- recordings and handwriting --------------------------------------------------------------------


async def test_a_recording_is_the_content(chat: Chat) -> None:
    await chat.presses("#ask|report")
    await chat.attaches(VOICE)
    chat.hears("Em không tự nghe được; cán bộ sẽ nghe và ghi lại ạ.", "xảy ra ở đâu")
    await chat.says("xã Long Đức")
    chat.hears("Nội dung nằm trong phần gửi kèm (1 tin ghi âm)", "Địa điểm: xã Long Đức")
    await chat.picks("Gửi đi")
    chat.hears("mã PA-2026-000001, kèm 1 tệp")
    assert await content(chat) == [
        "Nội dung nằm trong phần gửi kèm (1 tin ghi âm), không có lời viết."
    ]
    [kept] = await attachments(chat)
    assert kept.kind is AttachmentKind.AUDIO


async def test_who_only_speaks_comes_to_the_end_without_a_word(chat: Chat) -> None:
    await chat.attaches(VOICE)
    chat.hears("cán bộ sẽ nghe và ghi lại")
    await chat.picks("Phản ánh")
    chat.hears("xảy ra ở đâu")
    await chat.attaches(VOICE)
    chat.hears("Em ghi lại như sau", "2 tin ghi âm")
    await chat.picks("Gửi đi")
    chat.hears("PA-2026-000001")
    assert [item.kind for item in await attachments(chat)] == [AttachmentKind.AUDIO] * 2


async def test_a_photo_of_handwriting_is_the_content(chat: Chat) -> None:
    await chat.presses("#ask|question")
    await chat.attaches(photo())
    chat.hears("Em đã giữ tệp", "1. Nội dung nằm trong ảnh, tệp đã gửi")
    await chat.says("1")
    await chat.picks("Bỏ qua")
    await chat.picks("Cho tôi")
    chat.hears("1 ảnh hoặc video")
    await chat.picks("Gửi đi")
    assert await content(chat) == [
        "Nội dung nằm trong phần gửi kèm (1 ảnh hoặc video), không có lời viết."
    ]


async def test_an_officer_reads_vietnamese_whatever_the_citizen_speaks(chat: Chat) -> None:
    await chat.says("hello, I need help please", Intent.GREET)
    await chat.presses("#ask|report")
    await chat.attaches(VOICE)
    chat.hears("an officer will listen and write it down")
    await chat.says("Long Duc commune")
    chat.hears("voice messages: 1")
    await chat.picks("Send")
    [said] = await content(chat)
    assert said == "Nội dung nằm trong phần gửi kèm (1 tin ghi âm), không có lời viết."


async def test_words_after_a_recording_stand_behind_it(chat: Chat) -> None:
    await chat.presses("#ask|report")
    await chat.attaches(VOICE)
    await chat.says("xã Long Đức")
    await chat.says("chuyện này xảy ra từ hôm qua tới nay")
    await chat.picks("Thêm vào")
    chat.hears("1 tin ghi âm", "từ hôm qua tới nay")
    await chat.picks("Gửi đi")
    [said] = await content(chat)
    assert said.splitlines()[1:] == ["chuyện này xảy ra từ hôm qua tới nay"]


# -- places ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "place"),
    [
        (GOOGLE, "10.243112, 106.375000"),
        ("https://maps.google.com/?q=10.2431,106.3755", "10.243100, 106.375500"),
        (
            "gần chợ https://maps.apple.com/?ll=10.25,106.37 đó",
            "10.250000, 106.370000 (gần chợ đó)",
        ),
        (
            "https://www.openstreetmap.org/?mlat=10.2431&mlon=106.3755#map=17/10.1/106.1",
            "10.243100, 106.375500",
        ),
        ("https://www.openstreetmap.org/#map=17/10.2431/106.3755", "10.243100, 106.375500"),
        ("https://zalo.me/map?lat=10.2431&lng=106.3755", "10.243100, 106.375500"),
        ("10.243112, 106.375544", "10.243112, 106.375544"),
        # Short links hold nothing, and a foreign host is not believed: kept as they are.
        ("https://maps.app.goo.gl/AbCdEf123", "https://maps.app.goo.gl/AbCdEf123"),
        ("https://maps.example.com/?q=10.2,106.3", "https://maps.example.com/?q=10.2,106.3"),
        ("https://google.com.evil.example/?q=10.2,106.3", None),
        ("https://maps.google.com/?q=95.2,206.3", None),
        ("https://maps.google.com/?q=0,0", None),
        ("https://[broken/?q=10.2,106.3", None),
        ("số 12.5, đường 106.2", "số 12.5, đường 106.2"),
    ],
)
async def test_a_place_in_a_link(chat: Chat, said: str, place: str | None) -> None:
    await chat.says(PROBLEM, Intent.REPORT_PROBLEM)
    await chat.says(said)
    await chat.picks("Không có ảnh")
    chat.hears(f"Địa điểm: {place or said}\n")


async def test_a_link_in_the_first_message_is_the_place(chat: Chat) -> None:
    await chat.says(f"{PROBLEM} {GOOGLE}", Intent.REPORT_PROBLEM)
    await chat.picks("Không có ảnh")
    chat.hears("Địa điểm: 10.243112, 106.375000")


async def test_a_shared_map_is_a_place(chat: Chat) -> None:
    await chat.says(PROBLEM, Intent.REPORT_PROBLEM)
    await chat.attaches(Attachment(AttachmentKind.LINK, url=GOOGLE))
    await chat.picks("Không có ảnh")
    chat.hears("Địa điểm: 10.243112, 106.375000")


async def test_a_location_without_coordinates(chat: Chat) -> None:
    await chat.attaches(NOWHERE)
    chat.hears("Em chưa đọc được vị trí")
    await chat.says(PROBLEM, Intent.REPORT_PROBLEM)
    await chat.attaches(NOWHERE)
    chat.hears("Em chưa đọc được vị trí", "xảy ra ở đâu")
    await chat.attaches(HERE)
    chat.hears("Anh/chị gửi ảnh nếu có")
    await chat.picks("Không có ảnh")
    chat.hears("Địa điểm: 10.123456, 106.123456")


async def test_a_location_before_the_words_of_an_open_report(chat: Chat) -> None:
    await chat.presses("#ask|report")
    await chat.attaches(HERE)
    chat.hears("Em đã ghi vị trí", "có việc gì")
    await chat.says(PROBLEM)
    await chat.picks("Không có ảnh")
    chat.hears("Địa điểm: 10.123456, 106.123456")


# -- odd text --------------------------------------------------------------------------------------


@pytest.mark.parametrize("empty", ["\u200b\u200b", "\u2060\ufeff", " \u200e\u200f ", "\u3164"])
async def test_text_that_nobody_sees_is_no_content(chat: Chat, empty: str) -> None:
    await chat.presses("#ask|report")
    await chat.says(empty)
    chat.hears("có việc gì")
    await chat.says(PROBLEM)
    await chat.says(empty)
    chat.hears("xảy ra ở đâu")


async def test_text_from_right_to_left_turns_nothing_around(chat: Chat) -> None:
    await chat.presses("#ask|report")
    await chat.says("\u202eđường hỏng مرحبا nặng lắm\u202c")
    await chat.says("xã \u2067Long Đức\u2069")
    await chat.picks("Không có ảnh")
    chat.hears('Nội dung: "đường hỏng مرحبا nặng lắm"', "Địa điểm: xã Long Đức\n")
    await chat.picks("Gửi đi")
    assert await content(chat) == ["đường hỏng مرحبا nặng lắm"]


# -- the kind --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("button", "code"),
    [
        ("Câu hỏi", "HD-2026-000001"),
        ("Phản ánh hiện trường", "PA-2026-000001"),
        ("Phản ánh, kiến nghị", "PK-2026-000001"),
        ("Đề xuất", "DX-2026-000001"),
    ],
)
async def test_every_kind_is_reached_by_button_before_the_words(
    chat: Chat, button: str, code: str
) -> None:
    await chat.presses("#ask|question")
    await chat.picks("Chọn loại khác")
    chat.hears("Anh/chị muốn gửi thành loại nào")
    await chat.picks(button)
    await chat.says("Tỉnh nên mở thêm tuyến xe buýt đi Bến Tre")
    await chat.says("xã Long Đức")
    for label in ("Không có ảnh", "Cho tôi"):
        if any(choice.label == label for r in chat.replies for choice in r.message.choices):
            await chat.picks(label)
    await chat.picks("Gửi đi")
    chat.hears(code)


async def test_the_kind_can_be_changed_before_sending(chat: Chat) -> None:
    await chat.says(PROBLEM, Intent.ASK_AGENCY)
    await chat.says("xã Long Đức")
    await chat.picks("Cho tôi")
    chat.hears("Loại: Câu hỏi")
    await chat.picks("Sửa")
    await chat.picks("Chọn loại khác")
    await chat.says("2")
    chat.hears("Loại: Phản ánh hiện trường", PROBLEM, "xã Long Đức")
    chat.does_not_hear("Hỏi cho")
    await chat.picks("Gửi đi")
    chat.hears("PA-2026-000001")


# -- what the citizen is told ----------------------------------------------------------------------


async def pickup_code(chat: Chat) -> str:
    async with chat.store.work() as work:
        case = await only_case(chat)
        code = await work.cases.latest_content(case.id, ContentKind.PICKUP_CODE)
    return f"{code[:3]} {code[3:]}"


async def test_the_pick_up_code_and_its_page(chat: Chat) -> None:
    await chat.says(PROBLEM, Intent.REPORT_PROBLEM, place="Long Đức")
    await chat.picks("Không có ảnh")
    await chat.picks("Gửi đi")
    chat.hears(
        "Nếu lúc có trả lời mà Zalo không cho em nhắn, anh/chị xem tại "
        f"https://vinhlong.example/tra-loi với mã nhận trả lời {await pickup_code(chat)}"
    )


async def test_without_a_public_page_the_code_is_for_calling(chat: Chat) -> None:
    object.__setattr__(chat.runner._office, "public_url", "")
    await chat.says(PROBLEM, Intent.REPORT_PROBLEM, place="Long Đức")
    await chat.picks("Không có ảnh")
    await chat.picks("Gửi đi")
    chat.hears(f"gọi 1022 và đọc mã nhận trả lời {await pickup_code(chat)}")
    chat.does_not_hear("tra-loi")
