"""A citizen wants a person: the queue, the silence of the assistant, and the way back."""

from functools import partial

import pytest

from bot.intents import Intent
from bot.people import ConversationClosedError, give_back, say_as_staff
from bot.replies import Replies
from delivery.messages import ChannelName, MessageClass, Speaker
from store.handovers import Handover, HandoverStatus
from store.outbox import OutboxRow
from tests.scenario.chat import Chat
from tests.scenario.province import LIMITS


async def taken(chat: Chat) -> Handover:
    """The citizen asks for a person, and one takes the conversation."""
    await chat.says("cho gặp cán bộ", Intent.REQUEST_HUMAN)
    handover = await open_handover(chat)
    assert handover is not None
    async with chat.store.work() as work:
        assert await work.handovers.take(handover.id, "staff-1", chat.clock())
        await work.commit()
    return handover


async def open_handover(chat: Chat) -> Handover | None:
    async with chat.store.work() as work:
        return await work.handovers.find_open(chat.conversation_id)


async def staff_says(
    chat: Chat, handover: Handover, replies: Replies, text: str
) -> list[OutboxRow]:
    say = partial(say_as_staff, replies=replies, limits=LIMITS)
    async with chat.store.work() as work:
        before = await work.outbox.history(chat.conversation_id)
        await say(work, handover, text, "Nguyễn Văn An, Văn phòng UBND tỉnh")
        await work.commit()
        return (await work.outbox.history(chat.conversation_id))[len(before) :]


async def test_asking_again_keeps_the_place_in_the_queue(chat: Chat) -> None:
    first = chat.other("901")
    await first.says("cho gặp cán bộ", Intent.REQUEST_HUMAN)
    first.does_not_hear("Trước anh/chị")
    await chat.says("cho gặp cán bộ", Intent.REQUEST_HUMAN)
    chat.hears("Em đã chuyển yêu cầu", "Trước anh/chị còn 1 người", "1022")
    await chat.picks("Về menu")
    await chat.presses("#person")
    chat.hears("vẫn đang chờ", "Trước anh/chị còn 1 người")
    async with chat.store.work() as work:
        assert await work.handovers.count_waiting() == 2
        assert await work.alerts.open() == []


async def test_while_waiting_the_assistant_still_answers(chat: Chat) -> None:
    await chat.says("cho gặp cán bộ", Intent.REQUEST_HUMAN)
    await chat.says("000.00.12.H59-231105-0004")
    chat.hears("đang giải quyết")


async def test_leaving_the_queue(chat: Chat) -> None:
    await chat.says("cho gặp cán bộ", Intent.REQUEST_HUMAN)
    await chat.picks("Không chờ nữa")
    chat.hears("đã rút yêu cầu gặp cán bộ")
    assert await open_handover(chat) is None
    await chat.presses("#unqueue")
    chat.hears("không có yêu cầu gặp cán bộ nào")


async def test_the_assistant_is_silent_while_a_person_talks(chat: Chat, replies: Replies) -> None:
    handover = await taken(chat)
    rows = await staff_says(chat, handover, replies, "Chào anh, anh cần hỏi việc gì ạ?")
    assert [row.message.text for row in rows] == [
        "👤 Cán bộ Nguyễn Văn An, Văn phòng UBND tỉnh\nChào anh, anh cần hỏi việc gì ạ?"
    ]
    assert (rows[0].speaker, rows[0].message_class) == (Speaker.STAFF, MessageClass.REPLY)
    for said in ("dạ tôi hỏi về đất", "1", "thôi", "bắt đầu từ tháng trước"):
        await chat.says(said, Intent.ASK_PROCEDURE)
        chat.hears_nothing()
    assert "dạ tôi hỏi về đất" not in chat.model.asked


async def test_an_emergency_is_answered_also_then(chat: Chat) -> None:
    await taken(chat)
    await chat.says("cháy nhà rồi cứu với")
    chat.hears("114")
    assert (await open_handover(chat)) is not None


@pytest.mark.parametrize("word", ["trợ lý", "Gặp trợ lý", "menu", "tro ly"])
async def test_a_word_takes_the_conversation_back(chat: Chat, word: str) -> None:
    await taken(chat)
    await chat.says(word)
    chat.hears("em giúp anh/chị tiếp", "1. Hỏi thủ tục")
    assert await open_handover(chat) is None
    await chat.says("1")
    chat.hears("thủ tục")


