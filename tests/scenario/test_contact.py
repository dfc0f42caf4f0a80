"""Leaving a telephone number or an e-mail address for a case that waits."""

import json

from bot.intents import Intent
from bot.payloads import Verb, make_payload
from bot.replies import Replies
from casework.cases import ContentKind
from tests.scenario.chat import Chat
from tests.scenario.following import CODE, answered, asked, case_of

OFFER = "Để lại số/e-mail"


async def kept(chat: Chat, code: str = CODE) -> list[dict[str, str]]:
    case = await case_of(chat, code)
    async with chat.store.work() as work:
        found = await work.cases.contents(case.id, ContentKind.CONTACT)
    return [{name: value for name, value in json.loads(one).items() if value} for one in found]


async def test_a_number_is_shown_back_and_kept(chat: Chat) -> None:
    await asked(chat)
    chat.hears("để lại số điện thoại hoặc e-mail")
    await chat.picks(OFFER)
    chat.hears("viết số điện thoại hoặc e-mail")
    await chat.says("số tui 0912.345.678 nha")
    chat.hears("0912 345 678", "Đúng chưa ạ?")
    assert await kept(chat) == []
    await chat.says("1")
    chat.hears(f"Em đã giữ cho {CODE}: 0912 345 678")
    assert await kept(chat) == [{"phone": "+84912345678"}]


async def test_an_address_joins_the_number_and_each_can_change(chat: Chat) -> None:
    await asked(chat)
    for told in ("0912345678", "ba.tu@example.vn", "0987 654 321"):
        await chat.presses(make_payload(Verb.CONTACT, CODE))
        await chat.says(told)
        await chat.picks("Đúng")
    chat.hears("0987 654 321, ba.tu@example.vn")
    assert (await kept(chat))[-1] == {"phone": "+84987654321", "email": "ba.tu@example.vn"}
    await chat.presses(make_payload(Verb.CONTACT, CODE))
    chat.hears("đang có cách liên hệ: 0987 654 321, ba.tu@example.vn")


async def test_the_same_told_twice_is_kept_once(chat: Chat) -> None:
    await asked(chat)
    for _ in range(2):
        await chat.presses(make_payload(Verb.CONTACT, CODE))
        await chat.says("0912345678")
        await chat.picks("Đúng")
    assert len(await kept(chat)) == 1


async def test_a_number_written_below_the_offer_needs_no_button(chat: Chat) -> None:
    await asked(chat)
    await chat.says("0912 345 678")
    chat.hears("Đúng chưa ạ?")
    assert chat.model.asked[-1] != "0912 345 678"


async def test_the_wish_in_words_takes_the_number_with_it(chat: Chat) -> None:
    await asked(chat)
    await chat.says("menu")
    await chat.says("cho tôi để lại số điện thoại 0912 345 678")
    chat.hears("0912 345 678", "Đúng chưa ạ?")
    stranger = chat.other("901")
    await stranger.says("tôi muốn để lại số điện thoại")
    stranger.hears("chưa có câu hỏi nào đang chờ trả lời")


async def test_what_is_no_number_is_asked_for_again(chat: Chat) -> None:
    await asked(chat)
    await chat.picks(OFFER)
    for told in ("09123456", "0912 345 67890123", "ba.tu@vn"):
        await chat.says(told)
        chat.hears("Em chưa đọc được số điện thoại hay e-mail")
    await chat.says("0912345678")
    chat.hears("0912 345 678")


async def test_who_leaves_none_goes_back_to_the_case(chat: Chat) -> None:
    await asked(chat)
    await chat.picks(OFFER)
    await chat.says("0912345678")
    await chat.picks("Thôi")
    chat.hears(f"{CODE}: đã tiếp nhận")
    assert await kept(chat) == []


async def test_a_second_press_and_an_old_button_change_nothing(chat: Chat) -> None:
    await asked(chat)
    await chat.picks(OFFER)
    await chat.says("0912345678")
    save = next(c.payload for r in chat.replies for c in r.message.choices if c.label == "Đúng")
    await chat.presses(save)
    await chat.presses(save)
    chat.hears("Em đã giữ cách liên hệ của anh/chị")
    assert len(await kept(chat)) == 1
    await chat.presses(make_payload(Verb.CONTACT_SAVE, "999"))
    chat.hears("em chưa giữ số hay e-mail nào")


async def test_nobody_leaves_a_number_at_the_case_of_another(chat: Chat) -> None:
    await asked(chat)
    stranger = chat.other("901")
    await stranger.presses(make_payload(Verb.CONTACT, CODE))
    stranger.hears("Em không thấy mã")
    await stranger.says("0912345678", Intent.OUT_OF_SCOPE)
    assert await kept(chat) == []


async def test_an_open_text_goes_first(chat: Chat) -> None:
    await asked(chat)
    await chat.says("Cầu Long Đức bao giờ sửa vậy em ơi?", Intent.ASK_AGENCY)
    await chat.presses(make_payload(Verb.CONTACT, CODE))
    chat.hears("còn một nội dung chưa gửi", "Cầu Long Đức")


async def test_a_case_taken_back_needs_no_number(chat: Chat) -> None:
    await asked(chat)
    await chat.presses(make_payload(Verb.WITHDRAW_NOW, CODE))
    await chat.presses(make_payload(Verb.CONTACT, CODE))
    chat.hears("không còn chờ trả lời")


async def test_after_the_answer_a_number_may_still_be_left(chat: Chat, replies: Replies) -> None:
    await answered(chat, replies)
    await chat.presses(make_payload(Verb.CONTACT, CODE))
    chat.hears("viết số điện thoại hoặc e-mail")
