"""The desk when the database is away, and input nobody sane sends."""

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from casework.permissions import Role
from desk.app import make_desk
from store.clock import random_id, system_clock
from store.engine import make_engine
from store.unit_of_work import Store
from store.vault import Vault
from tests.integration.desk_scene import BUILDING, Scene, desk_over


async def test_without_a_database_the_person_gets_a_page_and_the_typed_text(
    vault: Vault, caplog: pytest.LogCaptureFixture
) -> None:
    engine = make_engine("postgresql+psycopg://nobody@127.0.0.1:1/none", pool_size=1)
    store = Store(engine, vault, system_clock, random_id)
    app = web.Application()
    app.add_subapp("/desk/", make_desk(desk_over(store)))
    async with TestClient(TestServer(app)) as client:
        assert (await client.get("/desk/login")).status == 200
        cookie = {"Cookie": "hoidap_desk=some-session"}
        answer = await client.post(
            "/desk/cases/c1/draft", data={"text": "Kính gửi Ông/Bà"}, headers=cookie
        )
        page = await answer.text()
    await store.close()
    assert answer.status == 500
    assert "Hệ thống gặp lỗi" in page
    assert "Kính gửi Ông/Bà</textarea>" in page
    assert answer.headers["Cache-Control"] == "no-store"
    assert "OperationalError" in caplog.text
    assert "Kính gửi" not in caplog.text
    assert "some-session" not in caplog.text


@pytest.mark.parametrize(
    "query",
    ["q=%00", "q=%ED%A0%80", "q=%FF%FE", "q=" + "9" * 3000, "q=%25%5F%27", "tab=%00", "page=-1",
     "page=99999999999999999999", "done=%00", "tab=__class__", "q=%F0%9F%91%8B"],
)  # fmt: skip
async def test_odd_addresses_are_only_lists(scene: Scene, query: str) -> None:
    officer = await scene.signed_in(Role.OFFICER, BUILDING)
    assert "Danh sách" in await officer.get(f"/desk/?{query}")


@pytest.mark.parametrize("email", ["\x00", "a\x00b@tinh.gov.vn", "đ" * 5000, "' or 1=1 --", ""])
async def test_odd_log_ins_are_only_wrong(scene: Scene, email: str) -> None:
    person = await scene.browser()
    form = {"email": email, "password": "x\x00" * 2000}
    assert (await person.send("/desk/login", page="/desk/login", **form)).status == 401


@pytest.mark.parametrize("version", ["", "-1", "0", "9" * 40, "1.5", "٣", "\x00"])
async def test_a_form_with_a_made_up_version_changes_nothing(scene: Scene, version: str) -> None:
    officer = await scene.signed_in(Role.OFFICER, BUILDING)
    case = await scene.case(agency=BUILDING)
    answer = await officer.act(case, "draft", text="Kính gửi Ông/Bà", version=version)
    assert answer.status == 409
    assert (await scene.reload(case)).version == case.version


@pytest.mark.parametrize(
    "path",
    ["/desk/cases/none", "/desk/cases/../x", "/desk/link/", "/desk/alerts/x/read", "/desk/x"],
)
async def test_unknown_pages_say_so_in_vietnamese(scene: Scene, path: str) -> None:
    officer = await scene.signed_in(Role.OFFICER, BUILDING)
    answer = await officer.client.get(path)
    assert answer.status in {404, 405}
    assert 'lang="vi"' in await answer.text()
