"""Talking with a citizen in a real browser: what was sent does not come back as a draft."""

import pytest
from playwright.async_api import Browser, Page

from casework.permissions import Role
from delivery.messages import ChannelName
from store.conversations import Conversation
from tests.integration.desk_scene import PASSWORD, TALK, Scene

pytestmark = pytest.mark.browser


async def talking(scene: Scene, browser: Browser) -> Page:
    """An editor who has taken the conversation."""
    member = await scene.account(Role.EDITOR)
    await scene.hears("Cho tôi gặp cán bộ", "1")
    async with scene.store.work() as work:
        citizen = Conversation(TALK, ChannelName.ZALO, "400", "900", last_inbound_at=scene.clock())
        await work.conversations.save(citizen, scene.clock())
        await work.handovers.ask("h1", TALK, scene.clock())
        await work.handovers.take("h1", member.id, scene.clock())
        await work.commit()
    page = await (await browser.new_context(viewport={"width": 360, "height": 800})).new_page()
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    await page.goto(str(scene.server.make_url("/desk/people/h1")))
    await page.fill("[name=email]", member.email)
    await page.fill("[name=password]", PASSWORD)
    await page.click("main button[type=submit]")
    return page


async def write(page: Page, text: str) -> None:
    await page.fill("[name=text]", text)
    await page.wait_for_selector("[data-kept-note]:not([hidden])")


async def test_what_was_sent_does_not_come_back_and_what_was_not_does(
    scene: Scene, browser: Browser
) -> None:
    page = await talking(scene, browser)
    await write(page, "Chào anh,\n  mời anh đến lúc 9 giờ.")
    await page.click("text=Gửi tin nhắn")
    await page.wait_for_selector(".by-staff")
    assert await page.input_value("[name=text]") == ""
    await write(page, "Câu viết dở")
    await page.reload()
    assert await page.input_value("[name=text]") == "Câu viết dở"
    await page.goto(str(scene.server.make_url("/desk/people")))
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def test_the_conversation_renews_itself_and_keeps_what_is_typed(
    scene: Scene, browser: Browser
) -> None:
    page = await talking(scene, browser)
    await page.fill("[name=text]", "Đang viết")
    await scene.hears("Tôi hỏi thêm", "2")
    await page.wait_for_selector("text=Tôi hỏi thêm", timeout=15_000)
    assert await page.input_value("[name=text]") == "Đang viết"
