"""Both codes open a case; nobody learns anything with one of them."""

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from casework.cases import ActorKind, Case, CaseKind, CaseSource, ContentKind, EventKind
from casework.statuses import CaseStatus
from casework.use_cases.move_case import approve_answer, assign_case, save_draft, send_answer
from casework.use_cases.moving import CaseMove
from casework.use_cases.open_case import OpenCase, open_case
from store.data_requests import DataRequestKind
from store.pickups import find_by_pickup
from store.tables import case_events, ratings
from store.throttle import LIMITS, Limited, TooManyTriesError
from store.unit_of_work import Store
from tests.integration.portal_scene import HEALTH, QUESTION, Page, Scene, open_scene

ANSWER = "Ông/Bà nộp tờ khai tại bộ phận một cửa của xã."


@dataclass
class Asked:
    scene: Scene
    case: Case
    pickup: str

    async def open(self, *, code: str = "", pickup: str = "", prefix: str = "") -> Page:
        fields = {"ma-cau-hoi": code or self.case.code, "ma-nhan": pickup or self.pickup}
        return await self.scene.visitor.post(f"{prefix}/tra-loi", fields)

    async def act(self, page: Page, **fields: str) -> Page:
        named = {name.replace("_", "-"): text for name, text in fields.items()}
        return await self.scene.visitor.post(
            "/tra-loi/viec", {"phien": page.hidden("phien"), **named}
        )

    async def now(self) -> Case:
        async with self.scene.store.work() as work:
            return await work.cases.get(self.case.id)

    async def count(self, kind: EventKind) -> int:
        async with self.scene.store.work() as work:
            return [event.kind for event in await work.cases.events(self.case.id)].count(kind)

    async def answer(self, text: str = ANSWER) -> None:
        async with self.scene.store.work() as work:
            case = await work.cases.get(self.case.id)
            if case.status is CaseStatus.RECEIVED:
                case = await assign_case(work, _move(case), agency_code=HEALTH)
            case = await save_draft(work, _move(case), text)
            case = await approve_answer(work, _move(case), four_eyes=False)
            await send_answer(work, _move(case))
            await work.commit()

    def wrong(self) -> str:
        return f"{(int(self.pickup) + 1) % 1_000_000:06d}"


def _move(case: Case) -> CaseMove:
    return CaseMove(case.id, case.version, "s-1", ActorKind.STAFF)


@pytest.fixture
async def asked(store: Store) -> AsyncIterator[Asked]:
    async with open_scene(store) as scene:
        async with scene.store.work() as work:
            opened = await open_case(
                work,
                OpenCase(
                    kind=CaseKind.QUESTION,
                    source=CaseSource.WEB,
                    conversation_id="",
                    content=QUESTION,
                    asked_at=scene.clock(),
                ),
            )
            await work.commit()
        yield Asked(scene, opened.case, opened.pickup_code)


# -- opening ------------------------------------------------------------------------------------


async def test_both_codes_show_where_it_stands(asked: Asked) -> None:
    page = await asked.open()
    assert page.status == 200
    for words in (asked.case.code, "đã tiếp nhận", "thứ Sáu, 20/11/2026", "14/12/2026"):
        assert words in page.words
    assert page.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("written", ["hd-2026-1", " HD 2026 000001 ", "hd2026000001", "HĐ-2026-1"])
async def test_the_code_may_be_written_as_people_write_it(asked: Asked, written: str) -> None:
    spaced = f" {asked.pickup[:3]} {asked.pickup[3:]} "
    assert (await asked.open(code=written, pickup=spaced)).status == 200


async def test_the_answer_is_shown_and_noted_once(asked: Asked) -> None:
    await asked.open()
    await asked.answer()
    for _ in range(2):
        page = await asked.open()
        assert ANSWER in page.words
        assert "Sở Y tế tỉnh Vĩnh Long" in page.words
    assert await asked.count(EventKind.PICKED_UP) == 1
    await asked.act(page, viec="mo-lai", loi="Xã nói phải lên tỉnh.")
    await asked.answer("Câu trả lời thứ hai.")
    assert "Câu trả lời thứ hai." in (await asked.open()).words
    assert await asked.count(EventKind.PICKED_UP) == 2


async def test_an_unknown_case_and_a_wrong_code_get_the_same_answer(asked: Asked) -> None:
    wrong = await asked.open(pickup=asked.wrong())
    unknown = await asked.open(code="HD-2026-999999")
    none = await asked.open(code="không phải mã")
    assert wrong.status == unknown.status == none.status == 403
    shown = {re.sub(r'value="[^"]*"', "", page.text) for page in (wrong, unknown, none)}
    assert len(shown) == 1
    assert QUESTION not in wrong.text


async def test_an_erased_case_opens_with_no_code(asked: Asked) -> None:
    async with asked.scene.store.work() as work:
        await work.connection.exec_driver_sql("delete from case_keys")
        await work.commit()
    for guess in (asked.pickup, "------", ""):
        assert (await asked.open(pickup=guess or " ")).status in {403, 422}


