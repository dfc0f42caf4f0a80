"""Pictures of a sealed record: for whoever opened it, for an hour, and for nobody else."""

from casework.permissions import Role
from delivery.messages import AttachmentKind
from store.attachments import NewAttachment
from store.sealed import SealedKind
from tests.integration.desk_scene import TALK, Person, Scene

PAGE = "/desk/sealed"
BYTES = b"\x89PNG\r\n\x1a\n..."


async def sealed(scene: Scene) -> tuple[str, str]:
    """Record and attachment."""
    record, file = scene.store.ids(), scene.store.ids()
    async with scene.store.work() as work:
        kind, now = SealedKind.DENUNCIATION, scene.clock()
        await work.sealed.seal_text(record, kind, TALK, "Nhận tiền của tôi", now)
        url = "https://img.example/1.png"
        new = NewAttachment(file, TALK, AttachmentKind.IMAGE, url, sealed_id=record)
        await work.attachments.add(new, now)
        await work.attachments.keep(file, "image/png", BYTES)
        await work.commit()
    return record, file


async def opened(person: Person, record: str) -> str:
    page = f"{PAGE}/{record}"
    answer = await person.send(f"{page}/open", page=page, reason="Người dân đến hỏi kết quả")
    return await answer.text()


async def status(person: Person, record: str, file: str) -> int:
    async with person.client.get(f"{PAGE}/{record}/files/{file}", allow_redirects=False) as answer:
        return answer.status


async def test_whoever_opened_the_record_sees_its_pictures(scene: Scene) -> None:
    record, file = await sealed(scene)
    reception = await scene.signed_in(Role.RECEPTION)
    assert await status(reception, record, file) == 404
    assert f"/files/{file}" in await opened(reception, record)
    async with reception.client.get(f"{PAGE}/{record}/files/{file}") as answer:
        assert (answer.status, await answer.read()) == (200, BYTES)
        assert answer.headers["Content-Type"] == "image/png"


async def test_an_hour_later_another_reason_is_needed(scene: Scene) -> None:
    record, file = await sealed(scene)
    reception = await scene.signed_in(Role.RECEPTION)
    await opened(reception, record)
    scene.clock.move(hours=1, seconds=1)
    assert await status(reception, record, file) == 404


async def test_others_and_other_records_see_nothing(scene: Scene) -> None:
    record, file = await sealed(scene)
    other, _ = await sealed(scene)
    reception = await scene.signed_in(Role.RECEPTION)
    await opened(reception, other)
    assert await status(reception, other, file) == 404
    assert await status(reception, record, file) == 404
    await opened(reception, record)
    chief = await scene.signed_in(Role.CHIEF_EDITOR)
    assert await status(chief, record, file) in (403, 404)
