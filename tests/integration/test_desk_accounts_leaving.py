"""Who leaves hands the work over; who comes back gets a new link."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from casework.cases import EventKind
from casework.permissions import Role
from casework.statuses import CaseStatus
from desk.tokens import token_hash
from store.audit import AuditAction
from store.handovers import HandoverStatus
from store.tables import staff_links
from tests.integration.accounts_scene import audit, kept, link_in, of, signed_in
from tests.integration.desk_scene import BUILDING, HEALTH, TALK, Scene


async def test_who_leaves_hands_everything_over_in_one_step(scene: Scene) -> None:
    admin = await scene.signed_in(Role.ADMIN)
    leaver = await scene.signed_in(Role.OFFICER, BUILDING)
    colleague = await scene.account(Role.LEAD, BUILDING)
    member = leaver.member
    assert member is not None
    open_case = await scene.case(agency=BUILDING, officer=member.id)
    drafted = await scene.case("Hai", agency=BUILDING)
    await leaver.act(drafted, "draft", text="Bản nháp của tôi")
    theirs = await scene.case("Ba", agency=BUILDING, officer=colleague.id)
    done = await scene.case("Bốn", agency=BUILDING, officer=member.id)
    async with scene.store.work() as work:
        case = await work.cases.get(done.id)
        await work.cases.save(replace(case, status=CaseStatus.ANSWERED), scene.clock())
        await work.handovers.ask("h1", TALK, scene.clock())
        await work.handovers.take("h1", member.id, scene.clock())
        await work.staff.add_links({token_hash("alt"): member.id}, scene.clock().replace(year=2027))
        await work.commit()
    assert "2 câu hỏi chưa xong" in await admin.get(of(member))
    answer = await admin.send(of(member, "leave"), page=of(member), to=colleague.id)
    assert "Đã ngừng tài khoản" in await answer.text()
    for case in (open_case, drafted):
        assert (await scene.reload(case)).officer_id == colleague.id
    assert (await scene.reload(drafted)).drafted_by == member.id
    assert (await scene.reload(theirs)).version == theirs.version
    assert (await scene.reload(done)).officer_id == member.id
    async with scene.store.work() as work:
        last = (await work.cases.events(open_case.id))[-1]
        handover = await work.handovers.find("h1")
        links = (await work.connection.execute(select(staff_links))).all()
    assert last.kind is EventKind.HANDED_OVER
    assert last.data["from"] == member.id
    assert handover is not None
    assert (handover.status, handover.taken_by) == (HandoverStatus.WAITING, "")
    assert links == []
    assert not await signed_in(scene, member)
    async with leaver.client.get("/desk/account", allow_redirects=False) as refused:
        assert refused.status == 303
    entry = (await audit(scene))[0]
    assert (entry.action, entry.data["cases"], entry.data["talks"]) == (
        AuditAction.USER_LEFT,
        2,
        1,
    )


async def test_without_a_colleague_cases_go_back_to_the_agency(scene: Scene) -> None:
    admin = await scene.signed_in(Role.ADMIN)
    leaver = await scene.account(Role.OFFICER, BUILDING)
    case = await scene.case(agency=BUILDING, officer=leaver.id)
    answer = await admin.send(of(leaver, "leave"), page=of(leaver), to="")
    assert "câu hỏi chưa xong" not in await answer.text()
    back = await scene.reload(case)
    assert (back.agency_code, back.officer_id) == (BUILDING, "")


@pytest.mark.parametrize("kind", ["elsewhere", "inactive", "editor", "self", "nobody"])
async def test_only_an_answering_colleague_takes_over(scene: Scene, kind: str) -> None:
    admin = await scene.signed_in(Role.ADMIN)
    leaver = await scene.account(Role.OFFICER, BUILDING)
    others = {
        "elsewhere": (await scene.account(Role.OFFICER, HEALTH)).id,
        "inactive": (await scene.account(Role.OFFICER, BUILDING, active=False)).id,
        "editor": (await scene.account(Role.EDITOR, BUILDING)).id,
        "self": leaver.id,
        "nobody": "0",
    }
    answer = await admin.send(of(leaver, "leave"), page=of(leaver), to=others[kind])
    assert answer.status == 409
    assert (await kept(scene, leaver.id)).active


async def test_who_comes_back_gets_a_new_link(scene: Scene) -> None:
    admin = await scene.signed_in(Role.ADMIN)
    member = await scene.account(Role.OFFICER, BUILDING, active=False)
    for action in ("reset", "unlock", "leave"):
        assert (await admin.send(of(member, action), page=of(member))).status == 409
    answer = await admin.send(of(member, "return"), page=of(member))
    link_in(await answer.text())
    assert (await kept(scene, member.id)).active
    again = await admin.send(of(member, "return"), page=of(member))
    assert again.status == 409
