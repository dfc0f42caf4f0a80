"""Khmer while nobody has read its texts: greeted, given the numbers, passed on to a person."""

import pytest

from bot.intents import Intent
from bot.replies import STAYS_ON, Replies
from store.handovers import HandoverStatus
from tests.scenario.chat import Chat

KM_GREETING = "សួស្តី"
KM_QUESTION = "ខ្ញុំចង់ធ្វើអត្តសញ្ញាណប័ណ្ណឱ្យកូន ត្រូវការឯកសារអ្វី"
KM_FIRE = "ភ្លើងកំពុងឆេះផ្ទះ ជួយផង"


@pytest.fixture(scope="module")
def replies() -> Replies:
    return Replies(off={"km"})


async def handovers(chat: Chat) -> list[HandoverStatus]:
    async with chat.store.work() as work:
        return [one.status for one in await work.handovers.open()]


async def test_a_question_reaches_a_person_in_both_languages(chat: Chat) -> None:
    await chat.says(KM_QUESTION, Intent.ASK_PROCEDURE)
    chat.hears("សាររបស់លោកអ្នកបានផ្ញើទៅមន្ត្រីហើយ", "đã được chuyển đến cán bộ", "1022")
    chat.does_not_hear("អត្តសញ្ញាណប័ណ្ណ", "Lệ phí")
    assert await handovers(chat) == [HandoverStatus.WAITING]
    await chat.says("ថ្លៃប៉ុន្មាន", Intent.ASK_PROCEDURE)
    assert await handovers(chat) == [HandoverStatus.WAITING]


async def test_out_of_hours_it_is_told_when_somebody_reads(chat: Chat) -> None:
    chat.clock.move(hours=12)
    await chat.says(KM_QUESTION, Intent.ASK_PROCEDURE)
    chat.hears("សាររបស់លោកអ្នក", "Hiện ngoài giờ làm việc")


async def test_also_while_the_model_is_away(chat: Chat) -> None:
    chat.model.away = True
    await chat.says(KM_QUESTION)
    chat.hears("សាររបស់លោកអ្នក", "đã được chuyển đến cán bộ")
    assert await handovers(chat) == [HandoverStatus.WAITING]
    # Nothing is left for the model to say later.
    assert chat.result is not None
    assert not chat.result.without_model


async def test_a_greeting_is_answered_in_both_languages(chat: Chat) -> None:
    await chat.says(KM_GREETING, Intent.GREET)
    chat.hears("សួស្តី", "Xin chào anh/chị")
    chat.sees_buttons(
        "Hỏi thủ tục", "Tra cứu hồ sơ", "Gửi câu hỏi", "Phản ánh hiện trường", "Gặp cán bộ"
    )
    assert await handovers(chat) == []


async def test_an_emergency_gets_its_numbers_in_both_languages(chat: Chat) -> None:
    await chat.says(KM_FIRE)
    chat.hears("114 – ពន្លត់អគ្គិភ័យ", "Anh/chị gọi ngay", "114 – Cứu hỏa")


async def test_an_open_text_takes_the_words_and_becomes_a_case(chat: Chat) -> None:
    await chat.says(KM_GREETING, Intent.GREET)
    await chat.picks("Gửi câu hỏi")
    chat.hears("Anh/chị viết câu hỏi")
    await chat.says(KM_QUESTION, Intent.ASK_PROCEDURE)
    await chat.picks("Bỏ qua")
    await chat.picks("Cho tôi")
    await chat.picks("Gửi đi")
    assert await chat.case_codes() == ["HD-2026-000001"]


async def test_khmer_cannot_be_chosen_but_who_asks_for_it_gets_a_person(chat: Chat) -> None:
    await chat.says("đổi ngôn ngữ", Intent.CHANGE_LANGUAGE)
    chat.sees_buttons("Tiếng Việt", "English")
    await chat.says("tiếng Khmer", Intent.CHANGE_LANGUAGE)
    chat.hears("សាររបស់លោកអ្នក")
    await chat.says("1.014063")
    chat.hears("Cấp đổi thẻ căn cước", "Phí, lệ phí")


async def test_vietnamese_and_english_are_as_ever(chat: Chat) -> None:
    await chat.says("làm căn cước cho con", Intent.ASK_PROCEDURE)
    chat.hears("Cấp thẻ căn cước cho người dưới 14 tuổi")
    await chat.says("how do I get an identity card for my child", Intent.GREET)
    chat.hears("Hello")


def test_what_stays_on_is_said_in_both_and_all_else_in_vietnamese(replies: Replies) -> None:
    both, ours = replies["km"], Replies()
    for name in STAYS_ON:
        values = {
            "office": "VP",
            "lines": [("114", {"vi": "Cứu hỏa"})],
            "numbers": ["1022"],
            "open_now": True,
            "despair": False,
        }
        said = both.text(name, values)
        assert said == f"{ours['km'].text(name, values)}\n\n{ours['vi'].text(name, values)}"
    assert both.text("thanks", {}) == ours["vi"].text("thanks", {})
    assert both.label("menu") == ours["vi"].label("menu")
    assert replies.languages == ("vi", "en")


def test_on_trial_everything_is_said_with_a_note() -> None:
    replies = Replies(noted={"km"})
    note = replies["km"].text("unread_note", {})
    assert note in replies["km"].text("greeting", {"office": "VP"})
    assert note not in replies["km"].text("thanks", {})
    assert replies.languages == ("vi", "en", "km")
