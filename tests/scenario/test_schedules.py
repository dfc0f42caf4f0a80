"""When leaders receive citizens; drafts that are open for comments."""

from datetime import date, timedelta
from typing import Any

import pytest

from bot.intents import Intent
from bot.knowledge_holder import KnowledgeHolder
from casework.cases import ContentKind
from tests.scenario.chat import Chat
from tests.scenario.following import case_of


def reception(number: int, day: str, who: str, agency: str, **more: str) -> dict[str, Any]:
    return {
        "id": f"tcd-{number}",
        "kind": "reception",
        "who": who,
        "agency_code": agency,
        "day": day,
        "from": "7:30",
        "to": "11:00",
        "place": "Trụ sở Tiếp công dân tỉnh",
        **more,
    }


SCHEDULES = [
    reception(1, "2026-11-15", "Chủ tịch UBND tỉnh", "H61.VPUB"),
    reception(2, "2026-12-15", "Chủ tịch UBND tỉnh", "H61.VPUB"),
    reception(3, "2027-01-15", "Chủ tịch UBND tỉnh", "H61.VPUB"),
    reception(4, "2026-12-08", "Phó Chủ tịch UBND tỉnh", "H61.VPUB"),
    reception(5, "2026-12-03", "Chủ tịch UBND phường Long Đức", "H61.P.LONGDUC"),
    reception(6, "2026-12-04", "Giám đốc Sở Xây dựng", "H61.SXD", kind="work", note="họp"),
]


def draft(number: int, closes_on: date) -> dict[str, Any]:
    return {
        "id": f"dt-{number}",
        "title": f"Dự thảo Nghị quyết số {number} về học phí",
        "agency_code": "H61.SGDDT",
        "opens_on": "2026-11-01",
        "closes_on": closes_on.isoformat(),
        "url": f"https://vinhlong.example/du-thao/{number}",
        "summary": "Mức học phí các cấp học.",
    }


async def load(chat: Chat, name: str, rows: list[dict[str, Any]]) -> None:
    async with chat.store.work() as work:
        await work.catalogue.save(name, rows, chat.clock())
        await work.commit()
    holder = chat.runner._knowledge
    assert isinstance(holder, KnowledgeHolder)
    await holder.reload()


async def test_the_next_days_of_a_leader(chat: Chat) -> None:
    await load(chat, "schedules", SCHEDULES)
    await chat.says("khi nào chủ tịch tiếp dân", Intent.ASK_SCHEDULE)
    chat.hears(
        "thứ Ba, 15/12/2026, 07:30–11:00: Chủ tịch UBND tỉnh, tại Trụ sở Tiếp công dân tỉnh",
        "thứ Sáu, 15/01/2027",
        "1022",
    )
    chat.does_not_hear("15/11/2026", "Phó Chủ tịch", "Long Đức")


@pytest.mark.parametrize(
    "words",
    [
        "chủ tịch UBND phường Long Đức tiếp dân ngày nào",
        "chủ tịch phường Long Đức tiếp dân ngày nào?",
        "chu tich phuong long duc tiep dan ngay nao",
        "lịch tiếp dân của chủ tịch phường Long Đức?",
    ],
)
async def test_of_the_commune_named(chat: Chat, words: str) -> None:
    await load(chat, "schedules", SCHEDULES)
    await chat.says(words, Intent.ASK_SCHEDULE)
    chat.hears("thứ Năm, 03/12/2026", "phường Long Đức")
    chat.does_not_hear("15/12/2026")


async def test_working_schedules_are_another_thing(chat: Chat) -> None:
    await load(chat, "schedules", SCHEDULES)
    await chat.says("lịch làm việc của giám đốc Sở Xây dựng", Intent.ASK_SCHEDULE)
    chat.hears("Lịch làm việc", "thứ Sáu, 04/12/2026", "(họp)")
    chat.does_not_hear("tiếp công dân sắp tới")


async def test_in_english_and_khmer(chat: Chat) -> None:
    await load(chat, "schedules", SCHEDULES)
    await chat.says("when does the chairman receive citizens this month", Intent.ASK_SCHEDULE)
    chat.hears("Tuesday, 15/12/2026, 07:30–11:00")
    khmer = chat.other("777")
    await khmer.says("តើថ្ងៃណាទទួលជួបប្រជាជន", Intent.ASK_SCHEDULE)
    khmer.hears("15/12/2026")


