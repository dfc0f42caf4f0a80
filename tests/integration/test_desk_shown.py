"""What people wrote, as pages show it: whole, harmless, and no secret for staff."""

import re
from dataclasses import replace

import pytest
from sqlalchemy import delete

from casework.cases import ContentKind
from casework.permissions import Role
from delivery.messages import Choice, Outbound, Speaker
from store.tables import case_keys
from tests.integration.desk_scene import BUILDING, Scene, drafted, letter


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "</textarea><script>alert(1)</script>",
        "{{ 7*7 }}{% raw %}",
        "'-alert(1)-'",
    ],
)
async def test_nothing_a_citizen_writes_becomes_part_of_a_page(scene: Scene, text: str) -> None:
    await scene.hears(text, "1")
    case = await scene.case(text, agency=BUILDING)
    officer = await scene.signed_in(Role.OFFICER, BUILDING)
    await officer.act(case, "draft", text=text)
    lead = await scene.signed_in(Role.LEAD, BUILDING)
    paths = [f"/desk/cases/{case.id}", f"/desk/cases/{case.id}/conversation", "/desk/?tab=agency"]
    for person in (officer, lead):
        for path in [*paths, f"/desk/?q={text}"]:
            page = await person.get(path)
            assert "<script>" not in page
            assert "<img" not in page
            assert ">49<" not in page


async def test_letters_that_turn_the_line_stay_in_their_box(scene: Scene) -> None:
    text = "\u202eđảo ngược hết מה שלומך \u2066bẫy"
    await scene.hears(text, "1")
    case = await scene.case(text, agency=BUILDING)
    officer = await scene.signed_in(Role.OFFICER, BUILDING)
    row = await officer.get("/desk/?tab=agency")
    assert "\u202e" not in row
    assert "đảo ngược hết" in row
    page = await officer.get(f"/desk/cases/{case.id}")
    for found in re.finditer("\u202e", page):
        before = page[: found.start()]
        assert before.rfind("<bdi") > before.rfind("</bdi>")


async def test_a_question_nobody_can_see_has_a_row_one_can_open(scene: Scene) -> None:
    await scene.case("\u200b\u2060\u200d", agency=BUILDING)
    officer = await scene.signed_in(Role.OFFICER, BUILDING)
    assert "(không có chữ đọc được)" in await officer.get("/desk/?tab=agency")


async def test_erased_words_leave_a_case_that_still_opens(scene: Scene) -> None:
    officer, _, case = await drafted(scene)
    async with scene.store.work() as work:
        await work.connection.execute(delete(case_keys))
        await work.commit()
    assert "(không có chữ đọc được)" in await officer.get("/desk/?tab=agency")
    page = await officer.get(f"/desk/cases/{case.id}")
    assert "Nội dung câu hỏi không mở được" in page


async def test_a_message_says_once_who_speaks_and_what_can_be_chosen(scene: Scene) -> None:
    case = await scene.case(agency=BUILDING)
    choices = (Choice("Khiếu nại", "#a"), Choice("Tố cáo", "#b"))
    asked = Outbound("🤖 Trợ lý tự động\nAnh/chị muốn gì\n1. Khiếu nại\n2. Tố cáo", choices)
    told = Outbound("👤 Cán bộ Sở Xây dựng\nKính gửi Ông/Bà", (Choice("Đã rõ", "#c"),))
    async with scene.store.work() as work:
        for message, speaker in ((asked, Speaker.BOT), (told, Speaker.STAFF)):
            row = replace(letter(case), message=message, speaker=speaker, tag=message.text)
            await work.outbox.add_all([row], scene.clock())
        await work.commit()
    officer = await scene.signed_in(Role.OFFICER, BUILDING)
    page = await officer.get(f"/desk/cases/{case.id}/conversation")
    assert page.count("Trợ lý tự động") == 1
    assert page.count("Tố cáo") == 1
    assert page.count("Cán bộ Sở Xây dựng") == 1
    assert "Nút: Đã rõ" in page
    assert "🤖" not in page
    assert "👤" not in page


@pytest.mark.parametrize("form", ["{0}{1}", "{0} {1}"])
async def test_the_code_that_opens_the_answer_is_not_for_staff(scene: Scene, form: str) -> None:
    case = await scene.case(agency=BUILDING)
    async with scene.store.work() as work:
        code = await work.cases.latest_content(case.id, ContentKind.PICKUP_CODE)
        told = form.format(code[:3], code[3:])
        said = Outbound(f"🤖 Trợ lý\nMã nhận trả lời {told}, xin giữ kỹ.")
        row = replace(letter(case), message=said, speaker=Speaker.BOT)
        await work.outbox.add_all([row], scene.clock())
        await work.commit()
    editor = await scene.signed_in(Role.EDITOR)
    page = await editor.get(f"/desk/cases/{case.id}/conversation")
    assert "Mã nhận trả lời ••• •••, xin giữ kỹ." in page
    assert code not in page.replace(" ", "")
