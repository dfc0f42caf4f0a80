"""Texts to learn from in a real browser: on a phone, without scripts, and two editors at once."""

from collections.abc import AsyncIterator

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, expect

from casework.permissions import Role
from casework.samples import SampleReason, SampleSource, SampleStatus, TrainingSample
from store.samples import SampleFilter
from store.unit_of_work import Store
from tests.integration.desk_scene import PASSWORD, TALK, Scene, open_desk

pytestmark = pytest.mark.browser

TEXTS = ("cái vụ dời đồng hồ nước bữa hổm tính sao rồi", "hỏi thăm giấy tờ của má [name] chút coi")
NARROW = {"viewport": {"width": 360, "height": 740}}


@pytest.fixture
async def scene(store: Store) -> AsyncIterator[Scene]:
    async with open_desk(store) as found:
        async with found.store.work() as work:
            for number, text in enumerate(TEXTS):
                sample = TrainingSample(
                    id=found.store.ids(),
                    reason=SampleReason.FELL_BACK,
                    lang="vi",
                    text=text,
                    collected_at=found.clock(),
                    last_seen_at=found.clock(),
                )
                for time in range(len(TEXTS) - number):
                    await work.samples.collect(sample, SampleSource(TALK, time))
            await work.commit()
        yield found


async def enter(scene: Scene, browser: Browser, role: Role, **options: object) -> Page:
    member = await scene.account(role, email=f"{role}@tinh.gov.vn")
    context = await browser.new_context(**options)  # type: ignore[arg-type]
    page = await context.new_page()
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    await page.goto(str(scene.server.make_url("/desk/")))
    await page.fill("#email", member.email)
    await page.fill("#password", PASSWORD)
    await page.click("main button[type=submit]")
    await page.wait_for_url(lambda url: "/login" not in url)
    return page


async def open_first(scene: Scene, page: Page) -> None:
    await page.goto(str(scene.server.make_url("/desk/samples")))
    await page.click(".case-link")
    await expect(page.locator(".sample-text")).to_have_text(TEXTS[0])


async def test_a_text_is_labelled_on_a_phone_without_scripts(
    scene: Scene, browser: Browser
) -> None:
    page = await enter(scene, browser, Role.EDITOR, java_script_enabled=False, **NARROW)
    await open_first(scene, page)
    await page.select_option("#intent", "check_case")
    await page.get_by_role("button", name="Lưu ý định").click()
    await expect(page.locator(".sample-text")).to_have_text(TEXTS[1].replace("[name]", "[họ tên]"))
    await page.get_by_role("link", name="Xem lại câu vừa rồi").click()
    await expect(page.locator(".facts")).to_contain_text("bổ sung hoặc rút câu đã gửi")
    await page.get_by_role("button", name="Mở lại để gán lại").click()
    await expect(page.get_by_role("status")).to_contain_text("chờ gán lại")


async def test_the_pages_are_fit_for_everybody(scene: Scene, browser: Browser) -> None:
    page = await enter(scene, browser, Role.EDITOR, **NARROW)
    await open_first(scene, page)
    await page.get_by_text("Che thêm hoặc rút gọn câu").click()
    for address in (page.url, str(scene.server.make_url("/desk/samples?status=refused&lang=km"))):
        await page.goto(address)
        found = await Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
        wide = "() => document.documentElement.scrollWidth"
        assert await page.evaluate(wide) <= NARROW["viewport"]["width"]


async def test_the_second_of_two_editors_is_told_and_keeps_the_choice(
    scene: Scene, browser: Browser
) -> None:
    one = await enter(scene, browser, Role.EDITOR)
    other = await enter(scene, browser, Role.CHIEF_EDITOR)
    await open_first(scene, one)
    await open_first(scene, other)
    await one.select_option("#why", "unclear")
    await one.get_by_role("button", name="Bỏ câu này").click()
    await expect(one.get_by_role("status")).to_contain_text("Đã bỏ câu vừa rồi")
    await other.select_option("#field", "land")
    await other.get_by_role("button", name="Lưu lĩnh vực").click()
    await expect(other.get_by_role("alert")).to_contain_text("Có người vừa xử lý")
    await expect(other.locator("main")).to_contain_text("Anh/chị vừa chọn: Đất đai")
    async with scene.store.work() as work:
        counts = await work.samples.count_each(SampleFilter())
    assert counts[SampleStatus.DISMISSED] == counts[SampleStatus.WAITING] == 1
