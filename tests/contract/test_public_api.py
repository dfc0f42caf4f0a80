"""The public API is what its description says, for whatever is sent."""

import asyncio
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import jsonschema_rs
import orjson
import pytest
from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestClient, TestServer

from app.settings import read_settings
from app.site_parts import make_site_portal
from casework.cases import Case, ContentKind, EventKind
from casework.statuses import CaseStatus
from casework.use_cases.move_document import DocumentMove
from casework.use_cases.withdraw_publication import take_down
from portal.api.app import HANDLERS, PREFIX, make_api
from portal.api.description import Description
from portal.app import add_portal
from portal.context import Portal
from store.case_filters import CaseFilter
from store.unit_of_work import Store
from tests.fakes.clock import StillClock
from tests.fakes.demo_province import demo_store

PROBLEM = "application/problem+json"
#: Seconds for all operations with all checks.
FUZZING_WITHIN = 60


@dataclass
class Api:
    client: TestClient[web.Request, web.Application]
    portal: Portal
    store: Store

    async def get(self, path: str, **headers: str) -> ClientResponse:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.client.get(f"/api/v1{path}", headers=named)

    async def said(self, path: str) -> Any:
        response = await self.get(path)
        assert response.status == 200, await response.text()
        assert response.content_type == "application/json"
        return await response.json()

    async def ask_status(self, **said: object) -> ClientResponse:
        return await self.client.post("/api/v1/cases/status", json=said)

    async def case(self, status: CaseStatus) -> tuple[Case, str]:
        """One in this status with its pick-up code."""
        async with self.store.work() as work:
            case = (await work.cases.search(CaseFilter(statuses=(status,))))[0]
            return case, await work.cases.latest_content(case.id, ContentKind.PICKUP_CODE)


@pytest.fixture(scope="module")
async def province(database_url: str) -> AsyncIterator[Store]:
    async with demo_store(database_url) as store:
        yield store


@pytest.fixture
async def api(province: Store) -> AsyncIterator[Api]:
    """The demo province behind a server; each test lives on a later day."""
    assert isinstance(province.clock, StillClock)
    province.clock.advance(timedelta(days=1))
    portal = make_site_portal(read_settings({}), province, sandbox=False)
    await portal.reload()
    app = web.Application()
    add_portal(app, portal)
    app.add_subapp(PREFIX, make_api())
    async with TestClient(TestServer(app)) as client:
        yield Api(client, portal, province)


def test_every_described_operation_has_its_handler_and_the_other_way_round() -> None:
    described = {operation.id for operation in Description().operations}
    assert described == {*HANDLERS, "get_description"}


