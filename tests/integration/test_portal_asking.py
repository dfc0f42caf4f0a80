"""The question form: nothing typed is lost, one form is one case, danger is told first."""

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from aiohttp import FormData
from portal_scene import HEALTH, QUESTION, Page, Scene, open_scene, picture
from sqlalchemy import select

from casework.cases import CaseKind, CaseSource, ContentKind, OnBehalf
from store.alerts import AlertKind
from store.attachments import AttachmentStatus
from store.sealed import SealedKind
from store.tables import attachments, login_failures
from store.throttle import LIMITS, Limited
from store.unit_of_work import Store
from store.web_questions import CODE_LASTS, MOST_ATTEMPTS

MAIL = {"SMTP_URL": "smtp://u:p@127.0.0.1:2525?from=hoidap@example.vn"}
FIELDS = {"loai": "question", "noi-dung-hoi": QUESTION, "cho-ai": "self"}
DANGER = "Nhà hàng xóm đang cháy lớn, có người mắc kẹt bên trong, cứu với!"
GRAVE = "Tôi muốn tố cáo cán bộ địa chính nhận hối lộ khi làm sổ đỏ cho dân."


@pytest.fixture
async def scene(store: Store) -> AsyncIterator[Scene]:
    async with open_scene(store) as found:
        yield found


@pytest.fixture
async def mailing(store: Store) -> AsyncIterator[Scene]:
    async with open_scene(store, **MAIL) as found:
        yield found


async def fill(scene: Scene, *, prefix: str = "", wait: float = 20, **changed: str) -> Page:
    """Open the form, take some time, review."""
    form = await scene.visitor.get(f"{prefix}/hoi")
    scene.clock.move(seconds=wait)
    changed = {name.replace("_", "-"): text for name, text in changed.items()}
    return await scene.visitor.post(
        f"{prefix}/hoi", {**FIELDS, **changed, "phieu": form.hidden("phieu")}
    )


async def send(scene: Scene, page: Page, prefix: str = "", **more: str) -> Page:
    more = {name.replace("_", "-"): text for name, text in more.items()}
    return await scene.visitor.post(f"{prefix}/hoi/gui", {"phieu": page.hidden("phieu"), **more})


def codes(page: Page) -> tuple[str, str]:
    found = re.findall(r"<dt>[^<]*</dt><dd>([^<]+)</dd>", page.text)
    return found[0], found[1].replace(" ", "")


async def mailed_code(scene: Scene, page: Page) -> str:
    form_id = scene.store.vault.open(page.hidden("phieu").encode()).split('"')[1]
    async with scene.store.work() as work:
        kept = await work.web_questions.find(form_id)
    assert kept is not None
    return kept.code


# -- the plain way ------------------------------------------------------------------------------


async def test_a_question_becomes_a_case_with_a_date_and_two_codes(scene: Scene) -> None:
    checked = await fill(
        scene,
        noi="ấp Chợ, xã Long Đức",
        cho_ai="relative",
        ten="Nguyễn Thị Lan",
        dien_thoai="0912 345 678",
    )
    assert checked.status == 200
    for words in ("Ông/Bà xem lại", QUESTION, "ấp Chợ, xã Long Đức", "Nguyễn Thị Lan"):
        assert words in checked.words
    assert await scene.cases() == []
    done = await send(scene, checked)
    [case] = await scene.cases()
    code, pickup = codes(done)
    assert (code, case.source, case.kind) == (case.code, CaseSource.WEB, CaseKind.QUESTION)
    assert (case.place, case.on_behalf) == ("ấp Chợ, xã Long Đức", OnBehalf.RELATIVE)
    assert "thứ Hai, 14/12/2026" in done.words
    assert "Xin ghi lại hai mã này" in done.words
    async with scene.store.work() as work:
        assert await work.cases.latest_content(case.id, ContentKind.PICKUP_CODE) == pickup
        assert await work.cases.latest_content(case.id, ContentKind.QUESTION) == QUESTION
        assert "0912 345 678" in await work.cases.latest_content(case.id, ContentKind.CONTACT)


@pytest.mark.parametrize("kind", list(CaseKind))
async def test_every_kind_can_be_sent(scene: Scene, kind: CaseKind) -> None:
    await send(scene, await fill(scene, loai=kind.value))
    assert [case.kind for case in await scene.cases()] == [kind]


