"""One question on its way through the desk."""

from casework.cases import ContentKind
from casework.permissions import Role
from casework.statuses import CaseStatus
from store.outbox import OutboxStatus
from tests.integration.desk_scene import BUILDING, Scene


async def test_a_question_is_assigned_answered_approved_and_sent(scene: Scene) -> None:
    editor = await scene.signed_in(Role.EDITOR)
    lead = await scene.signed_in(Role.LEAD, BUILDING)
    officer = await scene.signed_in(Role.OFFICER, BUILDING)
    assert officer.member
    case = await scene.case("Đường tỉnh 915 bao giờ mở rộng?")
    assert case.code in await editor.get("/desk/")
    assert case.code not in await officer.get("/desk/?tab=agency")

    await editor.act(case, "assign", agency=BUILDING, officer=officer.member.id)
    mine = await officer.get("/desk/?tab=mine")
    assert case.code in mine
    assert "còn 15 ngày làm việc" in mine

    await officer.act(case, "draft", text="Kính gửi Ông/Bà, dự án khởi công quý I.")
    assert case.code in await lead.get("/desk/")
    await lead.act(case, "approve")
    confirm = await lead.get(f"/desk/cases/{case.id}/send")
    assert f"Gửi câu trả lời {case.code}" in confirm
    await lead.act(case, "send")

    assert (await scene.reload(case)).status is CaseStatus.ANSWERED
    async with scene.store.work() as work:
        (row,) = await work.outbox.of_case(case.id)
        assert await work.cases.latest_content(case.id, ContentKind.ANSWER) == row.message.text
    assert row.message.text == "Kính gửi Ông/Bà, dự án khởi công quý I."
    assert row.status is OutboxStatus.PENDING
    page = await officer.get(f"/desk/cases/{case.id}")
    assert "Câu trả lời đã gửi" in page
    assert "đang chờ gửi" in page
