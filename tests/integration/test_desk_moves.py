"""What goes wrong while people work together: nothing is lost, everything is said."""

import asyncio
import re
from dataclasses import replace

import pytest
from desk_scene import (
    BUILDING,
    DRAFT,
    HEALTH,
    TALK,
    Scene,
    drafted,
    hidden_field,
    letter,
    open_desk,
)
from sqlalchemy import delete

from casework.cases import Case, ContentKind
from casework.permissions import Role
from casework.statuses import CaseStatus
from delivery.messages import Choice, Outbound, Speaker
from store.alerts import AlertKind
from store.audit import AuditAction
from store.sealed import SealedKind
from store.tables import case_keys
from store.unit_of_work import Store, UnitOfWork

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


async def test_an_administrator_sees_faults_of_the_service_and_nobodys_words(scene: Scene) -> None:
    case = await scene.case()
    async with scene.store.work() as work:
        now = scene.clock()
        await work.alerts.add(AlertKind.EMERGENCY, now, conversation_id=TALK, detail="u")
        await work.alerts.add(AlertKind.DEAD_CREDENTIALS, now, detail="zalo:-216")
        await work.commit()
    admin = await scene.signed_in(Role.ADMIN)
    page = await admin.get("/desk/alerts")
    assert "Kênh nhắn tin đã mất kết nối" in page
    assert "tình huống khẩn cấp" not in page
    assert case.code not in page
    refused = await admin.send("/desk/alerts/1/handled", page="/desk/alerts", read="0")
    assert refused.status == 404
    assert (await admin.send("/desk/alerts/1/read", page="/desk/alerts")).status == 403
    await admin.send("/desk/alerts/2/handled", page="/desk/alerts")
    async with scene.store.work() as work:
        assert [alert.kind for alert in await work.alerts.open()] == [AlertKind.EMERGENCY]


async def test_an_alarm_is_read_and_handled(scene: Scene) -> None:
    async with scene.store.work() as work:
        await work.sealed.seal_text("u", SealedKind.URGENT, TALK, "Cháy ở ấp 3", scene.clock())
        await work.sealed.seal_text("c", SealedKind.COMPLAINT, TALK, "Tố cáo kín", scene.clock())
        await work.alerts.add(AlertKind.EMERGENCY, scene.clock(), conversation_id=TALK, detail="u")
        await work.commit()
    editor = await scene.signed_in(Role.EDITOR)
    page = await editor.get("/desk/alerts")
    assert "tình huống khẩn cấp" in page
    assert "Cháy ở ấp 3" not in page
    opened = await (await editor.send("/desk/alerts/1/read", page="/desk/alerts")).text()
    assert "Cháy ở ấp 3" in opened
    assert "Tố cáo kín" not in opened
    assert await openings(scene) == [("u", editor.member.id)]
    done = await editor.send("/desk/alerts/1/handled", page="/desk/alerts", read="1")
    assert "Không có báo động nào" in await done.text()


async def openings(scene: Scene) -> list[tuple[str, str]]:
    """Which records were read by whom."""
    async with scene.store.work() as work:
        noted = await work.audit.newest(action=AuditAction.URGENT_OPENED)
    assert "Cháy" not in str(noted)
    return [(entry.subject, entry.actor_id) for entry in noted]


async def alarm(scene: Scene, record: str, text: str, talk: str = TALK) -> None:
    async with scene.store.work() as work:
        await work.sealed.seal_text(record, SealedKind.URGENT, talk, text, scene.clock())
        if not await work.alerts.is_open_for(AlertKind.EMERGENCY, talk):
            await work.alerts.add(AlertKind.EMERGENCY, scene.clock(), conversation_id=talk)
        await work.commit()


async def test_an_alarm_is_handled_only_by_whoever_read_all_of_it(scene: Scene) -> None:
    await alarm(scene, "u1", "Cháy ở ấp 3")
    editor = await scene.signed_in(Role.EDITOR)
    assert "/alerts/1/handled" not in await editor.get("/desk/alerts")
    unread = await editor.send("/desk/alerts/1/handled", page="/desk/alerts")
    assert unread.status == 409
    scene.clock.move(hours=2)
    await alarm(scene, "u2", "Còn người trong nhà")
    early = await editor.send("/desk/alerts/1/handled", page="/desk/alerts", read="1")
    assert early.status == 409
    page = await early.text()
    assert "vừa nhắn thêm" in page
    assert "Còn người trong nhà" in page
    assert 'name="read" value="2"' in page
    done = await editor.send("/desk/alerts/1/handled", page="/desk/alerts", read="2")
    assert "Không có báo động nào" in await done.text()


async def test_a_handled_alarm_can_be_read_and_opened_again_for_a_day(scene: Scene) -> None:
    await alarm(scene, "u1", "Cháy ở ấp 3")
    editor = await scene.signed_in(Role.EDITOR)
    scene.clock.move(minutes=5)
    await editor.send("/desk/alerts/1/handled", page="/desk/alerts", read="1")
    scene.clock.move(minutes=5)
    await alarm(scene, "u2", "Cháy lần nữa")
    opened = await (await editor.send("/desk/alerts/1/read", page="/desk/alerts")).text()
    assert "Cháy ở ấp 3" in opened
    assert "Cháy lần nữa" not in opened
    assert await openings(scene) == [("u1", editor.member.id)]
    await editor.send("/desk/alerts/1/reopened", page="/desk/alerts")
    async with scene.store.work() as work:
        assert [alert.id for alert in await work.alerts.open()] == [2, 1]
    await editor.send("/desk/alerts/1/handled", page="/desk/alerts", read="2")
    scene.clock.move(hours=11)
    again = await scene.signed_in(Role.EDITOR)
    scene.clock.move(hours=11)
    assert "/alerts/1/read" in await again.get("/desk/alerts")
    scene.clock.move(hours=3)
    late = await scene.signed_in(Role.EDITOR)
    assert (await late.send("/desk/alerts/1/read", page="/desk/account")).status == 404


async def test_nobody_can_push_an_emergency_off_the_page(scene: Scene) -> None:
    await alarm(scene, "u1", "Cháy ở ấp 3")
    async with scene.store.work() as work:
        for number in range(60):
            await work.alerts.add(
                AlertKind.PERSON_NEEDED,
                scene.clock(),
                conversation_id=f"zalo:400:{number}",
                detail="turn_failed",
            )
        await work.commit()
    editor = await scene.signed_in(Role.EDITOR)
    page = await editor.get("/desk/alerts")
    assert page.index("tình huống khẩn cấp") < page.index("xử lý không thành công")
    oldest = await editor.send("/desk/alerts/2/read", page="/desk/alerts")
    assert oldest.status == 200


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
