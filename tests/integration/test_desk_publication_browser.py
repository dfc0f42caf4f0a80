"""Writing a public answer in a real browser: places that are pressed, words that are kept."""

from dataclasses import replace

import pytest
from playwright.async_api import Browser, Page

from casework.cases import Case, ContentKind
from casework.permissions import Role
from casework.statuses import CaseStatus
from tests.integration.desk_scene import BUILDING, PASSWORD, Scene

pytestmark = pytest.mark.browser

QUESTION = "Tôi tên là Nguyễn Văn An, gọi 0912345678. Đường tỉnh 915 bao giờ mở rộng?"


@pytest.fixture
async def case(scene: Scene) -> Case:
    case = await scene.case(QUESTION, agency=BUILDING)
    async with scene.store.work() as work:
        await work.cases.add_content(case.id, ContentKind.ANSWER, "Năm 2027.", scene.clock())
        done = replace(case, status=CaseStatus.ANSWERED, answered_at=scene.clock())
        case = await work.cases.save(done, scene.clock())
        await work.commit()
    return case


@pytest.fixture
async def page(scene: Scene, browser: Browser, case: Case) -> Page:
    await scene.account(Role.EDITOR, "", "mai@tinh.gov.vn")
    page = await (await browser.new_context(viewport={"width": 360, "height": 740})).new_page()
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    await page.goto(str(scene.server.make_url(f"/desk/cases/{case.id}/publication")))
    await page.fill("#email", "mai@tinh.gov.vn")
    await page.fill("#password", PASSWORD)
    await page.click("main button[type=submit]")
    await page.wait_for_url(lambda url: "/publication" in url and "/login" not in url)
    return page


async def test_a_pressed_place_is_uncovered_and_what_was_typed_stays(page: Page) -> None:
    await page.fill("#title", "Mở rộng đường tỉnh 915")
    await page.locator(".preview .place", has_text="[họ tên]").first.click()
    await page.locator(".preview .place-open", has_text="Nguyễn Văn An").wait_for()
    assert "Nguyễn Văn An, gọi [số điện thoại]" in await page.input_value("#question")
    assert await page.input_value("#title") == "Mở rộng đường tỉnh 915"
    await page.locator(".preview .place-open", has_text="Nguyễn Văn An").click()
    await page.locator(".preview .place-open").wait_for(state="detached")
    assert "Tôi tên là [họ tên]" in await page.input_value("#question")


async def test_every_field_comes_back_after_the_page_was_left(page: Page) -> None:
    await page.fill("#title", "Tiêu đề gõ dở")
    await page.fill("#text", "Câu trả lời gõ dở")
    await page.goto(page.url.split("/desk/", maxsplit=1)[0] + "/desk/publications")
    await page.go_back()
    await page.reload()
    await page.locator("[data-kept-note]", has_text="Đã khôi phục").wait_for()
    assert await page.input_value("#title") == "Tiêu đề gõ dở"
    assert await page.input_value("#text") == "Câu trả lời gõ dở"


async def test_nothing_sticks_out_of_a_narrow_screen(page: Page) -> None:
    wider = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wider <= 0
