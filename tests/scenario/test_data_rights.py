"""Rights over one's data: asked for by button, decided by a person, carried out."""

import json
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from bot.erasure import erase_conversation, read_own_data, tell_decided
from bot.intents import Intent
from bot.replies import Replies
from casework.cases import CaseKind, CaseSource, ContentKind, EventKind
from casework.publication import NO_WORDS, Publication, PublicDocument, Visibility
from casework.use_cases.follow_case import by_citizen, object_to_publication, withdraw_case
from casework.use_cases.open_case import OpenCase, open_case
from delivery.messages import EventKind as Happened
from store.data_requests import DataRequest, DataRequestKind, DataRequestSource, DataRequestStatus
from store.tables import attachments, case_contents, case_keys, conversations, inbox, outbox
from tests.scenario.chat import Chat
from tests.scenario.following import ANSWER, QUESTION, answered, asked
from tests.scenario.province import LIMITS


async def open_requests(chat: Chat) -> list[DataRequest]:
    async with chat.store.work() as work:
        return await work.data_requests.open()


async def test_a_request_is_explained_confirmed_and_taken(chat: Chat) -> None:
    await chat.says("xóa hết dữ liệu của tôi đi", Intent.DELETE_DATA)
    chat.hears("2 ngày làm việc", "luật buộc phải lưu")
    chat.sees_buttons(
        "Xem dữ liệu", "Sửa dữ liệu", "Xóa dữ liệu", "Không đồng ý dùng", "Về menu chính"
    )
    await chat.picks("Xóa dữ liệu")
    chat.hears("không lấy lại được", "Câu hỏi đang xử lý")
    assert await open_requests(chat) == []
    await chat.picks("Gửi yêu cầu")
    [request] = await open_requests(chat)
    assert request.kind is DataRequestKind.ERASE
    assert request.source is DataRequestSource.CHAT
    assert request.due_on == date(2026, 12, 3)
    chat.hears(request.code, "thứ Năm, 03/12/2026")
    chat.hears(f"https://vinhlong.example/quyen-du-lieu/{request.code}")


async def test_pressing_twice_asks_once(chat: Chat) -> None:
    await chat.presses("#datanow|access")
    [first] = await open_requests(chat)
    await chat.presses("#datanow|access")
    chat.hears("đã gửi trước đó", first.code)
    await chat.presses("#datanow|object")
    assert len(await open_requests(chat)) == 2


async def test_over_a_weekend_the_days_are_working_days(chat: Chat) -> None:
    chat.clock.move(days=3)  # Friday
    await chat.presses("#datanow|correct")
    chat.hears("thứ Ba, 08/12/2026")


@pytest.mark.parametrize("payload", ["#data", "#data|gone", "#datanow|gone", "#forget"])
async def test_a_button_without_a_kind_explains(chat: Chat, payload: str) -> None:
    await chat.presses(payload)
    chat.hears("Anh/chị muốn làm việc nào")
    assert await open_requests(chat) == []


@pytest.mark.parametrize("words", ["quyền dữ liệu", "quyen du lieu", "Dữ liệu của tôi"])
async def test_the_words_alone_are_enough_without_the_model(chat: Chat, words: str) -> None:
    chat.model.away = True
    await chat.says(words)
    chat.hears("Anh/chị có quyền xem, sửa, xóa")


async def test_in_english_and_khmer(chat: Chat) -> None:
    await chat.says("please delete all my personal data now", Intent.DELETE_DATA)
    await chat.picks("Erase my data")
    await chat.picks("Send the request")
    chat.hears("Thursday, 03/12/2026", "2 working days")
    khmer = chat.other("777")
    await khmer.says("សូមលុបទិន្នន័យរបស់ខ្ញុំ", Intent.DELETE_DATA)
    await khmer.picks("លុបទិន្នន័យ")
    await khmer.picks("ផ្ញើសំណើ")
    khmer.hears("03/12/2026", "2 ថ្ងៃធ្វើការ")


async def test_withdrawing_at_the_provider_is_a_request_to_erase(chat: Chat) -> None:
    await chat.sends(kind=Happened.PRIVACY, message_id="")
    [request] = await open_requests(chat)
    assert (request.kind, request.source) == (DataRequestKind.ERASE, DataRequestSource.ZALO)
    chat.hears(request.code, "2 ngày làm việc")