async def test_without_a_schedule_it_says_whom_to_call(chat: Chat) -> None:
    await chat.says("chủ tịch tiếp dân ngày nào", Intent.ASK_SCHEDULE)
    chat.hears("chưa có lịch này", "1022")
    await load(chat, "schedules", SCHEDULES)
    await chat.says("Bảo hiểm xã hội tỉnh Vĩnh Long tiếp dân hôm nào", Intent.ASK_SCHEDULE)
    chat.hears("Bảo hiểm xã hội tỉnh Vĩnh Long, số 1900 9068")


async def test_an_ended_agency_means_those_that_do_its_work(chat: Chat) -> None:
    asked = "lãnh đạo Sở Tài nguyên và Môi trường tiếp dân hôm nào"
    await load(chat, "schedules", SCHEDULES)
    await chat.says(asked, Intent.ASK_SCHEDULE)
    chat.hears("chưa có lịch này trong dữ liệu của Sở Nông nghiệp và Môi trường")
    chat.does_not_hear("Chủ tịch UBND tỉnh")
    heir = reception(7, "2026-12-09", "Giám đốc Sở Nông nghiệp và Môi trường", "H61.SNNMT")
    await load(chat, "schedules", [heir])
    await chat.says(asked, Intent.ASK_SCHEDULE)
    chat.hears("thứ Tư, 09/12/2026", "Giám đốc Sở Nông nghiệp và Môi trường")


async def test_several_that_do_the_work_are_all_looked_at(chat: Chat) -> None:
    await load(chat, "schedules", SCHEDULES)
    await chat.says("lịch làm việc của Sở Giao thông vận tải", Intent.ASK_SCHEDULE)
    chat.hears("thứ Sáu, 04/12/2026", "Giám đốc Sở Xây dựng")


async def test_past_dates_vanish_by_themselves(chat: Chat) -> None:
    await load(chat, "schedules", SCHEDULES)
    chat.clock.move(days=60)
    await chat.says("khi nào chủ tịch tiếp dân", Intent.ASK_SCHEDULE)
    chat.hears("chưa có lịch này")


POWER = {
    "id": "cup-dien",
    "lang": "vi",
    "question": "Mất điện, sự cố điện gọi số nào?",
    "aliases": ["cúp điện", "lịch cúp điện"],
    "answer": "Gọi điện lực 1900 1006.",
}


@pytest.mark.parametrize("words", ["lịch cúp điện tuần tới", "lich cup dien tuan toi"])
async def test_power_cuts_are_no_reception(chat: Chat, words: str) -> None:
    await load(chat, "schedules", SCHEDULES)
    await load(chat, "faqs", [POWER])
    await chat.says(words, Intent.ASK_SCHEDULE)
    chat.hears("1900 1006")
    chat.does_not_hear("tiếp công dân")


async def test_of_a_ready_answer_that_is_only_near_a_button(chat: Chat) -> None:
    await load(chat, "schedules", SCHEDULES)
    await load(chat, "faqs", [POWER])
    await chat.says("mai có cắt điện không mấy giờ", Intent.ASK_SCHEDULE)
    chat.hears("chưa có lịch này", "câu trả lời bên dưới")
    await chat.picks("Mất điện")
    chat.hears("1900 1006")


@pytest.mark.parametrize(
    ("words", "part"),
    [
        ("lịch tiêm phòng ở xã An Trường", "chưa có lịch này"),
        ("lich thu gom rac", "chưa có lịch này"),
        ("garbage collection days please", "I do not have this schedule"),
        ("កាលវិភាគផ្តាច់ចរន្តអគ្គិសនីសប្តាហ៍ក្រោយ", "ខ្ញុំមិនទាន់មានកាលវិភាគនេះទេ"),
    ],
)
async def test_of_others_there_is_none(chat: Chat, words: str, part: str) -> None:
    await load(chat, "schedules", SCHEDULES)
    await chat.says(words, Intent.ASK_SCHEDULE)
    chat.hears(part, "1022")
    chat.does_not_hear("15/12/2026", "tiếp công dân")


