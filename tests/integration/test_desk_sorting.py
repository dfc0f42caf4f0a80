"""Where a case belongs: an editor sorts it, an agency gives it back, somebody refuses it."""

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from casework.cases import Case, CaseKind, CaseSource, EventKind, Refusal
from casework.permissions import Role
from casework.statuses import CaseStatus
from casework.use_cases.follow_case import by_citizen, reopen_case, withdraw_case
from casework.use_cases.open_case import OpenCase, open_case
from casework.use_cases.sort_case import MOST_BOUNCES
from store.unit_of_work import Store
from tests.integration.desk_scene import BUILDING, HEALTH, RULE, TALK, Scene, open_desk

SAME_SITE = {"Sec-Fetch-Site": "same-origin"}
REPORTS = replace(RULE, id="report", kind=CaseKind.REPORT, days=5, legal_basis="5 ngày làm việc")
AGENCIES = [
    {"code": BUILDING, "name": "Sở Xây dựng tỉnh", "fields": ["construction", "transport"]},
    {"code": HEALTH, "name": "Sở Y tế tỉnh", "fields": ["health"]},
]


@pytest.fixture
async def scene(store: Store) -> AsyncIterator[Scene]:
    async with open_desk(store) as found:
        async with store.work() as work:
            await work.catalogue.save_rules([REPORTS])
            await work.catalogue.save("agencies", AGENCIES, found.clock())
            await work.commit()
        yield found


SORTED = {"kind": "question", "field": "transport", "place": "xã Long Đức"}


async def test_an_editor_sorts_and_places_in_one_step(scene: Scene) -> None:
    officer = await scene.account(Role.OFFICER, BUILDING)
    case = await scene.case()
    editor = await scene.signed_in(Role.EDITOR)
    home = await editor.get("/desk/")
    assert 'aria-current="page">Chờ phân loại <span class="count">1</span>' in home
    answer = await editor.act(case, "sort", **SORTED, agency=BUILDING, officer=officer.id)
    assert "Đã phân công" in await answer.text()
    found = await scene.reload(case)
    assert (found.status, found.field, found.place) == ("assigned", "transport", "xã Long Đức")
    assert (found.agency_code, found.officer_id) == (BUILDING, officer.id)
    async with scene.store.work() as work:
        kinds = [event.kind for event in await work.cases.events(case.id)]
    assert kinds == [EventKind.OPENED, EventKind.TRIAGED, EventKind.ASSIGNED]


async def test_without_an_agency_it_waits_for_one(scene: Scene) -> None:
    case = await scene.case()
    editor = await scene.signed_in(Role.EDITOR)
    answer = await editor.act(case, "sort", **SORTED, agency="", officer="")
    page = await answer.text()
    assert "Đã lưu phân loại" in page
    assert (await scene.reload(case)).status == CaseStatus.TRIAGED
    assert case.code in await editor.get("/desk/?tab=unassigned")
    assert case.code not in await editor.get("/desk/?tab=triage")
    # Now that the field is known, the agency that lists it stands first.
    fitting = page[page.index("Phù hợp lĩnh vực") : page.index("Đơn vị khác")]
    assert "Sở Xây dựng tỉnh" in fitting
    assert "Sở Y tế tỉnh" not in fitting


