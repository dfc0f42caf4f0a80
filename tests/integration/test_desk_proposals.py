"""The router proposes field and agency of a new case; the editor decides."""

import re
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import date

import pytest

from app.conversations import LazyRouter
from casework.permissions import Role
from casework.use_cases.moving import CaseMove
from casework.use_cases.sort_case import bounce_case
from knowledge.agencies import Agency
from knowledge.routing import Routing
from store.unit_of_work import Store
from tests.integration.desk_scene import BUILDING, HEALTH, Scene, open_desk

AGENCIES = [
    {
        "code": BUILDING,
        "name": "Sở Xây dựng tỉnh",
        "kind": "department",
        "fields": ["construction", "transport"],
    },
    {"code": HEALTH, "name": "Sở Y tế tỉnh", "kind": "department", "fields": ["health"]},
]
POTHOLES = "Đường tỉnh 915 đầy ổ gà, cầu Rạch Lọp gãy lan can chưa ai sửa"
VAGUE = "Cho tôi hỏi nộp giấy này ở đâu thì được"


@dataclass
class Watched:
    """The router of the service, and what it was asked."""

    router: LazyRouter
    asked: list[str] = field(default_factory=list)

    def propose(self, text: str, place: str, day: date, agencies: Sequence[Agency]) -> Routing:
        self.asked.append(text)
        return self.router.propose(text, place, day, agencies)


@pytest.fixture(scope="module")
def router() -> LazyRouter:
    return LazyRouter()


@pytest.fixture
def watched(router: LazyRouter) -> Watched:
    return Watched(router)


@pytest.fixture
async def scene(store: Store, watched: Watched) -> AsyncIterator[Scene]:
    async with open_desk(store, propose=watched.propose) as found:
        async with store.work() as work:
            await work.catalogue.save("agencies", AGENCIES, found.clock())
            await work.commit()
        yield found


def told(page: str) -> str:
    found = re.search(r'id="de-xuat">(.*?)</p>', page, re.DOTALL)
    return re.sub(r"<[^>]+>|\s+", " ", found.group(1)).replace("  ", " ").strip() if found else ""


def chosen(page: str, name: str) -> str:
    box = re.search(rf'<select id="{name}".*?</select>', page, re.DOTALL)
    assert box
    found = re.search(r'<option value="([^"]*)"[^>]* selected', box.group(0))
    return found.group(1) if found else ""


async def test_a_sure_proposal_is_chosen_beforehand_and_told(scene: Scene) -> None:
    case = await scene.case(POTHOLES)
    page = await (await scene.signed_in(Role.EDITOR)).get(f"/desk/cases/{case.id}")
    assert told(page) == "Đề xuất: Giao thông – Sở Xây dựng tỉnh (rất chắc)"
    assert (chosen(page, "field"), chosen(page, "agency")) == ("transport", BUILDING)
    assert "Đơn vị đang chọn là đề xuất" in page


async def test_an_unsure_one_names_two_and_chooses_nothing(scene: Scene) -> None:
    case = await scene.case(VAGUE)
    page = await (await scene.signed_in(Role.EDITOR)).get(f"/desk/cases/{case.id}")
    assert told(page).startswith("Chưa chắc. Có thể là ")
    assert told(page).count(" hoặc ") == 1
    assert (chosen(page, "field"), chosen(page, "agency")) == ("", "")


async def test_what_the_editor_chose_wins_and_is_not_doubted(
    scene: Scene, watched: Watched
) -> None:
    case = await scene.case(POTHOLES)
    editor = await scene.signed_in(Role.EDITOR)
    sent = {"kind": "question", "field": "health", "place": "", "officer": ""}
    page = await (await editor.act(case, "sort", **sent, agency="")).text()
    assert ((await scene.reload(case)).field, chosen(page, "field")) == ("health", "health")
    watched.asked.clear()
    page = await editor.get(f"/desk/cases/{case.id}")
    assert (told(page), chosen(page, "agency"), watched.asked) == ("", "", [])


async def test_a_refused_form_keeps_what_was_typed(scene: Scene) -> None:
    case = await scene.case(POTHOLES)
    editor = await scene.signed_in(Role.EDITOR)
    sent = {"kind": "question", "field": "health", "place": "x" * 300, "agency": HEALTH}
    answer = await editor.act(case, "sort", **sent, officer="")
    page = await answer.text()
    assert answer.status != 200
    assert (chosen(page, "field"), chosen(page, "agency")) == ("health", HEALTH)


async def test_what_an_agency_gave_back_is_not_proposed_to_it_again(
    scene: Scene, watched: Watched
) -> None:
    case = await scene.case(POTHOLES, BUILDING)
    async with scene.store.work() as work:
        await bounce_case(work, CaseMove(case.id, case.version, "officer"), "Không phải của sở")
        await work.commit()
    page = await (await scene.signed_in(Role.EDITOR)).get(f"/desk/cases/{case.id}")
    assert (told(page), watched.asked) == ("", [])


async def test_who_does_not_sort_asks_no_router(scene: Scene, watched: Watched) -> None:
    case = await scene.case(POTHOLES, BUILDING)
    await (await scene.signed_in(Role.OFFICER, BUILDING)).get(f"/desk/cases/{case.id}")
    assert watched.asked == []
