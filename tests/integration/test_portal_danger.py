"""The question form hears of danger and of complaints: told first, sealed, never a case."""

import asyncio
import re
from collections.abc import AsyncIterator

import pytest

from casework.cases import CaseKind
from store.alerts import AlertKind
from store.attachments import AttachmentStatus
from store.sealed import SealedKind
from store.unit_of_work import Store
from tests.integration.portal_form import DANGER, FIELDS, GRAVE, fill, photos_of, send, with_photos
from tests.integration.portal_scene import HEALTH, Scene, open_scene, picture


@pytest.fixture
async def scene(store: Store) -> AsyncIterator[Scene]:
    async with open_scene(store) as found:
        yield found


async def test_in_danger_the_numbers_come_first_and_the_duty_list_hears_once(
    scene: Scene,
) -> None:
    page = await fill(scene, noi_dung_hoi=DANGER, loai="report")
    assert page.words.index("114") < page.words.index(DANGER)
    assert "xin gọi ngay" in page.words
    await scene.visitor.post("/hoi/sua", {"phieu": page.hidden("phieu")})
    again = await scene.visitor.post(
        "/hoi", {**FIELDS, "noi-dung-hoi": DANGER, "phieu": page.hidden("phieu")}
    )
    assert "114" in again.words
    async with scene.store.work() as work:
        [alarm] = await work.alerts.open()
        assert alarm.kind is AlertKind.EMERGENCY
        assert DANGER in await work.sealed.open(alarm.detail)
    done = await send(scene, again)
    assert len(await scene.cases()) == 1
    assert done.status == 200


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("Cấp cứu, vợ tôi vỡ ối rồi, máu chảy nhiều quá, cứu với!", "115"),
        ("Chồng tôi đang cầm dao đòi chém tôi, cứu tôi với!", "113"),
        (DANGER, "114"),
    ],
)
async def test_the_number_that_fits_stands_first(scene: Scene, words: str, first: str) -> None:
    async with scene.store.work() as work:
        rows = [
            {"number": number, "name": {"vi": purpose}, "for": ["emergency", purpose]}
            for number, purpose in (("113", "police"), ("115", "medical"))
        ]
        await work.catalogue.save("hotlines", rows, work.clock())
        await work.commit()
    await scene.reload()
    page = await fill(scene, noi_dung_hoi=words)
    numbers = re.findall(r'href="tel:(11\d)"', page.text)
    assert numbers[0] == first
    assert sorted(numbers) == ["113", "114", "115"]


async def test_two_people_in_danger_are_two_alarms(scene: Scene) -> None:
    await fill(scene, noi_dung_hoi=DANGER)
    await fill(scene, noi_dung_hoi=DANGER)
    async with scene.store.work() as work:
        assert len(await work.alerts.open()) == 2


async def test_danger_is_told_even_when_the_form_has_errors(scene: Scene) -> None:
    page = await fill(scene, noi_dung_hoi=DANGER, email="sai")
    assert page.status == 422
    assert "114" in page.words
    async with scene.store.work() as work:
        assert len(await work.alerts.open()) == 1


async def test_what_may_be_a_complaint_is_sent_only_after_the_visitor_said_what_it_is(
    scene: Scene,
) -> None:
    page = await fill(scene, noi_dung_hoi=GRAVE)
    assert "Gửi đi" not in page.words
    for odd in ({}, {"la": ""}, {"la": "<x>"}):
        refused = await send(scene, page, **odd)
        assert refused.status == 422
        assert "chọn một trong năm việc" in refused.words
    assert await scene.cases() == []


@pytest.mark.parametrize(
    ("chosen", "wish", "kind"),
    [
        ("question", "rules", CaseKind.QUESTION),
        ("question", "feedback", CaseKind.ADMIN_FEEDBACK),
        ("report", "feedback", CaseKind.REPORT),
        ("report", "rules", CaseKind.QUESTION),
    ],
)
async def test_what_is_no_complaint_goes_on_as_an_ordinary_case(
    scene: Scene, chosen: str, wish: str, kind: CaseKind
) -> None:
    await send(scene, await fill(scene, noi_dung_hoi=GRAVE, loai=chosen), la=wish)
    assert [case.kind for case in await scene.cases()] == [kind]
    async with scene.store.work() as work:
        assert await work.sealed.waiting() == []


