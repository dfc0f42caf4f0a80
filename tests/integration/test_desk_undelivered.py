"""Answers that did not reach the citizen: listed until somebody sends them again or calls."""

from casework.cases import ActorKind, Case, ContentKind, EventKind
from casework.permissions import Role
from store.outbox import OutboxStatus
from store.tables import outbox
from tests.integration.desk_scene import BUILDING, HEALTH, Scene, drafted, letter


async def unsent(scene: Scene, case: Case, status: OutboxStatus = OutboxStatus.FAILED) -> None:
    sent = letter(case)
    async with scene.store.work() as work:
        await work.outbox.add_all([sent], work.clock())
        failed = outbox.update().where(outbox.c.tag == sent.tag).values(status=status)
        await work.connection.execute(failed)
        await work.commit()


async def test_what_did_not_arrive_has_a_list_until_it_does(scene: Scene) -> None:
    failed, doubtful, sent, other = [
        await scene.case(f"Câu {name}", agency=agency)
        for name, agency in (("a", BUILDING), ("b", BUILDING), ("c", BUILDING), ("d", HEALTH))
    ]
    for case, status in (
        (failed, OutboxStatus.FAILED),
        (doubtful, OutboxStatus.MAYBE),
        (sent, OutboxStatus.SENT),
        (other, OutboxStatus.FAILED),
    ):
        await unsent(scene, case, status)
    lead = await scene.signed_in(Role.LEAD, BUILDING)
    page = await lead.get("/desk/?tab=undelivered")
    assert 'aria-current="page">Không gửi được <span class="count">2<' in page
    assert failed.code in page
    assert doubtful.code in page
    async with scene.store.work() as work:
        await work.cases.add_event(
            failed.id,
            EventKind.PICKED_UP,
            actor_kind=ActorKind.CITIZEN,
            actor_id="",
            now=work.clock(),
        )
        await work.commit()
    page = await lead.get("/desk/?tab=undelivered")
    assert failed.code not in page
    assert doubtful.code in page
    officer = await scene.signed_in(Role.OFFICER, BUILDING)
    assert "Không gửi được" not in await officer.get("/desk/")


async def test_a_failed_answer_is_sent_again_by_hand(scene: Scene) -> None:
    _, lead, case = await drafted(scene)
    await lead.act(case, "approve")
    await lead.act(case, "send")
    async with scene.store.work() as work:
        (row,) = await work.outbox.of_case(case.id)
        await work.outbox.mark(row.id, OutboxStatus.FAILED, due_at=scene.clock(), error="refused")
        await work.commit()
    page = await lead.get(f"/desk/cases/{case.id}")
    assert "không gửi được" in page
    assert "Gửi lại" in page
    await lead.send(f"/desk/cases/{case.id}/messages/{row.id}/retry", page=f"/desk/cases/{case.id}")
    async with scene.store.work() as work:
        (row,) = await work.outbox.of_case(case.id)
    assert row.status is OutboxStatus.PENDING


async def test_messages_of_another_case_are_not_resent_through_this_one(scene: Scene) -> None:
    lead = await scene.signed_in(Role.LEAD, BUILDING)
    mine, theirs = await scene.case(agency=BUILDING), await scene.case(agency=HEALTH)
    async with scene.store.work() as work:
        await work.outbox.add_all([letter(theirs)], scene.clock())
        (row,) = await work.outbox.of_case(theirs.id)
        await work.outbox.mark(row.id, OutboxStatus.FAILED, due_at=scene.clock())
        await work.commit()
    path = f"/desk/cases/{mine.id}/messages/{row.id}/retry"
    assert (await lead.send(path, page="/desk/account")).status == 404
    async with scene.store.work() as work:
        (row,) = await work.outbox.of_case(theirs.id)
    assert row.status is OutboxStatus.FAILED


async def test_an_answer_that_was_not_sent_is_found_by_its_case(scene: Scene) -> None:
    case = await scene.case(agency=BUILDING)
    other = await scene.case("Câu khác", agency=BUILDING)
    await unsent(scene, case, OutboxStatus.MAYBE)
    async with scene.store.work() as work:
        await work.outbox.add_all([letter(other)], scene.clock())
        await work.commit()
    editor = await scene.signed_in(Role.EDITOR)
    page = await editor.get("/desk/alerts")
    assert "Không gửi được</h2>" in page
    assert f'href="/desk/cases/{case.id}">{case.code}</a>: chưa rõ' in page
    assert other.code not in page


async def test_who_calls_writes_it_down_and_the_case_leaves_every_list(scene: Scene) -> None:
    case = await scene.case(agency=BUILDING)
    await unsent(scene, case)
    scene.clock.move(minutes=5)
    officer = await scene.signed_in(Role.OFFICER, BUILDING)
    assert officer.member
    page = await officer.get(f"/desk/cases/{case.id}")
    assert "Có tin chưa đến được người hỏi. Anh/chị gọi điện" in page
    done = await officer.act(case, "told", reason="Chị Hai đã nghe, sẽ đến lấy thứ Sáu")
    page = await done.text()
    assert "Đã ghi lại cuộc gọi" in page
    assert "Gọi điện báo cho người hỏi" in page
    assert "Chị Hai đã nghe" in page
    assert "Có tin chưa đến" not in page
    lead = await scene.signed_in(Role.LEAD, BUILDING)
    assert case.code not in await lead.get("/desk/?tab=undelivered")
    editor = await scene.signed_in(Role.EDITOR)
    assert "Không gửi được" not in await editor.get("/desk/alerts")
    async with scene.store.work() as work:
        last = (await work.cases.events(case.id))[-1]
        assert (last.kind, last.actor_id) == (EventKind.TOLD_BY_PHONE, officer.member.id)
        assert await work.outbox.count_undelivered() == 0


async def test_a_call_takes_nothing_from_a_colleagues_work(scene: Scene) -> None:
    officer, _, case = await drafted(scene)
    await unsent(scene, case)
    await officer.act(case, "told", reason="Đã gọi, không ai nghe máy; gọi lại lúc 14 giờ thì gặp")
    assert (await scene.reload(case)).version == case.version


async def test_a_call_of_which_nothing_is_said_is_not_kept(scene: Scene) -> None:
    case = await scene.case(agency=BUILDING)
    await unsent(scene, case)
    officer = await scene.signed_in(Role.OFFICER, BUILDING)
    for words, told in (("  ", "chưa có chữ nào"), ("dài" * 7000, "dài quá")):
        refused = await officer.act(case, "told", reason=words)
        page = await refused.text()
        assert refused.status == 422
        assert told in page
        assert words.strip() in page
    async with scene.store.work() as work:
        assert await work.cases.contents(case.id, ContentKind.NOTE) == []
        assert await work.outbox.has_undelivered(case.id)


async def test_another_agency_knows_nothing_of_it(scene: Scene) -> None:
    case = await scene.case(agency=BUILDING)
    await unsent(scene, case)
    stranger = await scene.signed_in(Role.LEAD, HEALTH)
    answer = await stranger.send(f"/desk/cases/{case.id}/told", page="/desk/account", reason="Gọi")
    assert answer.status == 404


async def test_what_fails_after_the_call_is_listed_again(scene: Scene) -> None:
    case = await scene.case(agency=BUILDING)
    officer = await scene.signed_in(Role.OFFICER, BUILDING)
    await officer.act(case, "told", reason="Đã báo")
    scene.clock.move(minutes=5)
    await unsent(scene, case)
    async with scene.store.work() as work:
        assert await work.outbox.has_undelivered(case.id)