async def test_nothing_is_erased_while_an_answer_is_owed(chat: Chat) -> None:
    case = await asked(chat)
    async with chat.store.work() as work:
        done = await erase_conversation(work, chat.conversation_id, chat.clock())
        await work.commit()
    assert done.open_codes == ("HD-2026-000001",)
    assert not done.is_done
    async with chat.store.work() as work:
        assert await work.cases.contents(case.id, ContentKind.QUESTION) == [QUESTION]
    assert QUESTION in await chat.inbox_texts()


async def test_after_erasure_no_word_is_left_and_the_history_stands(
    chat: Chat, replies: Replies
) -> None:
    case = await answered(chat, replies)
    await chat.says("000.00.12.H59-231105-0004")
    async with chat.store.work() as work:
        done = await erase_conversation(work, chat.conversation_id, chat.clock(), staff_id="x")
        await work.commit()
    assert done.erased == ("HD-2026-000001",)
    async with chat.store.work() as work:
        run = work.connection.execute
        for table in (case_keys, case_contents, attachments):
            assert (await run(select(table))).all() == []
        rows = (await run(select(inbox.c.raw, inbox.c.content))).all()
        assert rows
        assert all(row.raw == b"" and "text" not in row.content for row in rows)
        assert all(
            message == {"text": ""} for message in (await run(select(outbox.c.message))).scalars()
        )
        assert (await run(select(conversations.c.state))).scalars().all() == [{}]
        events = [event.kind for event in await work.cases.events(case.id)]
        assert events[0] is EventKind.OPENED
        assert events[-1] is EventKind.ERASED
        assert (await work.cases.get(case.id)).place == ""
        assert await work.lookups.count_by_citizen(chat.conversation_id, case.created_at) == 0


async def test_an_erased_case_is_shown_as_such_and_not_opened_again(
    chat: Chat, replies: Replies
) -> None:
    await answered(chat, replies)
    async with chat.store.work() as work:
        await erase_conversation(work, chat.conversation_id, chat.clock())
        await work.commit()
    await chat.says("HD-2026-000001")
    chat.hears("đã trả lời", "Nội dung đã được xóa")
    await chat.presses("#unsolved|HD-2026-000001")
    chat.hears("không chuyển thêm lời vào đó được")
    await chat.presses("#pickup|HD-2026-000001")
    chat.hears("không có mã nhận trả lời")


async def test_what_is_published_against_the_askers_wish_is_told_to_the_desk(
    chat: Chat, replies: Replies
) -> None:
    case = await answered(chat, replies)
    document = PublicDocument(title="Đường tỉnh 915", question="?", answer=ANSWER)
    async with chat.store.work() as work:
        publication = Publication(
            id="p1",
            lang="vi",
            number=await work.publications.next_number(),
            status=Visibility.PUBLISHED,
            draft=document,
            live=document,
            case_id=case.id,
        )
        await work.publications.add(publication, chat.clock())
        await object_to_publication(work, case, objects=True)
        done = await erase_conversation(work, chat.conversation_id, chat.clock())
        await work.commit()
    assert done.published == ("HD-2026-000001",)
    async with chat.store.work() as work:
        assert [alert.detail for alert in await work.alerts.open()] == ["objected_published"]
        assert [item.live for item in await work.publications.live()] == [document]


async def test_what_an_editor_has_not_shown_anybody_is_erased_with_the_case(
    chat: Chat, replies: Replies
) -> None:
    case = await answered(chat, replies)
    shown = PublicDocument(title="Đường tỉnh 915", question="?", answer=ANSWER)
    told = replace(shown, question=QUESTION)
    drafts = {
        "vi": (Visibility.EDITED, shown),
        "en": (Visibility.EDITED, None),
        "km": (Visibility.NOT_FOR_PUBLICATION, None),
    }
    async with chat.store.work() as work:
        number = await work.publications.next_number()
        for lang, (status, live) in drafts.items():
            publication = Publication(
                id="p1",
                lang=lang,
                number=number,
                status=status,
                draft=told,
                live=live,
                case_id=case.id,
            )
            await work.publications.add(publication, chat.clock())
        await erase_conversation(work, chat.conversation_id, chat.clock())
        await work.commit()
    async with chat.store.work() as work:
        left = {item.lang: item for item in await work.publications.of_case(case.id)}
        assert await work.publications.unpublished_cases() == []
    assert (left["vi"].status, left["vi"].draft) == (Visibility.PUBLISHED, shown)
    assert (left["km"].status, left["km"].draft) == (Visibility.NOT_FOR_PUBLICATION, NO_WORDS)
    assert "en" not in left


