"""The desk in a real browser: what is typed, the keys, the narrow screen."""

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page

from casework.cases import Case
from casework.permissions import Role
from store.alerts import AlertKind
from store.staff import StaffMember
from tests.integration.desk_scene import BUILDING, PASSWORD, Scene

pytestmark = pytest.mark.browser


@pytest.fixture
async def officer(scene: Scene) -> StaffMember:
    return await scene.account(Role.OFFICER, BUILDING, "lan@tinh.gov.vn")


@pytest.fixture
async def case(scene: Scene, officer: StaffMember) -> Case:
    return await scene.case(agency=BUILDING, officer=officer.id)


async def enter(scene: Scene, browser: Browser, email: str, **options: object) -> Page:
    context = await browser.new_context(**options)  # type: ignore[arg-type]
    page = await context.new_page()
    # A policy that refuses our own script or style shows here.
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    await page.goto(str(scene.server.make_url("/desk/")))
    await log_in(page, email)
    return page


async def log_in(page: Page, email: str) -> None:
    await page.fill("#email", email)
    await page.fill("#password", PASSWORD)
    await page.click("main button[type=submit]")
    await page.wait_for_url(lambda url: "/login" not in url)


def address(scene: Scene, case: Case) -> str:
    return str(scene.server.make_url(f"/desk/cases/{case.id}"))


async def write(page: Page, text: str) -> None:
    await page.fill("#text", text)
    await page.wait_for_function("() => !document.querySelector('[data-kept-note]').hidden")


async def test_an_unsaved_answer_is_there_again_after_a_new_log_in(
    scene: Scene, browser: Browser, officer: StaffMember, case: Case
) -> None:
    page = await enter(scene, browser, officer.email)
    await page.goto(address(scene, case))
    await write(page, "Kính gửi Ông/Bà, đang viết dở")
    await page.context.clear_cookies()
    await page.goto(address(scene, case))
    assert "/login" in page.url
    await log_in(page, officer.email)
    assert await page.input_value("#text") == "Kính gửi Ông/Bà, đang viết dở"
    assert "Đã khôi phục" in await page.inner_text("[data-kept-note]")
    await page.dblclick(".draft button[type=submit]")
    await page.wait_for_selector(".note-done")
    assert await page.evaluate("Object.keys(localStorage).length") == 0
    assert (await scene.reload(case)).version == case.version + 1


async def test_another_person_at_the_same_machine_sees_nothing_of_it(
    scene: Scene, browser: Browser, officer: StaffMember, case: Case
) -> None:
    other = await scene.account(Role.LEAD, BUILDING)
    page = await enter(scene, browser, officer.email)
    await page.goto(address(scene, case))
    await write(page, "Đang viết dở")
    await page.context.clear_cookies()
    await page.goto(address(scene, case))
    await log_in(page, other.email)
    assert await page.input_value("#text") == ""


async def test_without_scripts_an_answer_is_written_and_saved(
    scene: Scene, browser: Browser, officer: StaffMember, case: Case
) -> None:
    page = await enter(
        scene, browser, officer.email,
        java_script_enabled=False, viewport={"width": 360, "height": 700},
    )  # fmt: skip
    await page.click(".case-link")
    await page.fill("#text", "Kính gửi Ông/Bà")
    await page.click("label[for=xem-thong-tin]")
    assert await page.is_visible(".pane-facts")
    await page.click("label[for=xem-tra-loi]")
    await page.click(".draft button[type=submit]")
    assert "Đã lưu bản nháp" in await page.inner_text(".note-done")


async def test_the_keys(scene: Scene, browser: Browser, officer: StaffMember, case: Case) -> None:
    page = await enter(scene, browser, officer.email)
    await page.keyboard.press("j")
    await page.keyboard.press("r")
    await page.wait_for_url("**/cases/**")
    await page.wait_for_function("() => document.activeElement.id === 'text'")
    await page.keyboard.type("jk/?")
    assert await page.input_value("#text") == "jk/?"
    await page.evaluate("document.activeElement.blur()")
    await page.keyboard.press("?")
    await page.wait_for_function("() => document.getElementById('phim-tat').open")
    await page.keyboard.press("Escape")
    await page.wait_for_function("() => !document.getElementById('phim-tat').open")
    await page.keyboard.press("/")
    await page.wait_for_function("() => document.activeElement.id === 'tim'")


async def test_no_page_scrolls_sideways_on_a_small_phone(scene: Scene, browser: Browser) -> None:
    editor = await scene.account(Role.EDITOR)
    long = "https://vinhlong.gov.vn/" + "a" * 300
    await scene.hears(long, "1")
    case = await scene.case(long, agency=BUILDING)
    async with scene.store.work() as work:
        await work.alerts.add(
            AlertKind.EMERGENCY, scene.clock(), conversation_id=case.conversation_id
        )
        await work.commit()
    page = await enter(scene, browser, editor.email, viewport={"width": 360, "height": 700})
    for path in ("", "?tab=agency", "?q=x", f"cases/{case.id}", "alerts", "account", "none"):
        await page.goto(str(scene.server.make_url("/desk/")) + path)
        for pane in await page.query_selector_all(".pane-tabs label"):
            await pane.click()
            assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path