async def test_another_kind_has_another_date_that_never_comes_later(scene: Scene) -> None:
    case = await scene.case()
    editor = await scene.signed_in(Role.EDITOR)
    await editor.act(case, "sort", **{**SORTED, "kind": "report"}, agency="", officer="")
    found = await scene.reload(case)
    assert found.kind is CaseKind.REPORT
    assert found.due_on < case.due_on
    assert found.promised_on == case.promised_on
    await editor.act(case, "sort", **SORTED, agency="", officer="")
    assert (await scene.reload(case)).due_on <= case.promised_on


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        ({"kind": "complaint"}, "không nằm trong danh sách"),
        ({"kind": ""}, "không nằm trong danh sách"),
        ({"field": "magic"}, "không nằm trong danh sách"),
        ({"place": "x" * 100_000}, "không nằm trong danh sách"),
        ({"kind": "proposal"}, "Chưa có quy định về hạn trả lời"),
        ({"agency": "H61.CU"}, "không còn hoạt động"),
        ({"agency": "\x00\u202e"}, "không còn hoạt động"),
        ({"agency": HEALTH, "officer": "nobody"}, "không thuộc đơn vị"),
    ],
)
async def test_a_bad_sheet_changes_nothing_and_keeps_what_was_typed(
    scene: Scene, bad: dict[str, str], said: str
) -> None:
    case = await scene.case()
    editor = await scene.signed_in(Role.EDITOR)
    sent = {**SORTED, "place": "ấp Chợ", "agency": "", "officer": "", **bad}
    answer = await editor.act(case, "sort", **sent)
    page = await answer.text()
    assert answer.status in (409, 422)
    assert said in page
    if len(sent["place"]) < 200:
        assert 'value="ấp Chợ"' in page
    assert (await scene.reload(case)).version == case.version


async def test_two_editors_at_once_sort_it_once(scene: Scene) -> None:
    case = await scene.case()
    editors = [await scene.signed_in(Role.EDITOR) for _ in range(2)]
    agencies = (BUILDING, HEALTH)
    pairs = list(zip(editors, agencies, strict=True))
    answers = await asyncio.gather(
        *(one.act(case, "sort", **SORTED, agency=agency, officer="") for one, agency in pairs)
    )
    assert sorted(answer.status for answer in answers) == [200, 409]
    found = await scene.reload(case)
    assert found.version == case.version + 2


async def test_an_agency_gives_a_case_back_with_its_reason(scene: Scene) -> None:
    officer = await scene.signed_in(Role.OFFICER, BUILDING)
    case = await scene.case(agency=BUILDING)
    answer = await officer.act(case, "bounce", reason="Đường này do Bộ quản lý")
    page = await answer.text()
    assert "Đã chuyển lại câu hỏi" in page
    assert case.code not in page
    assert await officer.get(f"/desk/cases/{case.id}", status=404)
    found = await scene.reload(case)
    assert (found.status, found.agency_code, found.bounces) == ("bounced", "", 1)
    editor = await scene.signed_in(Role.EDITOR)
    assert case.code in await editor.get("/desk/?tab=triage")
    page = await editor.get(f"/desk/cases/{case.id}")
    assert "Đường này do Bộ quản lý" in page


@pytest.mark.parametrize("reason", ["", "   ", "\u202e\u200b", "\x00"])
async def test_giving_back_needs_words(scene: Scene, reason: str) -> None:
    officer = await scene.signed_in(Role.OFFICER, BUILDING)
    case = await scene.case(agency=BUILDING)
    answer = await officer.act(case, "bounce", reason=reason)
    assert answer.status == 422
    assert "chưa có chữ nào" in await answer.text()
    assert (await scene.reload(case)).version == case.version


async def test_a_reason_too_long_comes_back_whole(scene: Scene) -> None:
    officer = await scene.signed_in(Role.OFFICER, BUILDING)
    case = await scene.case(agency=BUILDING)
    answer = await officer.act(case, "bounce", reason="dài " * 25_000)
    page = await answer.text()
    assert answer.status == 422
    assert "dài dài dài" in page
    assert len(page) > 100_000


async def test_a_stale_page_gives_nothing_back_and_loses_no_word(scene: Scene) -> None:
    officer = await scene.signed_in(Role.OFFICER, BUILDING)
    case = await scene.case(agency=BUILDING)
    answer = await officer.send(
        f"/desk/cases/{case.id}/bounce",
        page=f"/desk/cases/{case.id}",
        version="1",
        reason="Không phải việc của sở",
    )
    assert answer.status == 409
    page = await answer.text()
    assert "Không phải việc của sở" in page
    assert (await scene.reload(case)).status == CaseStatus.ASSIGNED


async def test_the_last_words_stay_when_the_form_is_gone(scene: Scene) -> None:
    officer = await scene.signed_in(Role.OFFICER, BUILDING)
    case = await scene.case(agency=BUILDING)
    async with scene.store.work() as work:
        await withdraw_case(work, by_citizen(case))
        await work.commit()
    answer = await officer.act(case, "bounce", version="2", reason="Viết dở thì người hỏi rút")
    assert answer.status == 409
    page = await answer.text()
    assert "Viết dở thì người hỏi rút" in page
    assert "Người hỏi đã rút câu hỏi này" in page


