"""Photos of the question form: made anew, kept through errors, gone when nothing is sent."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from store.attachments import AttachmentStatus
from store.unit_of_work import Store
from tests.integration.portal_form import FIELDS, codes, photos_of, send, with_photos
from tests.integration.portal_scene import QUESTION, Scene, open_scene, picture


@pytest.fixture
async def scene(store: Store) -> AsyncIterator[Scene]:
    async with open_scene(store) as found:
        yield found


async def test_photos_are_made_anew_and_go_with_the_case(scene: Scene) -> None:
    marked = picture() + b"GPS 10.2401 105.9572"
    done = await send(scene, await with_photos(scene, marked, picture((30, 30))))
    [case] = await scene.cases()
    assert codes(done)[0] == case.code
    async with scene.store.work() as work:
        kept = await work.attachments.of_case(case.id)
        data = await work.attachments.read(kept[0].id)
    assert [item.status for item in kept] == [AttachmentStatus.KEPT] * 2
    assert [item.purge_at for item in kept] == [None, None]
    assert data is not None
    assert b"GPS" not in data


async def test_whatever_goes_wrong_the_log_quotes_nobody(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(_: bytes) -> None:
        raise ValueError(QUESTION)

    scene.portal.clean_picture = fails
    page = await with_photos(scene, picture())
    assert page.status == 500
    assert "Chưa có gì bị mất" in page.words
    assert "portal: ValueError" in caplog.text
    assert QUESTION not in caplog.text


async def test_photos_survive_an_error_elsewhere_in_the_form(scene: Scene) -> None:
    page = await with_photos(scene, picture(), content="ngắn")
    assert page.status == 422
    assert "Đã giữ 1 ảnh" in page.words
    await send(scene, await with_photos(scene, page=page))
    [case] = await scene.cases()
    assert [row.case_id for row in await photos_of(scene)] == [case.id]


async def test_photos_can_be_dropped_again(scene: Scene) -> None:
    page = await with_photos(scene, picture(), content="ngắn")
    scene.clock.move(seconds=9)
    sent = {**FIELDS, "phieu": page.hidden("phieu"), "bo-anh": "1"}
    await send(scene, await scene.visitor.post("/hoi", sent))
    assert [row.case_id for row in await photos_of(scene)] == [None]


async def test_what_is_never_sent_goes(scene: Scene) -> None:
    await with_photos(scene, picture())
    [photo] = await photos_of(scene)
    assert photo.purge_at - scene.clock() <= timedelta(hours=2)


@pytest.mark.parametrize(
    ("files", "told", "kept"),
    [
        ([b"%PDF-1.7 not a picture"], "không phải là ảnh", 0),
        ([b"<svg onload=alert(1)>"], "không phải là ảnh", 0),
        ([picture(), b"x" * (10 * 1024 * 1024 + 1)], "lớn quá 10 MB", 1),
        ([picture()] * 4, "Chỉ nhận được 3 ảnh", 3),
    ],
)
async def test_what_is_no_photo_is_told_and_the_others_are_kept(
    scene: Scene, files: list[bytes], told: str, kept: int
) -> None:
    page = await with_photos(scene, *files)
    assert page.status == 422
    assert told in page.words
    assert len(await photos_of(scene)) == kept
    assert page.typed("noi-dung-hoi") == QUESTION


async def test_a_body_that_is_no_form_is_told(scene: Scene) -> None:
    odd = await scene.visitor.client.post(
        "/hoi", data=b"--x\r\nbroken", headers={"Content-Type": "multipart/form-data; boundary=x"}
    )
    assert odd.status in {400, 422}
    none = await scene.visitor.client.post(
        "/hoi", data=b"x", headers={"Content-Type": "multipart/form-data"}
    )
    assert none.status == 400