@pytest.mark.parametrize(
    ("wish", "kind", "told"),
    [
        ("complaint", SealedKind.COMPLAINT, "90 ngày kể từ ngày nhận được"),
        ("denunciation", SealedKind.DENUNCIATION, "Luật bảo vệ bí mật của người tố cáo"),
        ("crime", SealedKind.CRIME_REPORT, "chưa được chuyển cho công an"),
    ],
)
async def test_a_complaint_is_sealed_and_never_a_case(
    scene: Scene, wish: str, kind: SealedKind, told: str
) -> None:
    page = await fill(scene, noi_dung_hoi=GRAVE, ten="Nguyễn Thị Lan")
    done = await send(scene, page, la=wish)
    assert told in done.words
    assert "không thay cho đơn" in done.words or wish == "crime"
    assert done.headers["Cache-Control"] == "no-store"
    assert await scene.cases() == []
    form_id = scene.store.vault.open(page.hidden("phieu").encode()).split('"')[1]
    async with scene.store.work() as work:
        [record] = await work.sealed.waiting()
        assert record.kind is kind
        assert record.id[:8].upper() in done.words
        assert await work.sealed.open(record.id) == f"{GRAVE}\nNguyễn Thị Lan"
        left = await work.web_questions.find(form_id)
    assert left is not None
    assert (left.content, left.name) == ("", "")


async def test_a_sealed_form_sent_again_is_the_same_record(scene: Scene) -> None:
    page = await fill(scene, noi_dung_hoi=GRAVE)
    first = await send(scene, page, la="denunciation")
    token = {"phieu": page.hidden("phieu")}
    for again in (
        *(await asyncio.gather(*(send(scene, page, la="rules") for _ in range(3)))),
        await scene.visitor.post("/hoi", {**FIELDS, "noi-dung-hoi": GRAVE, **token}),
        await scene.visitor.post("/hoi/sua", token),
    ):
        assert again.words == first.words
        assert GRAVE not in again.text
    assert await scene.cases() == []
    async with scene.store.work() as work:
        assert len(await work.sealed.waiting()) == 1


async def test_photos_of_a_sealed_form_are_sealed_with_it(scene: Scene) -> None:
    page = await with_photos(scene, picture(), content=GRAVE)
    done = await send(scene, page, la="complaint")
    assert "1 ảnh được niêm phong cùng nội dung" in done.words
    async with scene.store.work() as work:
        [record] = await work.sealed.waiting()
        [photo] = await work.attachments.of_sealed(record.id)
    assert (photo.case_id, photo.status) == (None, AttachmentStatus.KEPT)
    assert [row.purge_at for row in await photos_of(scene)] == [None]


async def test_the_page_of_a_complaint_says_when_and_where_citizens_are_received(
    scene: Scene,
) -> None:
    rows = [
        {"id": f"t{number}", "kind": "reception", "who": who, "day": day, "from": "7:30"}
        | {"to": "11:00", "place": "Trụ sở Tiếp công dân", "agency_code": HEALTH}
        for number, (who, day) in enumerate(
            [("Chủ tịch tỉnh", "2026-11-26"), ("Người hôm trước", "2026-11-19")]
        )
    ]
    async with scene.store.work() as work:
        await work.catalogue.save("schedules", rows, scene.clock())
        await work.commit()
    await scene.reload()
    page = await send(scene, await fill(scene, noi_dung_hoi=GRAVE), la="complaint")
    assert "thứ Năm, 26/11/2026, 07:30–11:00 Chủ tịch tỉnh – Trụ sở Tiếp công dân" in page.words
    assert "Người hôm trước" not in page.words
    assert "1022" in page.words
    assert f'href="/co-quan/{HEALTH}"' in page.text


async def test_what_the_model_takes_for_a_complaint_is_asked_about_too(scene: Scene) -> None:
    plain = "Cán bộ xã cứ bắt dân đi lại nhiều lần, tôi muốn họ bị xử lý."

    async def suspects(text: str) -> bool:
        return text == plain

    scene.portal.suspects = suspects
    page = await fill(scene, noi_dung_hoi=plain)
    assert (await send(scene, page)).status == 422
    edited = await scene.visitor.post("/hoi/sua", {"phieu": page.hidden("phieu")})
    calm = await scene.visitor.post("/hoi", {**FIELDS, "phieu": edited.hidden("phieu")})
    await send(scene, calm)
    assert len(await scene.cases()) == 1
