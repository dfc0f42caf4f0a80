"""Requests about personal data: looked at, carried out or refused, told, noted."""

import asyncio
import json
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from casework.cases import Case, EventKind
from casework.permissions import Role
from casework.statuses import CaseStatus
from delivery.messages import ChannelName
from store.audit import AuditAction, AuditEntry
from store.conversations import Conversation
from store.data_requests import DataRequest, DataRequestKind, DataRequestSource, DataRequestStatus
from store.tables import case_keys
from tests.integration.desk_scene import BUILDING, TALK, Person, Scene

PAGE = "/desk/data-requests"
CODE = "DL-7F3K9-QX2MB"


async def asks(
    scene: Scene,
    kind: DataRequestKind,
    *,
    code: str = CODE,
    due_on: date = date(2026, 11, 24),
    talk: str = TALK,
) -> DataRequest:
    request = DataRequest(
        id=scene.store.ids(),
        code=code,
        kind=kind,
        source=DataRequestSource.CHAT,
        status=DataRequestStatus.RECEIVED,
        conversation_id=talk,
        due_on=due_on,
        decided_by="",
        reason="",
        created_at=scene.clock(),
        decided_at=None,
    )
    async with scene.store.work() as work:
        citizen = Conversation(talk, ChannelName.ZALO, "400", "900", last_inbound_at=scene.clock())
        await work.conversations.save(citizen, scene.clock())
        await work.data_requests.add(request)
        await work.commit()
    return request


async def answered(scene: Scene, text: str = "Bao giờ mở đường?") -> Case:
    case = await scene.case(text, agency=BUILDING)
    async with scene.store.work() as work:
        done = replace(case, status=CaseStatus.ANSWERED, answered_at=scene.clock())
        case = await work.cases.save(done, scene.clock())
        await work.commit()
    return case


async def decide(
    person: Person, request: DataRequest, decision: str, **fields: str
) -> tuple[int, str]:
    answer = await person.send(
        f"{PAGE}/{request.id}/decide", page=f"{PAGE}/{request.id}", decision=decision, **fields
    )
    return answer.status, await answer.text()


async def kept(scene: Scene, request: DataRequest) -> DataRequest:
    async with scene.store.work() as work:
        found = await work.data_requests.find(request.id)
    assert found is not None
    return found


async def told(scene: Scene) -> list[str]:
    async with scene.store.work() as work:
        return [row.message.text for row in await work.outbox.history(TALK) if row.message.text]


async def audit(scene: Scene) -> list[AuditEntry]:
    async with scene.store.work() as work:
        return await work.audit.newest()


async def test_the_nearest_date_comes_first_and_late_ones_are_marked(scene: Scene) -> None:
    kinds = [DataRequestKind.ACCESS, DataRequestKind.CORRECT, DataRequestKind.ERASE]
    for number, (kind, days) in enumerate(zip(kinds, [1, -2, 0], strict=True)):
        day = date(2026, 11, 20) + timedelta(days=days)
        await asks(scene, kind, code=f"DL-{number}", due_on=day)
    editor = await scene.signed_in(Role.EDITOR)
    page = await editor.get(PAGE)
    assert page.index("DL-1") < page.index("DL-2") < page.index("DL-0")
    assert "quá hạn 2 ngày" in page
    assert "hạn hôm nay" in page
    assert "hạn 21/11/2026" in page
    assert TALK not in page


async def test_a_refusal_needs_words_for_the_citizen(scene: Scene) -> None:
    request = await asks(scene, DataRequestKind.CORRECT)
    editor = await scene.signed_in(Role.EDITOR)
    for reason in ("", " \u200b "):
        status, page = await decide(editor, request, "refused", reason=reason)
        assert status == 422
        assert "Chưa có lý do" in page
    status, page = await decide(editor, request, "refused", reason="x" * 1001)
    assert status == 422
    assert "x" * 1001 in page
    status, page = await decide(editor, request, "refused", reason="Chưa rõ người yêu cầu")
    assert status == 200
    assert "đã từ chối" in page
    (text,) = await told(scene)
    assert CODE in text
    assert "Chưa rõ người yêu cầu" in text
    found = await kept(scene, request)
    assert editor.member is not None
    assert (found.status, found.decided_by) == (DataRequestStatus.REFUSED, editor.member.id)
    (entry,) = await audit(scene)
    assert entry.action is AuditAction.DATA_REQUEST_DECIDED
    assert entry.data == {"kind": "correct", "status": "refused"}


