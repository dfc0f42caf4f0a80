"""What was not understood is kept masked for the editors; what is nobody's business never is."""

import pytest
from sqlalchemy import text

from bot.erasure import erase_conversation, read_own_data
from bot.intents import Intent
from bot.payloads import Verb, make_payload
from casework.samples import Label, LabelKind, SampleReason, TrainingSample
from delivery.messages import EventKind
from store.samples import SampleFilter
from tests.scenario.chat import Chat

STRANGE = "mấy bữa nay cái vụ dời đồng hồ nước tính sao ta"


async def kept(chat: Chat) -> list[TrainingSample]:
    async with chat.store.work() as work:
        return await work.samples.search(SampleFilter(), limit=20)


async def test_a_text_the_assistant_asks_back_about_is_kept_with_what_it_read(chat: Chat) -> None:
    await chat.says(STRANGE, Intent.ASK_AGENCY, confidence=0.3)
    chat.hears("chưa chắc")
    (sample,) = await kept(chat)
    assert sample.text == STRANGE
    assert sample.reason is SampleReason.FELL_BACK
    assert (sample.read_intent, sample.read_confidence) == (Intent.ASK_AGENCY, 0.3)
    assert sample.lang == "vi"


async def test_nothing_that_was_understood_is_kept(chat: Chat) -> None:
    await chat.says("xin chào em nhé", Intent.GREET)
    await chat.says("Thủ tục đăng ký khai sinh", Intent.ASK_PROCEDURE)
    await chat.picks("Đúng ý")
    assert await kept(chat) == []


async def test_names_and_numbers_are_masked_before_they_are_kept(chat: Chat) -> None:
    said = "tôi tên Nguyễn Văn Bình số 0912 345 678 coi giùm cái vụ đồng hồ nước"
    await chat.says(said, Intent.ASK_AGENCY, confidence=0.3)
    (sample,) = await kept(chat)
    assert "Bình" not in sample.text
    assert "345" not in sample.text
    assert "[name]" in sample.text
    assert sample.text.endswith("coi giùm cái vụ đồng hồ nước")


async def test_the_same_words_are_counted_and_each_message_once(chat: Chat) -> None:
    await chat.says(STRANGE, Intent.ASK_AGENCY, confidence=0.3)
    other = chat.other("901")
    await other.says(f"{STRANGE.capitalize()} ?", Intent.ASK_AGENCY, confidence=0.3)
    (sample,) = await kept(chat)
    assert sample.times_seen == 2
    row = make_payload(Verb.NOT_INTENDED, chat.first_row)
    await chat.presses(row)
    (sample,) = await kept(chat)
    assert sample.times_seen == 2


async def test_not_what_was_meant_is_kept_with_the_answer_that_was_shown(chat: Chat) -> None:
    await chat.says("Thủ tục đăng ký khai sinh cho cháu", Intent.ASK_PROCEDURE)
    await chat.picks("Chưa đúng")
    (sample,) = await kept(chat)
    assert sample.text == "Thủ tục đăng ký khai sinh cho cháu"
    assert sample.reason is SampleReason.NOT_INTENDED
    assert [mark.split(":")[0] for mark in sample.shown] == ["procedure"]


async def test_what_the_citizen_chooses_then_is_a_hint_and_no_label(chat: Chat) -> None:
    await chat.says(STRANGE, Intent.REPORT_PROBLEM, confidence=0.3)
    await chat.presses(make_payload(Verb.INTENT, Intent.REPORT_PROBLEM, chat.first_row))
    (sample,) = await kept(chat)
    assert sample.hint == Label(LabelKind.INTENT, Intent.REPORT_PROBLEM)
    assert sample.label is None


async def test_another_answer_chosen_after_a_wrong_one_is_a_hint(chat: Chat) -> None:
    await chat.says("Thủ tục đăng ký khai sinh cho cháu", Intent.ASK_PROCEDURE)
    await chat.picks("Chưa đúng")
    other = chat.replies[-1].message.choices[0].payload
    await chat.presses(other)
    (sample,) = await kept(chat)
    assert sample.hint is not None
    assert make_payload(Verb.PROCEDURE, sample.hint.value) == other


async def test_a_question_no_procedure_surely_answers_is_kept_with_the_choice(chat: Chat) -> None:
    await chat.says("thủ tục nuôi kỳ lân bay trên trời", Intent.ASK_PROCEDURE)
    chat.hears("gần với câu hỏi")
    chosen = chat.replies[-1].message.choices[0].payload
    await chat.presses(chosen)
    (sample,) = await kept(chat)
    assert sample.reason is SampleReason.FELL_BACK
    assert len(sample.shown) == 3
    assert sample.hint is not None
    assert make_payload(Verb.PROCEDURE, sample.hint.value) == chosen


