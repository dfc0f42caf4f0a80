"""What the frame of every page says to each role: how much waits, and what can be searched."""

import pytest
from sqlalchemy import event

from casework.permissions import Role
from store.alerts import AlertKind
from tests.integration.desk_scene import BUILDING, HEALTH, TALK, Scene

WAITS = '<span class="hidden-label"> đang chờ</span>'


async def test_each_role_reads_at_the_top_what_waits_for_it(scene: Scene) -> None:
    async with scene.store.work() as work:
        await work.handovers.ask("h1", TALK, scene.clock())
        await work.commit()
    await scene.case("Câu chưa phân loại")
    case = await scene.case("Câu chờ duyệt", agency=BUILDING)
    officer = await scene.signed_in(Role.OFFICER, BUILDING)
    await officer.act(case, "draft", text="Kính gửi Ông/Bà")
    await scene.case("Câu của đơn vị khác", agency=HEALTH)
    for role, agency, told in (
        (Role.LEAD, BUILDING, "Câu hỏi <span"),
        (Role.EDITOR, "", "Câu hỏi <span"),
        (Role.RECEPTION, "", "Gặp cán bộ <span"),
    ):
        person = await scene.signed_in(role, agency)
        page = await person.get("/desk/account")
        assert f'{told} class="count">1{WAITS}' in page, role


async def test_who_waits_for_nothing_reads_no_number(scene: Scene) -> None:
    await scene.case("Câu chưa phân loại")
    for role in (Role.OFFICER, Role.TRANSLATOR, Role.AUDITOR, Role.ADMIN):
        person = await scene.signed_in(role, BUILDING if role is Role.OFFICER else "")
        assert WAITS not in await person.get("/desk/account"), role


async def test_an_administrator_counts_faults_only(scene: Scene) -> None:
    async with scene.store.work() as work:
        await work.alerts.add(AlertKind.DEAD_CREDENTIALS, work.clock())
        await work.alerts.add(AlertKind.EMERGENCY, work.clock(), conversation_id=TALK)
        await work.commit()
    for role, number in ((Role.ADMIN, 1), (Role.EDITOR, 2)):
        person = await scene.signed_in(role)
        page = await person.get("/desk/account")
        assert f'<span class="count urgent">{number}<' in page, role


async def test_the_frame_costs_one_query(scene: Scene) -> None:
    editor = await scene.signed_in(Role.EDITOR)
    queries: list[str] = []

    def note(_c: object, _u: object, statement: str, *_rest: object) -> None:
        queries.append(statement)

    event.listen(scene.store.engine.sync_engine, "before_cursor_execute", note)
    await editor.get("/desk/account")
    counting = [one for one in queries if "count(*)" in one]
    assert len(counting) == 1
    assert counting[0].count("count(*)") == 6  # alarms, cases, people, data, to release, samples


@pytest.mark.parametrize(
    ("role", "searches"),
    [
        (Role.OFFICER, True),
        (Role.EDITOR, True),
        (Role.RECEPTION, False),
        (Role.TRANSLATOR, False),
        (Role.AUDITOR, False),
    ],
)
async def test_only_who_sees_cases_is_offered_a_search(
    scene: Scene, role: Role, *, searches: bool
) -> None:
    person = await scene.signed_in(role, BUILDING if role is Role.OFFICER else "")
    assert ('id="tim"' in await person.get("/desk/account")) is searches


@pytest.mark.parametrize("typed", ["1", "000001", "HD-2026-000001", "hd 2026 1", "hd2026000001"])
async def test_a_code_is_found_however_it_is_typed(scene: Scene, typed: str) -> None:
    case = await scene.case(agency=BUILDING)
    for number in range(3):
        await scene.case(f"Câu khác {number}", agency=BUILDING)
    officer = await scene.signed_in(Role.OFFICER, BUILDING)
    answer = await officer.client.get("/desk/", params={"q": typed})
    assert answer.url.path == f"/desk/cases/{case.id}"


@pytest.mark.parametrize("typed", ["%", "_", "\\", "0001%", "HD-2026-0000__"])
async def test_signs_of_patterns_are_only_signs(scene: Scene, typed: str) -> None:
    case = await scene.case(agency=BUILDING)
    officer = await scene.signed_in(Role.OFFICER, BUILDING)
    answer = await officer.client.get("/desk/", params={"q": typed})
    assert answer.status == 200
    assert case.code not in await answer.text()


async def test_after_one_case_the_next_is_one_step_away(scene: Scene) -> None:
    first = await scene.case("Câu một")
    second = await scene.case("Câu hai")
    editor = await scene.signed_in(Role.EDITOR)
    fields = {"kind": "question", "field": "transport", "place": "", "agency": BUILDING}
    page = await (await editor.act(first, "sort", **fields, officer="")).text()
    assert "Mở câu tiếp theo (còn 1)" in page
    answer = await editor.client.get("/desk/next")
    assert answer.url.path == f"/desk/cases/{second.id}"
    page = await (await editor.act(second, "sort", **fields, officer="")).text()
    assert "Mở câu tiếp theo" not in page
    answer = await editor.client.get("/desk/next")
    assert answer.url.path == "/desk/"


async def test_the_next_case_is_one_of_the_own_agency(scene: Scene) -> None:
    await scene.case("Câu của đơn vị khác", agency=HEALTH)
    for agency in (BUILDING, ""):
        officer = await scene.signed_in(Role.OFFICER, agency)
        answer = await officer.client.get("/desk/next")
        assert answer.url.path == "/desk/"
