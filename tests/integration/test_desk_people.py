"""Citizens who asked for a person, and the record of what staff did."""

import asyncio
import re

import pytest

from casework.permissions import Role
from delivery.messages import ChannelName, Speaker
from desk.menu import home_of
from desk.talks import Window, WindowState, window_of
from store.audit import AuditAction
from store.conversations import Conversation
from store.handovers import HandoverStatus
from store.outbox import OutboxRow
from store.sealed import SealedKind
from tests.integration.desk_scene import BUILDING, TALK, Person, Scene
from webhooks.facebook.limits import LIMITS as FACEBOOK

PAGE = "/desk/people"


async def asks(scene: Scene, handover_id: str = "h1", text: str = "Cho tôi gặp cán bộ") -> str:
    """A citizen wrote, and waits for a person."""
    await scene.hears(text, handover_id)
    async with scene.store.work() as work:
        citizen = Conversation(TALK, ChannelName.ZALO, "400", "900", last_inbound_at=scene.clock())
        await work.conversations.save(citizen, scene.clock())
        await work.handovers.ask(handover_id, TALK, scene.clock())
        await work.commit()
    return handover_id


async def sent(scene: Scene) -> list[OutboxRow]:
    async with scene.store.work() as work:
        return await work.outbox.history(TALK)


async def taken(scene: Scene, role: Role = Role.EDITOR, agency: str = "") -> tuple[Person, str]:
    handover = await asks(scene)
    person = await scene.signed_in(role, agency)
    await person.send(f"{PAGE}/{handover}/take", page=f"{PAGE}/{handover}")
    return person, f"{PAGE}/{handover}"


async def test_the_queue_shows_the_last_words_that_may_be_shown(scene: Scene) -> None:
    await asks(scene)
    scene.clock.move(minutes=1)
    await scene.hears("Tôi tố cáo giám đốc", "2")
    async with scene.store.work() as work:
        hidden = (await work.inbox.history(TALK))[-1]
        await work.inbox.suspect(hidden.id, suspected=True)
        await work.commit()
    reception = await scene.signed_in(Role.RECEPTION)
    page = await reception.get(PAGE)
    assert "Cho tôi gặp cán bộ" in page
    assert "tố cáo giám đốc" not in page
    assert "từ 09:00 20/11/2026" in page
    assert TALK not in page


async def test_only_whoever_has_the_conversation_reads_it(scene: Scene) -> None:
    handover = await asks(scene)
    editor = await scene.signed_in(Role.EDITOR)
    path = f"{PAGE}/{handover}"
    assert "Cho tôi gặp cán bộ" not in await editor.get(path)
    assert "Cho tôi gặp cán bộ" not in await editor.get(f"{path}/talk")
    page = await (await editor.send(f"{path}/take", page=path)).text()
    assert "Cho tôi gặp cán bộ" in page
    assert "Zalo còn cho nhắn đến 09:00 22/11/2026" in page
    async with scene.store.work() as work:
        entry = (await work.audit.newest())[0]
    assert (entry.action, entry.subject) == (AuditAction.CONVERSATION_TAKEN, handover)


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        (SealedKind.URGENT, "Người dân nhắn một tin khẩn cấp"),
        (SealedKind.DENUNCIATION, "Người dân nhắn một tin đã được niêm phong"),
        (None, "Người dân nhắn một tin đang được giữ kín"),
    ],
)
async def test_whoever_talks_sees_that_something_hidden_was_written(
    scene: Scene, kind: SealedKind | None, told: str
) -> None:
    editor, path = await taken(scene)
    scene.clock.move(minutes=3)
    await scene.hears("Cháy nhà giám đốc, tôi tố cáo", "2")
    async with scene.store.work() as work:
        row = (await work.inbox.history(TALK))[-1]
        if kind:
            await work.inbox.seal(row.id, kind)
        else:
            await work.inbox.suspect(row.id, suspected=True)
        await work.commit()
    page = await editor.get(f"{path}/talk")
    assert page.index("Cho tôi gặp cán bộ") < page.index(told)
    assert "09:03 20/11/2026" in page
    assert "giám đốc" not in page
    assert "tố cáo" not in page


async def test_the_way_to_hidden_words_is_for_those_who_may_read_them(scene: Scene) -> None:
    for kind in (SealedKind.URGENT, SealedKind.COMPLAINT):
        await scene.hears("lời được niêm phong", str(kind))
        async with scene.store.work() as work:
            await work.inbox.seal((await work.inbox.history(TALK))[-1].id, kind)
            await work.commit()
    links = {Role.EDITOR: "/desk/alerts", Role.RECEPTION: "/desk/sealed"}
    for role, link in links.items():
        handover = await asks(scene, role.value)
        person = await scene.signed_in(role)
        path = f"{PAGE}/{handover}"
        await person.send(f"{path}/take", page=path)
        page = await person.get(f"{path}/talk")
        assert re.findall(r'href="(/desk/\w+)"', page) == [link]
        assert ("Người trực đọc tin này" in page) == (role is Role.RECEPTION)
        assert ("Người tiếp công dân mở tin này" in page) == (role is Role.EDITOR)
        await person.send(f"{path}/back", page=path)


