"""The main steps of the desk and the portal's form in a browser that runs no scripts."""

import pytest
from playwright.async_api import Page, expect

from tests.browser.steps import (
    NOTE,
    approve_and_send,
    ask_on_the_web,
    assign,
    draft,
    open_case,
    pick_up,
)
from tests.browser.walker import Demo, OpenWindow

pytestmark = pytest.mark.browser

ANSWER = "Kính gửi Ông/Bà, số điện thoại tổ trực là 0912 345 678. Cầu thông xe từ 15/12/2026."


async def log_in_on_a_phone(page: Page, demo: Demo, role: str) -> None:
    email, password = demo.accounts[role]
    await page.set_viewport_size({"width": 360, "height": 740})
    await page.goto(f"{demo.url}/desk/")
    await page.get_by_label("E-mail công vụ").fill(email)
    await page.get_by_label("Mật khẩu").fill("không phải mật khẩu này")
    await page.get_by_role("button", name="Đăng nhập").click()
    await expect(page.get_by_role("alert")).to_be_visible()
    await expect(page.get_by_label("E-mail công vụ")).to_have_value(email)
    await page.get_by_label("Mật khẩu").fill(password)
    await page.get_by_role("button", name="Đăng nhập").click()
    await expect(page.get_by_role("button", name="Đăng xuất")).to_be_visible()


async def test_an_officer_signs_in(demo: Demo, open_window: OpenWindow) -> None:
    window = await open_window(scripts=False, watched=False)
    await log_in_on_a_phone(window.page, demo, "officer")
    await window.page.locator("a.case-link").first.click()
    await expect(window.page.get_by_role("heading", level=1)).to_be_visible()


async def test_from_the_form_to_the_public_page(open_window: OpenWindow) -> None:
    citizen = await open_window(scripts=False)
    code, pickup = await ask_on_the_web(citizen, look=False)
    editor = await open_window("editor", scripts=False)
    await assign(editor, code)
    await draft(await open_window("officer", scripts=False), code, ANSWER)
    await approve_and_send(await open_window("lead", scripts=False), code)
    page = await pick_up(citizen, code, pickup)
    await expect(page.locator("main")).to_contain_text("15/12/2026")
    await page.get_by_role("button", name="Hài lòng", exact=True).click()
    await expect(page.get_by_role("status")).to_contain_text("Đã ghi nhận đánh giá")

    page = await open_case(editor, code)
    await page.get_by_role("link", name="Biên tập để đăng công khai").click()
    await page.get_by_label("Tiêu đề", exact=True).fill("Khi nào xe qua được cầu ấp Chợ?")
    place = page.locator("li", has_text="0912 345 678").locator("input[name=masked]")
    public = page.locator("article.as-public")
    await place.uncheck()
    await page.get_by_role("button", name="Áp dụng phần đã chọn").click()
    await expect(public).to_contain_text("0912 345 678")
    await place.check()
    await page.get_by_role("button", name="Áp dụng phần đã chọn").click()
    await expect(public).not_to_contain_text("0912 345 678")
    await page.get_by_label("Vì lợi ích chung").check()
    await page.get_by_role("button", name="Lưu bản biên tập").click()
    await expect(page.locator(NOTE)).to_contain_text("Đã lưu bản biên tập.")
    await expect(public).to_contain_text("khi nào xe tải nhẹ được qua lại bình thường?")
