"""From a citizen's report to a public answer that serves the next citizen, and back."""

import re

import pytest
from playwright.async_api import expect

from tests.browser.checker import look_at
from tests.browser.steps import (
    approve_and_send,
    assign,
    draft,
    edit_for_publication,
    open_case,
    release,
    take_down,
)
from tests.browser.walker import ANSWER_WITHIN, OpenWindow, Phone, Window

pytestmark = pytest.mark.browser

REPORT = "bai giu xe cho Long Duc thu 10 ngan dong mot xe may, goi toi so 0912345678"
ANSWER = (
    "Kính gửi Ông/Bà, giá giữ xe máy ban ngày tại chợ là 3.000 đồng một lượt, ban đêm là 5.000"
    " đồng một lượt. Bãi giữ xe phải niêm yết giá ở lối vào. Bãi thu cao hơn đã bị nhắc nhở."
)
TITLE = "Giá giữ xe máy ở chợ là bao nhiêu?"
OTHER_WORDS = "cho hỏi giá giữ xe máy ở chợ"
SOURCE = "3.000 đồng một lượt"
CODE = re.compile(r"PA-\d{4}-\d{6}")
FULL_DAY = re.compile(r"thứ \S+, \d{2}/\d{2}/\d{4}")
PICKUP = re.compile(r"mã nhận trả lời \d{3} \d{3}")


async def report(phone: Phone) -> str:
    """Typed without accents, with a photo and a place; ends with the code."""
    await phone.writes(REPORT, "gửi ảnh nếu có")
    await phone.attaches("Ổ gà", "1 tệp")
    await phone.attaches("Vị trí", REPORT, "9.97", "Gửi đi")
    await phone.writes("1", CODE, FULL_DAY, PICKUP)
    found = CODE.search(await phone.last_answer())
    assert found
    return found[0]


async def status_within(window: Window, path: str, wanted: int, *, seconds: int) -> int:
    """Every process hears of a change by itself."""
    status = 0
    for _ in range(seconds * 5):
        response = await window.page.goto(window.url + path)
        status = response.status if response else 0
        if status == wanted:
            break
        await window.page.wait_for_timeout(200)
    return status


async def test_a_report_its_answer_and_what_the_next_citizen_gets(
    open_window: OpenWindow,
) -> None:
    lan = Phone(await open_window())
    await lan.takes("zalo", "lan")
    code = await report(lan)
    await lan.window.photographs("sandbox-report")

    editor = await open_window("editor")
    await open_case(editor, code)
    picture = editor.page.locator(".media img")
    await expect(picture).to_have_js_property("complete", value=True)
    assert await picture.evaluate("one => one.naturalWidth") > 0
    await assign(editor, code)
    officer = await open_window("officer")
    await draft(officer, code, ANSWER)
    lead = await open_window("lead")
    await approve_and_send(lead, code)

    told = lan.window.page.locator("#log li.staff").last
    await expect(told).to_contain_text(SOURCE, timeout=ANSWER_WITHIN)
    await expect(told).to_contain_text(code)
    await lan.presses("Hài lòng", "hài lòng", code)

    path = await edit_for_publication(editor, code, TITLE)
    await expect(editor.page.locator("article.as-public")).not_to_contain_text("0912345678")
    second = await open_window("editor2")
    number = await release(second, path)
    assert await look_at(second.page) == []

    reader = await open_window()
    await reader.opens(f"/hoi-dap/{number}")
    await expect(reader.page.get_by_role("heading", level=1)).to_have_text(TITLE)
    await expect(reader.page.locator("main")).to_contain_text(SOURCE)
    await expect(reader.page.locator("main")).not_to_contain_text("0912345678")

    minh = Phone(await open_window())
    await minh.takes("facebook", "minh")
    await minh.writes(OTHER_WORDS, SOURCE, "Nguồn: Sở Xây dựng")
    await minh.window.photographs("sandbox-published")

    await take_down(editor, path, "Giá giữ xe vừa thay đổi.")
    gone = await open_window(watched=False)
    assert await status_within(gone, f"/hoi-dap/{number}", 410, seconds=5) == 410
    await expect(gone.page.get_by_role("heading", level=1)).to_contain_text("đã được gỡ")
    dara = Phone(await open_window())
    await dara.takes("zalo", "dara")
    await dara.writes(OTHER_WORDS)
    assert SOURCE not in await dara.last_answer()
