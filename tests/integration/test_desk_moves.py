"""What goes wrong while people work together: nothing is lost, everything is said."""

import asyncio

import pytest

from casework.cases import Case, ContentKind
from casework.permissions import Role
from casework.statuses import CaseStatus
from store.unit_of_work import Store, UnitOfWork
from tests.integration.desk_scene import (
    BUILDING,
    DRAFT,
    HEALTH,
    Scene,
    drafted,
    hidden_field,
    open_desk,
)

SAME_SITE = {"Sec-Fetch-Site": "same-origin"}


async def drafts(scene: Scene, case: Case) -> list[str]:
    async with scene.store.work() as work:
        return await work.cases.contents(case.id, ContentKind.DRAFT)


async def test_two_people_writing_at_once_both_keep_their_words(scene: Scene) -> None:
    officer, lead, case = await drafted(scene)
    stale = await officer.get(f"/desk/cases/{case.id}")
    scene.clock.move(minutes=1)
    await lead.act(case, "draft", text="Bản của lãnh đạo")
    form = {
        "csrf": hidden_field(stale, "csrf"),
        "version": hidden_field(stale, "version"),
        "text": "Bản của cán bộ",
    }
    answer = await officer.client.post(f"/desk/cases/{case.id}/draft", data=form, headers=SAME_SITE)
    page = await answer.text()
    assert answer.status == 409
    assert "Có người vừa thay đổi" in page
    assert "Bản của cán bộ</textarea>" in page
    assert (await drafts(scene, case))[-1] == "Bản của lãnh đạo"
    again = {**form, "version": hidden_field(page, "version")}
    scene.clock.move(minutes=1)
    await officer.client.post(f"/desk/cases/{case.id}/draft", data=again, headers=SAME_SITE)
    assert (await drafts(scene, case))[-1] == "Bản của cán bộ"


async def test_an_officer_sees_what_another_saved_meanwhile(scene: Scene) -> None:
    officer, lead, case = await drafted(scene)
    stale = await officer.get(f"/desk/cases/{case.id}")
    scene.clock.move(minutes=1)
    await lead.act(case, "draft", text="Bản của lãnh đạo")
    form = {
        "csrf": hidden_field(stale, "csrf"),
        "version": hidden_field(stale, "version"),
        "text": "Bản của cán bộ",
    }
    answer = await officer.client.post(f"/desk/cases/{case.id}/draft", data=form, headers=SAME_SITE)
    assert "Bản của lãnh đạo" in await answer.text()


async def test_nobody_approves_a_text_that_changed_under_their_eyes(scene: Scene) -> None:
    officer, lead, case = await drafted(scene)
    seen = await lead.get(f"/desk/cases/{case.id}")
    await officer.act(case, "draft", text="Bản khác")
    form = {"csrf": hidden_field(seen, "csrf"), "version": hidden_field(seen, "version")}
    answer = await lead.client.post(f"/desk/cases/{case.id}/approve", data=form, headers=SAME_SITE)
    assert answer.status == 409
    assert (await scene.reload(case)).status is CaseStatus.DRAFTED


async def test_four_eyes(scene: Scene) -> None:
    lead = await scene.signed_in(Role.LEAD, BUILDING)
    case = await scene.case(agency=BUILDING)
    await lead.act(case, "draft", text=DRAFT)
    answer = await lead.act(case, "approve")
    assert answer.status == 409
    assert "nhờ một lãnh đạo khác" in await answer.text()
    other = await scene.signed_in(Role.LEAD, BUILDING)
    assert (await other.act(case, "approve")).status == 200
    assert (await scene.reload(case)).status is CaseStatus.APPROVED


async def test_an_agency_may_do_with_two_eyes(store: Store) -> None:
    async def except_building(_work: UnitOfWork, agency: str) -> bool:
        return agency != BUILDING

    async with open_desk(store, four_eyes=except_building) as scene:
        lead = await scene.signed_in(Role.LEAD, BUILDING)
        case = await scene.case(agency=BUILDING)
        await lead.act(case, "draft", text=DRAFT)
        await lead.act(case, "approve")
        assert (await scene.reload(case)).status is CaseStatus.APPROVED


async def test_sending_twice_at_once_sends_once(scene: Scene) -> None:
    _, lead, case = await drafted(scene)
    await lead.act(case, "approve")
    page = await lead.get(f"/desk/cases/{case.id}/send")
    form = {"csrf": hidden_field(page, "csrf"), "version": hidden_field(page, "version")}
    path = f"/desk/cases/{case.id}/send"
    answers = await asyncio.gather(
        *(lead.client.post(path, data=form, headers=SAME_SITE) for _ in range(4))
    )
    assert sorted(answer.status for answer in answers) == [200, 409, 409, 409]
    async with scene.store.work() as work:
        assert len(await work.outbox.of_case(case.id)) == 1