async def test_it_works_in_english_and_khmer(scene: Scene) -> None:
    english = await send(scene, await fill(scene, prefix="/en"), "/en")
    assert "Please write down these two codes" in english.words
    assert "Monday, 14/12/2026" in english.words
    khmer = await send(scene, await fill(scene, prefix="/km"), "/km")
    assert "សូមកត់លេខកូដទាំងពីរនេះ" in khmer.words


async def test_similar_answers_are_shown_before_sending(scene: Scene) -> None:
    await scene.publish()
    assert 'href="/hoi-dap/1"' in (await fill(scene)).text


# -- one form, one case -------------------------------------------------------------------------


async def test_pressed_twice_at_once_it_is_one_case(scene: Scene) -> None:
    checked = await fill(scene)
    pages = await asyncio.gather(*(send(scene, checked) for _ in range(4)))
    assert len({codes(page) for page in pages}) == 1
    assert len(await scene.cases()) == 1


async def test_back_and_sent_again_it_is_still_one_case(scene: Scene) -> None:
    form = await scene.visitor.get("/hoi")
    scene.clock.move(seconds=20)
    fields = {**FIELDS, "phieu": form.hidden("phieu")}
    first = await send(scene, await scene.visitor.post("/hoi", fields))
    again = await scene.visitor.post("/hoi", fields)
    assert codes(again) == codes(first)
    edited = await scene.visitor.post("/hoi/sua", {"phieu": form.hidden("phieu")})
    assert codes(edited) == codes(first)
    assert len(await scene.cases()) == 1


async def test_edited_it_keeps_all_that_was_typed(scene: Scene) -> None:
    checked = await fill(scene, noi="Long Đức", ten="Lan", cho_ai="business", loai="proposal")
    form = await scene.visitor.post("/hoi/sua", {"phieu": checked.hidden("phieu")})
    assert form.typed("noi-dung-hoi") == QUESTION
    assert (form.typed("noi"), form.typed("ten")) == ("Long Đức", "Lan")
    assert 'value="business" checked' in form.text
    assert 'value="proposal" checked' in form.text


async def test_a_form_that_was_cleared_away_says_so(scene: Scene) -> None:
    checked = await fill(scene)
    async with scene.store.work() as work:
        assert await work.web_questions.purge(scene.clock() + CODE_LASTS) == 1
        await work.commit()
    gone = await send(scene, checked)
    assert gone.status == 410
    assert "chưa được gửi" in gone.words


async def test_what_was_cleared_away_comes_back_with_the_button(scene: Scene) -> None:
    checked = await fill(scene, noi="Long Đức", ten="Lan")
    carried = {name: checked.hidden(name) for name in ("loai", "noi-dung-hoi", "noi", "ten")}
    async with scene.store.work() as work:
        await work.web_questions.purge(scene.clock() + CODE_LASTS)
        await work.commit()
    for button in ("/hoi/gui", "/hoi/sua"):
        again = await scene.visitor.post(button, {"phieu": checked.hidden("phieu"), **carried})
        assert again.status == 410
        assert (again.typed("noi-dung-hoi"), again.typed("ten")) == (QUESTION, "Lan")
        assert "đã mở quá lâu" in again.words
    scene.clock.move(seconds=9)
    fields = {**FIELDS, **carried, "phieu": again.hidden("phieu")}
    await send(scene, await scene.visitor.post("/hoi", fields))
    assert len(await scene.cases()) == 1