@pytest.mark.parametrize(
    "words",
    ["lịch", "lich hop hoi dong nhan dan", "tôi muốn gặp lãnh đạo", "is the chairman in on Monday"],
)
async def test_of_leaders_in_other_words(chat: Chat, words: str) -> None:
    await load(chat, "schedules", SCHEDULES)
    await chat.says(words, Intent.ASK_SCHEDULE)
    chat.hears("15/12/2026")


@pytest.mark.parametrize(
    "words",
    ["chủ tịch xã Càng Long là ai, số điện thoại", "chu tich xa cang long la ai, so dien thoai"],
)
@pytest.mark.parametrize("intent", [Intent.ASK_SCHEDULE, Intent.ASK_INFO])
async def test_who_the_leader_is_the_office_says(chat: Chat, words: str, intent: Intent) -> None:
    await load(chat, "schedules", SCHEDULES)
    await chat.says(words, intent)
    chat.hears("Ủy ban nhân dân xã Càng Long", "Giờ làm việc")
    chat.does_not_hear("15/12/2026")


async def test_drafts_are_listed_with_their_last_day(chat: Chat) -> None:
    today = date(2026, 12, 1)
    rows = [draft(number, today + timedelta(days=number)) for number in range(1, 8)]
    await load(chat, "drafts", [*rows, draft(9, today - timedelta(days=1))])
    await chat.says("có dự thảo nào đang lấy ý kiến không", Intent.COMMENT_DRAFT)
    chat.hears("Nghị quyết số 1 về học phí – góp ý đến hết 02/12/2026", "Nghị quyết số 5")
    chat.does_not_hear("Nghị quyết số 6", "Nghị quyết số 9")
    await chat.says("6")
    chat.hears("Nghị quyết số 6", "Nghị quyết số 7")
    await chat.says("1")
    chat.hears(
        "Dự thảo Nghị quyết số 6",
        "Sở Giáo dục và Đào tạo",
        "Góp ý đến hết thứ Hai, 07/12/2026",
        "https://vinhlong.example/du-thao/6",
    )


async def test_a_comment_becomes_a_question_that_names_the_draft(chat: Chat) -> None:
    await load(chat, "drafts", [draft(1, date(2026, 12, 20))])
    await chat.presses("#draft|dt-1")
    await chat.picks("Gửi góp ý")
    chat.hears("ý kiến của mình về dự thảo")
    await chat.says("Đề nghị giảm học phí cho vùng sâu, vì nhiều nhà còn khó khăn.")
    chat.hears('Góp ý dự thảo "Dự thảo Nghị quyết số 1', "vùng sâu")
    chat.does_not_hear("Hỏi cho")
    await chat.picks("Gửi đi")
    case = await case_of(chat)
    async with chat.store.work() as work:
        words = await work.cases.latest_content(case.id, ContentKind.QUESTION)
    assert words.startswith('Góp ý dự thảo "Dự thảo Nghị quyết số 1 về học phí" (Sở Giáo dục')
    assert words.endswith("còn khó khăn.")


async def test_a_button_of_a_draft_that_is_over(chat: Chat) -> None:
    await load(chat, "drafts", [draft(1, date(2026, 12, 20)), draft(2, date(2027, 2, 1))])
    chat.clock.move(days=30)
    for payload in ("#draft|dt-1", "#comment|dt-1", "#draft|gone", "#draft"):
        await chat.presses(payload)
        chat.hears("đã hết hạn lấy ý kiến", "Nghị quyết số 2")


@pytest.mark.parametrize("payload", ["#drafts", "#drafts|99", "#drafts|x"])
async def test_no_draft_is_open(chat: Chat, payload: str) -> None:
    await chat.presses(payload)
    chat.hears("không có dự thảo nào đang lấy ý kiến")


async def test_drafts_in_english(chat: Chat) -> None:
    await load(chat, "drafts", [draft(1, date(2026, 12, 20))])
    await chat.says("which drafts can I comment on please", Intent.COMMENT_DRAFT)
    chat.hears("open until 20/12/2026")
