"""Every public page in a real browser, on a phone and on a desk: nothing axe-core objects to."""

from collections.abc import AsyncIterator, Callable
from datetime import date
from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page

from store.unit_of_work import Store
from tests.integration.portal_scene import (
    HEALTH,
    OLD_HEALTH,
    PROCEDURE,
    QUESTION,
    Scene,
    open_scene,
)

pytestmark = pytest.mark.browser

PHONE, DESK = {"width": 360, "height": 740}, {"width": 1280, "height": 800}
PAGES = (
    *("/", "/tim?q=the bao hiem y te", "/tim?q=zzzz", "/hoi-dap", "/hoi-dap/1", "/hoi-dap/2"),
    *("/hoi-dap/404", "/thuong-gap/gio-lam-viec", f"/thu-tuc/{PROCEDURE}", "/co-quan"),
    *(f"/co-quan/{HEALTH}", f"/co-quan/{OLD_HEALTH}", "/hoi", "/tra-loi", "/rieng-tu"),
    *("/quyen-du-lieu", "/thu-tuc", "/thuong-gap"),
)
#: Controls lower than a thumb; links within a sentence follow the line.
_SMALL = """() => [...document.querySelectorAll('a, button, input, select')].filter(one => {
  const box = one.getBoundingClientRect();
  const choice = one.matches('[type=radio], [type=checkbox], [type=hidden]');
  return box.width > 0 && box.height < 43.5 && !choice
    && !one.closest('p, dd, .notice ul, .column ul, .skip, .trap');
}).map(one => one.outerHTML)"""
_WIDER = "() => document.documentElement.scrollWidth - window.innerWidth"


@pytest.fixture
async def scene(store: Store) -> AsyncIterator[Scene]:
    async with open_scene(store) as found:
        await found.publish(1)
        await found.publish(2, valid_until=date(2026, 1, 1))
        yield found


async def look(page: Page, name: str) -> None:
    """What a checker finds, what a thumb misses, what runs off the screen."""
    found: dict[str, Any] = (await Axe().run(page)).response
    told = [(item["id"], item["nodes"][0]["html"]) for item in found["violations"]]
    assert told == [], name
    assert await page.evaluate(_WIDER) <= 0, name
    if page.viewport_size == PHONE:
        assert await page.evaluate(_SMALL) == [], name


def addresses(scene: Scene) -> Callable[[str], str]:
    return lambda path: str(scene.visitor.client.make_url("/")).rstrip("/") + path


@pytest.mark.parametrize(
    ("prefix", "size"), [("", PHONE), ("/km", PHONE), ("/en", DESK)], ids=["vi", "km", "en"]
)
async def test_pages_to_read(
    scene: Scene, browser: Browser, prefix: str, size: dict[str, int]
) -> None:
    page = await browser.new_page(viewport=size, java_script_enabled=True)  # type: ignore[arg-type]
    for path in PAGES:
        await page.goto(addresses(scene)(f"{prefix}{path}"))
        await look(page, path)


async def test_dark_pages_are_readable(scene: Scene, browser: Browser) -> None:
    page = await browser.new_page(color_scheme="dark")
    for path in ("/", "/hoi-dap/2", "/hoi"):
        await page.goto(addresses(scene)(path))
        await look(page, path)


async def test_from_the_form_to_the_status(scene: Scene, browser: Browser) -> None:
    page = await browser.new_page(viewport=PHONE)  # type: ignore[arg-type]
    await page.goto(addresses(scene)("/hoi"))
    await page.fill("textarea", "ngắn")
    scene.clock.move(seconds=9)
    await page.click("main form.card button")
    await look(page, "errors")
    await page.fill("textarea", f"{QUESTION} Tôi muốn tố cáo. Nhà đang cháy, cứu với!")
    await page.click("main form.card button")
    await look(page, "check")
    await page.get_by_role("button", name="Hỏi quy định").click()
    await look(page, "sent")
    code, pickup = await page.locator(".codes dd").all_inner_texts()
    await page.get_by_role("link", name="Nhận trả lời").click()
    await page.fill("#ma-cau-hoi", code.lower())
    await page.fill("#ma-nhan", pickup)
    await page.click("main form.card button")
    await look(page, "status")


async def test_a_complaint_is_sealed(scene: Scene, browser: Browser) -> None:
    page = await browser.new_page(viewport=PHONE)  # type: ignore[arg-type]
    await page.goto(addresses(scene)("/hoi"))
    await page.fill("textarea", "Tôi muốn tố cáo cán bộ địa chính nhận hối lộ khi làm sổ đỏ.")
    scene.clock.move(seconds=9)
    await page.click("main form.card button")
    await page.get_by_role("button", name="Tố cáo một người").click()
    await look(page, "sealed")
    assert await page.get_by_text("đã được niêm phong").is_visible()


async def test_an_answer_prints_on_one_page(scene: Scene, browser: Browser) -> None:
    page = await browser.new_page()
    await page.goto(addresses(scene)("/hoi-dap/1"))
    assert (await page.pdf(format="A4")).count(b"/Type /Page\n") == 1


async def test_without_javascript_all_of_it_works(scene: Scene, browser: Browser) -> None:
    page = await (await browser.new_context(java_script_enabled=False)).new_page()
    await page.goto(addresses(scene)("/"))
    await page.fill("#q", "the bao hiem y te")
    await page.get_by_role("button", name="Tìm").click()
    await page.get_by_role("link", name="Cấp lại thẻ bảo hiểm y tế bị mất").first.click()
    await page.get_by_role("button", name="Có ích", exact=True).click()
    assert await page.get_by_text("Cảm ơn Ông/Bà").is_visible()
