"""Whatever a citizen sends, in whatever order: an honest answer, never a crash."""

import random

import pytest

from bot.intents import Intent
from bot.payloads import Verb
from casework.cases import CaseKind, OnBehalf
from delivery.messages import Attachment, AttachmentKind, ChannelName, EventKind
from tests.scenario.chat import Chat
from tests.scenario.province import LIMITS

TEXTS = (
    *("1", "2", "3", "4", "5", "6", "số 9", "hai", "menu", "thôi", "gửi đi", "sửa", "ok", "không"),
    *("xã Long Đức", "mẹ tôi", "HD-2026-000001", "000.00.12.H59-231105-0004", "000.00.12.H59-23"),
    *(
        "làm căn cước cho con",
        "đường hư quá trời đất ơi là trời",
        "cháy nhà rồi cứu với",
        "English",
    ),
    *("/intent{}", "#ask|nonsense", "#", "", " ", "😀", "a" * 5000, "ខ្ញុំចង់សួរ", "hello, I need help"),
    *(
        "1.014063",
        "khiếu nại quyết định số 5 của xã",
        "{{ 7*7 }}",
        "%s %(x)s",
        "\u200b",
        "ừ",
        "chưa đúng",
    ),
)
ARGUMENTS = (
    "",
    "1",
    "2",
    "999999999999999999",
    "999999999999999999999",
    "question",
    "papers",
    "all",
    "vi",
    "crime",
    "x|y",
)


def _payload(chance: random.Random) -> str:
    arguments = [chance.choice((*ARGUMENTS, *CaseKind, *OnBehalf, *Intent)) for _ in range(2)]
    return "|".join([f"#{chance.choice(list(Verb))}", *arguments])


async def _one(chat: Chat, chance: random.Random) -> None:
    roll = chance.random()
    buttons = [choice for reply in chat.replies for choice in reply.message.choices]
    if roll < 0.35 and buttons:
        pressed = chance.choice(buttons)
        await chat.presses(pressed.payload, pressed.label)
    elif roll < 0.45:
        await chat.presses(_payload(chance))
    elif roll < 0.55:
        kind = chance.choice(list(AttachmentKind))
        await chat.attaches(
            Attachment(kind, url="https://x.example", latitude=9.9, longitude=106.3)
        )
    elif roll < 0.6:
        await chat.sends(kind=chance.choice(list(_TURNS)), text="x", about=("m1",))
    else:
        chat.model.away = chance.random() < 0.1
        await chat.says(chance.choice(TEXTS), chance.choice([None, *Intent]))


#: Kinds that get a turn; ECHO and CONTROL would only silence the bot.
_TURNS = {
    EventKind.FOLLOW,
    EventKind.OPENED,
    EventKind.EDIT,
    EventKind.REACTION,
    EventKind.READ,
    EventKind.CONTACT,
    EventKind.PRIVACY,
}


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("channel", [ChannelName.ZALO, ChannelName.FACEBOOK])
async def test_any_sequence_is_answered(chat: Chat, channel: ChannelName, seed: int) -> None:
    chance = random.Random(f"{channel}{seed}")  # noqa: S311 - a repeatable walk
    citizen = chat.other(f"walk{seed}", channel)
    limits = LIMITS[channel]
    for _ in range(40):
        await _one(citizen, chance)
        for reply in citizen.replies:
            message = reply.message
            assert message.text.startswith("🤖 ")
            assert len(message.text) <= limits.text_chars
            assert len(message.choices) <= limits.choices
            assert all(len(item.label) <= limits.choice_label_chars for item in message.choices)
            assert all(len(item.payload) <= limits.payload_chars for item in message.choices)
            assert all(item.label.strip() for item in message.choices)
        if chance.random() < 0.1:
            citizen.clock.move(hours=chance.choice([1, 14, 80]))