async def test_erasing_twice_and_erasing_nobody_do_no_harm(chat: Chat, replies: Replies) -> None:
    case = await answered(chat, replies)
    for _ in range(2):
        async with chat.store.work() as work:
            await erase_conversation(work, chat.conversation_id, chat.clock())
            assert (await erase_conversation(work, "zalo:400:nobody", chat.clock())).is_done
            await work.commit()
    async with chat.store.work() as work:
        kinds = [event.kind for event in await work.cases.events(case.id)]
    assert kinds.count(EventKind.ERASED) == 1


async def test_a_case_from_no_chat_is_reached_alone(chat: Chat) -> None:
    opened = []
    async with chat.store.work() as work:
        for words in ("Câu hỏi qua mạng", "Câu hỏi của người khác"):
            command = OpenCase(CaseKind.QUESTION, CaseSource.WEB, "", words, chat.clock())
            made = await open_case(work, command)
            opened.append(await withdraw_case(work, by_citizen(made.case)))
        await work.commit()
    mine, other = opened
    async with chat.store.work() as work:
        data = await read_own_data(work, f"case:{mine.id}")
        assert [case["question"] for case in data["cases"]] == [["Câu hỏi qua mạng"]]
        assert (await erase_conversation(work, "", chat.clock())).erased == ()
        done = await erase_conversation(work, f"case:{mine.id}", chat.clock())
        await work.commit()
    assert done.erased == (mine.code,)
    async with chat.store.work() as work:
        assert await work.cases.contents(mine.id, ContentKind.QUESTION) == []
        assert len(await work.cases.contents(other.id, ContentKind.QUESTION)) == 1


async def test_a_case_of_a_chat_is_not_reached_by_its_id(chat: Chat, replies: Replies) -> None:
    case = await answered(chat, replies)
    async with chat.store.work() as work:
        assert (await erase_conversation(work, f"case:{case.id}", chat.clock())).erased == ()


async def test_erasing_one_person_leaves_the_others(chat: Chat, replies: Replies) -> None:
    await answered(chat, replies)
    other = chat.other("666")
    await other.says("chào em nhé", Intent.GREET)
    async with chat.store.work() as work:
        await erase_conversation(work, chat.conversation_id, chat.clock())
        await work.commit()
    assert "chào em nhé" in await chat.inbox_texts()


async def test_own_data_are_read_out_and_nobody_elses(chat: Chat, replies: Replies) -> None:
    await answered(chat, replies)
    await chat.presses("#rate|HD-2026-000001|satisfied")
    other = chat.other("666")
    await other.says("lời của người khác", Intent.GREET)
    async with chat.store.work() as work:
        data = await read_own_data(work, chat.conversation_id)
    said = json.dumps(data, ensure_ascii=False)
    assert QUESTION in said
    assert ANSWER in said
    assert "lời của người khác" not in said
    assert '"officer_id"' not in said
    [case] = data["cases"]
    assert case["rating"] == "satisfied"
    assert {message["from"] for message in data["messages"]} == {"citizen", "assistant", "officer"}


async def test_the_decision_is_told_after_the_erasure(chat: Chat, replies: Replies) -> None:
    await answered(chat, replies)
    await chat.presses("#datanow|erase")
    [request] = await open_requests(chat)
    async with chat.store.work() as work:
        await erase_conversation(work, chat.conversation_id, chat.clock())
        done = replace(request, status=DataRequestStatus.DONE)
        await tell_decided(work, done, replies=replies, limits=LIMITS)
        await work.commit()
    async with chat.store.work() as work:
        last = (await work.outbox.history(chat.conversation_id))[-1]
    assert request.code in last.message.text
    assert "đã được xóa" in last.message.text


async def test_a_refusal_says_why_and_whom_to_call(chat: Chat, replies: Replies) -> None:
    await chat.presses("#datanow|erase")
    [request] = await open_requests(chat)
    refused = replace(
        request, status=DataRequestStatus.REFUSED, reason="Câu hỏi HD-2026-000001 đang xử lý."
    )
    async with chat.store.work() as work:
        await tell_decided(work, refused, replies=replies, limits=LIMITS)
        await work.commit()
    async with chat.store.work() as work:
        last = (await work.outbox.history(chat.conversation_id))[-1]
    for part in (request.code, "đang xử lý", "1022"):
        assert part in last.message.text


async def test_who_cannot_be_written_to_is_not(chat: Chat, replies: Replies) -> None:
    await chat.presses("#datanow|erase")
    [request] = await open_requests(chat)
    nobody = replace(request, status=DataRequestStatus.DONE, conversation_id="zalo:400:")
    async with chat.store.work() as work:
        await tell_decided(work, nobody, replies=replies, limits=LIMITS)
        assert await work.outbox.history("zalo:400:") == []
