"""What citizens say about an answer, and what becomes of it."""

import pytest
from sqlalchemy import select

from bot.intents import Intent
from bot.replies import Replies
from casework.cases import ContentKind, EventKind
from casework.statuses import CaseStatus
from store.tables import ratings
from tests.scenario.chat import Chat
from tests.scenario.following import ANSWER, CODE, answered, case_of


async def rated(chat: Chat) -> list[str]:
    async with chat.store.work() as work:
        return list((await work.connection.execute(select(ratings.c.satisfaction))).scalars())


async def pressed_under_the_answer(chat: Chat, label: str) -> None:
    async with chat.store.work() as work:
        history = await work.outbox.history(chat.conversation_id)
    letter = next(row for row in history if ANSWER in row.message.text)
    choice = next(item for item in letter.message.choices if item.label == label)
    await chat.presses(choice.payload)


async def test_the_last_word_counts(chat: Chat, replies: Replies) -> None:
    await answered(chat, replies)
    await pressed_under_the_answer(chat, "Bình thường")
    chat.hears("đã ghi nhận xét")
    await pressed_under_the_answer(chat, "Hài lòng")
    chat.hears("hài lòng với câu trả lời", "không nêu tên")
    assert await rated(chat) == ["satisfied"]


async def test_not_solved_asks_what_is_missing_and_opens_the_case_again(
    chat: Chat, replies: Replies
) -> None:
    case = await answered(chat, replies)
    chat.clock.move(days=7)
    await pressed_under_the_answer(chat, "Chưa giải quyết xong")
    chat.hears("chưa giúp được", "còn vướng điều gì")
    assert await rated(chat) == ["unsatisfied"]
    assert (await case_of(chat)).status is CaseStatus.ANSWERED
    await chat.says("Chưa nói rõ đoạn qua ấp Chợ có làm không")
    chat.hears("chuyển lại", "ấp Chợ")
    await chat.picks("Gửi đi")
    chat.hears("Hạn trả lời mới: thứ Ba, 29/12/2026", "Sở Xây dựng")
    again = await case_of(chat)
    assert again.status is CaseStatus.ASSIGNED
    async with chat.store.work() as work:
        assert (await work.cases.contents(case.id, ContentKind.QUESTION))[-1].endswith("không")
        assert (await work.cases.events(case.id))[-1].kind is EventKind.REOPENED


async def test_not_solved_needs_no_words(chat: Chat, replies: Replies) -> None:
    await answered(chat, replies)
    await pressed_under_the_answer(chat, "Chưa giải quyết xong")
    await chat.picks("Không viết thêm")
    chat.hears("Hạn trả lời mới")
    assert (await case_of(chat)).status is CaseStatus.ASSIGNED
    await chat.presses(f"#reopen|{CODE}")
    chat.hears("đang soạn")
    await pressed_under_the_answer(chat, "Chưa giải quyết xong")
    chat.hears("đang được xử lý")
    await pressed_under_the_answer(chat, "Hài lòng")
    chat.hears("chưa nhận xét được")


async def test_after_a_long_time_a_new_question_is_the_way(chat: Chat, replies: Replies) -> None:
    await answered(chat, replies)
    chat.clock.move(days=46)
    await pressed_under_the_answer(chat, "Chưa giải quyết xong")
    chat.hears("đã quá thời gian xem lại", f"ghi mã {CODE}")
    await chat.presses(f"#reopen|{CODE}")
    chat.hears("đã quá thời gian xem lại")
    assert (await case_of(chat)).status is CaseStatus.ANSWERED


@pytest.mark.parametrize(
    ("words", "told", "kept"),
    [
        ("cảm ơn, tôi hài lòng", "hài lòng với câu trả lời", ["satisfied"]),
        ("cam on, toi hai long", "hài lòng với câu trả lời", ["satisfied"]),
        ("trả lời không đúng ý tôi", "còn vướng điều gì", ["unsatisfied"]),
        ("tôi không hài lòng", "còn vướng điều gì", ["unsatisfied"]),
        ("tôi muốn nhận xét", "Anh/chị thấy câu trả lời thế nào", []),
    ],
)
async def test_words_after_an_answer(
    chat: Chat, replies: Replies, words: str, told: str, kept: list[str]
) -> None:
    await answered(chat, replies)
    await chat.says(words, Intent.FEEDBACK_ANSWER)
    chat.hears(told)
    assert await rated(chat) == kept


async def test_words_about_the_assistant_are_no_rating(chat: Chat, replies: Replies) -> None:
    await answered(chat, replies)
    chat.clock.move(minutes=5)
    await chat.says("mấy giờ một cửa làm việc", Intent.ASK_INFO)
    chat.clock.move(minutes=5)
    await chat.says("trả lời không đúng ý tôi", Intent.FEEDBACK_ANSWER)
    assert await rated(chat) == []


async def test_an_answer_after_the_assistants_is_the_one_meant(
    chat: Chat, replies: Replies
) -> None:
    await chat.says("mấy giờ một cửa làm việc", Intent.ASK_INFO)
    await answered(chat, replies)
    chat.clock.move(minutes=5)
    await chat.says("tôi hài lòng", Intent.FEEDBACK_ANSWER)
    assert await rated(chat) == ["satisfied"]


async def test_in_english(chat: Chat, replies: Replies) -> None:
    await answered(chat, replies)
    await chat.says("I am not satisfied with what you answered", Intent.FEEDBACK_ANSWER)
    chat.hears("tell me what is still open")
    await chat.picks("Nothing to add")
    chat.hears("The new date for the answer")


async def test_thanks_for_an_answer_may_be_a_rating(chat: Chat, replies: Replies) -> None:
    await answered(chat, replies)
    chat.clock.move(hours=1)
    await chat.says("cảm ơn em, tôi hài lòng", Intent.THANK)
    chat.hears("hài lòng với câu trả lời")
    await chat.says("cảm ơn em, vậy là rõ rồi", Intent.THANK)
    chat.hears("không có gì")
    assert await rated(chat) == ["satisfied"]


async def test_a_complaint_about_an_answer_is_asked_about_before_it_goes_anywhere(
    chat: Chat, replies: Replies
) -> None:
    case = await answered(chat, replies)
    words = "trả lời không đúng ý tôi, tôi tố cáo giám đốc sở này nhận hối lộ của nhà thầu"
    await chat.says(words, Intent.FEEDBACK_ANSWER)
    chat.hears("khiếu nại, tố cáo hoặc tin báo tội phạm")
    await chat.picks("Tố cáo")
    async with chat.store.work() as work:
        assert len(await work.cases.contents(case.id, ContentKind.QUESTION)) == 1
        assert (await work.cases.get(case.id)).status is CaseStatus.ANSWERED
    assert words not in await chat.inbox_texts()


async def test_a_long_word_about_an_answer_says_what_is_missing(
    chat: Chat, replies: Replies
) -> None:
    await answered(chat, replies)
    words = "trả lời không đúng ý tôi, tôi hỏi ngày khởi công đoạn qua ấp Chợ"
    await chat.says(words, Intent.FEEDBACK_ANSWER)
    chat.hears("chuyển lại", words)
    await chat.picks("Gửi đi")
    chat.hears("Hạn trả lời mới")