async def test_guessing_ends_after_five_also_for_the_right_code(asked: Asked) -> None:
    for _ in range(LIMITS[Limited.PICKUP_CASE].times):
        assert (await asked.open(pickup=asked.wrong())).status == 403
    locked = await asked.open()
    assert locked.status == 429
    assert "60 phút" in locked.words
    asked.scene.clock.move(minutes=61)
    assert (await asked.open()).status == 200


async def test_patient_guessing_ends_for_the_day(asked: Asked) -> None:
    tried = 0
    while tried < LIMITS[Limited.PICKUP_CASE_DAY].times:
        tried += (await asked.open(pickup=asked.wrong())).status == 403
        asked.scene.clock.move(minutes=13)
    asked.scene.clock.move(minutes=61)
    locked = await asked.open()
    assert locked.status == 429
    assert "24 giờ" in locked.words
    asked.scene.clock.move(minutes=24 * 60)
    assert (await asked.open()).status == 200


async def test_guesses_at_once_do_not_slip_past_the_count(asked: Asked) -> None:
    pages = await asyncio.gather(*(asked.open(pickup=asked.wrong()) for _ in range(9)))
    statuses = [page.status for page in pages]
    assert statuses.count(403) == LIMITS[Limited.PICKUP_CASE].times
    assert statuses.count(429) == 4


async def test_one_address_cannot_try_many_cases(asked: Asked) -> None:
    store, limit = asked.scene.store, LIMITS[Limited.PICKUP_ADDRESS]
    for number in range(limit.times):
        async with store.work() as work:
            code = f"HD-2026-{900000 + number}"
            assert await find_by_pickup(work, code, "123456", "198.51.100.7") is None
    async with store.work() as work:
        with pytest.raises(TooManyTriesError):
            await find_by_pickup(work, asked.case.code, asked.pickup, "198.51.100.7")
    async with store.work() as work:
        found = await find_by_pickup(work, asked.case.code, asked.pickup, "198.51.100.8")
        assert found is not None


@pytest.mark.parametrize(
    "odd", ["", "\x00", "٤٨٢٩١٣", "1" * 100_000, "<b>1</b>", "\u202e123456", "' or 1=1 --"]
)
async def test_odd_codes_open_nothing(asked: Asked, odd: str) -> None:
    for fields in (
        {"ma-cau-hoi": odd, "ma-nhan": asked.pickup},
        {"ma-cau-hoi": asked.case.code, "ma-nhan": odd},
        {},
    ):
        page = await asked.scene.visitor.post("/tra-loi", fields)
        assert page.status in {403, 422}
        assert QUESTION not in page.text


async def test_codes_in_an_address_open_nothing(asked: Asked) -> None:
    path = f"/tra-loi?ma-cau-hoi={asked.case.code}&ma-nhan={asked.pickup}"
    page = await asked.scene.visitor.get(path)
    assert "đã tiếp nhận" not in page.words


# -- what can be done ---------------------------------------------------------------------------


async def test_words_can_be_added_once(asked: Asked) -> None:
    page = await asked.open()
    more = {"viec": "them", "loi": "Mẹ tôi 78 tuổi."}
    assert "Đã ghi phần bổ sung" in (await asked.act(page, **more)).words
    assert "đã được ghi trước đó" in (await asked.act(page, **more)).words
    async with asked.scene.store.work() as work:
        texts = await work.cases.contents(asked.case.id, ContentKind.QUESTION)
    assert texts == [QUESTION, "Mẹ tôi 78 tuổi."]


@pytest.mark.parametrize("words", ["", "  \u200b ", "x" * 4001])
async def test_an_addition_of_no_or_too_many_words_is_told(asked: Asked, words: str) -> None:
    page = await asked.act(await asked.open(), viec="them", loi=words)
    assert page.status == 422
    assert words.replace("\u200b", "").strip() in page.text
    assert (await asked.now()).version == asked.case.version


async def test_withdrawing_is_confirmed_first(asked: Asked) -> None:
    page = await asked.act(await asked.open(), viec="rut")
    assert page.status == 422
    done = await asked.act(page, viec="rut", dong_y="1")
    assert "đã được rút" in done.words
    assert (await asked.now()).status is CaseStatus.WITHDRAWN
    again = await asked.act(page, viec="rut", dong_y="1")
    assert again.status == 200
    assert await asked.count(EventKind.WITHDRAWN) == 1


async def test_an_answer_is_rated_and_the_last_word_counts(asked: Asked) -> None:
    await asked.answer()
    page = await asked.open()
    for rating in ("satisfied", "unsatisfied"):
        page = await asked.act(page, danh_gia=rating)
        assert "Đã ghi nhận đánh giá" in page.words
    async with asked.scene.store.work() as work:
        found = (await work.connection.execute(select(ratings.c.satisfaction))).scalars().all()
    assert found == ["unsatisfied"]


async def test_what_was_not_answered_is_not_rated(asked: Asked) -> None:
    page = await asked.act(await asked.open(), danh_gia="satisfied")
    assert "Chưa có gì thay đổi" in page.words