async def bounced_often(scene: Scene) -> Case:
    case = await scene.case()
    async with scene.store.work() as work:
        case = replace(case, bounces=MOST_BOUNCES, status=CaseStatus.BOUNCED)
        case = await work.cases.save(case, scene.clock())
        await work.commit()
    return case


async def test_after_two_refusals_only_the_chief_editor_places_it(scene: Scene) -> None:
    case = await bounced_often(scene)
    other = await scene.signed_in(Role.EDITOR)
    assert "trưởng ban biên tập sẽ chọn đơn vị" in await other.get(f"/desk/cases/{case.id}")
    actions: dict[str, dict[str, str]] = {"sort": SORTED, "assign": {}}
    for name, fields in actions.items():
        answer = await other.act(case, name, **fields, agency=HEALTH, officer="")
        assert answer.status == 409
        assert (await scene.reload(case)).version == case.version
    chief = await scene.signed_in(Role.CHIEF_EDITOR)
    await chief.act(case, "sort", **SORTED, agency=HEALTH, officer="")
    assert (await scene.reload(case)).agency_code == HEALTH


async def test_its_agency_may_still_choose_the_officer(scene: Scene) -> None:
    case = await bounced_often(scene)
    chief = await scene.signed_in(Role.CHIEF_EDITOR)
    await chief.act(case, "sort", **SORTED, agency=HEALTH, officer="")
    lead = await scene.signed_in(Role.LEAD, HEALTH)
    nurse = await scene.account(Role.OFFICER, HEALTH)
    await lead.act(case, "assign", agency=HEALTH, officer=nurse.id)
    assert (await scene.reload(case)).officer_id == nurse.id
    answer = await lead.act(case, "assign", agency=BUILDING, officer="")
    assert answer.status == 409
    assert "Chuyển lại vì không đúng thẩm quyền" in await answer.text()
    assert (await scene.reload(case)).agency_code == HEALTH


async def test_who_is_refused_is_told_and_may_be_accepted_after_all(scene: Scene) -> None:
    case = await scene.case()
    editor = await scene.signed_in(Role.EDITOR)
    answer = await editor.act(
        case, "not-accept", refusal="outside_province", explanation="Thuộc tỉnh khác"
    )
    page = await answer.text()
    assert "Đã ghi không tiếp nhận" in page
    assert "không được tiếp nhận" in page
    async with scene.store.work() as work:
        told = await work.outbox.of_case(case.id)
    assert [row.message.text for row in told] == [f"{Refusal.OUTSIDE_PROVINCE} Thuộc tỉnh khác"]
    assert case.code in await editor.get("/desk/?tab=ended")
    answer = await editor.act(case, "restore")
    assert "Đã tiếp nhận lại" in await answer.text()
    found = await scene.reload(case)
    assert (found.status, found.due_on) == (CaseStatus.RECEIVED, case.due_on)
    async with scene.store.work() as work:
        told = await work.outbox.of_case(case.id)
    assert told[-1].message.text == "restored"


async def test_a_place_written_by_mistake_can_be_cleared(scene: Scene) -> None:
    case = await scene.case()
    editor = await scene.signed_in(Role.EDITOR)
    await editor.act(case, "sort", **SORTED, agency="", officer="")
    assert (await scene.reload(case)).place == "xã Long Đức"
    await editor.act(case, "sort", **{**SORTED, "place": " "}, agency="", officer="")
    assert (await scene.reload(case)).place == ""


@pytest.mark.parametrize("refusal", ["", "because", "\x00", "x" * 100_000])
async def test_a_refusal_needs_one_of_the_reasons(scene: Scene, refusal: str) -> None:
    case = await scene.case()
    editor = await scene.signed_in(Role.EDITOR)
    answer = await editor.act(case, "not-accept", refusal=refusal, explanation="Giải thích")
    assert answer.status == 422
    assert "Giải thích</textarea>" in await answer.text()
    assert (await scene.reload(case)).version == case.version
    async with scene.store.work() as work:
        assert await work.outbox.of_case(case.id) == []


