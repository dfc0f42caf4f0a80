"""The question form: nothing typed is lost, one form is one case."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import select

from casework.cases import CaseKind, CaseSource, ContentKind, OnBehalf
from store.tables import login_failures
from store.throttle import LIMITS, Limited
from store.unit_of_work import Store
from store.web_questions import CODE_LASTS
from tests.integration.portal_form import FIELDS, codes, fill, send
from tests.integration.portal_scene import QUESTION, Scene, open_scene


@pytest.fixture
async def scene(store: Store) -> AsyncIterator[Scene]:
    async with open_scene(store) as found:
        yield found


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
    page = await fill(scene, wait=20, **({"noi": "Long Đức"} | changed))
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
