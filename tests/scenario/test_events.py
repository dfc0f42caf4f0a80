"""What comes in without words."""

from bot.intents import Intent
from delivery.messages import Attachment, AttachmentKind, EventKind, MessageClass, Outbound, Speaker
from store.outbox import NewMessage, OutboxStatus
from tests.scenario.chat import Chat


async def queued(chat: Chat, status: OutboxStatus, text: str = "Trả lời") -> int:
    """A must-reach message in a status."""
    async with chat.store.work() as work:
        await work.outbox.add_all(
            [
                NewMessage(
                    channel=chat.channel,
                    conversation_id=chat.conversation_id,
                    message=Outbound(text),
                    message_class=MessageClass.MUST_REACH,
                    speaker=Speaker.STAFF,
                    tag="tag-1",
                )
            ],
            chat.clock(),
        )
        rows = await work.outbox.waiting_rows(chat.conversation_id)
        await work.outbox.mark(rows[-1].id, status, due_at=chat.clock())
        await work.commit()
    return rows[-1].id


async def status_of(chat: Chat, row_id: int) -> OutboxStatus:
    async with chat.store.work() as work:
        history = await work.outbox.history(chat.conversation_id)
    return next(row.status for row in history if row.id == row_id)


async def test_a_person_who_writes_silences_the_bot_for_a_while(chat: Chat) -> None:
    await chat.sends(kind=EventKind.ECHO, by_person=True, text="Chào bác", message_id="x1")
    chat.hears_nothing()
    await chat.says("dạ cháu hỏi cái này")
    chat.hears_nothing()
    assert chat.model.asked == []
    chat.clock.move(hours=13)
    await chat.says("chào em", Intent.GREET)
    chat.hears("trợ lý tự động")


async def test_our_own_echo_confirms_a_doubtful_message(chat: Chat) -> None:
    row_id = await queued(chat, OutboxStatus.UNKNOWN)
    await chat.sends(kind=EventKind.ECHO, text="Trả lời", message_id="z9")
    assert await status_of(chat, row_id) is OutboxStatus.SENT
    await chat.says("chào em", Intent.GREET)
    chat.hears("trợ lý tự động")


async def test_an_echo_with_other_words_confirms_nothing(chat: Chat) -> None:
    row_id = await queued(chat, OutboxStatus.UNKNOWN)
    await chat.sends(kind=EventKind.ECHO, text="Khác hẳn", message_id="z9")
    assert await status_of(chat, row_id) is OutboxStatus.UNKNOWN


async def test_an_echo_with_our_tag_is_ours_even_if_it_looks_foreign(chat: Chat) -> None:
    row_id = await queued(chat, OutboxStatus.UNKNOWN)
    await chat.sends(kind=EventKind.ECHO, tag="tag-1", by_person=True, message_id="z9")
    assert await status_of(chat, row_id) is OutboxStatus.SENT
    await chat.sends(kind=EventKind.ECHO, tag="tag-1", by_person=True, message_id="z10")
    await chat.says("chào em", Intent.GREET)
    chat.hears("trợ lý tự động")


async def test_receipts_mark_what_arrived(chat: Chat) -> None:
    row_id = await queued(chat, OutboxStatus.PENDING)
    async with chat.store.work() as work:
        await work.outbox.mark_sent(row_id, "p1", chat.clock())
        await work.commit()
    await chat.sends(kind=EventKind.DELIVERED, about=("p1",), message_id="")
    chat.hears_nothing()
    assert await status_of(chat, row_id) is OutboxStatus.DELIVERED


async def test_a_read_mark_without_messages_is_a_time(chat: Chat) -> None:
    row_id = await queued(chat, OutboxStatus.PENDING)
    async with chat.store.work() as work:
        await work.outbox.mark_sent(row_id, "p1", chat.clock())
        await work.commit()
    chat.clock.move(seconds=30)
    await chat.sends(kind=EventKind.READ, sent_at=chat.clock(), message_id="")
    assert await status_of(chat, row_id) is OutboxStatus.DELIVERED


async def test_what_waited_for_the_citizen_goes_out(chat: Chat) -> None:
    row_id = await queued(chat, OutboxStatus.HELD)
    await chat.says("chào em", Intent.GREET)
    assert await status_of(chat, row_id) is OutboxStatus.PENDING


async def test_contact_data_is_acknowledged(chat: Chat) -> None:
    await chat.sends(kind=EventKind.CONTACT, message_id="")
    chat.hears("đã nhận thông tin liên hệ")


async def test_events_that_need_no_answer(chat: Chat) -> None:
    for kind in (EventKind.REACTION, EventKind.RATING, EventKind.UNFOLLOW):
        await chat.sends(kind=kind, message_id="")
        chat.hears_nothing()


async def test_another_owner_and_back(chat: Chat) -> None:
    await chat.sends(kind=EventKind.CONTROL, extra={"event": "take_thread_control"}, message_id="")
    await chat.says("chào em", Intent.GREET)
    chat.hears_nothing()
    await chat.sends(kind=EventKind.CONTROL, extra={"event": "pass_thread_control"}, message_id="")
    await chat.says("chào em", Intent.GREET)
    chat.hears("trợ lý tự động")


async def test_things_that_are_no_words(chat: Chat) -> None:
    for kind, told in (
        (AttachmentKind.STICKER, "cần việc gì"),
        (AttachmentKind.AUDIO, "tin ghi âm"),
        (AttachmentKind.IMAGE, "không tự xem được hình ảnh"),
        (AttachmentKind.FILE, "nhận tệp"),
        (AttachmentKind.LOCATION, "chưa đọc được vị trí"),
    ):
        await chat.attaches(Attachment(kind, url="https://x.example/1"))
        chat.hears(told)


async def test_asking_again_fills_no_page(chat: Chat) -> None:
    await chat.presses("#person")
    await chat.presses("#person")
    async with chat.store.work() as work:
        assert await work.handovers.count_waiting() == 1
