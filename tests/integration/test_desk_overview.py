"""Where all questions stand, for editors: numbers, and what people thought only as a sum."""

from dataclasses import replace

import pytest

from casework.cases import Case, Satisfaction
from casework.permissions import Role
from casework.statuses import CaseStatus
from tests.integration.desk_scene import BUILDING, HEALTH, Scene

PAGE = "/desk/overview"


async def rated(scene: Scene, said: Satisfaction) -> Case:
    case = await scene.case(f"Câu {said}", agency=BUILDING)
    async with scene.store.work() as work:
        done = replace(case, status=CaseStatus.ANSWERED, answered_at=scene.clock())
        case = await work.cases.save(done, scene.clock())
        await work.ratings.rate(case.id, said, scene.clock())
        await work.commit()
    return case


def figure(page: str, name: str) -> str:
    return page.split(f"{name}<", 1)[1].split("<dd", 1)[1].split(">", 1)[1].split("<", 1)[0]


async def test_editors_see_where_it_is_late_and_at_which_agency(scene: Scene) -> None:
    await scene.case("Câu trễ", agency=HEALTH)
    await scene.case("Câu chưa giao")
    scene.clock.move(days=40)
    await scene.case("Câu mới", agency=BUILDING)
    editor = await scene.signed_in(Role.EDITOR)
    page = await editor.get(PAGE)
    assert figure(page, "Quá hạn</a>") == "2"
    assert figure(page, "Sắp đến hạn</a>") == "0"
    assert page.index("Sở Y tế tỉnh") < page.index("Sở Xây dựng tỉnh")
    assert f"tab=late&amp;agency={HEALTH}" in page
    assert "Chưa giao đơn vị" in page


async def test_ratings_are_shown_only_as_a_sum_of_five(scene: Scene) -> None:
    editor = await scene.signed_in(Role.EDITOR)
    for _ in range(4):
        await rated(scene, Satisfaction.SATISFIED)
    page = await editor.get(PAGE)
    assert "chưa đủ 5 lượt" in page
    assert "Hài lòng" not in page
    await rated(scene, Satisfaction.UNSATISFIED)
    page = await editor.get(PAGE)
    assert figure(page, ">Hài lòng") == "4"
    assert figure(page, "Chưa hài lòng") == "1"
    scene.clock.move(days=100)
    assert "chưa đủ 5 lượt" in await (await scene.signed_in(Role.EDITOR)).get(PAGE)


@pytest.mark.parametrize("role", [Role.OFFICER, Role.LEAD, Role.RECEPTION, Role.ADMIN])
async def test_others_have_no_such_page(scene: Scene, role: Role) -> None:
    person = await scene.signed_in(role, BUILDING if role in (Role.OFFICER, Role.LEAD) else "")
    await person.get(PAGE, status=403)
    assert "Tình hình" not in await person.get("/desk/account")
