"""Complaints, denunciations, crimes, emergencies: out of every queue, never unanswered."""

import re

import pytest
from sqlalchemy import select

from bot.intents import Intent
from delivery.messages import EventKind
from store.alerts import AlertKind
from store.tables import conversations, outbox, sealed_records
from tests.scenario.chat import Chat

WORDS = "Tôi muốn khiếu nại quyết định thu hồi đất số 12 của chủ tịch xã"


async def sealed(chat: Chat) -> list[tuple[str, str]]:
    async with chat.store.work() as work:
        found = await work.connection.execute(select(sealed_records.c.id, sealed_records.c.kind))
        return [(row.kind, await work.sealed.open(row.id)) for row in found.all()]


async def state_of(chat: Chat) -> str:
    async with chat.store.work() as work:
        found = await work.connection.execute(
            select(conversations.c.state).where(conversations.c.id == chat.conversation_id)
        )
        return str(found.scalar_one())


async def test_the_citizen_chooses_what_it_is(chat: Chat) -> None:
    await chat.says(WORDS, Intent.COMPLAIN_DENOUNCE)
    chat.hears("1. Chỉ hỏi quy định", "3. Khiếu nại một quyết định", "5. Báo tin về tội phạm")
    assert await sealed(chat) == []


@pytest.mark.parametrize(
    ("number", "kind", "told"),
    [
        ("3", "complaint", "90 ngày"),
        ("4", "denunciation", "không phải là đơn tố cáo"),
        ("5", "crime_report", "113"),
    ],
)
async def test_the_words_go_to_a_sealed_record(
    chat: Chat, number: str, kind: str, told: str
) -> None:
    await chat.says(WORDS, Intent.COMPLAIN_DENOUNCE)
    await chat.says(number)
    chat.hears(told, "niêm phong")
    assert await sealed(chat) == [(kind, WORDS)]
    assert WORDS not in await chat.inbox_texts()
    assert "thu hồi đất" not in await state_of(chat)
    assert await chat.case_codes() == []


async def test_a_second_press_seals_nothing_twice(chat: Chat) -> None:
    await chat.says(WORDS, Intent.COMPLAIN_DENOUNCE)
    press = next(
        c.payload for r in chat.replies for c in r.message.choices if "complaint" in c.payload
    )
    await chat.presses(press)
    await chat.presses(press)
    assert len(await sealed(chat)) == 1


async def test_only_a_question_about_rules(chat: Chat) -> None:
    await chat.says("Khiếu nại lần đầu thì làm thế nào, gửi ở đâu", Intent.COMPLAIN_DENOUNCE)
    await chat.says("1")
    chat.does_not_hear("niêm phong")
    assert await sealed(chat) == []


async def test_feedback_goes_on_as_an_ordinary_case(chat: Chat) -> None:
    await chat.says(WORDS, Intent.COMPLAIN_DENOUNCE)
    await chat.says("2")
    chat.hears("xã, phường nào")
    await chat.says("xã Long Đức")
    await chat.picks("Gửi đi")
    chat.hears("PK-2026-000001")


async def test_a_suspicion_inside_the_question_flow(chat: Chat) -> None:
    await chat.presses("#ask|question")
    await chat.says(WORDS, Intent.COMPLAIN_DENOUNCE)
    chat.hears("Khiếu nại một quyết định")
    await chat.says("3")
    chat.hears("90 ngày")
    assert await chat.case_codes() == []
    assert "thu hồi đất" not in await state_of(chat)


async def test_an_emergency_gets_numbers_at_once(chat: Chat) -> None:
    chat.model.away = True
    await chat.says("Cháy nhà bên cạnh tui rồi, gọi ai bây giờ")
    chat.hears("114 – Cứu hỏa", "115", "113", "Em đã báo người trực")
    assert chat.model.asked == []
    assert await chat.inbox_texts() == [""]
    assert await sealed(chat) == [("urgent", "Cháy nhà bên cạnh tui rồi, gọi ai bây giờ")]
    async with chat.store.work() as work:
        alerts = await work.alerts.open()
    assert [alert.kind for alert in alerts] == [AlertKind.EMERGENCY]
    assert alerts[0].conversation_id == chat.conversation_id


def first_numbers(chat: Chat) -> list[str]:
    """The numbers to call in the order they stand in."""
    return re.findall(r"^(11\d) – ", chat.text, re.MULTILINE)


@pytest.mark.parametrize(
    ("words", "first"),
    [
        *(("uống thuốc chuột rồi", "115"), ("uong thuoc chuot roi", "115")),
        *(("chó cắn con tui chảy máu", "115"), ("cho can con tui chay mau", "115")),
        *(("vợ tôi vỡ ối rồi, sắp sanh", "115"), ("he drank rat poison", "115")),
        *(("chồng tôi đánh tôi", "113"), ("chong toi danh toi", "113")),
        *(("my husband is beating me", "113"), ("ប្តីខ្ញុំវាយខ្ញុំ", "113")),
        *(("có người té sông chưa vớt được", "114"), ("cháy nhà có người bị bỏng", "114")),
        ("cứu tôi với", "114"),
    ],
)
async def test_the_number_that_fits_stands_first(chat: Chat, words: str, first: str) -> None:
    await chat.says(words)
    numbers = first_numbers(chat)
    assert numbers[0] == first
    assert sorted(numbers) == ["112", "113", "114", "115"]
    chat.does_not_hear("chịu một mình")


