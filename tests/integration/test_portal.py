"""The first page offers the numbers of the catalogue, also after they changed."""

import asyncio
import re
from collections.abc import AsyncIterator
from typing import TypeAlias

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from app.base_data import FOLDER, read_lines
from app.database import conninfo
from app.settings import read_settings
from app.site_parts import make_phone_listener, make_site_portal, read_phone_lines
from portal.app import Portal
from store.unit_of_work import Store
from tests.fakes.clock import NOW

Browser: TypeAlias = TestClient[web.Request, web.Application]


@pytest.fixture
def portal() -> Portal:
    return make_site_portal(read_settings({}), sandbox=False)


@pytest.fixture
async def browser(portal: Portal) -> AsyncIterator[Browser]:
    app = web.Application()
    app.add_routes(portal.routes())
    async with TestClient(TestServer(app)) as client:
        yield client


async def numbers_on_page(browser: Browser) -> list[str]:
    return re.findall(r'href="tel:(\d+)"', await (await browser.get("/")).text())


async def until_page_has(browser: Browser, numbers: list[str]) -> None:
    async with asyncio.timeout(10):
        while await numbers_on_page(browser) != numbers:  # noqa: ASYNC110 - asks the page
            await asyncio.sleep(0.05)


async def import_hotlines(store: Store, *rows: dict[str, object]) -> None:
    async with store.work() as work:
        await work.catalogue.save("hotlines", rows, NOW)
        await work.commit()


async def test_the_numbers_are_those_of_the_catalogue(
    store: Store, portal: Portal, browser: Browser
) -> None:
    await import_hotlines(store, *read_lines(FOLDER / "hotlines.jsonl"), {"number": "no number"})
    portal.show_lines(await read_phone_lines(store))
    assert await numbers_on_page(browser) == ["1022", "112", "113", "114", "115", "111"]
    page = await (await browser.get("/")).text()
    assert "Công an – an ninh trật tự" in page
    assert "bảo vệ trẻ em" in page


async def test_without_numbers_no_empty_promise(browser: Browser) -> None:
    page = await (await browser.get("/")).text()
    assert "tel:" not in page
    assert "khẩn cấp" not in page


async def test_an_imported_number_is_on_the_page_at_once(
    store: Store, database_url: str, portal: Portal, browser: Browser
) -> None:
    listener = make_phone_listener(conninfo(database_url), portal, store)
    listening = asyncio.create_task(listener.run())
    try:
        await import_hotlines(
            store, {"number": "19001022", "name": "Tổng đài <tỉnh>", "for": ["information"]}
        )
        await until_page_has(browser, ["19001022"])
        await import_hotlines(
            store, {"number": "113", "name": {"vi": "Công an"}, "for": ["emergency"]}
        )
        await until_page_has(browser, ["19001022", "113"])
    finally:
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)
