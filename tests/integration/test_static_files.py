"""Style sheets go packed to whoever takes them so, and are asked again by their tag."""

from collections.abc import AsyncIterator
from typing import TypeAlias

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from app.server import STATIC
from app.static_files import add_static_files

Browser: TypeAlias = TestClient[web.Request, web.Application]
PICO = "/static/vendor/pico/pico.min.css"


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    app = web.Application()
    add_static_files(app, "/static/", STATIC)
    async with TestClient(TestServer(app), auto_decompress=False) as client:
        yield client


@pytest.mark.parametrize("encoding", ["gzip", "identity"])
async def test_a_style_sheet_is_sent_and_then_asked_by_its_tag(
    browser: Browser, encoding: str
) -> None:
    asked = {"Accept-Encoding": encoding}
    for _ in range(2):  # on one connection: what follows a 304 must still be readable
        first = await browser.get(PICO, headers=asked)
        size = len(await first.read())
        assert first.content_type == "text/css"
        assert (size < 15_000) is (encoding == "gzip")
        same = await browser.get(PICO, headers=asked | {"If-None-Match": first.headers["ETag"]})
        assert (same.status, await same.read()) == (304, b"")


async def test_all_a_first_visit_loads_beside_fonts_is_small(browser: Browser) -> None:
    total = 0
    for path in (PICO, "/static/tokens.css", "/static/portal.css", "/static/icon.svg"):
        sent = await browser.get(path, headers={"Accept-Encoding": "gzip"})
        total += len(await sent.read())
    assert total < 30_000


async def test_fonts_and_unknown_files(browser: Browser) -> None:
    font = "/static/vendor/be-vietnam-pro/be-vietnam-pro-latin-400-normal.woff2"
    assert (await browser.get(font)).status == 200
    for path in ("/static/none.css", "/static/../server.py", "/static/%2e%2e/server.py"):
        assert (await browser.get(path)).status == 404
