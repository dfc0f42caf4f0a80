"""From a citizen's phone to an officer's answer and back, with real windows."""

import re

import pytest
from playwright.async_api import expect

from tests.browser.steps import approve_and_send, assign, draft, open_case
from tests.browser.walker import ANSWER_WITHIN, Demo, OpenWindow, Phone, log_in

pytestmark = pytest.mark.browser

QUESTION = "Đường tỉnh 915 đoạn qua ấp Chợ bao giờ mở rộng để xe tải tránh nhau?"
ANSWER = (
    "Kính gửi Ông/Bà, đoạn đường tỉnh 915 qua ấp Chợ được mở rộng trong quý II năm 2027 "
    "theo kế hoạch đã công bố."
)
CODE = re.compile(r"HD-\d{4}-\d{6}")


async def ask(phone: Phone) -> str:
    """Ends with the code of the new case."""
    await phone.writes("menu", "Gửi câu hỏi cho cơ quan")
    await phone.writes("3", "viết câu hỏi")
    await phone.writes(QUESTION, "xã, phường nào")
    await phone.writes("xã Long Đức", "hỏi cho ai")
    await phone.writes("1", QUESTION, "xã Long Đức", "Gửi đi")
    await phone.writes("1", CODE, re.compile(r"thứ \S+, \d{2}/\d{2}/\d{4}"))
    found = CODE.search(await phone.last_answer())
    assert found
    return found[0]


async def answer_arrives(phone: Phone, code: str) -> None:
    answer = phone.window.page.locator("#log li.staff").last
    await expect(answer).to_contain_text(ANSWER, timeout=ANSWER_WITHIN)
    await expect(answer).to_contain_text(code)
    await expect(answer).to_contain_text("👤")


async def test_a_question_on_zalo_and_its_answer(demo: Demo, open_window: OpenWindow) -> None:
    phone = Phone(await open_window())
    await phone.window.opens("/")
    await phone.window.photographs("portal")
    await phone.takes("zalo")
    await phone.window.photographs("sandbox-empty")
    await phone.writes("xin chào", "trợ lý tự động", "3. Gửi câu hỏi cho cơ quan")
    await phone.writes("lam lai can cuoc bi mat can giay to gi", "Cấp lại thẻ căn cước", "giấy tờ")
    await phone.window.photographs("sandbox-procedure")
    code = await ask(phone)
    await phone.window.photographs("sandbox-case")

    editor = await open_window()
    await editor.opens("/desk/")
    await editor.photographs("desk-login")
    await log_in(editor.page, demo, "editor")
    await editor.photographs("desk-list-editor")
    await assign(editor, code)
    await editor.photographs("desk-case-assigned")

    officer = await open_window()
    await log_in(officer.page, demo, "officer")
    await officer.photographs("desk-list-officer")
    await draft(officer, code, ANSWER)
    await officer.photographs("desk-case-drafted")

    lead = await open_window()
    await log_in(lead.page, demo, "lead")
    await open_case(lead, code)
    await lead.photographs("desk-case-to-approve")
    await approve_and_send(lead, code)
    await lead.photographs("desk-case-sent")

    await answer_arrives(phone, code)
    await phone.window.photographs("sandbox-answered")


async def test_the_same_on_messenger(open_window: OpenWindow) -> None:
    phone = Phone(await open_window())
    await phone.takes("facebook", "minh")
    await phone.writes("xin chào", "trợ lý tự động")
    code = await ask(phone)
    await phone.window.photographs("messenger-case")
    await assign(await open_window("editor"), code)
    await draft(await open_window("officer"), code, ANSWER)
    await approve_and_send(await open_window("lead"), code)
    await answer_arrives(phone, code)
    await phone.window.photographs("messenger-answered")


async def test_log_in_and_open_a_case_with_the_keyboard(
    demo: Demo, open_window: OpenWindow
) -> None:
    phone = Phone(await open_window())
    await phone.takes("zalo", "minh")
    code = await ask(phone)
    window = await open_window()
    page = window.page
    email, password = demo.accounts["editor"]
    await window.opens("/desk/")
    await expect(page.get_by_label("E-mail công vụ")).to_be_focused()
    await page.keyboard.type(email)
    await page.keyboard.press("Tab")
    await page.keyboard.type(password)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("navigation", name="Danh sách")).to_be_visible()
    link = page.locator("a.case-link", has_text=code)
    for _ in range(40):
        if await link.evaluate("one => one === document.activeElement"):
            break
        await page.keyboard.press("Tab")
    await expect(link).to_be_focused()
    await expect(page.locator("li.case-row", has=link)).to_have_css("outline-style", "solid")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", level=1)).to_have_text(code)
