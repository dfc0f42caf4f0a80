"""Every page of portal, desk and sandbox: axe-core, widths, zoom, dark, keyboard."""

import re

import pytest
from playwright.async_api import expect

from casework.permissions import Role
from desk.routes import ROUTES
from portal.links import prefix
from portal.words import LANGUAGES
from tests.browser.checker import look_at, walk_with_tab
from tests.browser.pages import DeskPages, Found, crawl, one_of_each
from tests.browser.tables import DESK, PORTALS
from tests.browser.walker import OpenWindow, Window

pytestmark = pytest.mark.browser

#: What the Tab key stops at.
_REACHED = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']"
#: Pieces of pages, files, and pages one gets to by acting: the walks look at those.
_NOT_BY_LINK = {
    *("conversation", "person_talk", "attachment", "sealed_file", "link", "entered", "next_case"),
}
#: The first is for machines, the second shows itself to whoever asked for their data.
_NOT_PAGES = {"/hoi-dap.atom", r"/quyen-du-lieu/{code:[\w.\-]{1,80}}"}


async def look_at_each(window: Window, pages: list[Found]) -> list[str]:
    faults = []
    for page in pages:
        await window.opens(page.address)
        faults += [f"{page.address}: {one}" for one in await look_at(window.page)]
    return faults


async def test_pages_of_the_desk(open_window: OpenWindow, desk_pages: DeskPages) -> None:
    """As everybody sees them; what looks the same is looked at once."""
    looked: set[tuple[str, frozenset[str]]] = set()
    faults: list[str] = []
    for role in Role:
        window = await open_window(role)
        pages = await desk_pages(role)
        new = [one for one in one_of_each(pages) if (one.route, one.forms) not in looked]
        looked |= {(one.route, one.forms) for one in new}
        faults += [f"{role} {one}" for one in await look_at_each(window, new or pages[:1])]
        await window.page.context.close()
    assert faults == []
    acted = {one.path for one in ROUTES if one.method == "GET" and one.name in _NOT_BY_LINK}
    assert {route for route, _ in looked} | {"/login"} == DESK.routes("GET") - acted


@pytest.mark.parametrize("lang", LANGUAGES)
async def test_pages_of_the_portal(open_window: OpenWindow, lang: str) -> None:
    window = await open_window()
    table = PORTALS[lang]
    client = window.page.context.request
    pages = await crawl(client, window.url, f"{prefix(lang)}/", table)
    pages += await crawl(client, window.url, f"{prefix(lang)}/tim?q=can cuoc", table)
    pages += await crawl(client, window.url, f"{prefix(lang)}/tim?q=zzzz", table)
    assert await look_at_each(window, one_of_each(pages)) == []
    assert {one.route for one in pages} == table.routes("GET") - _NOT_PAGES


async def test_pages_without_an_account(open_window: OpenWindow) -> None:
    window = await open_window(watched=False)
    faults = []
    for path in ("/desk/login", "/desk/link/khong-con-dung", "/hoi-dap/404404", "/en/khong-co"):
        await window.opens(path)
        faults += [f"{path}: {one}" for one in await look_at(window.page)]
    assert faults == []


async def test_the_sandbox(open_window: OpenWindow) -> None:
    window = await open_window()
    faults = []
    for query in ("app=zalo&who=lan&lang=vi", "app=facebook&who=dara&lang=en"):
        await window.opens(f"/sandbox/?{query}")
        faults += [f"{query}: {one}" for one in await look_at(window.page)]
    assert faults == []


@pytest.mark.parametrize(
    ("role", "path"),
    [
        ("", "/"),
        ("", "/hoi"),
        ("", "/sandbox/"),
        ("editor", "/desk/"),
        ("editor", "/desk/entry"),
        ("editor", "/desk/publications/new"),
        ("admin", "/desk/accounts/new"),
    ],
)
async def test_by_keyboard_one_sees_where_one_is(
    open_window: OpenWindow, role: str, path: str
) -> None:
    window = await open_window(role)
    page = window.page
    await window.opens(path)
    skip = page.locator(_REACHED).first
    await expect(skip).to_have_class("skip")
    await skip.focus()
    await expect(skip).to_be_in_viewport()
    target = await skip.get_attribute("href")
    assert target is not None
    assert re.fullmatch(r"#[\w-]+", target)
    assert await walk_with_tab(page) == []
    await skip.focus()
    await page.keyboard.press("Enter")
    await expect(page.locator(target)).to_be_focused()