async def test_whatever_is_sent_the_answer_is_as_described(api: Api, tmp_path: Path) -> None:
    """Schemathesis: examples, limits, wrong types, unknown methods; every check it has."""

    still = api.store.clock

    def passing() -> datetime:
        """An hour goes by with each look, or after thirty tries nothing but 429 would be seen."""
        assert isinstance(still, StillClock)
        still.advance(timedelta(hours=1))
        return still()

    api.store.clock = passing
    address = f"{api.client.make_url('/api/v1/openapi.json')}"
    command = ["run", address, "--checks=all", "--max-examples=15", "--seed=20261120"]
    process = await asyncio.create_subprocess_exec(
        Path(sys.executable).with_name("schemathesis"),
        *command,
        "--no-color",
        "--continue-on-failure",
        cwd=tmp_path,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        said, _ = await asyncio.wait_for(process.communicate(), FUZZING_WITHIN)
    finally:
        api.store.clock = still
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert process.returncode == 0, said.decode()


async def test_answers_come_in_pages_the_newest_first(api: Api) -> None:
    first = await api.said("/answers?per_page=10")
    second = await api.said("/answers?per_page=10&page=2")
    assert first["total"] >= 20
    assert first["pages"] == -(-first["total"] // 10)
    numbers = [item["number"] for item in first["items"] + second["items"]]
    assert len(set(numbers)) == 20
    days = [item["published_on"] for item in first["items"] + second["items"]]
    assert days == sorted(days, reverse=True)
    assert (await api.said("/answers?page=900"))["items"] == []


async def test_answers_are_found_by_words_field_and_agency(api: Api) -> None:
    [first, *_] = (await api.said("/answers?q=cong an goi dien doi chuyen tien"))["items"]
    assert "công an" in first["title"]
    of_land = (await api.said("/answers?field=land"))["items"]
    assert of_land
    assert {item["field"] for item in of_land} == {"land"}
    of_agency = (await api.said("/answers?agency=H61.CAT"))["items"]
    assert {item["agency"]["name"] for item in of_agency} == {"Công an tỉnh Vĩnh Long"}


async def test_an_answer_comes_in_the_language_it_has(api: Api) -> None:
    [item, *_] = (await api.said("/answers?q=tro cap hang thang 76 tuoi"))["items"]
    english = await api.said(f"/answers/{item['number']}?lang=en")
    assert english["lang"] == "en"
    assert "500,000" in english["answer"]
    assert set(english["languages"]) == {"vi", "en", "km"}
    assert english["url"].endswith(f"/en/hoi-dap/{item['number']}")
    [other, *_] = (await api.said("/answers?q=ray khong vao hem thu gom rac"))["items"]
    assert (await api.said(f"/answers/{other['number']}?lang=km"))["lang"] == "vi"


async def test_what_was_taken_back_is_gone_and_what_never_was_is_not_there(api: Api) -> None:
    number = (await api.said("/answers"))["items"][0]["number"]
    async with api.store.work() as work:
        [found] = [one for one in await work.publications.live() if one.number == number][:1]
        move = DocumentMove(found.id, "vi", found.version, "editor")
        await take_down(work, move, "sai số liệu")
        await work.commit()
    await api.portal.reload()
    for path, status in ((f"/answers/{number}", 410), ("/answers/99999", 404)):
        response = await api.get(path)
        assert (response.status, response.content_type) == (status, PROBLEM)
        assert (await response.json())["status"] == status


async def test_a_reader_is_told_that_nothing_changed(api: Api) -> None:
    response = await api.get("/procedures?per_page=3")
    tag = response.headers["ETag"]
    for given in (tag, f'"other", {tag}', f"W/{tag}", "*"):
        again = await api.get("/procedures?per_page=3", If_None_Match=given)
        assert (again.status, again.headers["ETag"]) == (304, tag)
        assert await again.read() == b""
    assert (await api.get("/procedures?per_page=4", If_None_Match=tag)).status == 200


async def test_public_data_may_be_read_by_any_page_and_a_case_by_none(api: Api) -> None:
    for path in ("/answers", "/answers/99999", "/agencies?field=cheese", "/openapi.json"):
        response = await api.get(path, Origin="https://example.org")
        assert response.headers["Access-Control-Allow-Origin"] == "*"
    case, pickup_code = await api.case(CaseStatus.CLOSED)
    response = await api.ask_status(code=case.code, pickup_code=pickup_code)
    assert "Access-Control-Allow-Origin" not in response.headers
    assert response.headers["Cache-Control"] == "no-store"


async def test_procedures_are_listed_found_and_told(api: Api) -> None:
    assert (await api.said("/procedures"))["total"] >= 80
    [first, *_] = (await api.said("/procedures?q=lam can cuoc"))["items"]
    told = await api.said(f"/procedures/{first['code']}")
    assert "căn cước" in told["title"].lower()
    assert told["papers"]
    assert (await api.get("/procedures/9.999999")).status == 404


async def test_an_ended_district_names_who_took_over(api: Api) -> None:
    now = {item["code"] for item in (await api.said("/agencies"))["items"]}
    then = {item["code"] for item in (await api.said("/agencies?on=2024-05-01"))["items"]}
    assert "H59.UBND.CANGLONG" in then - now
    ended = await api.said("/agencies/H59.UBND.CANGLONG")
    assert ended["valid_to"] == "2025-06-30"
    areas = {item["area"]: item["agency"] for item in ended["successors"]}
    assert areas["xã An Trường"] == {
        "code": "H61.X.ANTRUONG",
        "name": "Ủy ban nhân dân xã An Trường",
    }


async def test_a_wrong_parameter_is_named(api: Api) -> None:
    for path, name, reason in (
        ("/answers?page=0", "page", "is not between 1 and 10000"),
        ("/answers?page=x", "page", "is not a whole number"),
        ("/answers?page=1&page=2", "page", "is given twice"),
        ("/answers?q=", "q", "is empty"),
        ("/answers?feild=land", "feild", "is not known"),
        ("/answers?lang=fr", "lang", "is none of vi, en, km"),
        ("/agencies?on=20/11/2026", "on", "is not a date like 2026-11-20"),
        ("/agencies?on=2026-02-30", "on", "is not a date like 2026-11-20"),
    ):
        response = await api.get(path)
        assert (response.status, response.content_type) == (400, PROBLEM), path
        assert (await response.json())["errors"] == [{"name": name, "reason": reason}]


def is_case_status(said: object) -> None:
    """Fails when it is not as described: whatever is sent at random opens no case."""
    document = orjson.loads(Description().served)
    schema = {"$ref": "#/components/schemas/CaseStatus", "components": document["components"]}
    jsonschema_rs.validator_for(schema).validate(said)


async def test_both_codes_open_a_case(api: Api) -> None:
    case, pickup_code = await api.case(CaseStatus.CLOSED)
    spaced = f"{pickup_code[:3]} {pickup_code[3:]}"
    response = await api.ask_status(code=case.code.lower(), pickup_code=spaced, lang="en")
    said = await response.json()
    assert response.status == 200
    assert (said["code"], said["status"], said["answered"]) == (case.code, "closed", True)
    assert said["status_text"].startswith("answered")
    is_case_status(said)
    assert said["answer"].startswith("Kính gửi Ông/Bà")
    async with api.store.work() as work:
        kinds = [event.kind for event in await work.cases.events(case.id)]
    assert kinds.count(EventKind.PICKED_UP) == 1


async def test_an_open_case_tells_its_date_and_no_draft(api: Api) -> None:
    case, pickup_code = await api.case(CaseStatus.DRAFTED)
    said = await (await api.ask_status(code=case.code, pickup_code=pickup_code)).json()
    assert said["promised_on"] == case.promised_on.isoformat()
    assert not said["answered"]
    is_case_status(said)
    assert "answer" not in said


async def test_unknown_and_wrong_are_told_alike_and_not_often(api: Api) -> None:
    case, pickup_code = await api.case(CaseStatus.CLOSED)
    wrong = f"{(int(pickup_code) + 1) % 1_000_000:06d}"
    unknown = await api.ask_status(code="HD-2019-000001", pickup_code=pickup_code)
    mismatch = await api.ask_status(code=case.code, pickup_code=wrong)
    assert unknown.status == mismatch.status == 404
    assert await unknown.read() == await mismatch.read()
    for _ in range(4):
        await api.ask_status(code=case.code, pickup_code=wrong)
    refused = await api.ask_status(code=case.code, pickup_code=pickup_code)
    assert (refused.status, refused.content_type) == (429, PROBLEM)
    assert int(refused.headers["Retry-After"]) > 0


async def test_other_bodies_are_refused(api: Api) -> None:
    json = "application/json"
    for body, media_type, status in (
        (b'{"code": "HD-2026-000001", "pickup_code": "123456"}', "text/plain", 415),
        (b"code=HD-2026-000001", "application/x-www-form-urlencoded", 415),
        (b'{"code": "HD-2026-', json, 400),
        (b"[1]", json, 400),
        (b'{"code": "HD-2026-000001"}', json, 400),
        (b'{"code": 7, "pickup_code": "123456"}', json, 400),
        (b'{"code": "HD", "pickup_code": "123456", "more": ""}', json, 400),
        (b'{"code": "%s"}' % (b"x" * 9000), json, 413),
    ):
        response = await api.client.post(
            "/api/v1/cases/status", data=body, headers={"Content-Type": media_type}
        )
        assert (response.status, response.content_type) == (status, PROBLEM), body[:60]


async def test_codes_have_no_place_in_an_address(api: Api) -> None:
    response = await api.get("/cases/status?code=HD-2026-000001&pickup_code=123456")
    assert (response.status, response.content_type) == (405, PROBLEM)
    assert response.headers["Allow"] == "POST"
    assert (await api.get("/nothing")).content_type == PROBLEM