async def test_erasing_names_what_goes_and_wants_the_code_typed(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    await scene.hears("Tên tôi là Lê Văn Mật", "1")
    async with scene.store.work() as work:
        (row,) = await work.inbox.history(TALK)
        await work.inbox.take(row.id, scene.clock())
        await work.commit()
    case = await answered(scene)
    request = await asks(scene, DataRequestKind.ERASE)
    editor = await scene.signed_in(Role.EDITOR)
    page = await editor.get(f"{PAGE}/{request.id}")
    assert case.code in page
    for code in ("", "DL-AAAAA-AAAAA", case.code):
        status, page = await decide(editor, request, "done", code=code)
        assert status == 422
        assert "Chưa có gì bị xóa" in page
    with caplog.at_level("DEBUG"):
        status, page = await decide(editor, request, "done", code=f" {CODE.lower()} ")
    assert status == 200
    assert "Đã thực hiện" in page
    async with scene.store.work() as work:
        (row,) = await work.inbox.history(TALK)
        keys = (await work.connection.execute(select(case_keys))).all()
        event = (await work.cases.events(case.id))[-1]
    assert row.event.text == ""
    assert keys == []
    assert event.kind is EventKind.ERASED
    assert any("đã được xóa" in text for text in await told(scene))
    assert "Văn Mật" not in caplog.text
    assert (await kept(scene, request)).status is DataRequestStatus.DONE


async def test_an_open_case_stops_the_erasure_and_is_named(scene: Scene) -> None:
    open_case = await scene.case(agency=BUILDING)
    done = await answered(scene, "Câu hai")
    request = await asks(scene, DataRequestKind.ERASE)
    editor = await scene.signed_in(Role.EDITOR)
    page = await editor.get(f"{PAGE}/{request.id}")
    assert 'name="code"' not in page
    assert f"Còn 1 câu hỏi chưa xong: {open_case.code}" in page
    answer = await editor.send(
        f"{PAGE}/{request.id}/decide", page=f"{PAGE}/{request.id}", decision="done", code=CODE
    )
    assert answer.status == 409
    async with scene.store.work() as work:
        assert await work.cases.first_questions([done.id])
    assert (await kept(scene, request)).status is DataRequestStatus.RECEIVED
    assert await told(scene) == []
    assert await audit(scene) == []


async def test_seeing_is_a_file_to_hand_over_and_each_one_is_noted(scene: Scene) -> None:
    await scene.hears("Đường 915 hỏng", "1")
    case = await answered(scene, "Đường 915 hỏng")
    request = await asks(scene, DataRequestKind.ACCESS)
    editor = await scene.signed_in(Role.EDITOR)
    answer = await editor.send(f"{PAGE}/{request.id}/download", page=f"{PAGE}/{request.id}")
    data = json.loads(await answer.text())
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{CODE}.json"'
    assert answer.headers["Cache-Control"] == "no-store"
    assert data["messages"][0]["text"] == "Đường 915 hỏng"
    assert [found["code"] for found in data["cases"]] == [case.code]
    (entry,) = await audit(scene)
    assert (entry.action, entry.subject) == (AuditAction.DATA_READ_OUT, request.id)
    await decide(editor, request, "done")
    late = await editor.send(f"{PAGE}/{request.id}/download", page="/desk/account")
    assert late.status == 409
    assert "Đường 915" not in await late.text()


@pytest.mark.parametrize(
    "kind", [kind for kind in DataRequestKind if kind is not DataRequestKind.ACCESS]
)
async def test_only_a_wish_to_see_reads_out_data(scene: Scene, kind: DataRequestKind) -> None:
    await scene.hears("Lời riêng", "1")
    request = await asks(scene, kind)
    editor = await scene.signed_in(Role.EDITOR)
    answer = await editor.send(f"{PAGE}/{request.id}/download", page=f"{PAGE}/{request.id}")
    assert answer.status == 409
    assert "Lời riêng" not in await answer.text()
    assert await audit(scene) == []


async def test_an_objection_keeps_every_case_private(scene: Scene) -> None:
    cases = [await answered(scene), await scene.case("Câu hai", agency=BUILDING)]
    request = await asks(scene, DataRequestKind.OBJECT)
    editor = await scene.signed_in(Role.EDITOR)
    status, _ = await decide(editor, request, "done")
    assert status == 200
    assert all([(await scene.reload(case)).objected for case in cases])


async def test_two_colleagues_decide_once(scene: Scene) -> None:
    request = await asks(scene, DataRequestKind.CORRECT)
    one, two = await scene.signed_in(Role.EDITOR), await scene.signed_in(Role.CHIEF_EDITOR)
    answers = await asyncio.gather(
        decide(one, request, "done"), decide(two, request, "refused", reason="Không đúng người")
    )
    assert sorted(status for status, _ in answers) == [200, 409]
    assert len(await told(scene)) == 1
    assert len(await audit(scene)) == 1


@pytest.mark.parametrize("decision", ["", "received", "maybe"])
async def test_a_form_that_decides_nothing_is_told(scene: Scene, decision: str) -> None:
    request = await asks(scene, DataRequestKind.CORRECT)
    editor = await scene.signed_in(Role.EDITOR)
    status, page = await decide(editor, request, decision, reason="Giữ lời này")
    assert status == 422
    assert "Chưa chọn cách xử lý" in page
    assert "Giữ lời này" in page


@pytest.mark.parametrize("action", ["", "/decide", "/download"])
async def test_an_unknown_request_is_not_found(scene: Scene, action: str) -> None:
    editor = await scene.signed_in(Role.EDITOR)
    if not action:
        await editor.get(f"{PAGE}/none", status=404)
        return
    answer = await editor.send(f"{PAGE}/none{action}", page="/desk/account", decision="done")
    assert answer.status == 404


@pytest.mark.parametrize("action", ["decide", "download"])
async def test_a_form_from_elsewhere_does_nothing(scene: Scene, action: str) -> None:
    request = await asks(scene, DataRequestKind.ACCESS)
    editor = await scene.signed_in(Role.EDITOR)
    data = {"csrf": "wrong", "decision": "done"}
    async with editor.client.post(f"{PAGE}/{request.id}/{action}", data=data) as answer:
        assert answer.status == 403
    assert (await kept(scene, request)).status is DataRequestStatus.RECEIVED
    assert await audit(scene) == []


async def test_a_number_of_facebook_that_is_no_talk_is_said_to_be_one(scene: Scene) -> None:
    nameless = await asks(scene, DataRequestKind.ERASE, talk="facebook-app:0123456789abcdef")
    known = await asks(scene, DataRequestKind.ERASE, code="DL-ABCDEFGH-2")
    editor = await scene.signed_in(Role.EDITOR)
    page = await editor.get(f"{PAGE}/{nameless.id}")
    assert "không cho biết là cuộc trò chuyện nào" in page
    assert "chưa gửi câu hỏi nào" not in page
    assert "không cho biết là cuộc trò chuyện nào" not in await editor.get(f"{PAGE}/{known.id}")