async def test_the_menu_button_takes_it_back_too(chat: Chat) -> None:
    await taken(chat)
    await chat.presses("#menu")
    chat.hears("em giúp anh/chị tiếp")
    assert await open_handover(chat) is None


async def test_the_person_gives_it_back(chat: Chat, replies: Replies) -> None:
    handover = await taken(chat)
    async with chat.store.work() as work:
        await give_back(work, handover, replies=replies, limits=LIMITS)
        await give_back(work, handover, replies=replies, limits=LIMITS)
        await work.commit()
        last = await work.outbox.history(chat.conversation_id)
        found = await work.handovers.find(handover.id)
    assert [row.message.text for row in last if "kết thúc phần trao đổi" in row.message.text] == [
        (
            "🤖 Trợ lý tự động\nCán bộ đã kết thúc phần trao đổi. "
            "Từ đây em, trợ lý tự động, lại giúp anh/chị ạ."
        )
    ]
    assert found is not None
    assert found.status is HandoverStatus.DONE
    await chat.says("chào em", Intent.GREET)
    chat.hears("Anh/chị cần việc gì")


async def test_a_person_who_left_does_not_block_the_assistant(chat: Chat, replies: Replies) -> None:
    handover = await taken(chat)
    chat.clock.move(hours=11)
    await staff_says(chat, handover, replies, "Anh chờ tôi hỏi lại nhé.")
    chat.clock.move(hours=11)
    await chat.says("sao rồi cán bộ", Intent.GREET)
    chat.hears_nothing()
    chat.clock.move(hours=2)
    await chat.says("chào em", Intent.GREET)
    chat.hears("Anh/chị cần việc gì")
    assert await open_handover(chat) is None


async def test_asking_again_after_a_person_left_queues_again(chat: Chat) -> None:
    old = await taken(chat)
    chat.clock.move(hours=13)
    await chat.says("cho gặp cán bộ", Intent.REQUEST_HUMAN)
    chat.hears("Em đã chuyển yêu cầu")
    new = await open_handover(chat)
    assert new is not None
    assert (new.id != old.id, new.status) == (True, HandoverStatus.WAITING)


async def test_a_long_word_of_a_person_is_split_and_always_signed(
    chat: Chat, replies: Replies
) -> None:
    handover = await taken(chat)
    rows = await staff_says(chat, handover, replies, "Hồ sơ cần có giấy khai sinh. " * 150)
    assert len(rows) == 3
    assert all(row.message.text.startswith("👤 Cán bộ Nguyễn Văn An") for row in rows)


async def test_after_the_window_a_person_writes_in_the_longer_one_then_not_at_all(
    chat: Chat, replies: Replies
) -> None:
    citizen = chat.other("902", ChannelName.FACEBOOK)
    handover = await taken(citizen)
    chat.clock.move(hours=60)
    rows = await staff_says(citizen, handover, replies, "Chào chị, việc của chị đã rõ.")
    assert [row.message_class for row in rows] == [MessageClass.MUST_REACH]
    chat.clock.move(days=5)
    with pytest.raises(ConversationClosedError):
        await staff_says(citizen, handover, replies, "Chị còn đó không?")


async def test_in_english(chat: Chat) -> None:
    await chat.says("please let me talk to a person", Intent.REQUEST_HUMAN)
    chat.hears("passed your request on to an officer", "7:00–11:00")
    handover = await open_handover(chat)
    assert handover is not None
    async with chat.store.work() as work:
        await work.handovers.take(handover.id, "staff-1", chat.clock())
        await work.commit()
    await chat.says("assistant")
    chat.hears("I am helping you again")


async def test_in_khmer(chat: Chat) -> None:
    await chat.says("ខ្ញុំចង់ជួបមន្ត្រី", Intent.REQUEST_HUMAN)
    chat.hears("បញ្ជូនសំណើ")
    await chat.picks("ឈប់រង់ចាំ")
    chat.hears("ដកសំណើជួបមន្ត្រី")
