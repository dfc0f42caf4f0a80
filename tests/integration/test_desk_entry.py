"""A question that was phoned in, written or brought: typed in once, told back in full."""

import asyncio
import json
import re
from datetime import timedelta

import pytest
from aiohttp import ClientResponse
from sqlalchemy import func, select

from casework.cases import ActorKind, Case, CaseSource, ContentKind
from casework.permissions import Permission, Role, may
from desk.entry import read_day, read_phone
from store.case_filters import CaseFilter
from store.tables import cases
from tests.integration.desk_scene import BUILDING, PASSWORD, Person, Scene, hidden_field

ENTRY = "/desk/entry"
SHEET = {
    "source": "phone",
    "kind": "question",
    "content": "Cầu ấp Chợ bao giờ sửa?",
    "place": "xã Long Đức",
    "on_behalf": "relative",
    "name": "Nguyễn Thị Sáu",
    "phone": "0912 345 678",
    "email": "sau@example.vn",
    "address": "ấp Chợ",
    "received_on": "2026-11-20",
    "agency": "",
}


async def enter(person: Person, **fields: str) -> ClientResponse:
    sheet = await person.get(ENTRY)
    key = hidden_field(sheet, "key")
    return await person.send(ENTRY, page=ENTRY, **{**SHEET, "key": key, **fields})


async def only_case(scene: Scene) -> Case:
    async with scene.store.work() as work:
        (found,) = await work.cases.search(CaseFilter())
    return found


async def count(scene: Scene) -> int:
    async with scene.store.work() as work:
        query = select(func.count()).select_from(cases)
        return int((await work.connection.execute(query)).scalar_one())


@pytest.mark.parametrize("role", [role for role in Role if may(role, Permission.ENTER_CASE)])
async def test_a_call_becomes_a_case_with_its_receipt(scene: Scene, role: Role) -> None:
    person = await scene.signed_in(role)
    answer = await enter(person)
    page = await answer.text()
    case = await only_case(scene)
    async with scene.store.work() as work:
        (code,) = await work.cases.contents(case.id, ContentKind.PICKUP_CODE)
        contact = json.loads(await work.cases.latest_content(case.id, ContentKind.CONTACT))
        opened = (await work.cases.events(case.id))[0]
    assert f"{code[:3]} {code[3:]}" in page
    assert case.code in page
    # Fifteen working days; the 24th is the national day of culture.
    assert "thứ Hai, ngày 14/12/2026" in page
    assert (case.source, case.conversation_id) == (CaseSource.PHONE, "")
    assert contact["phone"] == "+84912345678"
    assert opened.actor_kind is ActorKind.STAFF
    assert person.member
    assert opened.actor_id == person.member.id
    # Who only receives citizens does not read cases.
    opens = f"/desk/cases/{case.id}" in page
    assert opens is may(role, Permission.SEE_ALL_CASES)


async def test_the_clock_starts_on_the_day_it_was_received(scene: Scene) -> None:
    editor = await scene.signed_in(Role.EDITOR)
    await enter(editor, source="letter", received_on="2026-11-02", agency=BUILDING)
    case = await only_case(scene)
    assert case.asked_on.isoformat() == "2026-11-02"
    assert case.due_on.isoformat() == "2026-11-23"
    assert (case.status, case.agency_code) == ("assigned", BUILDING)


async def test_pressing_twice_makes_one_case(scene: Scene) -> None:
    editor = await scene.signed_in(Role.EDITOR)
    key = hidden_field(await editor.get(ENTRY), "key")
    answers = await asyncio.gather(*(enter(editor, key=key) for _ in range(3)))
    assert {answer.status for answer in answers} == {200}
    assert len({str(answer.url) for answer in answers}) == 1
    assert await count(scene) == 1


async def test_another_call_on_a_page_gone_back_to_is_not_lost(scene: Scene) -> None:
    editor = await scene.signed_in(Role.EDITOR)
    key = hidden_field(await editor.get(ENTRY), "key")
    await enter(editor, key=key)
    answer = await enter(editor, key=key, content="Một câu khác")
    page = await answer.text()
    assert answer.status == 409
    assert "Một câu khác</textarea>" in page
    assert hidden_field(page, "key") != key
    await enter(editor, key=hidden_field(page, "key"), content="Một câu khác")
    assert await count(scene) == 2


async def test_two_people_with_one_key_have_two_cases(scene: Scene) -> None:
    for role in (Role.EDITOR, Role.RECEPTION):
        answer = await enter(await scene.signed_in(role), key="the same")
        assert answer.status == 200
    assert await count(scene) == 2


