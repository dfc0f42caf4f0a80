"""What the people of the desk do with one case, each in a window of their own."""

import re

from playwright.async_api import Page, expect

from tests.browser.checker import look_at
from tests.browser.walker import Window

AGENCY = "H61.SXD"
OFFICER = "Nguyễn Văn Cán"
NOTE = ".note-done"
QUESTION = "Cầu ấp Chợ đang sửa, khi nào xe tải nhẹ được qua lại bình thường?"


async def open_case(window: Window, code: str) -> Page:
    """By looking for its code: a whole one leads to the case itself."""
    await window.opens(f"/desk/?q={code}")
    await expect(window.page.get_by_role("heading", level=1)).to_have_text(code)
    return window.page


async def assign(window: Window, code: str, field: str = "transport") -> None:
    page = await open_case(window, code)
    await page.get_by_label("Lĩnh vực", exact=True).select_option(field)
    await page.get_by_label("Đơn vị trả lời").select_option(AGENCY)
    await page.get_by_label("Cán bộ (không bắt buộc)").select_option(label=OFFICER)
    await page.get_by_role("button", name="Lưu phân loại").click()
    await expect(page.locator(NOTE)).to_contain_text("Đã phân công.")


async def draft(window: Window, code: str, answer: str) -> None:
    page = await open_case(window, code)
    await page.get_by_label("Câu trả lời").fill(answer)
    await page.get_by_role("button", name="Lưu bản nháp, chuyển duyệt").click()
    await expect(page.locator(NOTE)).to_contain_text("Đã lưu bản nháp.")


async def approve_and_send(window: Window, code: str) -> None:
    page = await open_case(window, code)
    await page.get_by_role("button", name="Duyệt", exact=True).click()
    await page.get_by_role("button", name="Gửi câu trả lời…").click()
    await page.get_by_role("button", name=f"Gửi câu trả lời {code}").click()
    await expect(page.locator(NOTE)).to_contain_text("Đã gửi câu trả lời.")


async def edit_for_publication(window: Window, code: str, title: str) -> str:
    """Everything found is masked; a second person is asked. Returns the path of the document."""
    page = await open_case(window, code)
    await page.get_by_role("link", name="Biên tập để đăng công khai").click()
    await page.get_by_label("Tiêu đề", exact=True).fill(title)
    open_places = page.locator("input[name=masked]:not(:checked)")
    while left := await open_places.count():
        # The page applies a choice by itself and comes back.
        await open_places.first.check(no_wait_after=True)
        await expect(open_places).to_have_count(left - 1)
    await page.get_by_label("Vì lợi ích chung").check()
    await page.get_by_role("button", name="Lưu bản biên tập").click()
    await expect(page.locator(NOTE)).to_contain_text("Đã lưu bản biên tập.")
    await page.get_by_role("button", name="Gửi duyệt đăng").click()
    await expect(page.locator(NOTE)).to_contain_text("Đã chuyển cho người thứ hai duyệt.")
    return page.url.removeprefix(window.url).split("?")[0]


async def release(window: Window, path: str) -> str:
    """Returns the number of the public page."""
    await window.opens(path)
    page = window.page
    seen = page.get_by_label("Tôi đã xem")
    if await seen.count():
        await seen.check()
    await page.get_by_role("button", name="Duyệt và đăng").click()
    await expect(page.locator(NOTE)).to_contain_text("Đã đăng.")
    found = re.search(r"\d+", await page.get_by_role("heading", level=1).inner_text())
    assert found
    return found[0]


async def take_down(window: Window, path: str, reason: str) -> None:
    await window.opens(path)
    page = window.page
    await page.get_by_role("button", name="Gỡ xuống…").click()
    await page.get_by_label("Lý do gỡ").fill(reason)
    await page.get_by_role("button", name="Gỡ bài").click()
    await expect(page.locator(NOTE)).to_contain_text("Đã gỡ.")


async def ask_on_the_web(window: Window, *, look: bool = True) -> tuple[str, str]:
    """Code and pick-up code."""
    page = window.page
    await window.opens("/hoi")
    await page.get_by_label("Nội dung").first.fill(QUESTION)
    # A form that comes back at once was filled in by a machine.
    await page.wait_for_timeout(3500)
    await page.get_by_role("button", name="Xem lại").click()
    await expect(page.locator(".typed")).to_have_text(QUESTION)
    if look:
        assert await look_at(page) == []
    await page.get_by_role("button", name="Gửi đi").click()
    await expect(page.locator(".codes")).to_be_visible()
    if look:
        assert await look_at(page) == []
    code, pickup = await page.locator(".codes dd").all_inner_texts()
    return code, pickup


async def pick_up(window: Window, code: str, pickup: str) -> Page:
    page = window.page
    await window.opens("/tra-loi")
    await page.locator("#ma-cau-hoi").fill(code.lower())
    await page.locator("#ma-nhan").fill(pickup)
    await page.get_by_role("button", name="Xem", exact=True).click()
    await expect(page.get_by_role("heading", level=1)).to_have_text(code)
    return page
