"""Alarms at the desk: who reads and handles them; none is pushed aside."""

from casework.permissions import Role
from store.alerts import AlertKind
from store.audit import AuditAction
from store.sealed import SealedKind
from tests.integration.desk_scene import TALK, Scene


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
    assert editor.member
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
    assert editor.member
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
