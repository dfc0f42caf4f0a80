"""Lists of cases: what stands under which tab, pages, and codes that are found."""

import re

from casework.permissions import Role
from tests.integration.desk_scene import BUILDING, Scene, drafted


async def test_tabs_count_what_their_lists_show(scene: Scene) -> None:
    _, lead, case = await drafted(scene)
    await scene.case("Câu chưa giao cán bộ", agency=BUILDING)
    page = await lead.get("/desk/?tab=unassigned")
    assert "Câu chưa giao cán bộ" in page
    assert case.code not in page
    scene.clock.move(days=20)
    lead = await scene.signed_in(Role.LEAD, BUILDING)
    page = await lead.get("/desk/?tab=soon")
    assert case.code in page
    assert re.search(r"Sắp đến hạn <span[^>]*>2<", page)
    assert case.code not in await lead.get("/desk/?tab=late")
    scene.clock.move(days=9)
    lead = await scene.signed_in(Role.LEAD, BUILDING)
    page = await lead.get("/desk/?tab=late")
    assert "quá hạn" in page
    assert case.code in page
    assert case.code not in await lead.get("/desk/?tab=soon")


async def test_soon_begins_after_what_is_late(scene: Scene) -> None:
    late = [await scene.case(f"Câu trễ {number}", agency=BUILDING) for number in range(30)]
    scene.clock.move(days=5)
    soon = await scene.case("Câu gần hạn", agency=BUILDING)
    scene.clock.move(days=20)
    for role, agency in ((Role.LEAD, BUILDING), (Role.EDITOR, "")):
        person = await scene.signed_in(role, agency)
        page = await person.get("/desk/?tab=soon")
        assert soon.code in page
        assert page.count('class="case-row"') == 1
        assert late[0].code in await person.get("/desk/?tab=late")


async def test_a_long_list_has_pages(scene: Scene) -> None:
    for number in range(27):
        await scene.case(f"Câu số {number}", agency=BUILDING)
    officer = await scene.signed_in(Role.OFFICER, BUILDING)
    first = await officer.get("/desk/?tab=agency")
    second = await officer.get("/desk/?tab=agency&page=2")
    beyond = await officer.get("/desk/?tab=agency&page=99")
    assert "Trang 1 / 2" in first
    assert first.count('class="case-row"') == 25
    assert second.count('class="case-row"') == beyond.count('class="case-row"') == 2


async def test_a_code_is_found_by_its_last_digits(scene: Scene) -> None:
    case = await scene.case(agency=BUILDING)
    officer = await scene.signed_in(Role.OFFICER, BUILDING)
    for written in (case.code, case.code.lower(), "000001", " 1 "):
        answer = await officer.client.get("/desk/", params={"q": written})
        assert answer.url.path == f"/desk/cases/{case.id}"
    assert "Không có câu hỏi nào có mã" in await officer.get("/desk/?q=HD-2026-999999")