async def test_unsolved_goes_back_with_a_new_date(asked: Asked) -> None:
    await asked.answer()
    asked.scene.clock.move(days=10)
    page = await asked.act(await asked.open(), viec="mo-lai", loi="Vẫn chưa rõ nơi nộp.")
    case = await asked.now()
    assert case.status is CaseStatus.ASSIGNED
    assert case.due_on > asked.case.due_on
    assert f"{case.due_on:%d/%m/%Y}" in page.words


async def test_after_45_days_a_new_question_is_the_way(asked: Asked) -> None:
    await asked.answer()
    page = await asked.open()
    seal_time = asked.scene.clock.now
    asked.scene.clock.move(days=46)
    assert "Chưa giải quyết xong, xin" not in (await asked.open()).words
    async with asked.scene.store.work() as work:
        case = await work.cases.get(asked.case.id)
        old = replace(case, answered_at=seal_time - timedelta(days=46))
        await work.cases.save(old, seal_time)
        await work.commit()
    asked.scene.clock.now = seal_time
    late = await asked.act(page, viec="mo-lai", loi="Vẫn chưa rõ.")
    assert "quá 45 ngày" in late.words


async def test_what_somebody_changed_meanwhile_is_told_and_the_words_stay(asked: Asked) -> None:
    page = await asked.open()
    await asked.answer()
    late = await asked.act(page, viec="them", loi="Điều tôi vừa viết.")
    assert "đã thay đổi" in late.words
    assert ANSWER in late.words
    assert "Điều tôi vừa viết." in late.words


async def test_the_buttons_end_after_half_an_hour(asked: Asked) -> None:
    page = await asked.open()
    asked.scene.clock.move(minutes=31)
    over = await asked.act(page, viec="rut", dong_y="1")
    assert over.status == 403
    assert (await asked.now()).status is CaseStatus.RECEIVED


@pytest.mark.parametrize("seal", ["", "x", "gAAAAA" + "A" * 90])
async def test_buttons_without_a_seal_do_nothing(asked: Asked, seal: str) -> None:
    sent = {"phien": seal, "viec": "rut", "dong-y": "1"}
    assert (await asked.scene.visitor.post("/tra-loi/viec", sent)).status == 403


async def test_the_pass_of_a_form_is_no_seal(asked: Asked) -> None:
    form = await asked.scene.visitor.get("/hoi")
    sent = {"phien": form.hidden("phieu"), "viec": "rut", "dong-y": "1"}
    assert (await asked.scene.visitor.post("/tra-loi/viec", sent)).status == 403


@pytest.mark.parametrize("what", ["", "xoa", "them\x00"])
async def test_an_unknown_button_does_nothing(asked: Asked, what: str) -> None:
    page = await asked.act(await asked.open(), viec=what)
    assert page.status in {200, 422}
    async with asked.scene.store.work() as work:
        query = select(func.count()).select_from(case_events)
        assert (await work.connection.execute(query)).scalar_one() == 1


async def test_no_link_of_the_pages_holds_a_code(asked: Asked) -> None:
    page = await asked.open()
    for target in re.findall(r'(?:href|action)="([^"]*)"', page.text):
        assert asked.pickup not in target
        assert asked.case.code not in target


# -- rights over data ---------------------------------------------------------------------------


async def test_a_data_request_is_started_with_both_codes_and_followed_by_its_own(
    asked: Asked,
) -> None:
    visitor = asked.scene.visitor
    fields = {"quyen": "erase", "ma-cau-hoi": asked.case.code, "ma-nhan": asked.pickup}
    sent = await visitor.post("/quyen-du-lieu", fields)
    assert sent.status == 303
    page = await visitor.get(sent.headers["Location"])
    assert "Xóa dữ liệu" in page.words
    assert "đã tiếp nhận" in page.words
    assert "thứ Tư, 25/11/2026" in page.words  # 24 November is a day off
    assert asked.case.code not in page.text
    again = await visitor.post("/quyen-du-lieu", fields)
    assert again.headers["Location"] == sent.headers["Location"]
    async with asked.scene.store.work() as work:
        [request] = await work.data_requests.open()
    assert request.kind is DataRequestKind.ERASE
    assert request.conversation_id == f"case:{asked.case.id}"


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({}, 422),
        ({"quyen": "erase"}, 422),
        ({"quyen": "<b>", "ma-cau-hoi": "HD-2026-1", "ma-nhan": "1"}, 422),
        ({"quyen": "erase", "ma-cau-hoi": "HD-2026-1", "ma-nhan": "x"}, 403),
        ({"quyen": "erase", "ma-cau-hoi": "x" * 9999, "ma-nhan": "1"}, 403),
    ],
)
async def test_without_proof_no_data_request(
    asked: Asked, fields: dict[str, str], status: int
) -> None:
    sent = await asked.scene.visitor.post("/quyen-du-lieu", fields)
    assert sent.status == status
    async with asked.scene.store.work() as work:
        assert await work.data_requests.open() == []


async def test_an_unknown_request_is_not_found(asked: Asked) -> None:
    for prefix in ("", "/en", "/km"):
        assert (await asked.scene.visitor.get(f"{prefix}/quyen-du-lieu/DL-X")).status == 404
