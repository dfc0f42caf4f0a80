"""After a question was sent: where it is, more words, taking it back, not published, its code."""

import asyncio

import pytest

from bot.intents import Intent
from bot.replies import Replies
from casework.cases import ActorKind, Case, ContentKind, EventKind, Refusal
from casework.publication import Publication, PublicDocument, Visibility
from casework.statuses import CaseStatus
from casework.use_cases.follow_case import by_service, close_case
from casework.use_cases.move_case import assign_case, save_draft
from casework.use_cases.move_case import send_answer as move_to_answered
from casework.use_cases.moving import CaseMove
from casework.use_cases.sort_case import bounce_case, not_accept_case, restore_case, triage_case
from delivery.messages import Attachment, AttachmentKind
from tests.scenario.chat import Chat
from tests.scenario.following import (
    ANSWER,
    CODE,
    QUESTION,
    answered,
    approved,
    asked,
    case_of,
    sent,
)


async def questions(chat: Chat, case: Case) -> list[str]:
    async with chat.store.work() as work:
        return await work.cases.contents(case.id, ContentKind.QUESTION)


async def events(chat: Chat, case: Case) -> list[EventKind]:
    async with chat.store.work() as work:
        return [event.kind for event in await work.cases.events(case.id)]


def as_staff(case: Case) -> CaseMove:
    return CaseMove(case.id, case.version, "officer")


# -- the page of a case ---------------------------------------------------------------------------


async def test_every_status_is_told_in_plain_words(chat: Chat, replies: Replies) -> None:
    case = await asked(chat)
    told = []

    async def shows(*parts: str) -> None:
        await chat.says(CODE)
        chat.hears(*parts)
        told.append((await case_of(chat)).status)

    await shows("đã tiếp nhận", "Tiếp theo", "thứ Ba, 22/12/2026")
    async with chat.store.work() as work:
        case = await triage_case(work, as_staff(case), kind=case.kind, field="transport")
        await work.commit()
    await shows("đã phân loại")
    async with chat.store.work() as work:
        case = await assign_case(work, as_staff(case), agency_code="H61.SXD")
        await work.commit()
    await shows("đang soạn", "nơi trả lời: Sở Xây dựng")
    async with chat.store.work() as work:
        case = await bounce_case(work, as_staff(case), "không thuộc Sở")
        await work.commit()
    await shows("chuyển sang cơ quan khác", "không thuộc thẩm quyền của mình")
    async with chat.store.work() as work:
        case = await not_accept_case(work, as_staff(case), Refusal.OUTSIDE_PROVINCE)
        await work.commit()
    await shows("không được tiếp nhận", "cơ quan ngoài tỉnh")
    async with chat.store.work() as work:
        case = await restore_case(work, as_staff(case))
        case = await assign_case(work, as_staff(case), agency_code="H61.SXD")
        case = await save_draft(work, as_staff(case), ANSWER)
        await work.commit()
    await shows("chờ duyệt")
    chat.does_not_hear(ANSWER)
    case = await approved(chat, case)
    await shows("đã duyệt")
    case = await sent(chat, replies, case)
    await shows("đã trả lời", ANSWER, "Chưa giải quyết xong")
    async with chat.store.work() as work:
        await close_case(work, by_service(case))
        await work.commit()
    await shows("đã trả lời xong", ANSWER)
    assert set(told) == set(CaseStatus) - {CaseStatus.WITHDRAWN}


async def test_a_list_of_several_says_where_each_is(chat: Chat) -> None:
    await asked(chat)
    await asked(chat, "HD-2026-000002", "Cầu Đại Ngãi bao giờ thông xe vậy em?")
    await chat.presses("#withdrawnow|HD-2026-000001")
    await chat.presses("#cases")
    chat.hears(
        "HD-2026-000002 – đã tiếp nhận, đang chờ phân loại, hạn 22/12/2026",
        "HD-2026-000001 – anh/chị đã rút lại",
    )


