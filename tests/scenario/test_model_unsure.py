"""Unsure, wrong, or away: honest in each case."""

from datetime import timedelta

from bot.intents import Intent
from store.alerts import AlertKind
from tests.scenario.chat import Chat


async def test_unsure_offers_three_readings_then_a_person(chat: Chat) -> None:
    await chat.says("cái đó sao rồi ta", Intent.CHECK_DOSSIER, confidence=0.35)
    chat.hears("Em chưa chắc ý anh/chị", "Việc khác – gửi cho cán bộ")
    count = len(chat.replies[0].message.choices)
    await chat.says(str(count))
    chat.hears('Em ghi nội dung: "cái đó sao rồi ta"')


async def test_a_chosen_reading_works_on_the_words(chat: Chat) -> None:
    await chat.says("cái đó sao rồi ta", Intent.CHECK_DOSSIER, confidence=0.35)
    await chat.picks("Tra cứu hồ sơ")
    chat.hears("nhập mã hồ sơ")


async def test_what_the_search_surely_knows_is_answered_though_the_model_is_unsure(
    chat: Chat,
) -> None:
    await chat.says("đổi căn cước hết hạn bao nhiêu tiền", Intent.ASK_INFO, confidence=0.3)
    chat.hears("Phí, lệ phí: 50.000 đồng")


async def test_the_model_is_away(chat: Chat) -> None:
    chat.model.away = True
    await chat.says("cho hỏi chút")
    chat.hears("chưa hiểu được câu viết tự do", "1. Tra cứu hồ sơ", "Gửi câu hỏi cho cơ quan")
    assert chat.result is not None
    assert chat.result.without_model


async def test_one_late_answer(chat: Chat) -> None:
    chat.model.away = True
    await chat.says("đổi căn cước hết hạn bao nhiêu tiền")
    chat.model.away = False
    chat.model.knows("đổi căn cước hết hạn bao nhiêu tiền", Intent.ASK_PROCEDURE)
    await reopened(chat)
    await chat.runs(await chat.open_row())
    chat.hears("Em trả lời muộn", "Phí, lệ phí: 50.000 đồng")
    async with chat.store.work() as work:
        waiting = await work.inbox.unanswered_by_model(chat.clock() - timedelta(minutes=30))
    assert waiting == []


async def test_no_late_answer_while_the_model_is_still_away(chat: Chat) -> None:
    chat.model.away = True
    await chat.says("đổi căn cước hết hạn bao nhiêu tiền")
    await reopened(chat)
    await chat.runs(await chat.open_row())
    chat.hears_nothing()


TWO = ("đổi căn cước hết hạn bao nhiêu tiền", "đường bị ngập thì báo ai")


async def test_every_promise_is_kept_in_order_though_the_citizen_went_on(chat: Chat) -> None:
    chat.model.away = True
    await chat.says(TWO[0])
    await chat.says(TWO[1])
    await chat.says("menu")
    chat.model.away = False
    chat.model.knows(TWO[0], Intent.ASK_PROCEDURE)
    chat.model.knows(TWO[1], Intent.GREET)
    assert await reopened(chat) == 2
    async with chat.store.work() as work:
        first, second = await work.inbox.open_rows(chat.conversation_id, 10, chat.clock())
    await chat.runs(first)
    chat.hears("Em trả lời muộn", "Phí, lệ phí: 50.000 đồng")
    await chat.runs(second)
    chat.hears("Em trả lời muộn")
    assert chat.model.asked[-2:] == list(TWO)
    assert await reopened(chat) == 0


async def test_what_was_asked_again_is_answered_once(chat: Chat) -> None:
    chat.model.away = True
    await chat.says(TWO[0])
    chat.model.away = False
    await chat.says(TWO[0].upper(), Intent.ASK_PROCEDURE)
    assert await reopened(chat) == 0


async def test_what_was_sent_to_an_agency_gets_no_late_answer(chat: Chat) -> None:
    chat.model.away = True
    await chat.says(TWO[0])
    await chat.picks("Gửi cho cơ quan")
    assert await reopened(chat) == 0


async def test_a_late_answer_takes_no_part_in_what_is_open(chat: Chat) -> None:
    chat.model.away = True
    await chat.says(TWO[0])
    await chat.presses("#ask|question")
    chat.hears("viết câu hỏi")
    chat.model.away = False
    chat.model.knows(TWO[0], Intent.ASK_PROCEDURE)
    assert await reopened(chat) == 1
    await chat.runs(await chat.open_row())
    chat.hears("Em trả lời muộn", "Phí, lệ phí: 50.000 đồng")
    async with chat.store.work() as work:
        kept = await work.conversations.find(chat.conversation_id)
    assert kept is not None
    assert kept.state["flow"]["step"] == "content"
    assert "content" not in kept.state["flow"]


async def reopened(chat: Chat) -> int:
    async with chat.store.work() as work:
        rows = await work.inbox.unanswered_by_model(chat.clock() - timedelta(minutes=30))
        for row in rows:
            await work.inbox.reopen_for_model(row.id)
        await work.commit()
    return len(rows)


async def test_a_row_that_failed_too_often(chat: Chat) -> None:
    row = await chat.stores(text="xin chào")
    await chat.gives_up(row)
    chat.hears("gặp trục trặc", "đã báo cán bộ")
    async with chat.store.work() as work:
        assert [alert.kind for alert in await work.alerts.open()] == [AlertKind.PERSON_NEEDED]