@pytest.mark.parametrize("waiting", [1, 12, 120])
async def test_the_head_stays_on_one_line_of_a_phone_while_alerts_wait(
    scene: Scene, browser: Browser, waiting: int
) -> None:
    editor = await scene.account(Role.CHIEF_EDITOR)
    async with scene.store.work() as work:
        for number in range(waiting):
            talk = f"zalo:400:{number}"
            await work.alerts.add(AlertKind.EMERGENCY, scene.clock(), conversation_id=talk)
        await work.commit()
    page = await enter(scene, browser, editor.email, viewport={"width": 360, "height": 780})
    await page.goto(str(scene.server.make_url("/desk/alerts")))
    tops = await page.evaluate(
        "() => ['.brand', '.own'].map(one => document.querySelector(one).offsetTop)"
    )
    assert tops[0] == tops[1]
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def test_the_history_is_announced_where_the_screen_does_not_reach(
    scene: Scene, browser: Browser, case: Case
) -> None:
    editor = await scene.account(Role.EDITOR)
    page = await enter(scene, browser, editor.email, viewport={"width": 1280, "height": 720})
    await page.goto(address(scene, case))
    link = await page.wait_for_selector("a[href='#qua-trinh']")
    assert link is not None
    box = await link.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= 720
    await link.click()
    top = "document.getElementById('qua-trinh').getBoundingClientRect().top"
    assert 0 <= await page.evaluate(top) <= 720


async def test_a_call_is_typed_in_with_the_keyboard_alone(scene: Scene, browser: Browser) -> None:
    editor = await scene.account(Role.EDITOR)
    page = await enter(scene, browser, editor.email)
    await page.goto(str(scene.server.make_url("/desk/entry")))
    keyboard = page.keyboard
    # The letters of an option count as one word only when typed fast: the arrow does it anywhere.
    while await page.input_value("#source") != "letter":
        await keyboard.press("ArrowDown")
    for typed in ("", "", "Cầu ấp Chợ bao giờ sửa?", "xã Long Đức", "", "Nguyễn Thị Sáu"):
        await keyboard.type(typed)
        await keyboard.press("Tab")
    await page.wait_for_selector("[data-kept-note]:not([hidden])")
    await keyboard.press("Control+Enter")
    await page.wait_for_selector(".digits")
    assert "Cầu ấp Chợ bao giờ sửa?" in await page.inner_text("main")
    assert "qua thư" in await page.inner_text("main")
    # The next sheet is empty: what was taken is no draft any more.
    await page.click("text=Nhập câu hỏi khác")
    assert await page.input_value("#content") == ""
    assert await page.evaluate("Object.keys(localStorage).length") == 0


async def test_agencies_of_the_chosen_field_come_first(scene: Scene, browser: Browser) -> None:
    rows = [{"code": "H61.SXD", "name": "Sở Xây dựng tỉnh", "fields": ["transport"]}]
    async with scene.store.work() as work:
        await work.catalogue.save("agencies", rows, scene.clock())
        await work.commit()
    case = await scene.case()
    editor = await scene.account(Role.EDITOR)
    page = await enter(scene, browser, editor.email)
    await page.goto(address(scene, case))
    first = "document.querySelector('[data-fitting]')"
    assert await page.evaluate(f"{first}.hidden")
    await page.select_option("#field", "transport")
    assert await page.evaluate(f"[...{first}.children].map((one) => one.value)") == ["H61.SXD"]
    await page.select_option("#agency", "H61.SXD")
    await page.select_option("#field", "health")
    assert await page.evaluate(f"{first}.hidden")
    assert await page.input_value("#agency") == "H61.SXD"


async def test_the_new_pages_are_accessible(scene: Scene, browser: Browser) -> None:
    editor = await scene.account(Role.EDITOR)
    case = await scene.case(agency=BUILDING)
    waiting = await scene.case()
    page = await enter(scene, browser, editor.email, viewport={"width": 360, "height": 700})
    for path in ("?tab=agency&field=land", f"cases/{case.id}", f"cases/{waiting.id}", "entry"):
        await page.goto(str(scene.server.make_url("/desk/")) + path)
        await page.evaluate(
            "document.querySelectorAll('details').forEach((one) => one.open = true)"
        )
        found = await Axe().run(page)
        faults = [item["id"] for item in found.response["violations"]]
        assert faults == [], (path, found.generate_report())
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
