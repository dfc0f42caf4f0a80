"""People ask for agencies by the names they had before the province was made anew."""

from dataclasses import replace

import pytest

from bot.intents import Intent
from tests.scenario.chat import Chat


async def test_an_ended_agency_leads_to_its_successor(chat: Chat) -> None:
    await chat.says("Sở Tài nguyên và Môi trường ở đâu", Intent.ASK_INFO)
    chat.hears(
        "Sở Tài nguyên và Môi trường tỉnh Vĩnh Long không còn nữa.",
        "Từ thứ Ba, 01/07/2025, công việc của cơ quan này do Sở Nông nghiệp và Môi trường",
        "Giờ làm việc",
    )
    chat.does_not_hear("đã kết thúc")


async def test_people_shorten_the_name(chat: Chat) -> None:
    for text in ("địa chỉ sở tnmt", "so tai nguyen moi truong o dau", "Sở TN&MT Vĩnh Long ở đâu"):
        await chat.says(text, Intent.ASK_INFO)
        chat.hears("Sở Nông nghiệp và Môi trường tỉnh Vĩnh Long phụ trách")


async def test_the_bare_name_of_an_ended_agency_is_a_question_for_it(chat: Chat) -> None:
    await chat.says("Sở Kế hoạch và Đầu tư")
    chat.hears("không còn nữa", "Sở Tài chính tỉnh Vĩnh Long")


async def test_several_successors_are_one_question(chat: Chat) -> None:
    await chat.says("Sở Giao thông vận tải ở đâu vậy", Intent.ASK_INFO)
    chat.hears("không còn nữa từ thứ Ba, 01/07/2025", "cơ quan nào", "1. Sở Xây dựng", "2. Công an")
    await chat.says("1")
    chat.hears("Sở Xây dựng tỉnh Vĩnh Long", "Giờ làm việc")


@pytest.mark.parametrize("intent", [Intent.ASK_PROCEDURE, Intent.OUT_OF_SCOPE, Intent.ASK_INFO])
@pytest.mark.parametrize(
    ("words", "heir"),
    [
        ("Sở Giao thông vận tải còn không", "Sở Xây dựng"),
        ("so giao thong van tai con khong", "Sở Xây dựng"),
        ("Sở Tài nguyên và Môi trường giờ là cơ quan nào", "Sở Nông nghiệp và Môi trường"),
        ("Is the district office of Cang Long still open?", "xã An Trường"),
    ],
)
async def test_whether_it_is_still_there(chat: Chat, words: str, heir: str, intent: Intent) -> None:
    await chat.says(words, intent)
    chat.hears(heir)
    assert "không còn nữa" in chat.text or "no longer exists" in chat.text


@pytest.mark.parametrize(
    ("words", "intent"),
    [
        ("tố cáo cán bộ Sở Giao thông vận tải trước đây nhận hối lộ", Intent.COMPLAIN_DENOUNCE),
        ("đường trước đây Sở Giao thông vận tải làm nay hư nặng", Intent.REPORT_PROBLEM),
    ],
)
async def test_a_matter_of_before_is_no_such_question(
    chat: Chat, words: str, intent: Intent
) -> None:
    await chat.says(words, intent)
    chat.does_not_hear("không còn nữa")


async def test_the_field_decides_between_successors(chat: Chat) -> None:
    text = "Sở Lao động - Thương binh và Xã hội lo việc thất nghiệp ở đâu"
    await chat.says(text, Intent.ASK_INFO, field="labour")
    chat.hears("Sở Nội vụ tỉnh Vĩnh Long phụ trách")


async def test_a_district_gives_five_communes_at_most_and_the_commune_decides(chat: Chat) -> None:
    await chat.says("Ủy ban nhân dân huyện Càng Long ở đâu", Intent.ASK_INFO)
    chat.hears("không còn nữa", "5. ")
    chat.does_not_hear("6. ")
    old = "Ủy ban nhân dân huyện Càng Long, chỗ xã An Trường thì hỏi ai"
    await chat.says(old, Intent.ASK_INFO)
    chat.hears("Ủy ban nhân dân xã An Trường")


async def test_an_old_button_leads_on_too(chat: Chat) -> None:
    await chat.presses("#agency|H61.STNMT")
    chat.hears("không còn nữa", "Sở Nông nghiệp và Môi trường tỉnh Vĩnh Long")


async def test_nobody_known_took_over(chat: Chat) -> None:
    holder = chat.runner._knowledge
    known = holder.current
    old = replace(known.agencies["H61.STNMT"], successors=())
    holder._current = replace(known, agencies={**known.agencies, old.code: old})
    await chat.says("Sở Tài nguyên và Môi trường ở đâu", Intent.ASK_INFO)
    chat.hears("không còn nữa từ thứ Bảy, 01/03/2025", "chưa có thông tin cơ quan nào", "1022")
    chat.sees_buttons("Gửi câu hỏi")


async def _submits_at(chat: Chat, **columns: str) -> None:
    async with chat.store.work() as work:
        row = await work.catalogue.find("procedures", "1.014061")
        assert row is not None
        changed = {**row, "place": "", "routing_field": None, **columns}
        await work.catalogue.save("procedures", [changed], work.clock())
        await work.commit()
    await chat.runner._knowledge.reload()
    await chat.presses("#proc|1.014061|place")


async def test_papers_go_to_the_successor(chat: Chat) -> None:
    await _submits_at(chat, agency="Sở Tài nguyên và Môi trường")
    chat.hears(
        "Nơi nộp: Sở Nông nghiệp và Môi trường tỉnh Vĩnh Long "
        "(trước đây là Sở Tài nguyên và Môi trường tỉnh Vĩnh Long)"
    )


async def test_a_place_that_says_more_is_kept(chat: Chat) -> None:
    await _submits_at(chat, place="Bộ phận một cửa của Sở Tài nguyên và Môi trường")
    chat.hears(
        "Nơi nộp: Bộ phận một cửa của Sở Tài nguyên và Môi trường (Sở Tài nguyên và Môi trường "
        "tỉnh Vĩnh Long nay là Sở Nông nghiệp và Môi trường tỉnh Vĩnh Long)"
    )


async def test_nobody_guesses_where_papers_go(chat: Chat) -> None:
    await _submits_at(chat, agency="Sở Giao thông vận tải")
    chat.hears("nay có thể là Sở Xây dựng", "hoặc Công an tỉnh", "hỏi lại trước khi nộp")
    await _submits_at(chat, agency="Sở Giao thông vận tải", routing_field="transport")
    chat.hears("Nơi nộp: Sở Xây dựng tỉnh Vĩnh Long (trước đây là Sở Giao thông vận tải")