BAD = [
    ("content", "", "Chưa có nội dung"),
    ("content", "\u200b\u202e \x00", "Chưa có nội dung"),
    ("content", "dài " * 25_000, "dài quá 20.000"),
    ("source", "zalo", "Chọn lại"),
    ("source", "", "Chọn lại"),
    ("kind", "complaint", "Chọn lại"),
    ("kind", "report", "Chưa có quy định"),
    ("on_behalf", "everybody", "Chọn lại"),
    ("phone", "12345", "chưa đúng dạng"),
    ("phone", "0912 345 67x", "chưa đúng dạng"),
    ("phone", "9" * 100_000, "chưa đúng dạng"),
    ("email", "sau@", "ten@noigui.vn"),
    ("email", "a@b@c.vn", "ten@noigui.vn"),
    ("email", "a b@c.vn", "ten@noigui.vn"),
    ("place", "x" * 201, "Dài quá 200"),
    ("name", "x" * 100_000, "Dài quá 200"),
    ("address", "x" * 201, "Dài quá 200"),
    ("received_on", "", "Chưa đọc được ngày"),
    ("received_on", "31/02/2026", "Chưa đọc được ngày"),
    ("received_on", "0000-00-00", "Chưa đọc được ngày"),
    ("received_on", "2026-11-21", "không thể sau hôm nay"),
    ("received_on", "2026-09-20", "quá 60 ngày"),
    ("agency", "H61.CU", "Đơn vị này không nhận"),
    ("agency", "' or 1=1", "Đơn vị này không nhận"),
]


@pytest.mark.parametrize(("name", "value", "said"), BAD, ids=[f"{b[0]}-{b[1][:8]}" for b in BAD])
async def test_a_bad_sheet_makes_no_case_and_keeps_every_word(
    scene: Scene, name: str, value: str, said: str
) -> None:
    editor = await scene.signed_in(Role.EDITOR)
    answer = await enter(editor, **{name: value})
    page = await answer.text()
    assert answer.status in (409, 422)
    assert said.lower() in page.lower()
    assert f'href="#{name}"' in page
    kept = {"content": SHEET["content"], "name": SHEET["name"], "phone": SHEET["phone"]}
    assert [text for field, text in kept.items() if field != name and text not in page] == []
    assert await count(scene) == 0


async def test_who_may_not_place_cases_places_none(scene: Scene) -> None:
    reception = await scene.signed_in(Role.RECEPTION)
    assert 'name="agency"' not in await reception.get(ENTRY)
    answer = await enter(reception, agency=BUILDING)
    assert answer.status == 422
    assert await count(scene) == 0


async def test_a_sheet_without_a_key_gets_one(scene: Scene) -> None:
    editor = await scene.signed_in(Role.EDITOR)
    answer = await enter(editor, key="")
    page = await answer.text()
    assert answer.status == 422
    assert hidden_field(page, "key")
    assert SHEET["content"] in page


async def test_the_receipt_is_for_whoever_wrote_it_and_for_a_day(scene: Scene) -> None:
    editor = await scene.signed_in(Role.EDITOR)
    await enter(editor)
    path = f"/desk/entered/{(await only_case(scene)).id}"
    assert "Mã nhận trả lời" in await editor.get(path)
    colleague = await scene.signed_in(Role.EDITOR)
    await colleague.get(path, status=404)
    scene.clock.now += timedelta(hours=25)
    again = await scene.browser()
    again.member = editor.member
    assert editor.member
    await log_in(again, editor.member.email)
    await again.get(path, status=404)


async def log_in(person: Person, email: str, **fields: str) -> ClientResponse:
    return await person.send(
        "/desk/login", page="/desk/login", email=email, password=PASSWORD, **fields
    )


async def test_words_typed_while_the_session_ended_are_there_after_log_in(scene: Scene) -> None:
    editor = await scene.signed_in(Role.EDITOR)
    assert editor.member
    async with scene.store.work() as work:
        await work.staff.end_sessions(editor.member.id)
        await work.commit()
    answer = await editor.client.post(ENTRY, data=SHEET, headers={"Sec-Fetch-Site": "same-origin"})
    page = await answer.text()
    assert answer.status == 401
    assert SHEET["content"] in page
    found = re.search(r'name="next" value="([^"]*)"', page)
    assert found
    assert found[1] == ENTRY
    answer = await log_in(editor, editor.member.email, next=ENTRY, kept=SHEET["content"])
    assert f"{SHEET['content']}</textarea>" in await answer.text()


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("0912345678", "+84912345678"),
        ("+84 912.345.678", "+84912345678"),
        ("02703 822 300", "+842703822300"),
        ("", ""),
        ("113", ""),
        ("abc", ""),
    ],
)
def test_phone_numbers(written: str, read: str) -> None:
    assert read_phone(written) == read


@pytest.mark.parametrize("written", ["2026-11-20", "20/11/2026", " 20-11-2026 ", "20.11.2026"])
def test_days_as_people_write_them(written: str) -> None:
    day = read_day(written)
    assert day
    assert day.isoformat() == "2026-11-20"
