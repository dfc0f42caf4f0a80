"""Sealed records: opened by those who receive citizens, with a reason, and written down."""

import asyncio
from datetime import UTC, datetime

import pytest
from cryptography.fernet import InvalidToken

from casework.permissions import Role
from desk.sealed import handle_record
from store.audit import AuditAction, AuditEntry
from store.sealed import SealedKind
from store.tables import sealed_records
from tests.integration.desk_scene import BUILDING, TALK, Person, Scene

WORDS = "Giám đốc sở nhận tiền của tôi"
REASON = "Người dân đến hỏi kết quả"
PAGE = "/desk/sealed"


async def sealed(
    scene: Scene,
    kind: SealedKind = SealedKind.DENUNCIATION,
    text: str = WORDS,
    at: datetime | None = None,
) -> str:
    record_id = scene.store.ids()
    async with scene.store.work() as work:
        await work.sealed.seal_text(record_id, kind, TALK, text, at or scene.clock())
        await work.commit()
    return record_id


async def audit(scene: Scene) -> list[AuditEntry]:
    async with scene.store.work() as work:
        return await work.audit.newest()


async def opened(person: Person, record_id: str, reason: str = REASON) -> tuple[int, str]:
    answer = await person.send(
        f"{PAGE}/{record_id}/open", page=f"{PAGE}/{record_id}", reason=reason
    )
    return answer.status, await answer.text()


async def test_the_list_tells_kind_and_time_and_no_words(scene: Scene) -> None:
    record = await sealed(scene)
    reception = await scene.signed_in(Role.RECEPTION)
    page = await reception.get(PAGE)
    assert "Tố cáo" in page
    assert "09:00 20/11/2026" in page
    assert f"Số {record[:8].upper()}" in page
    assert WORDS not in page
    assert WORDS not in await reception.get(f"{PAGE}/{record}")
    assert await audit(scene) == []


async def test_opening_needs_a_reason_and_is_written_down(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    record = await sealed(scene)
    reception = await scene.signed_in(Role.RECEPTION)
    with caplog.at_level("DEBUG"):
        answer = await reception.send(
            f"{PAGE}/{record}/open", page=f"{PAGE}/{record}", reason=REASON
        )
    assert WORDS in await answer.text()
    assert answer.headers["Cache-Control"] == "no-store"
    assert reception.member is not None
    (entry,) = await audit(scene)
    assert (entry.action, entry.actor_id, entry.subject, entry.data["reason"]) == (
        AuditAction.SEALED_OPENED,
        reception.member.id,
        record,
        REASON,
    )
    assert WORDS not in str(entry.data)
    assert WORDS not in caplog.text
    assert WORDS not in await reception.get(f"{PAGE}/{record}")


@pytest.mark.parametrize("reason", ["", "xem", "         ", "\u200b" * 12, "x" * 501])
async def test_a_bad_reason_opens_nothing(scene: Scene, reason: str) -> None:
    record = await sealed(scene)
    reception = await scene.signed_in(Role.RECEPTION)
    status, page = await opened(reception, record, reason)
    assert status == 422
    assert WORDS not in page
    assert await audit(scene) == []


async def test_words_of_an_emergency_do_not_open_here(scene: Scene) -> None:
    record = await sealed(scene, SealedKind.URGENT)
    reception = await scene.signed_in(Role.RECEPTION)
    assert record[:8].upper() not in await reception.get(PAGE)
    for action in ("open", "handled"):
        answer = await reception.send(
            f"{PAGE}/{record}/{action}", page="/desk/account", reason=REASON, outcome="guided"
        )
        assert answer.status == 404
    await reception.get(f"{PAGE}/{record}", status=404)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.RECEPTION])
async def test_nobody_else_opens_it(scene: Scene, role: Role) -> None:
    record = await sealed(scene)
    person = await scene.signed_in(role, BUILDING)
    answer = await person.send(f"{PAGE}/{record}/open", page="/desk/account", reason=REASON)
    assert answer.status == 403
    assert WORDS not in await answer.text()
    assert await audit(scene) == []


