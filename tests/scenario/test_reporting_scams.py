"""A strange call or message: the ready warning comes at once, with the demo's own answers."""

import json
from pathlib import Path

import pytest

from bot.intents import Intent
from tests.scenario.chat import Chat

FAQS = Path(__file__).parents[2] / "app" / "demo_data" / "faqs.jsonl"


@pytest.fixture
async def warned(chat: Chat) -> Chat:
    rows = [json.loads(line) for line in FAQS.read_text(encoding="utf-8").splitlines() if line]
    async with chat.store.work() as work:
        await work.catalogue.save("faqs", rows, work.clock())
        await work.commit()
    await chat.runner._knowledge.reload()
    return chat


@pytest.mark.parametrize(
    ("said", "intent", "told"),
    [
        (
            "công an gọi điện kêu chuyển tiền là thật hay giả",
            Intent.ASK_INFO,
            "không đòi chuyển tiền",
        ),
        ("co nguoi xung cong an goi bat chuyen tien", Intent.REPORT_PROBLEM, "156"),
        ("số lạ gọi kêu cài VNeID, có phải lừa đảo không", Intent.ASK_AGENCY, "156"),
        ("tin nhắn lạ báo trúng thưởng thật không em", Intent.OUT_OF_SCOPE, "Đừng bấm link"),
        ("is the police call asking for money a scam?", Intent.ASK_INFO, "The police never ask"),
        ("គេបោកប្រាស់ ទូរស័ព្ទសុំលុយ", Intent.ASK_INFO, "156"),
    ],
)
async def test_a_question_about_a_swindle_is_answered(
    warned: Chat, said: str, intent: Intent, told: str
) -> None:
    await warned.says(said, intent)
    warned.hears(told)
    assert await warned.case_codes() == []


async def test_news_of_a_crime_is_still_asked_about(warned: Chat) -> None:
    await warned.says("tôi bị lừa đảo chiếm đoạt 50 triệu", Intent.COMPLAIN_DENOUNCE)
    warned.hears("tin báo tội phạm")


async def test_other_words_with_money_are_no_swindle(warned: Chat) -> None:
    await warned.says("chuyển tiền học phí cho trường ở đâu", Intent.OUT_OF_SCOPE)
    warned.does_not_hear("156")


async def test_a_report_that_is_open_keeps_its_words(warned: Chat) -> None:
    await warned.presses("#ask|report")
    await warned.says("có nhóm người giả danh cán bộ đi từng nhà trong ấp")
    warned.hears("xảy ra ở đâu")