async def test_the_second_of_two_hears_who_was_first(scene: Scene) -> None:
    handover = await asks(scene)
    path = f"{PAGE}/{handover}"
    people = [await scene.signed_in(Role.EDITOR), await scene.signed_in(Role.RECEPTION)]
    answers = await asyncio.gather(*(who.send(f"{path}/take", page=path) for who in people))
    assert sorted(answer.status for answer in answers) == [200, 409]
    late = next(answer for answer in answers if answer.status == 409)
    first = next(who for who, answer in zip(people, answers, strict=True) if answer.status == 200)
    page = await late.text()
    assert first.member is not None
    assert f"{first.member.name} đã nhận" in page
    assert "Cho tôi gặp cán bộ" not in page
    async with scene.store.work() as work:
        assert len(await work.audit.newest()) == 1


async def test_taking_twice_is_taking_once(scene: Scene) -> None:
    editor, path = await taken(scene)
    assert (await editor.send(f"{path}/take", page=path)).status == 200
    async with scene.store.work() as work:
        assert len(await work.audit.newest()) == 1


async def test_words_go_out_under_the_name_of_the_office(scene: Scene) -> None:
    reception, path = await taken(scene, Role.RECEPTION, BUILDING)
    page = await (
        await reception.send(f"{path}/say", page=path, text="Chào anh,\r\nmời anh đến lúc 9 giờ.")
    ).text()
    (row,) = await sent(scene)
    assert row.speaker is Speaker.STAFF
    assert row.message.text == "👤 Cán bộ Sở Xây dựng tỉnh\nChào anh,\nmời anh đến lúc 9 giờ."
    assert 'data-said="Chào anh,' in page
    assert "mời anh đến lúc 9 giờ" in await reception.get(f"{path}/talk")


@pytest.mark.parametrize(
    ("text", "told"), [("  \u200b ", "chưa có nội dung"), ("x" * 20_001, "dài quá")]
)
async def test_bad_words_are_not_sent(scene: Scene, text: str, told: str) -> None:
    editor, path = await taken(scene)
    answer = await editor.send(f"{path}/say", page=path, text=text)
    assert answer.status == 422
    assert told in await answer.text()
    assert await sent(scene) == []