async def test_a_draft_goes_back_with_a_reason(scene: Scene) -> None:
    officer, lead, case = await drafted(scene)
    empty = await lead.act(case, "return", reason=" \u200b ")
    assert empty.status == 422
    assert "Chưa có lý do" in await empty.text()
    await lead.act(case, "return", reason="Bổ sung căn cứ <pháp lý>")
    page = await officer.get(f"/desk/cases/{case.id}")
    assert "Bổ sung căn cứ &lt;pháp lý&gt;" in page
    assert f"{DRAFT}</textarea>" in page
    await officer.act(case, "draft", text="Đã bổ sung")
    assert "Lãnh đạo trả lại" not in await officer.get(f"/desk/cases/{case.id}")


async def test_a_lead_sees_what_changed_since_last_time(scene: Scene) -> None:
    officer, lead, case = await drafted(scene, "khởi công quý I")
    scene.clock.move(minutes=1)
    await officer.act(case, "draft", text="khởi công quý II")
    page = await lead.get(f"/desk/cases/{case.id}")
    assert "<del>I</del><ins>II</ins>" in page


@pytest.mark.parametrize("text", ["", "   \n ", "\u200b\u2060"])
async def test_an_empty_answer_is_refused(scene: Scene, text: str) -> None:
    officer = await scene.signed_in(Role.OFFICER, BUILDING)
    case = await scene.case(agency=BUILDING)
    answer = await officer.act(case, "draft", text=text)
    assert answer.status == 422
    assert "chưa có nội dung" in await answer.text()
    assert await drafts(scene, case) == []


async def test_long_answers_are_kept_whole_and_endless_ones_refused(scene: Scene) -> None:
    officer = await scene.signed_in(Role.OFFICER, BUILDING)
    case = await scene.case(agency=BUILDING)
    long = ("Đường tỉnh " * 1000)[:9999] + "."
    assert (await officer.act(case, "draft", text=long)).status == 200
    assert await drafts(scene, case) == [long]
    endless = "ữ" * 20_001
    answer = await officer.act(case, "draft", text=endless)
    assert answer.status == 422
    assert endless in await answer.text()
    assert len(await drafts(scene, case)) == 1


async def test_lines_and_odd_signs_are_kept_fit_to_send(scene: Scene) -> None:
    officer = await scene.signed_in(Role.OFFICER, BUILDING)
    case = await scene.case(agency=BUILDING)
    await officer.act(case, "draft", text="Một\r\nhai\x00 ba\ttư\x1b")
    assert await drafts(scene, case) == ["Một\nhai ba\ttư"]


@pytest.mark.parametrize(
    ("agency", "officer_of", "words"),
    [
        ("", "", "Chưa chọn đơn vị"),
        ("H61.KHONGCO", "", "không còn hoạt động"),
        ("H61.CU", "", "không còn hoạt động"),
        (BUILDING, HEALTH, "không thuộc đơn vị đã chọn"),
    ],
)
async def test_a_wrong_assignment_is_explained(
    scene: Scene, agency: str, officer_of: str, words: str
) -> None:
    editor = await scene.signed_in(Role.EDITOR)
    member = await scene.account(Role.OFFICER, officer_of) if officer_of else None
    case = await scene.case()
    answer = await editor.act(case, "assign", agency=agency, officer=member.id if member else "")
    assert answer.status == 422
    assert words in await answer.text()
    assert (await scene.reload(case)).status is CaseStatus.RECEIVED


async def test_a_lead_hands_cases_to_the_own_officers_only(scene: Scene) -> None:
    lead = await scene.signed_in(Role.LEAD, BUILDING)
    own = await scene.account(Role.OFFICER, BUILDING)
    stranger = await scene.account(Role.OFFICER, HEALTH)
    case = await scene.case(agency=BUILDING)
    page = await lead.get(f"/desk/cases/{case.id}")
    assert f'value="{own.id}"' in page
    assert stranger.id not in page
    assert f'value="{HEALTH}"' not in page
    answer = await lead.act(case, "assign", agency=HEALTH, officer=stranger.id)
    assert answer.status == 409
    assert "Đơn vị chỉ phân công cho cán bộ của mình" in await answer.text()
    assert (await scene.reload(case)).agency_code == BUILDING
    answer = await lead.act(case, "assign", agency=BUILDING, officer=own.id)
    assert "Đã phân công" in await answer.text()
    assert (await scene.reload(case)).officer_id == own.id


async def test_an_agency_gives_a_case_back_and_no_longer_sees_it(scene: Scene) -> None:
    lead = await scene.signed_in(Role.LEAD, BUILDING)
    case = await scene.case(agency=BUILDING)
    answer = await lead.act(case, "bounce", reason="Thuộc Sở Y tế")
    assert answer.url.path == "/desk/"
    assert "ban biên tập" in await answer.text()
    await lead.get(f"/desk/cases/{case.id}", status=404)


async def test_a_move_that_came_too_late_says_where_the_case_stands(scene: Scene) -> None:
    officer, lead, case = await drafted(scene)
    await lead.act(case, "approve")
    await lead.act(case, "send")
    answer = await officer.send(
        f"/desk/cases/{case.id}/draft", page="/desk/account", text="Viết thêm"
    )
    text = await answer.text()
    assert answer.status == 409
    assert "đã chuyển sang bước khác" in text
    assert "Viết thêm</textarea>" in text