# -- what is refused ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"noi_dung_hoi": ""}, "Xin Ông/Bà điền ô này"),
        ({"noi_dung_hoi": "   \n\u200b\u200b  "}, "Xin Ông/Bà điền ô này"),
        ({"noi_dung_hoi": "ngắn quá"}, "ít nhất 20 ký tự"),
        ({"noi_dung_hoi": "ă" * 4001}, "4001 ký tự"),
        ({"noi_dung_hoi": "a" * 100_000}, "100000 ký tự"),
        ({"loai": "complaint"}, "chọn một mục"),
        ({"cho_ai": "<x>"}, "chọn một mục"),
        ({"email": "lan@"}, "chưa đúng dạng"),
        ({"email": "a@b.vn\nBcc: c@d.vn"}, "chưa đúng dạng"),
        ({"dien_thoai": "gọi tôi"}, "chưa đúng dạng"),
        ({"ten": "x" * 101}, "100 ký tự"),
    ],
)
async def test_what_is_wrong_is_told_beside_the_field_and_all_is_kept(
    scene: Scene, changed: dict[str, str], told: str
) -> None:
    page = await fill(scene, **({"noi": "Long Đức"} | changed))
    assert page.status == 422
    assert told in page.words
    assert page.typed("noi") == "Long Đức"
    assert 'aria-invalid="true"' in page.text or "choice" in page.text
    sent = changed.get("noi_dung_hoi", QUESTION).replace("\u200b", "").strip()
    assert page.typed("noi-dung-hoi") == sent
    assert await scene.cases() == []


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script> cấp lại thẻ bảo hiểm y tế ở đâu?",
        "Cấp lại thẻ\x00 bảo hiểm\x00 y tế ở đâu vậy?",
        "\u202eCấp lại thẻ bảo hiểm y tế ở đâu vậy?\u202c",
        "Ca\u0302\u0301p la\u0323i the\u0309 ba\u0309o hie\u0302\u0309m bi ma\u0302\u0301t",
        "{{ 7 * 7 }} {% raw %} ${x} cấp lại thẻ ở đâu?",
        "សូមសួរអំពីប័ណ្ណធានារ៉ាប់រងសុខភាព របស់ម្តាយខ្ញុំ",
    ],
)
async def test_odd_signs_become_plain_text(scene: Scene, text: str) -> None:
    done = await send(scene, await fill(scene, noi_dung_hoi=text))
    assert done.status == 200
    [case] = await scene.cases()
    async with scene.store.work() as work:
        kept = await work.cases.latest_content(case.id, ContentKind.QUESTION)
    assert not set(kept) & set("\x00\u202e\u202c\u0302")
    assert "<script>" not in (await fill(scene, noi_dung_hoi=text)).text


async def test_a_program_that_fills_the_hidden_field_is_asked_again(scene: Scene) -> None:
    page = await fill(scene, trang_web="http://spam.example")
    assert page.status == 422
    assert page.typed("noi-dung-hoi") == QUESTION


async def test_a_form_filled_in_no_time_is_asked_again_and_then_taken(scene: Scene) -> None:
    page = await fill(scene, wait=0.5)
    assert page.status == 422
    assert "quá nhanh" in page.words
    scene.clock.move(seconds=5)
    again = await scene.visitor.post("/hoi", {**FIELDS, "phieu": page.hidden("phieu")})
    assert again.status == 200


@pytest.mark.parametrize("token", ["", "x", "gAAAAAB" + "A" * 90])
async def test_a_form_without_its_pass_gets_a_new_one_with_all_in_it(
    scene: Scene, token: str
) -> None:
    page = await scene.visitor.post("/hoi", {**FIELDS, "phieu": token})
    assert page.status == 422
    assert page.typed("noi-dung-hoi") == QUESTION
    scene.clock.move(seconds=5)
    taken = await scene.visitor.post("/hoi", {**FIELDS, "phieu": page.hidden("phieu")})
    assert taken.status == 200


async def test_a_flood_from_one_address_is_slowed_and_loses_nothing(scene: Scene) -> None:
    limit = LIMITS[Limited.WEB_QUESTION]
    for _ in range(limit.times):
        assert (await fill(scene, wait=4)).status == 200
    page = await fill(scene, wait=4)
    assert page.status == 429
    assert page.typed("noi-dung-hoi") == QUESTION
    assert "60 phút" in page.words
    scene.clock.move(seconds=limit.within.total_seconds())
    assert (await fill(scene)).status == 200
    async with scene.store.work() as work:
        subjects = (await work.connection.execute(select(login_failures.c.subject))).scalars()
        assert not any("127.0.0.1" in subject for subject in subjects)


async def test_the_same_form_corrected_counts_once(scene: Scene) -> None:
    page = await fill(scene, noi_dung_hoi="ngắn")
    for _ in range(LIMITS[Limited.WEB_QUESTION].times + 2):
        page = await scene.visitor.post(
            "/hoi", {**FIELDS, "noi-dung-hoi": "ngắn", "phieu": page.hidden("phieu")}
        )
        assert page.status == 422


async def test_while_the_database_is_away_the_form_keeps_what_was_typed(scene: Scene) -> None:
    form = await scene.visitor.get("/hoi")
    scene.clock.move(seconds=9)
    with scene.database_away():
        page = await scene.visitor.post("/hoi", {**FIELDS, "phieu": form.hidden("phieu")})
    assert page.status == 503
    assert page.typed("noi-dung-hoi") == QUESTION
    taken = await scene.visitor.post("/hoi", {**FIELDS, "phieu": page.hidden("phieu")})
    assert taken.status == 200