async def test_a_form_from_elsewhere_opens_nothing(scene: Scene) -> None:
    record = await sealed(scene)
    reception = await scene.signed_in(Role.RECEPTION)
    data = {"reason": REASON, "csrf": "wrong"}
    async with reception.client.post(f"{PAGE}/{record}/open", data=data) as answer:
        assert answer.status == 403
        assert WORDS not in await answer.text()
    assert await audit(scene) == []


async def test_the_outcome_is_kept_by_whoever_read_it(scene: Scene) -> None:
    record = await sealed(scene)
    reception = await scene.signed_in(Role.RECEPTION)
    path = f"{PAGE}/{record}/handled"
    unread = await reception.send(path, page=f"{PAGE}/{record}", outcome="guided")
    assert unread.status == 409
    assert "mở hồ sơ trước" in await unread.text()
    await opened(reception, record)
    unknown = await reception.send(path, page=f"{PAGE}/{record}", outcome="burnt")
    assert unknown.status == 422
    done = await (await reception.send(path, page=f"{PAGE}/{record}", outcome="passed_on")).text()
    assert "Không có hồ sơ nào chờ" in done
    assert "Đã chuyển bộ phận tiếp công dân" in done
    again = await reception.send(path, page=f"{PAGE}/{record}", outcome="guided")
    assert again.status == 409
    assert (await audit(scene))[0].data["outcome"] == "passed_on"
    status, page = await opened(reception, record)
    assert status == 200
    assert 'name="outcome"' not in page


async def test_two_colleagues_note_one_outcome(scene: Scene) -> None:
    record = await sealed(scene)
    one, two = await scene.signed_in(Role.RECEPTION), await scene.signed_in(Role.RECEPTION)
    await opened(one, record)
    answers = await asyncio.gather(
        *(
            who.send(f"{PAGE}/{record}/handled", page=f"{PAGE}/{record}", outcome="guided")
            for who in (one, two)
        )
    )
    assert sorted(answer.status for answer in answers) == [200, 409]
    noted = [entry for entry in await audit(scene) if entry.action is AuditAction.SEALED_HANDLED]
    assert len(noted) == 1


async def test_reports_count_by_kind_and_vietnam_month(scene: Scene) -> None:
    # The last evening of October in UTC is the first morning of November in Vietnam.
    late = datetime(2026, 10, 31, 18, 0, tzinfo=UTC)
    await sealed(scene, SealedKind.COMPLAINT, at=late)
    await sealed(scene, SealedKind.COMPLAINT)
    await sealed(scene, SealedKind.CRIME_REPORT, at=datetime(2026, 10, 5, tzinfo=UTC))
    await sealed(scene, SealedKind.URGENT)
    async with scene.store.work() as work:
        counted = await work.sealed.count_by_month()
    assert counted == {
        ("2026-11", SealedKind.COMPLAINT): 2,
        ("2026-10", SealedKind.CRIME_REPORT): 1,
    }
    page = await (await scene.signed_in(Role.RECEPTION)).get(PAGE)
    assert page.index(">11/2026<") < page.index(">10/2026<")


async def test_a_record_no_key_opens_says_so_and_notes_no_opening(scene: Scene) -> None:
    record = await sealed(scene)
    async with scene.store.work() as work:
        await work.connection.execute(sealed_records.update().values(wrapped_key=b"other"))
        await work.commit()
    reception = await scene.signed_in(Role.RECEPTION)
    status, page = await opened(reception, record)
    assert status == 409
    assert "thiếu khóa" in page
    assert REASON in page
    assert await audit(scene) == []


async def test_each_record_has_its_own_key(scene: Scene) -> None:
    one, two = await sealed(scene), await sealed(scene)
    async with scene.store.work() as work:
        found = (await work.connection.execute(sealed_records.select())).all()
        boxes = {row.id: scene.store.vault.case_box(row.wrapped_key) for row in found}
        texts = {row.id: row.ciphertext for row in found}
        assert boxes[one].decrypt(texts[one]).decode() == WORDS
        with pytest.raises(InvalidToken):
            boxes[one].decrypt(texts[two])
        record = await work.sealed.find(one)
        assert record is not None
        await work.audit.note(AuditAction.SEALED_OPENED, "s", scene.clock(), subject=one)
        await handle_record(work, record, "s", "guided")
        assert await work.sealed.count_waiting() == 1