async def test_a_button_of_another_answer_is_no_hint(chat: Chat) -> None:
    await chat.says(STRANGE, Intent.ASK_AGENCY, confidence=0.3)
    await chat.presses(make_payload(Verb.PROCEDURE, "9.999999"))
    (sample,) = await kept(chat)
    assert sample.hint is None


@pytest.mark.parametrize(
    "said",
    [
        "hả",
        "ok",
        "ờ",
        "😀😀😀",
        "000.00.12.H59-231105-0004",
        "0912345678",
        "?!",
        "tôi kể dài " + "lắm lắm luôn nghe em " * 30,
    ],
)
async def test_too_little_and_too_much_is_not_kept(chat: Chat, said: str) -> None:
    await chat.says(said, Intent.ASK_AGENCY, confidence=0.3)
    assert await kept(chat) == []


@pytest.mark.parametrize(
    "said",
    [
        "chay nha roi cuu voi",
        "tôi muốn tố cáo ông chủ tịch xã ăn hối lộ",
        "tôi khiếu nại quyết định thu hồi đất của huyện",
    ],
)
async def test_emergencies_and_complaints_are_never_kept(chat: Chat, said: str) -> None:
    await chat.says(said, Intent.OUT_OF_SCOPE, confidence=0.3)
    assert await kept(chat) == []


async def test_what_the_model_suspects_is_not_kept_though_the_citizen_says_no(chat: Chat) -> None:
    said = "cái ông đó làm vậy coi có được không chớ"
    await chat.says(said, Intent.COMPLAIN_DENOUNCE, confidence=0.9)
    await chat.picks("Hỏi quy định")
    await chat.presses(make_payload(Verb.NOT_INTENDED, chat.first_row))
    assert await kept(chat) == []


async def test_suspected_words_are_not_kept_though_others_were_suspected_since(chat: Chat) -> None:
    await chat.says("cái ông đó làm vậy coi có được không chớ", Intent.COMPLAIN_DENOUNCE)
    await chat.picks("Hỏi quy định")
    await chat.says("mấy ổng làm cái vụ này kỳ cục quá trời", Intent.COMPLAIN_DENOUNCE)
    await chat.picks("Hỏi quy định")
    await chat.presses(make_payload(Verb.NOT_INTENDED, chat.first_row))
    assert await kept(chat) == []


async def test_what_is_sealed_later_is_kept_no_longer(chat: Chat) -> None:
    await chat.says("ông trưởng ấp đó kỳ cục quá trời luôn", Intent.ASK_INFO, confidence=0.3)
    assert len(await kept(chat)) == 1
    await chat.says("ổng ăn chặn tiền hộ nghèo, tôi tố cáo", Intent.COMPLAIN_DENOUNCE)
    await chat.picks("Tố cáo")
    assert await kept(chat) == []


async def test_an_edited_message_is_kept_no_longer(chat: Chat) -> None:
    await chat.says(STRANGE, Intent.ASK_AGENCY, confidence=0.3)
    await chat.sends(kind=EventKind.EDIT, about=("m1",), text="thôi bỏ đi em")
    assert await kept(chat) == []


async def test_while_a_person_talks_nothing_is_kept(chat: Chat) -> None:
    await chat.says("cho gặp cán bộ", Intent.REQUEST_HUMAN)
    async with chat.store.work() as work:
        handover = await work.handovers.find_open(chat.conversation_id)
        assert handover is not None
        await work.handovers.take(handover.id, "staff", chat.clock())
        await work.commit()
    await chat.says(STRANGE, Intent.ASK_AGENCY, confidence=0.3)
    assert await kept(chat) == []


async def test_whoever_has_their_data_erased_takes_their_words_along(chat: Chat) -> None:
    both, alone = STRANGE, "còn cái hàng rào bên hông thì sao đây"
    await chat.says(both, Intent.ASK_AGENCY, confidence=0.3)
    await chat.says(alone, Intent.ASK_AGENCY, confidence=0.3)
    await chat.other("901").says(both, Intent.ASK_AGENCY, confidence=0.3)
    async with chat.store.work() as work:
        own = await read_own_data(work, chat.conversation_id)
        assert {sample["text"] for sample in own["training_samples"]} == {both, alone}
        await erase_conversation(work, chat.conversation_id, chat.clock())
        await work.commit()
    (left,) = await kept(chat)
    assert (left.text, left.times_seen) == (both, 1)


async def test_the_table_holds_nothing_readable(chat: Chat) -> None:
    await chat.says(STRANGE, Intent.ASK_AGENCY, confidence=0.3)
    async with chat.store.work() as work:
        found = await work.connection.execute(text("select t::text from training_samples t"))
        row = found.scalar_one()
    assert "đồng hồ" not in row
