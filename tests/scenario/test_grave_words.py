"""Grave words never reach an open queue by a way where the model was not asked."""

import pytest

from bot.intents import Intent
from delivery.messages import EventKind
from tests.scenario.chat import Chat
from tests.scenario.steps import QUESTION, at_confirmation

GRAVE = "Tôi tố cáo ông A cán bộ địa chính nhận hối lộ hai mươi triệu"
CHOICES = "Tố cáo một người"


@pytest.mark.parametrize(
    "words",
    [
        GRAVE,
        "toi to cao can bo xa nhan hoi lo",
        "I want to report that the officer took a bribe",
        "មន្ត្រីស៊ីសំណូក",
    ],
)
async def test_without_the_model(chat: Chat, words: str) -> None:
    chat.model.away = True
    await chat.presses("#ask|question")
    await chat.says(words)
    assert "4. " in chat.text
    assert "5. " in chat.text
    assert await chat.case_codes() == []


async def test_a_message_the_model_did_not_understand(chat: Chat) -> None:
    chat.model.away = True
    await chat.says(GRAVE)
    await chat.presses(f"#askthis|{chat.first_row}")
    chat.hears(CHOICES)
    await chat.presses(f"#intent|report_problem|{chat.first_row}")
    chat.hears(CHOICES)
    await chat.says("4")
    chat.hears("niêm phong")
    assert GRAVE not in await chat.inbox_texts()


async def test_words_added_to_a_text(chat: Chat) -> None:
    await at_confirmation(chat)
    chat.clock.move(hours=1)
    await chat.says("Cán bộ đó còn vòi tiền dân nữa")
    chat.hears(CHOICES)
    row = chat.first_row + 3
    await chat.presses(f"#add|{chat.first_row}|{row}")
    chat.hears(CHOICES)
    await chat.says("4")
    await chat.presses(f"#resume|{chat.first_row}")
    chat.hears(QUESTION)
    chat.does_not_hear("vòi tiền")


async def test_a_long_message_at_the_place(chat: Chat) -> None:
    await chat.says(QUESTION, Intent.ASK_AGENCY)
    await chat.says("xã Long Đức, ở đó chủ tịch xã tham ô tiền làm đường của dân")
    chat.hears(CHOICES)


async def test_a_changed_message(chat: Chat) -> None:
    await chat.says(QUESTION, Intent.ASK_AGENCY)
    await chat.sends(kind=EventKind.EDIT, about=(f"m{chat.count}",), message_id="", text=GRAVE)
    chat.hears(CHOICES)
    await chat.says("4")
    chat.hears("niêm phong")
    await chat.presses(f"#resume|{chat.first_row}")
    chat.does_not_hear("hối lộ")


async def test_a_code_does_not_hide_them(chat: Chat) -> None:
    for away in (True, False):
        chat.model.away = away
        await chat.says(f"hồ sơ 000.00.12.H59-231105-0004 nộp ba tháng rồi, {GRAVE}")
        chat.hears(CHOICES)


async def test_a_code_does_not_hide_a_wish(chat: Chat) -> None:
    text = "hồ sơ 000.00.12.H59-231105-0004 trễ hẹn ba tháng, cho tôi gặp cán bộ phụ trách"
    await chat.says(text, Intent.REQUEST_HUMAN)
    chat.hears("chuyển yêu cầu của anh/chị đến cán bộ")
    await chat.says(f"{text} hỏi thử", Intent.CHECK_DOSSIER)
    chat.hears("đang giải quyết")


async def test_what_the_citizen_cleared_is_not_asked_again(chat: Chat) -> None:
    await chat.says(GRAVE, Intent.COMPLAIN_DENOUNCE)
    await chat.says("2")
    chat.hears("xã, phường nào")
    await chat.says("xã Long Đức")
    await chat.picks("Sửa")
    await chat.picks("Sửa nội dung")
    await chat.says("Tôi muốn cơ quan xem lại việc cán bộ nhận hối lộ")
    chat.does_not_hear(CHOICES)


async def test_a_change_that_looks_grave_and_is_none(chat: Chat) -> None:
    await at_confirmation(chat)
    await chat.picks("Sửa")
    await chat.picks("Sửa nội dung")
    await chat.says("Tôi khiếu nại việc chậm làm đường 915")
    chat.hears(CHOICES)
    await chat.says("2")
    chat.hears("Em ghi lại như sau", "chậm làm đường 915", "xã Long Đức")
