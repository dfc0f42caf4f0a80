"""The web form and its pick-up page; sealed words; a new officer; a talk with a person."""

import re

import pytest
from playwright.async_api import expect

from tests.browser.checker import look_at
from tests.browser.steps import (
    NOTE,
    QUESTION,
    approve_and_send,
    ask_on_the_web,
    assign,
    draft,
    pick_up,
)
from tests.browser.walker import ANSWER_WITHIN, OpenWindow, Phone

pytestmark = pytest.mark.browser

ANSWER = "Kính gửi Ông/Bà, cầu ấp Chợ thông xe cho xe dưới 3,5 tấn từ ngày 15/12/2026."
COMPLAINT = "Tôi muốn khiếu nại quyết định thu hồi đất số 12 của xã"


async def test_a_question_by_form_is_answered_and_not_solved(open_window: OpenWindow) -> None:
    citizen = await open_window()
    code, pickup = await ask_on_the_web(citizen)
    await assign(await open_window("editor"), code)
    await draft(await open_window("officer"), code, ANSWER)
    await approve_and_send(await open_window("lead"), code)
    page = await pick_up(citizen, code, pickup)
    await expect(page.locator("main")).to_contain_text(ANSWER)
    assert await look_at(page) == []
    await page.get_by_label("chưa").fill("Xe của tôi nặng 5 tấn thì sao?")
    await page.get_by_role("button", name="Chưa giải quyết").click()
    await expect(page.get_by_role("status")).to_contain_text("Đã chuyển lại cho cơ quan")
    lead = await open_window("lead")
    await lead.opens(f"/desk/?q={code}")
    await expect(lead.page.locator("main")).to_contain_text("mở lại")


async def test_sealed_words_are_opened_with_a_reason(open_window: OpenWindow) -> None:
    phone = Phone(await open_window())
    await phone.takes("facebook", "lan")
    await phone.writes(COMPLAINT, "3. Khiếu nại")
    await phone.writes("3", "không phải là đơn khiếu nại", "niêm phong")
    reception = await open_window("reception")
    page = reception.page
    await reception.opens("/desk/sealed")
    await page.locator("a.case-link").last.click()
    await page.get_by_label("Lý do mở").fill("Chuyển đơn đến nơi có thẩm quyền")
    await page.get_by_role("button", name="Mở hồ sơ").click()
    await expect(page.locator("blockquote.question")).to_be_visible()
    assert await look_at(page) == []
    await page.locator("input[name=outcome]").first.check()
    await page.get_by_role("button", name="Ghi là đã xử lý").click()
    await expect(page.locator(NOTE)).to_contain_text("Đã ghi kết quả xử lý.")
    auditor = await open_window("auditor")
    await auditor.opens("/desk/audit")
    await expect(auditor.page.locator("main")).to_contain_text("Huỳnh Kim Hoa")


async def test_an_invited_officer_sets_a_password_by_the_link(open_window: OpenWindow) -> None:
    admin = await open_window("admin")
    page = admin.page
    await admin.opens("/desk/accounts/new")
    await page.get_by_label("E-mail công vụ").fill("moi@demo.invalid")
    await page.get_by_label("Họ tên").fill("Người Mới")
    await page.get_by_label("Vai trò").select_option("officer")
    await page.get_by_label("Đơn vị").select_option("H61.SXD")
    await page.get_by_role("button", name="Tạo tài khoản").click()
    link = await page.get_by_label("Đường dẫn dùng một lần").input_value()
    assert await look_at(page) == []
    newcomer = await open_window()
    page = newcomer.page
    await newcomer.opens(re.sub(r"^https?://[^/]+", "", link))
    assert await look_at(page) == []
    for label in ("Mật khẩu mới", "Nhập lại mật khẩu mới"):
        await page.get_by_label(label, exact=True).fill("con trâu đi cày ruộng sâu")
    await page.get_by_role("button", name="Đặt mật khẩu và đăng nhập").click()
    await expect(page.get_by_role("navigation", name="Danh sách")).to_be_visible()
    await expect(page.locator("header.top")).to_contain_text("Người Mới")


async def test_a_citizen_talks_with_a_person_and_goes_back(open_window: OpenWindow) -> None:
    phone = Phone(await open_window())
    await phone.takes("facebook", "dara")
    await phone.writes("cho tôi gặp cán bộ", "chuyển yêu cầu của anh/chị đến cán bộ")
    await phone.writes("Tôi muốn hỏi về thẻ bảo hiểm của con tôi")
    editor = await open_window("editor")
    page = editor.page
    await editor.opens("/desk/people")
    await page.locator("a.case-link").last.click()
    await page.get_by_role("button", name="Nhận trò chuyện").click()
    await expect(page.locator("#cuoc-tro-chuyen")).to_contain_text("thẻ bảo hiểm của con tôi")
    await page.get_by_label("Tin nhắn cho người dân").fill("Chào chị, cháu mấy tuổi ạ?")
    await page.get_by_role("button", name="Gửi tin nhắn").click()
    said = phone.window.page.locator("#log li.staff").last
    await expect(said).to_contain_text("cháu mấy tuổi", timeout=ANSWER_WITHIN)
    await phone.sends("Dạ cháu 3 tuổi")
    # The page asks for what is new by itself.
    await expect(page.locator("#cuoc-tro-chuyen")).to_contain_text(
        "Dạ cháu 3 tuổi", timeout=ANSWER_WITHIN
    )
    assert await look_at(page) == []
    await page.get_by_role("button", name="Trả lại cho trợ lý").click()
    await expect(page.locator(NOTE)).to_contain_text("Đã trả lại cho trợ lý tự động.")
    await expect(phone.window.page.locator("#log li.account").last).to_contain_text(
        "Cán bộ đã kết thúc", timeout=ANSWER_WITHIN
    )


async def test_a_letter_is_typed_in(open_window: OpenWindow) -> None:
    reception = await open_window("reception")
    page = reception.page
    await reception.opens("/desk/entry")
    await page.get_by_label("Đến qua").select_option("letter")
    await page.get_by_label("Nội dung, theo lời người hỏi").fill(QUESTION)
    await page.get_by_role("button", name="Tiếp nhận").click()
    await expect(page.locator("main")).to_contain_text(re.compile(r"HD-\d{4}-\d{6}"))
    await expect(page.locator("main")).to_contain_text("qua thư")
    assert await look_at(page) == []