async def test_in_english_and_khmer(chat: Chat) -> None:
    await chat.says("when will the road in my village be repaired", Intent.ASK_AGENCY)
    await chat.says("xã Long Đức")
    await chat.picks("For myself")
    await chat.picks("Send")
    await chat.presses("#cases")
    chat.hears("received, waiting to be sorted", "due on Tuesday, 22/12/2026")
    await chat.picks("Add to it")
    await chat.says("the bridge is broken as well, please look at it")
    await chat.picks("Send")
    chat.hears("I have added it")
    await chat.says("withdraw my question please")
    await chat.picks("Withdraw")
    chat.hears("I have withdrawn HD-2026-000001")
    khmer = chat.other("777")
    await khmer.says("ផ្លូវនៅភូមិខ្ញុំខូច តើពេលណាជួសជុល", Intent.ASK_AGENCY)
    await khmer.says("xã Long Đức")
    await khmer.picks("សម្រាប់ខ្ញុំ")
    await khmer.picks("ផ្ញើ")
    await khmer.says("ដកសំណួរ")
    await khmer.picks("ដកវិញ")
    khmer.hears("បានដក HD-2026-000002")


# -- more words -----------------------------------------------------------------------------------


async def test_more_words_are_shown_back_and_go_behind_the_question(chat: Chat) -> None:
    case = await asked(chat)
    await chat.presses("#cases")
    await chat.picks("Bổ sung")
    chat.hears(f"phần bổ sung cho {CODE}")
    await chat.says("Xe tải chạy suốt đêm, nhà tôi nứt tường.")
    chat.hears(f"bổ sung vào {CODE}", "nứt tường")
    assert await questions(chat, case) == [QUESTION]
    await chat.picks("Gửi đi")
    chat.hears("đã bổ sung", "thứ Ba, 22/12/2026")
    assert await questions(chat, case) == [QUESTION, "Xe tải chạy suốt đêm, nhà tôi nứt tường."]
    assert (await events(chat, case))[-1] is EventKind.CITIZEN_ADDED


async def test_pressing_send_twice_adds_once(chat: Chat) -> None:
    case = await asked(chat)
    await chat.presses(f"#addto|{CODE}")
    await chat.says("Xe tải chạy suốt đêm, nhà tôi nứt tường.")
    send = next(c.payload for c in chat.replies[-1].message.choices if c.label == "Gửi đi")
    await chat.presses(send)
    await chat.presses(send)
    chat.hears("đã gửi nội dung này rồi", CODE)
    assert len(await questions(chat, case)) == 2


async def test_pictures_alone_are_enough(chat: Chat) -> None:
    case = await asked(chat)
    await chat.presses(f"#addto|{CODE}")
    await chat.attaches(Attachment(AttachmentKind.IMAGE, url="https://x.example/1.jpg"))
    await chat.picks("Gửi đi")
    chat.hears("đã bổ sung")
    assert len(await questions(chat, case)) == 2
    async with chat.store.work() as work:
        assert len(await work.attachments.of_case(case.id)) == 1


async def test_the_wish_in_words_opens_the_addition(chat: Chat) -> None:
    await asked(chat)
    await chat.says("tôi muốn bổ sung câu hỏi", Intent.CHECK_CASE)
    chat.hears("Anh/chị viết phần bổ sung")
    await chat.picks("Thôi")
    more = "cho tôi bổ sung là đường này ngập nặng mỗi khi mưa lớn"
    await chat.says(more, Intent.CHECK_CASE)
    chat.hears("anh/chị xem giúp", more)


async def test_a_denunciation_does_not_slip_in_as_an_addition(chat: Chat) -> None:
    case = await asked(chat)
    await chat.presses(f"#addto|{CODE}")
    await chat.says("Tôi tố cáo giám đốc nhận hối lộ của nhà thầu")
    chat.hears("Tố cáo")
    await chat.picks("Tố cáo")
    chat.hears("không phải là đơn tố cáo")
    assert await questions(chat, case) == [QUESTION]