@pytest.mark.parametrize("words", ["tôi không muốn sống nữa", "toi khong muon song nua"])
async def test_who_despairs_hears_a_human_word_before_the_numbers(chat: Chat, words: str) -> None:
    await chat.says(words)
    assert first_numbers(chat)[:2] == ["115", "113"]
    assert chat.text.index("không ai phải chịu một mình") < chat.text.index("115 – ")


async def test_a_child_in_the_water_needs_rescue_first(chat: Chat) -> None:
    """Nobody has done it harm: then the ambulance comes next."""
    await chat.says("thằng nhỏ nhà tui té sông")
    assert first_numbers(chat) == ["114", "115", "113", "112"]


async def test_a_child_thrown_into_the_water_needs_rescue_first(chat: Chat) -> None:
    await chat.says("cha dượng dìm thằng nhỏ xuống sông")
    assert first_numbers(chat) == ["114", "111", "113", "115"]


async def test_out_of_hours_it_says_that_nobody_reads(chat: Chat) -> None:
    chat.clock.move(hours=12)
    await chat.says("có người chết đuối dưới sông, cứu với")
    chat.hears("114", "ngoài giờ làm việc nên chưa có người đọc")


async def test_a_child_in_danger(chat: Chat) -> None:
    await chat.says("đứa bé hàng xóm đang bị cha đánh dã man")
    chat.hears("111 – Tổng đài quốc gia bảo vệ trẻ em", "113")
    async with chat.store.work() as work:
        assert [alert.kind for alert in await work.alerts.open()] == [AlertKind.CHILD]


async def alarms(chat: Chat) -> list[AlertKind]:
    async with chat.store.work() as work:
        return [alert.kind for alert in await work.alerts.open()]


async def test_one_emergency_is_one_alarm(chat: Chat) -> None:
    await chat.says("Cháy nhà bên cạnh tui rồi")
    chat.clock.move(hours=2)
    await chat.says("cháy lớn lắm rồi cứu với")
    chat.hears("114")
    assert await alarms(chat) == [AlertKind.EMERGENCY]
    assert len(await sealed(chat)) == 2


async def test_a_cry_after_the_first_was_handled_is_an_alarm_of_its_own(chat: Chat) -> None:
    await chat.says("Cháy nhà bên cạnh tui rồi")
    async with chat.store.work() as work:
        (alert,) = await work.alerts.open()
        await work.alerts.handle(alert.id, "s1", chat.clock())
        await work.commit()
    await chat.says("cháy lớn lắm rồi cứu với")
    assert await alarms(chat) == [AlertKind.EMERGENCY]


async def test_a_child_in_danger_after_an_emergency_is_an_alarm_of_its_own(chat: Chat) -> None:
    await chat.says("Cháy nhà bên cạnh tui rồi")
    await chat.says("đứa bé hàng xóm đang bị cha đánh dã man")
    assert await alarms(chat) == [AlertKind.CHILD, AlertKind.EMERGENCY]


async def test_an_emergency_is_answered_even_when_a_person_has_the_conversation(
    chat: Chat,
) -> None:
    await chat.sends(kind=EventKind.ECHO, by_person=True, text="Chào bác", message_id="x1")
    await chat.says("Cháy nhà bên cạnh tui rồi")
    chat.hears("114")


async def test_papers_that_burnt_are_no_emergency(chat: Chat) -> None:
    await chat.says("giấy khai sinh bị cháy xin cấp lại ở đâu", Intent.ASK_PROCEDURE)
    chat.does_not_hear("114")


async def test_words_sealed_later_leave_the_open_text_too(chat: Chat) -> None:
    await chat.says(WORDS, Intent.COMPLAIN_DENOUNCE)
    complaint = next(
        c.payload for r in chat.replies for c in r.message.choices if "complaint" in c.payload
    )
    await chat.says("2")
    await chat.presses(complaint)
    chat.hears("90 ngày")
    assert "thu hồi đất" not in await state_of(chat)
    assert await sealed(chat) == [("complaint", WORDS)]


async def test_an_open_text_survives_an_emergency(chat: Chat) -> None:
    await chat.says("Đường tỉnh 915 bao giờ mở rộng vậy em?", Intent.ASK_AGENCY)
    await chat.says("Cháy nhà bên cạnh tui rồi")
    chat.hears("114")
    await chat.picks("Tiếp tục")
    chat.hears("Đường tỉnh 915")


async def test_a_second_reading_is_enough_to_ask(chat: Chat) -> None:
    chat.model.knows(WORDS, Intent.ASK_AGENCY, 0.62, second=(Intent.COMPLAIN_DENOUNCE, 0.35))
    await chat.says(WORDS)
    chat.hears("Khiếu nại một quyết định")


