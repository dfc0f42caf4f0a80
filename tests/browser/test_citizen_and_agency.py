"""From a citizen's phone to an officer's answer and back, with real windows."""

import re

import pytest
from playwright.async_api import expect

from tests.browser.walker import ANSWER_WITHIN, Demo, OpenWindow, Phone, Window, log_in

pytestmark = pytest.mark.browser

QUESTION = "Đường tỉnh 915 đoạn qua ấp Chợ bao giờ mở rộng để xe tải tránh nhau?"
ANSWER = (
    "Kính gửi Ông/Bà, đoạn đường tỉnh 915 qua ấp Chợ được mở rộng trong quý II năm 2027 "
    "theo kế hoạch đã công bố."
)
CODE = re.compile(r"HD-\d{4}-\d{6}")


async def open_case(window: Window, code: str, tab: str = "agency") -> None:
    await window.opens(f"/desk/?tab={tab}")
    await window.page.locator("a.case-link", has_text=code).click()
    await expect(window.page.get_by_role("heading", level=1)).to_have_text(code)


async def ask(phone: Phone) -> str:
    """Ends with the code of the new case."""
    await phone.writes("menu", "3. Gửi câu hỏi cho cơ quan")
    await phone.writes("3", "viết câu hỏi")
    await phone.writes(QUESTION, "xã, phường nào")
    await phone.writes("xã Long Đức", "hỏi cho ai")
    await phone.writes("1", QUESTION, "xã Long Đức", "Gửi đi")
    await phone.writes("1", CODE, re.compile(r"thứ \S+, \d{2}/\d{2}/\d{4}"))
    found = CODE.search(await phone.last_answer())
    assert found
    return found[0]


async def assign(window: Window, code: str) -> None:
    page = window.page
    await open_case(window, code, "unassigned")
    await page.get_by_label("Đơn vị", exact=True).select_option("H61.SXD")
    await page.get_by_label("Cán bộ (không bắt buộc)").select_option(label="Nguyễn Văn Cán")
    await page.get_by_role("button", name="Phân công").click()
    await expect(page.get_by_text("Đã phân công.")).to_be_visible()


async def draft(window: Window, code: str) -> None:
    await open_case(window, code, "mine")
    await window.page.get_by_label("Câu trả lời").fill(ANSWER)
    await window.page.get_by_role("button", name="Lưu bản nháp, chuyển duyệt").click()
    await expect(window.page.get_by_text("Đã lưu bản nháp.")).to_be_visible()


async def approve_and_send(window: Window, code: str) -> None:
    page = window.page
    await open_case(window, code, "approval")
    await page.get_by_role("button", name="Duyệt").click()
    await page.get_by_role("button", name="Gửi câu trả lời…").click()
    await page.get_by_role("button", name=f"Gửi câu trả lời {code}").click()
    await expect(page.get_by_text("Đã gửi câu trả lời.")).to_be_visible()


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
    await draft(officer, code)
    await officer.photographs("desk-case-drafted")

    lead = await open_window()
    await log_in(lead.page, demo, "lead")
    await open_case(lead, code, "approval")
    await lead.photographs("desk-case-to-approve")
    await approve_and_send(lead, code)
    await lead.photographs("desk-case-sent")

    await answer_arrives(phone, code)
    await phone.window.photographs("sandbox-answered")


async def test_the_same_on_messenger(demo: Demo, open_window: OpenWindow) -> None:
    phone = Phone(await open_window())
    await phone.takes("facebook", "minh")
    await phone.writes("xin chào", "trợ lý tự động")
    code = await ask(phone)
    await phone.window.photographs("messenger-case")
    for role, step in (("editor", assign), ("officer", draft), ("lead", approve_and_send)):
        window = await open_window()
        await log_in(window.page, demo, role)
        await step(window, code)
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