async def test_words_that_only_look_grave_still_reach_the_case(chat: Chat) -> None:
    case = await asked(chat)
    await chat.presses(f"#addto|{CODE}")
    await chat.says("Tôi không khiếu nại gì, chỉ muốn biết ngày khởi công")
    await chat.picks("Phản ánh, kiến nghị")
    chat.hears(f"bổ sung vào {CODE}", "ngày khởi công")
    await chat.picks("Gửi đi")
    assert len(await questions(chat, case)) == 2


async def test_words_added_and_then_called_a_complaint_are_not_said_to_be_sealed(
    chat: Chat,
) -> None:
    await asked(chat)
    chat.clock.move(days=1)
    await chat.presses(f"#addto|{CODE}")
    await chat.says("Tôi không đồng ý với quyết định thu hồi đất số 12 của xã")
    await chat.picks("Gửi đi")
    async with chat.store.work() as work:
        rows = await work.inbox.history(chat.conversation_id)
    row = next(row for row in rows if "số 12" in row.event.text)
    await chat.presses(f"#grave|complaint|{row.id}")
    chat.hears(f"đã được gửi đi trước đó thành câu hỏi {CODE}")
    chat.does_not_hear("được niêm phong và")


async def test_an_answer_in_between_turns_the_words_into_a_new_question(
    chat: Chat, replies: Replies
) -> None:
    case = await approved(chat, await asked(chat))
    await chat.presses(f"#addto|{CODE}")
    await chat.says("Xe tải chạy suốt đêm, nhà tôi nứt tường.")
    await sent(chat, replies, case)
    await chat.picks("Gửi đi")
    chat.hears("đã trả lời", "Anh/chị gửi câu hỏi mới")
    assert await questions(chat, case) == [QUESTION]
    await chat.picks("Gửi cho cơ quan")
    chat.hears("nứt tường")


# -- taking back ----------------------------------------------------------------------------------


@pytest.mark.parametrize("words", ["rút", "Rút lại câu hỏi", "rut lai cau hoi", "hủy câu hỏi"])
async def test_taking_back_names_the_case_and_asks_once(chat: Chat, words: str) -> None:
    case = await asked(chat)
    chat.model.away = True
    await chat.says(words)
    chat.hears(CODE, "Đường tỉnh 915", "không xử lý và không trả lời nữa")
    assert (await case_of(chat)).status is CaseStatus.RECEIVED
    await chat.picks("Rút lại")
    chat.hears(f"đã rút {CODE}")
    assert (await case_of(chat)).status is CaseStatus.WITHDRAWN
    async with chat.store.work() as work:
        last = (await work.cases.events(case.id))[-1]
        assert await work.alerts.open() == []
    assert (last.kind, last.actor_kind) == (EventKind.WITHDRAWN, ActorKind.CITIZEN)


async def test_taking_back_twice_is_harmless(chat: Chat) -> None:
    case = await asked(chat)
    await chat.presses(f"#withdrawnow|{CODE}")
    before = await events(chat, case)
    await chat.presses(f"#withdrawnow|{CODE}")
    chat.hears("đã được rút trước đó")
    await chat.presses(f"#withdraw|{CODE}")
    chat.hears("đã được rút trước đó")
    assert await events(chat, case) == before


async def test_keeping_it_shows_it_again(chat: Chat) -> None:
    await asked(chat)
    await chat.says("rút lại câu hỏi")
    await chat.picks("Giữ lại")
    chat.hears(f"{CODE}: đã tiếp nhận")


async def test_several_questions_are_a_choice(chat: Chat) -> None:
    await asked(chat)
    await asked(chat, "HD-2026-000002", "Cầu Đại Ngãi bao giờ thông xe vậy em?")
    await chat.says("tôi muốn rút")
    chat.hears("rút lại câu hỏi nào", "Cầu Đại Ngãi", "Đường tỉnh 915")
    await chat.says("2")
    chat.hears(f"{CODE}: ", "không xử lý và không trả lời")


async def test_too_late_says_what_is_possible_instead(chat: Chat, replies: Replies) -> None:
    await answered(chat, replies)
    await chat.says("rút lại câu hỏi")
    chat.hears("đã được trả lời nên không rút lại được")
    chat.sees_buttons(
        "Chưa giải quyết xong",
        "Không đăng công khai",
        "Dữ liệu của tôi",
        "Theo dõi việc này",
        "Về menu chính",
    )


