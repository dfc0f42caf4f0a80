"""Pictures of a denunciation: with the sealed words, out of every other sight."""

from sqlalchemy import select

from bot.erasure import erase_conversation
from bot.intents import Intent
from delivery.messages import Attachment, AttachmentKind
from store.attachments import StoredAttachment
from store.retention import KEPT_FOR, Kept, forget_unclaimed_media
from store.tables import attachments, sealed_records
from tests.scenario.chat import Chat

WORDS = "ông trưởng ấp ăn chặn tiền hỗ trợ của dân"


def photo(number: int = 1) -> Attachment:
    return Attachment(AttachmentKind.IMAGE, url=f"https://img.example/{number}.jpg")


async def sealed_files(chat: Chat) -> list[StoredAttachment]:
    async with chat.store.work() as work:
        record = (await work.connection.execute(select(sealed_records.c.id))).scalar_one()
        return await work.attachments.of_sealed(record)


async def denounced(chat: Chat) -> None:
    await chat.attaches(photo())
    await chat.says(WORDS, Intent.COMPLAIN_DENOUNCE)
    await chat.picks("Tố cáo")
    chat.hears("đã được niêm phong")


async def test_pictures_that_follow_join_the_record(chat: Chat) -> None:
    await denounced(chat)
    await chat.attaches(photo(2), photo(3))
    chat.hears("Em đã niêm phong phần vừa gửi")
    await chat.attaches(photo(4))
    chat.hears_nothing()
    assert len(await sealed_files(chat)) == 4
    await chat.says("Bãi rác ấp Chợ bốc mùi hôi cả tuần nay", Intent.REPORT_PROBLEM)
    await chat.says("ấp Chợ")
    chat.hears("Anh/chị gửi ảnh nếu có")


async def test_later_pictures_are_another_matter(chat: Chat) -> None:
    await denounced(chat)
    chat.clock.move(minutes=11)
    await chat.attaches(photo(2))
    chat.hears("Phản ánh hiện trường")
    assert len(await sealed_files(chat)) == 1


async def test_words_with_a_picture_are_read_as_ever(chat: Chat) -> None:
    await denounced(chat)
    await chat.attaches(photo(2), text="đường vô ấp hư hết trơn rồi em ơi")
    chat.does_not_hear("niêm phong")
    assert len(await sealed_files(chat)) == 1


async def test_they_are_kept_as_long_as_their_record(chat: Chat) -> None:
    await denounced(chat)
    async with chat.store.work() as work:
        later = chat.clock() + KEPT_FOR[Kept.UNCLAIMED_MEDIA] * 2
        assert await forget_unclaimed_media(work.connection, later) == 0
        erasure = await erase_conversation(work, chat.conversation_id, chat.clock())
        kept = (await work.connection.execute(select(attachments.c.sealed_id))).scalars().all()
        await work.commit()
    assert erasure.is_done
    assert len(kept) == 1