async def test_words_behind_a_hash_are_no_button(chat: Chat) -> None:
    cry = "#Cháy nhà bên cạnh tui rồi"
    await chat.sends(kind=EventKind.MESSAGE, text=cry, payload=cry)
    chat.hears("114")


async def test_a_message_changed_into_a_cry_for_help(chat: Chat) -> None:
    await chat.says("chào em", Intent.GREET)
    await chat.sends(kind=EventKind.EDIT, text="Cháy nhà bên cạnh tui rồi", about=("m1",))
    chat.hears("114")
    assert await alarms(chat) == [AlertKind.EMERGENCY]


async def test_what_our_account_wrote_is_no_cry_for_help(chat: Chat) -> None:
    await chat.sends(kind=EventKind.ECHO, text="Cháy nhà thì gọi 114", by_person=True)
    chat.hears_nothing()
    assert await alarms(chat) == []


async def test_the_numbers_come_though_nothing_works(chat: Chat) -> None:
    row = await chat.stores(text="Cháy nhà bên cạnh tui rồi")
    await chat.gives_up(row)
    chat.hears("114 – Cứu hỏa")
    assert set(await alarms(chat)) == {AlertKind.EMERGENCY, AlertKind.PERSON_NEEDED}


async def test_the_number_that_fits_stands_first_though_nothing_works(chat: Chat) -> None:
    row = await chat.stores(text="vợ tôi vỡ ối rồi, sắp sanh")
    await chat.gives_up(row)
    assert first_numbers(chat)[0] == "115"


async def press_of(chat: Chat, wish: str) -> str:
    """The payload of a choice, which a button in an old message still sends."""
    return next(c.payload for r in chat.replies for c in r.message.choices if wish in c.payload)


async def sent_texts(chat: Chat) -> str:
    async with chat.store.work() as work:
        return str((await work.connection.execute(select(outbox.c.message))).scalars().all())


async def hidden(chat: Chat) -> list[bool]:
    async with chat.store.work() as work:
        return [row.is_hidden for row in await work.inbox.history(chat.conversation_id)]


async def test_nobody_reads_it_until_the_citizen_said_what_it_is(chat: Chat) -> None:
    await chat.says(WORDS, Intent.COMPLAIN_DENOUNCE)
    assert await hidden(chat) == [True]
    await chat.says("2")
    assert await hidden(chat) == [False, False]


async def test_all_that_was_told_together_is_sealed(chat: Chat) -> None:
    await chat.says("Chuyện làm giấy khai sinh", Intent.GREET)
    chat.clock.move(hours=1)
    await chat.says("Ông Năm ở ấp 3 nhận tiền của tôi", Intent.GREET)
    await chat.says(WORDS, Intent.COMPLAIN_DENOUNCE)
    await chat.sends(kind=EventKind.EDIT, text="Số tiền là năm triệu", about=("m2",))
    await chat.says("4")
    chat.hears("niêm phong")
    told = ["Ông Năm ở ấp 3 nhận tiền của tôi", WORDS, "Số tiền là năm triệu"]
    assert await sealed(chat) == [("denunciation", "\n".join(told))]
    assert not set(told) & set(await chat.inbox_texts())
    assert "Chuyện làm giấy khai sinh" in await chat.inbox_texts()


async def test_what_the_assistant_repeated_is_taken_out_too(chat: Chat) -> None:
    await chat.says(WORDS, Intent.COMPLAIN_DENOUNCE)
    complaint = await press_of(chat, "complaint")
    await chat.says("2")
    assert "thu hồi đất" in await sent_texts(chat)
    await chat.says("xã Long Đức")
    chat.hears(WORDS)
    await chat.presses(complaint)
    chat.hears("niêm phong")
    assert "thu hồi đất" not in await sent_texts(chat)
    assert "Gửi đi" in await sent_texts(chat)


async def test_what_was_sent_already_is_not_said_to_be_sealed(chat: Chat) -> None:
    await chat.says(WORDS, Intent.COMPLAIN_DENOUNCE)
    complaint = await press_of(chat, "complaint")
    await chat.says("2")
    await chat.says("xã Long Đức")
    await chat.picks("Gửi đi")
    await chat.presses(complaint)
    chat.hears("90 ngày", "PK-2026-000001", "đã báo cán bộ")
    chat.does_not_hear("niêm phong")
    async with chat.store.work() as work:
        assert [alert.detail for alert in await work.alerts.open()] == ["sent_before_sealed"]


async def test_words_that_are_gone_are_not_said_to_be_sealed(chat: Chat) -> None:
    await chat.presses("#grave|complaint|987654")
    chat.hears("90 ngày")
    chat.does_not_hear("niêm phong")
    assert await sealed(chat) == []


async def test_a_changed_sealed_message_is_sealed_again(chat: Chat) -> None:
    await chat.says(WORDS, Intent.COMPLAIN_DENOUNCE)
    await chat.says("3")
    await chat.sends(kind=EventKind.EDIT, text="Quyết định số 13 mới đúng", about=("m1",))
    chat.hears_nothing()
    assert ("complaint", "Quyết định số 13 mới đúng") in await sealed(chat)
    assert "Quyết định số 13 mới đúng" not in await chat.inbox_texts()
