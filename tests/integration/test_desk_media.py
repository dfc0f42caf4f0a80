"""What citizens sent with a case, who they are, and who may look."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from app.chores import Chores
from casework.cases import Case, CaseKind, CaseSource, Contact, ContentKind, EventKind
from casework.permissions import Role
from casework.statuses import CaseStatus
from casework.use_cases.open_case import OpenCase, open_case
from delivery.messages import Attachment, AttachmentKind, ChannelName, Inbound
from delivery.messages import EventKind as MessageKind
from store.attachments import AttachmentStatus, NewAttachment
from store.audit import AuditAction
from store.tables import audit_log
from tests.integration.desk_scene import BUILDING, HEALTH, TALK, Scene

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 400


async def attach(scene: Scene, case: Case, kind: AttachmentKind, media: str, data: bytes) -> str:
    attachment_id = scene.store.ids()
    async with scene.store.work() as work:
        await work.attachments.add_kept(attachment_id, kind, media, data, scene.clock())
        await work.attachments.give_to_case([attachment_id], case.id)
        await work.commit()
    return attachment_id


def address(case: Case, attachment_id: str) -> str:
    return f"/desk/cases/{case.id}/attachments/{attachment_id}"


async def test_a_picture_is_shown_to_who_sees_the_case(scene: Scene) -> None:
    case = await scene.case(agency=BUILDING)
    picture = await attach(scene, case, AttachmentKind.IMAGE, "image/png", PNG)
    officer = await scene.signed_in(Role.OFFICER, BUILDING)
    assert f'<img src="{address(case, picture)}"' in await officer.get(f"/desk/cases/{case.id}")
    answer = await officer.client.get(address(case, picture))
    assert await answer.read() == PNG
    assert answer.headers["Content-Type"] == "image/png"
    assert answer.headers["Content-Disposition"] == "inline"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    policy = answer.headers["Content-Security-Policy"]
    assert "sandbox" in policy
    assert "default-src 'none'" in policy
    assert "'self'" not in policy


@pytest.mark.parametrize(
    ("media", "sent"),
    [
        ("text/html", "application/octet-stream"),
        ("image/svg+xml", "application/octet-stream"),
        ("application/javascript", "application/octet-stream"),
        ("application/pdf", "application/pdf"),
        ("text/plain", "text/plain"),
        ("audio/amr", "audio/amr"),  # browsers have no player for it
    ],
)
async def test_what_could_do_harm_is_only_downloaded(scene: Scene, media: str, sent: str) -> None:
    case = await scene.case(agency=BUILDING)
    item = await attach(scene, case, AttachmentKind.FILE, media, b"<script>1</script>")
    officer = await scene.signed_in(Role.OFFICER, BUILDING)
    answer = await officer.client.get(address(case, item))
    assert answer.headers["Content-Type"].partition(";")[0] == sent
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
    page = await officer.get(f"/desk/cases/{case.id}")
    assert "<img" not in page
    assert "<audio" not in page
    assert "tải về" in page


async def test_a_recording_plays_from_where_the_listener_is(scene: Scene) -> None:
    case = await scene.case(agency=BUILDING)
    item = await attach(scene, case, AttachmentKind.AUDIO, "audio/mpeg", bytes(range(100)))
    officer = await scene.signed_in(Role.OFFICER, BUILDING)
    assert "<audio controls" in await officer.get(f"/desk/cases/{case.id}")
    for asked, status, told, length in (
        ("bytes=10-19", 206, "bytes 10-19/100", 10),
        ("bytes=-5", 206, "bytes 95-99/100", 5),
        ("bytes=90-", 206, "bytes 90-99/100", 10),
        ("bytes=200-", 416, "bytes */100", 0),
    ):
        answer = await officer.client.get(address(case, item), headers={"Range": asked})
        assert answer.status == status, asked
        assert answer.headers["Content-Range"] == told
        assert len(await answer.read()) == length
    answer = await officer.client.get(address(case, item), headers={"Range": "nonsense"})
    assert (answer.status, len(await answer.read())) == (200, 100)


async def test_others_and_other_cases_do_not_lead_to_it(scene: Scene) -> None:
    case = await scene.case(agency=BUILDING)
    other = await scene.case("Khác", agency=HEALTH)
    item = await attach(scene, case, AttachmentKind.IMAGE, "image/png", PNG)
    nurse = await scene.signed_in(Role.OFFICER, HEALTH)
    for path in (address(case, item), address(other, item), address(other, "unknown")):
        assert (await nurse.client.get(path)).status == 404
    reception = await scene.signed_in(Role.RECEPTION, BUILDING)
    assert (await reception.client.get(address(case, item))).status == 403


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (AttachmentStatus.WAITING, "đang tải về"),
        (AttachmentStatus.REFUSED, "không nhận"),
        (AttachmentStatus.GONE, "không còn giữ"),
    ],
)
async def test_what_is_not_here_says_why(scene: Scene, status: AttachmentStatus, said: str) -> None:
    case = await scene.case(agency=BUILDING)
    new = NewAttachment("abc", "", AttachmentKind.IMAGE, "https://cdn.example/1", case_id=case.id)
    async with scene.store.work() as work:
        await work.attachments.add(new, scene.clock())
        if status is not AttachmentStatus.WAITING:
            await work.attachments.give_up("abc", status, "x")
        await work.commit()
    officer = await scene.signed_in(Role.OFFICER, BUILDING)
    page = await officer.get(f"/desk/cases/{case.id}")
    assert said in page
    assert "cdn.example" not in page
    await officer.get(address(case, "abc"), status=404)


async def test_the_talk_leads_to_our_copy_not_to_the_provider(scene: Scene) -> None:
    picture = Attachment(AttachmentKind.IMAGE, "https://cdn.example/1")
    event = Inbound(
        ChannelName.ZALO, "400", "900", "1", MessageKind.MESSAGE, b"{}", sent_at=scene.clock(),
        text="Cầu gãy", attachments=(picture,),
    )  # fmt: skip
    async with scene.store.work() as work:
        await work.inbox.add(event, scene.clock())
        (row,) = await work.inbox.history(TALK)
        await work.commit()
    case = await scene.case("Cầu gãy", agency=BUILDING)
    new = NewAttachment("abc", TALK, AttachmentKind.IMAGE, picture.url, row.id, case.id)
    async with scene.store.work() as work:
        await work.attachments.add(new, scene.clock())
        await work.attachments.keep("abc", "image/png", PNG)
        await work.commit()
    officer = await scene.signed_in(Role.OFFICER, BUILDING)
    page = await officer.get(f"/desk/cases/{case.id}/conversation")
    assert address(case, "abc") in page
    assert "cdn.example" not in page


async def test_an_identity_paper_goes_after_a_week_unless_somebody_was_wrong(scene: Scene) -> None:
    case = await scene.case(agency=BUILDING)
    picture = await attach(scene, case, AttachmentKind.IMAGE, "image/png", PNG)
    other = await attach(scene, case, AttachmentKind.IMAGE, "image/png", PNG)
    officer = await scene.signed_in(Role.OFFICER, BUILDING)

    async def mark(attachment_id: str, said: str) -> str:
        way = f"attachments/{attachment_id}/identity"
        return await (await officer.act(case, way, identity=said)).text()

    assert "tự xóa sau 7 ngày" in await mark(picture, "yes")
    await mark(other, "yes")
    scene.clock.move(minutes=60)
    await mark(picture, "yes")  # once more: the first day stays
    assert "giữ cùng câu hỏi" in await mark(other, "no")
    scene.clock.move(hours=7 * 24 - 1)
    await Chores(scene.store).forget_spent()
    async with scene.store.work() as work:
        assert await work.attachments.find(picture) is None
        assert await work.attachments.find(other) is not None
        noted = [(one.action, one.subject) for one in await work.audit.newest()]
    marked, unmarked = AuditAction.IDENTITY_MARKED, AuditAction.IDENTITY_UNMARKED
    assert noted == [(unmarked, other), (marked, other), (marked, picture)]


async def test_only_pictures_of_cases_one_sees_are_marked(scene: Scene) -> None:
    case, mine = await scene.case(agency=BUILDING), await scene.case(agency=HEALTH)
    picture = await attach(scene, case, AttachmentKind.IMAGE, "image/png", PNG)
    recording = await attach(scene, mine, AttachmentKind.AUDIO, "audio/mpeg", PNG)
    officer = await scene.signed_in(Role.OFFICER, HEALTH)
    for found, item in [(case, picture), (mine, picture), (mine, recording)]:
        path = f"/desk/cases/{found.id}/attachments/{item}/identity"
        fields = {"identity": "yes", "version": str(found.version)}
        answer = await officer.send(path, page=f"/desk/cases/{mine.id}", **fields)
        assert answer.status == 404
    async with scene.store.work() as work:
        for item in (picture, recording):
            stored = await work.attachments.find(item)
            assert stored is not None
            assert stored.purge_at is None


async def test_an_officer_writes_down_what_a_recording_says(scene: Scene) -> None:
    case = await scene.case(agency=BUILDING)
    await attach(scene, case, AttachmentKind.AUDIO, "audio/mpeg", b"1")
    officer = await scene.signed_in(Role.OFFICER, BUILDING)
    answer = await officer.act(case, "transcript", transcript="Cầu gãy một nhịp")
    page = await answer.text()
    assert "Đã lưu phần ghi lại" in page
    assert "Cầu gãy một nhịp" in page
    async with scene.store.work() as work:
        last = (await work.cases.events(case.id))[-1]
        kept = await work.cases.latest_content(case.id, ContentKind.TRANSCRIPT)
    assert (last.kind, kept) == (EventKind.TRANSCRIBED, "Cầu gãy một nhịp")
    # A colleague's page stays good.
    assert (await scene.reload(case)).version == case.version


@pytest.mark.parametrize(
    ("text", "kept"), [("", ""), ("\x00\u200b", ""), ("dài " * 25_000, "dài dài")]
)
async def test_a_bad_transcript_is_not_kept_but_not_lost(
    scene: Scene, text: str, kept: str
) -> None:
    case = await scene.case(agency=BUILDING)
    await attach(scene, case, AttachmentKind.AUDIO, "audio/mpeg", b"1")
    officer = await scene.signed_in(Role.OFFICER, BUILDING)
    answer = await officer.act(case, "transcript", transcript=text)
    assert answer.status == 422
    assert kept in await answer.text()
    async with scene.store.work() as work:
        assert await work.cases.contents(case.id, ContentKind.TRANSCRIPT) == []


ASKER = Contact("Nguyễn Thị Sáu", "+84912345678", "", "ấp Chợ")


async def case_with_asker(scene: Scene) -> Case:
    async with scene.store.work() as work:
        command = OpenCase(
            CaseKind.QUESTION, CaseSource.PHONE, "", "Hỏi", scene.clock(), contact=ASKER,
            entered_by="1",
        )  # fmt: skip
        case = (await open_case(work, command)).case
        case = await work.cases.save(
            replace(case, agency_code=BUILDING, status=CaseStatus.ASSIGNED), scene.clock()
        )
        await work.commit()
    return case


async def test_who_asked_is_shown_once_for_a_reason_that_is_written_down(scene: Scene) -> None:
    case = await case_with_asker(scene)
    officer = await scene.signed_in(Role.OFFICER, BUILDING)
    assert officer.member
    assert ASKER.name not in await officer.get(f"/desk/cases/{case.id}")
    answer = await officer.act(case, "asker", reason="Gọi hỏi lại vị trí cầu")
    page = await answer.text()
    assert ASKER.name in page
    assert ASKER.phone in page
    assert ASKER.name not in await officer.get(f"/desk/cases/{case.id}")
    async with scene.store.work() as work:
        kinds = [event.kind for event in await work.cases.events(case.id)]
        (noted,) = (await work.connection.execute(select(audit_log))).all()
    assert kinds.count(EventKind.ASKER_REVEALED) == 1
    assert (noted.actor_id, noted.action) == (officer.member.id, AuditAction.ASKER_REVEALED)
    assert (noted.subject, noted.data) == (case.id, {"reason": "Gọi hỏi lại vị trí cầu"})


@pytest.mark.parametrize("reason", ["", " \u200b", "\x00", "x" * 100_000])
async def test_without_a_reason_nobody_looks(scene: Scene, reason: str) -> None:
    case = await case_with_asker(scene)
    officer = await scene.signed_in(Role.OFFICER, BUILDING)
    answer = await officer.act(case, "asker", reason=reason)
    assert answer.status == 422
    assert ASKER.name not in await answer.text()
    async with scene.store.work() as work:
        assert (await work.connection.execute(select(audit_log))).all() == []


async def test_other_agencies_learn_nothing_of_who_asked(scene: Scene) -> None:
    case = await case_with_asker(scene)
    nurse = await scene.signed_in(Role.OFFICER, HEALTH)
    path = f"/desk/cases/{case.id}/asker"
    answer = await nurse.send(path, page="/desk/account", reason="Muốn biết")
    assert answer.status == 404