async def test_outside_the_window_the_words_stay_on_the_page(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    await taken(scene)
    scene.clock.move(days=8)
    async with scene.store.work() as work:
        handover = await work.handovers.find_open(TALK)
        assert handover is not None
        await work.handovers.release(handover.taken_by)
        await work.commit()
    editor = await scene.signed_in(Role.EDITOR)
    path = f"{PAGE}/h1"
    await editor.send(f"{path}/take", page=path)
    assert "không cho nhắn nữa" in await editor.get(path)
    answer = await editor.send(f"{path}/say", page=path, text="Câu đã viết")
    page = await answer.text()
    assert answer.status == 409
    assert "chưa được gửi" in page
    assert "Câu đã viết</textarea>" in page
    assert await sent(scene) == []
    assert "Câu đã viết" not in caplog.text


async def test_a_colleague_cannot_speak_in_a_conversation_of_another(scene: Scene) -> None:
    _, path = await taken(scene)
    other = await scene.signed_in(Role.EDITOR)
    for action in ("say", "back"):
        answer = await other.send(f"{path}/{action}", page=path, text="Chen ngang")
        assert answer.status == 409, action
        assert ("Chen ngang" in await answer.text()) is (action == "say")
    assert await sent(scene) == []


async def test_given_back_the_assistant_answers_again(scene: Scene) -> None:
    editor, path = await taken(scene)
    page = await (await editor.send(f"{path}/back", page=path)).text()
    assert "Đã trả lại cho trợ lý" in page
    async with scene.store.work() as work:
        handover = await work.handovers.find("h1")
        entry = (await work.audit.newest())[0]
    assert handover is not None
    assert handover.status is HandoverStatus.DONE
    assert entry.action is AuditAction.CONVERSATION_GIVEN_BACK
    (row,) = await sent(scene)
    assert row.speaker is Speaker.BOT
    late = await editor.send(f"{path}/say", page=path, text="Còn một câu")
    assert late.status == 409
    assert "Còn một câu" in await late.text()
    assert (await editor.send(f"{path}/take", page=path)).status == 409


async def test_a_conversation_left_alone_is_taken_by_a_colleague(scene: Scene) -> None:
    first, path = await taken(scene)
    await first.send(f"{path}/say", page=path, text="Xin chờ")
    other = await scene.signed_in(Role.RECEPTION)
    assert "Nhận trò chuyện" not in await other.get(path)
    assert (await other.send(f"{path}/take", page=path)).status == 409
    scene.clock.move(hours=13)
    other = await scene.signed_in(Role.RECEPTION)
    assert "im lặng quá lâu" in await other.get(path)
    assert (await other.send(f"{path}/take", page=path)).status == 200
    late = await scene.signed_in(Role.EDITOR)
    assert (await late.send(f"{path}/take", page=path)).status == 409


@pytest.mark.parametrize("action", ["take", "say", "back"])
async def test_a_form_from_elsewhere_does_nothing(scene: Scene, action: str) -> None:
    handover = await asks(scene)
    editor = await scene.signed_in(Role.EDITOR)
    data = {"csrf": "wrong", "text": "Xin chào"}
    async with editor.client.post(f"{PAGE}/{handover}/{action}", data=data) as answer:
        assert answer.status == 403
    async with scene.store.work() as work:
        found = await work.handovers.find(handover)
    assert found is not None
    assert found.status is HandoverStatus.WAITING


@pytest.mark.parametrize("path", ["", "/talk", "/take", "/say", "/back"])
async def test_a_conversation_nobody_asked_for_is_not_found(scene: Scene, path: str) -> None:
    editor = await scene.signed_in(Role.EDITOR)
    if path in ("", "/talk"):
        await editor.get(f"{PAGE}/none{path}", status=404)
    else:
        answer = await editor.send(f"{PAGE}/none{path}", page="/desk/account", text="a")
        assert answer.status == 404


async def test_windows_are_counted_from_the_last_message(scene: Scene) -> None:
    last = scene.clock()
    assert window_of(FACEBOOK, last, last) == Window(WindowState.OPEN, last + FACEBOOK.window)
    later = last + FACEBOOK.window * 2
    assert window_of(FACEBOOK, last, later) == Window(
        WindowState.PERSON, last + FACEBOOK.human_window
    )
    assert window_of(FACEBOOK, last, last + FACEBOOK.human_window * 2).state is WindowState.CLOSED
    assert window_of(FACEBOOK, None, last).state is WindowState.CLOSED
    assert window_of(None, last, last).state is WindowState.CLOSED


# -- the record of actions -------------------------------------------------------------------------


async def test_the_record_is_paged_by_id_and_filtered(scene: Scene) -> None:
    auditor = await scene.signed_in(Role.AUDITOR)
    assert auditor.member is not None
    async with scene.store.work() as work:
        for number in range(60):
            await work.audit.note(
                AuditAction.SEALED_OPENED,
                auditor.member.id,
                scene.clock(),
                subject=f"record{number}",
                data={"reason": f"lý do số {number:02}"},
            )
        await work.audit.note(AuditAction.USER_RESET, "gone", scene.clock(), subject="u")
        await work.commit()
    first = await auditor.get("/desk/audit")
    assert "Cấp lại đường dẫn đặt mật khẩu" in first
    assert "cán bộ không còn trong danh sách" in first
    assert "lý do số 59" in first
    assert "lý do số 09" not in first
    older = await auditor.get("/desk/audit?before=12")
    assert "lý do số 10" in older
    assert "lý do số 11" not in older
    only = await auditor.get("/desk/audit?action=user_reset")
    assert "lý do" not in only
    for odd in ("before=-1", "before=x", "before=99999999999999999999", "action=none"):
        assert "lý do số 59" in await auditor.get(f"/desk/audit?{odd}")


async def test_every_action_has_words_on_the_page(scene: Scene) -> None:
    auditor = await scene.signed_in(Role.AUDITOR)
    async with scene.store.work() as work:
        for action in AuditAction:
            data = {"role": "lead", "outcome": "guided", "kind": "erase", "status": "done"}
            await work.audit.note(action, "x", scene.clock(), subject="", data=data)
        await work.commit()
    page = await auditor.get("/desk/audit")
    assert "Lãnh đạo đơn vị" in page
    assert "Muốn xóa dữ liệu" in page


@pytest.mark.parametrize(
    ("role", "home"),
    [(Role.AUDITOR, "audit"), (Role.RECEPTION, "people"), (Role.OFFICER, "cases")],
)
async def test_every_role_begins_where_its_work_is(scene: Scene, role: Role, home: str) -> None:
    assert home_of(role) == home
    person = await scene.signed_in(role, BUILDING)
    async with person.client.get("/desk/") as answer:
        assert answer.status == 200