async def test_a_reopened_case_shows_the_old_answer_and_what_was_said(scene: Scene) -> None:
    officer = await scene.signed_in(Role.OFFICER, BUILDING)
    lead = await scene.signed_in(Role.LEAD, BUILDING)
    case = await scene.case(agency=BUILDING)
    await officer.act(case, "draft", text="Trả lời lần một")
    await lead.act(case, "approve")
    await lead.send(f"/desk/cases/{case.id}/send", page=f"/desk/cases/{case.id}/send")
    assert case.code in await lead.get("/desk/?tab=answered")
    async with scene.store.work() as work:
        now = await work.cases.get(case.id)
        await reopen_case(work, by_citizen(now), "Đường vẫn chưa làm")
        await work.commit()
    page = await officer.get(f"/desk/cases/{case.id}")
    assert "Câu trả lời lần trước" in page
    assert "Trả lời lần một" in page
    assert "chưa giải quyết được</h3>" in page
    assert "Đường vẫn chưa làm" in page
    box = re.search(r'<textarea id="text"[^>]*>\n(.*?)</textarea>', page, re.DOTALL)
    assert box
    assert box[1] == ""


async def test_objection_and_asker_stand_on_the_page(scene: Scene) -> None:
    case = await scene.case(agency=BUILDING)
    async with scene.store.work() as work:
        await work.cases.save(replace(case, objected=True), scene.clock())
        await work.commit()
    officer = await scene.signed_in(Role.OFFICER, BUILDING)
    assert "không muốn đăng công khai" in await officer.get(f"/desk/cases/{case.id}")


async def test_lists_narrow_by_field_agency_kind_and_source(scene: Scene) -> None:
    road = await scene.case("Đường hỏng")
    editor = await scene.signed_in(Role.EDITOR)
    await editor.act(road, "sort", **SORTED, agency=BUILDING, officer="")
    ward = await scene.case("Trạm y tế")
    await editor.act(ward, "sort", **{**SORTED, "field": "health"}, agency=HEALTH, officer="")
    for query in ("field=transport", f"agency={BUILDING}"):
        page = await editor.get(f"/desk/?tab=agency&{query}")
        assert road.code in page
        assert ward.code not in page
        assert '<span class="count">1</span>' in page
    assert "Không có câu hỏi nào" in await editor.get("/desk/?tab=agency&kind=report")
    assert road.code in await editor.get("/desk/?tab=agency&kind=question&source=zalo")
    assert road.code in await editor.get("/desk/?tab=agency&field=%00&agency=x%27--&kind=none")
    officer = await scene.signed_in(Role.OFFICER, BUILDING)
    assert ward.code not in await officer.get(f"/desk/?tab=agency&agency={HEALTH}")


async def test_answers_stand_newest_first(scene: Scene) -> None:
    codes = []
    for hour in range(3):
        case = await scene.case(f"Câu {hour}", agency=BUILDING)
        scene.clock.move(hours=1)
        async with scene.store.work() as work:
            answered = replace(case, status=CaseStatus.ANSWERED, answered_at=scene.clock())
            await work.cases.save(answered, scene.clock())
            await work.commit()
        codes.append(case.code)
    editor = await scene.signed_in(Role.EDITOR)
    page = await editor.get("/desk/?tab=answered")
    assert sorted(codes, key=page.index) == codes[::-1]


async def test_a_case_without_a_chat_says_so(scene: Scene) -> None:
    async with scene.store.work() as work:
        command = OpenCase(
            CaseKind.QUESTION, CaseSource.LETTER, "", "Viết tay", scene.clock(), entered_by="1"
        )
        letter = (await open_case(work, command)).case
        await work.commit()
    await scene.hears("Chuyện của người khác", "1")
    editor = await scene.signed_in(Role.EDITOR)
    page = await editor.get(f"/desk/cases/{letter.id}")
    assert "qua thư nên không có cuộc trò chuyện" in page
    assert "Chuyện của người khác" not in page
    assert TALK not in page