async def test_another_site_cannot_send_the_form(scene: Scene) -> None:
    form = await scene.visitor.get("/hoi")
    scene.clock.move(seconds=9)
    sent = await scene.visitor.post(
        "/hoi", {**FIELDS, "phieu": form.hidden("phieu")}, Origin="https://evil.example"
    )
    assert sent.status == 403


# -- photos -------------------------------------------------------------------------------------


async def with_photos(
    scene: Scene, *files: bytes, page: Page | None = None, content: str = QUESTION
) -> Page:
    form = page or await scene.visitor.get("/hoi")
    scene.clock.move(seconds=9)
    data = FormData()
    for name, text in {**FIELDS, "noi-dung-hoi": content, "phieu": form.hidden("phieu")}.items():
        data.add_field(name, text)
    for number, content_of in enumerate(files):
        data.add_field(
            "anh", BytesIO(content_of), filename=f"{number}.jpg", content_type="image/jpeg"
        )
    return await scene.visitor.post("/hoi", data)


async def photos_of(scene: Scene) -> list[Any]:
    async with scene.store.work() as work:
        query = select(attachments).order_by(attachments.c.created_at)
        return list(await work.connection.execute(query))


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


# -- danger and complaints ----------------------------------------------------------------------


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


async def test_what_a_complaint_is_not_stays_said_while_the_mail_is_confirmed(
    mailing: Scene,
) -> None:
    page = await fill(mailing, noi_dung_hoi=GRAVE, email="lan@example.vn")
    asked = await send(mailing, page, la="feedback")
    assert asked.hidden("la") == "feedback"
    code = await mailed_code(mailing, asked)
    await send(mailing, asked, la=asked.hidden("la"), ma=code)
    assert [case.kind for case in await mailing.cases()] == [CaseKind.ADMIN_FEEDBACK]


# -- the code of the e-mail ---------------------------------------------------------------------


async def test_an_email_is_confirmed_by_its_code(mailing: Scene) -> None:
    asked = await send(mailing, await fill(mailing, email="lan@example.vn"))
    assert "lan@example.vn" in asked.words
    assert await mailing.cases() == []
    done = await send(mailing, asked, ma=await mailed_code(mailing, asked))
    [case] = await mailing.cases()
    assert codes(done)[0] == case.code
    assert codes(await send(mailing, asked, ma="000000")) == codes(done)


async def test_wrong_codes_end_after_five_and_a_new_one_works(mailing: Scene) -> None:
    asked = await send(mailing, await fill(mailing, email="lan@example.vn"))
    code = await mailed_code(mailing, asked)
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    for left in range(MOST_ATTEMPTS - 1, 0, -1):
        assert f"còn {left} lần" in (await send(mailing, asked, ma=wrong)).words
    assert "không dùng được nữa" in (await send(mailing, asked, ma=wrong)).words
    assert "không dùng được nữa" in (await send(mailing, asked, ma=code)).words
    assert await mailing.cases() == []
    again = await send(mailing, asked, gui_lai="1")
    await send(mailing, again, ma=await mailed_code(mailing, again))
    assert len(await mailing.cases()) == 1


async def test_a_code_ends_after_half_an_hour_but_the_text_does_not(mailing: Scene) -> None:
    asked = await send(mailing, await fill(mailing, email="lan@example.vn"))
    code = await mailed_code(mailing, asked)
    mailing.clock.move(minutes=31)
    assert "không dùng được nữa" in (await send(mailing, asked, ma=code)).words
    await send(mailing, asked, khong_email="1")
    [case] = await mailing.cases()
    async with mailing.store.work() as work:
        assert await work.cases.latest_content(case.id, ContentKind.CONTACT) == ""


async def test_codes_do_not_flood_a_mailbox(mailing: Scene) -> None:
    asked = await send(mailing, await fill(mailing, email="lan@example.vn"))
    for _ in range(LIMITS[Limited.WEB_MAIL].times - 1):
        assert (await send(mailing, asked, gui_lai="1")).status == 200
    assert (await send(mailing, asked, gui_lai="1")).status == 429


async def test_without_a_mail_server_an_email_is_only_kept(scene: Scene) -> None:
    await send(scene, await fill(scene, email="lan@example.vn"))
    assert len(await scene.cases()) == 1