async def test_nothing_to_take_back(chat: Chat) -> None:
    await chat.says("rút lại câu hỏi")
    chat.hears("chưa gửi câu hỏi nào")


async def test_words_into_an_open_text_take_nothing_back(chat: Chat) -> None:
    await asked(chat)
    await chat.presses("#ask|question")
    await chat.says("rút lại câu hỏi")
    assert (await case_of(chat)).status is CaseStatus.RECEIVED
    chat.does_not_hear("không xử lý và không trả lời nữa")


async def test_an_officer_at_the_same_moment_does_not_stop_it(chat: Chat) -> None:
    case = await asked(chat)
    async with chat.store.work() as work:
        await assign_case(work, as_staff(case), agency_code="H61.SXD")
        pressing = asyncio.create_task(chat.presses(f"#withdrawnow|{CODE}"))
        await asyncio.sleep(0.3)
        await work.commit()
    await pressing
    chat.hears("đã rút")
    assert (await events(chat, case))[-2:] == [EventKind.ASSIGNED, EventKind.WITHDRAWN]


async def test_an_answer_at_the_same_moment_wins(chat: Chat, replies: Replies) -> None:
    case = await approved(chat, await asked(chat))
    async with chat.store.work() as work:
        await move_to_answered(work, as_staff(case))
        pressing = asyncio.create_task(chat.presses(f"#withdrawnow|{CODE}"))
        await asyncio.sleep(0.3)
        await work.commit()
    await pressing
    chat.hears("không rút lại được")
    assert (await case_of(chat)).status is CaseStatus.ANSWERED


# -- somebody else's case -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "payload",
    ["addto", "withdraw", "withdrawnow", "public", "pickup", "unsolved", "reopen", "rate"],
)
async def test_no_button_works_on_another_case(chat: Chat, payload: str) -> None:
    case = await asked(chat)
    before = await events(chat, case)
    stranger = chat.other("666")
    end = {"public": "|no", "rate": "|satisfied"}.get(payload, "")
    await stranger.presses(f"#{payload}|{CODE}{end}")
    stranger.hears(f"Em không thấy mã {CODE}")
    same = stranger.text.replace(CODE, "X")
    await stranger.presses(f"#{payload}|HD-2026-000777{end}")
    assert stranger.text.replace("HD-2026-000777", "X") == same
    assert await events(chat, case) == before


# -- publication and pick-up code -----------------------------------------------------------------


async def test_not_published_and_back(chat: Chat) -> None:
    case = await asked(chat)
    await chat.presses("#cases")
    await chat.picks("Không đăng công khai")
    chat.hears("sẽ không đăng công khai")
    assert (await case_of(chat)).objected
    await chat.presses(f"#public|{CODE}|no")
    assert (await events(chat, case)).count(EventKind.OBJECTED) == 1
    await chat.presses(f"#case|{CODE}")
    chat.hears("đã đề nghị không đăng công khai")
    await chat.picks("Cho đăng công khai")
    chat.hears("không phản đối")
    assert not (await case_of(chat)).objected


async def test_objecting_to_what_is_published_reaches_the_editors(
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
            published_at=chat.clock(),
        )
        await work.publications.add(publication, chat.clock())
        await work.commit()
    await chat.presses(f"#public|{CODE}|no")
    chat.hears("ban biên tập xem lại")
    async with chat.store.work() as work:
        assert [alert.detail for alert in await work.alerts.open()] == ["objected_published"]


async def test_the_pickup_code_is_shown_to_its_owner(chat: Chat) -> None:
    case = await asked(chat)
    async with chat.store.work() as work:
        code = await work.cases.latest_content(case.id, ContentKind.PICKUP_CODE)
    await chat.presses("#cases")
    await chat.picks("Mã nhận trả lời")
    chat.hears(f"{code[:3]} {code[3:]}", "https://vinhlong.example/tra-loi", "giữ kín")
