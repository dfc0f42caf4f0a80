"""A question is answered, published, and the next citizen has the answer at once."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from psycopg.conninfo import make_conninfo

from app.listener import Listener
from bot.answers import send_answer
from bot.intents import Intent
from bot.knowledge_holder import KnowledgeHolder
from bot.replies import Replies
from casework.cases import Case
from casework.legal_clock import vietnam_date
from casework.publication import Publication, PublicDocument
from casework.use_cases.move_case import approve_answer, assign_case, save_draft
from casework.use_cases.move_document import DocumentMove
from casework.use_cases.moving import CaseMove
from casework.use_cases.publish import ReleaseCheck, release_document, save_document, start_document
from casework.use_cases.withdraw_publication import take_down
from knowledge.search.index import Index
from store.catalogue import CATALOGUE_CHANGED
from store.unit_of_work import Store
from tests.scenario.chat import Chat
from tests.scenario.province import LIMITS

QUESTION = (
    "Tôi tên là Nguyễn Văn An, số 0912345678. Nhà tôi nuôi yến gần trường học, loa dẫn dụ chim yến"
    " được mở từ mấy giờ đến mấy giờ?"
)
ANSWER = (
    "Loa dẫn dụ chim yến chỉ được mở từ 5 giờ đến 11 giờ 30 và từ 13 giờ 30 đến 19 giờ mỗi ngày."
    " Cường độ âm thanh không vượt quá 70 dBA. Không dùng loa phóng trong khu dân cư. "
    + "Chủ cơ sở nuôi yến phải đăng ký với Ủy ban nhân dân cấp xã nơi có nhà yến. " * 2
    + "Cơ sở đã có từ trước phải khai báo với Ủy ban nhân dân cấp xã."
)
TITLE = "Giờ mở loa dẫn dụ chim yến"
AGENCY = "H61.SNNMT"


async def ask(chat: Chat) -> Case:
    """Citizen A sends the question to an agency."""
    await chat.says(QUESTION, Intent.ASK_AGENCY)
    await chat.picks("Bỏ qua")
    await chat.picks("Cho tôi")
    await chat.picks("Gửi đi")
    code = (await chat.case_codes())[-1]
    async with chat.store.work() as work:
        found = await work.cases.find_by_code(code)
    assert found is not None
    return found


async def answer(chat: Chat, case: Case, agency: str) -> None:
    async with chat.store.work() as work:
        case = await assign_case(
            work, CaseMove(case.id, case.version, "editor"), agency_code=agency
        )
        case = await save_draft(work, CaseMove(case.id, case.version, "officer"), ANSWER)
        case = await approve_answer(work, CaseMove(case.id, case.version, "lead"))
        move = CaseMove(case.id, case.version, "lead")
        await send_answer(work, move, replies=Replies(), limits=LIMITS)
        await work.commit()


def document(agency: str, chat: Chat) -> PublicDocument:
    return PublicDocument(
        title=TITLE,
        question="Nhà tôi nuôi yến gần trường học, loa dẫn dụ chim yến được mở từ mấy giờ?",
        answer=ANSWER,
        field="agriculture",
        agency_code=agency,
        answered_on=vietnam_date(chat.clock()),
    )


async def publish(store: Store, text: PublicDocument, case_id: str = "") -> Publication:
    async with store.work() as work:
        begun = await start_document(work, text, "editor", case_id=case_id)
        move = DocumentMove(begun.id, begun.lang, begun.version, "second editor")
        published = await release_document(work, move, ReleaseCheck(seen=True))
        await work.commit()
    return published


def knowledge_of(chat: Chat) -> KnowledgeHolder:
    return chat.runner._knowledge


@pytest.fixture
async def agency(chat: Chat) -> str:
    async with chat.store.work() as work:
        rows = await work.catalogue.all("agencies")
    return next(str(row["code"]) for row in rows if "Nông nghiệp" in row["name"])


async def test_the_answer_to_one_citizen_is_the_answer_to_the_next(chat: Chat, agency: str) -> None:
    case = await ask(chat)
    await answer(chat, case, agency)
    published = await publish(chat.store, document(agency, chat), case.id)
    await knowledge_of(chat).reload()

    next_one = chat.other("901")
    await next_one.says("loa dan du chim yen mo tu may gio vay", Intent.ASK_INFO)
    next_one.hears("từ 5 giờ đến 11 giờ 30", "Nguồn: Sở Nông nghiệp", "01/12/2026")
    next_one.hears(f"https://vinhlong.example/hoi-dap/{published.number}")
    next_one.sees_buttons("Xem thêm", "Đúng ý tôi", "Chưa đúng", "Gửi cho cơ quan")
    next_one.does_not_hear("Nguyễn Văn An", "0912345678", "khai báo với Ủy ban")
    links = [link.url for reply in next_one.replies for link in reply.message.links]
    assert links == [f"https://vinhlong.example/hoi-dap/{published.number}"]
    await next_one.picks("Xem thêm")
    next_one.hears("khai báo với Ủy ban nhân dân cấp xã")


async def test_what_was_taken_down_is_not_told_any_more(chat: Chat, agency: str) -> None:
    published = await publish(chat.store, document(agency, chat))
    await knowledge_of(chat).reload()
    first = chat.other("902")
    await first.says("giờ mở loa dẫn dụ chim yến", Intent.ASK_INFO)
    first.hears("từ 5 giờ đến 11 giờ 30")
    async with chat.store.work() as work:
        move = DocumentMove(published.id, "vi", published.version, "editor")
        await take_down(work, move, "Quy định đã thay đổi")
        await work.commit()
    await knowledge_of(chat).reload()
    after = chat.other("903")
    await after.says("giờ mở loa dẫn dụ chim yến", Intent.ASK_INFO)
    after.does_not_hear("từ 5 giờ đến 11 giờ 30")
    # Also the button under the old answer gives it no more.
    await first.picks("Xem thêm")
    first.does_not_hear("khai báo với Ủy ban")
    first.hears("đã hết hiệu lực")


async def test_an_answer_past_its_last_day_is_not_told(chat: Chat, agency: str) -> None:
    today = vietnam_date(chat.clock())
    text = replace(document(agency, chat), valid_until=today)
    await publish(chat.store, text)
    await knowledge_of(chat).reload()
    first = chat.other("904")
    await first.says("giờ mở loa dẫn dụ chim yến", Intent.ASK_INFO)
    first.hears("từ 5 giờ đến 11 giờ 30")
    chat.clock.move(days=1)
    second = chat.other("905")
    await second.says("giờ mở loa dẫn dụ chim yến", Intent.ASK_INFO)
    second.does_not_hear("từ 5 giờ đến 11 giờ 30")


async def test_a_correction_is_told_only_when_it_was_let_go(chat: Chat, agency: str) -> None:
    published = await publish(chat.store, document(agency, chat))
    changed = replace(published.draft, answer="Loa được mở từ 6 giờ đến 18 giờ.")
    async with chat.store.work() as work:
        move = DocumentMove(published.id, "vi", published.version, "editor")
        saved = await save_document(work, move, changed, published.basis)
        await work.commit()
    await knowledge_of(chat).reload()
    before = chat.other("906")
    await before.says("giờ mở loa dẫn dụ chim yến", Intent.ASK_INFO)
    before.hears("từ 5 giờ đến 11 giờ 30")
    async with chat.store.work() as work:
        move = DocumentMove(saved.id, "vi", saved.version, "second editor")
        await release_document(work, move, ReleaseCheck(seen=True))
        await work.commit()
    await knowledge_of(chat).reload()
    after = chat.other("907")
    await after.says("giờ mở loa dẫn dụ chim yến", Intent.ASK_INFO)
    after.hears("từ 6 giờ đến 18 giờ")


class Process:
    """A worker as far as the catalogues go: a holder, and a listener that reloads it."""

    def __init__(self, store: Store) -> None:
        self.holder = KnowledgeHolder(store, lambda rows, faqs: Index(rows, faqs, {}))
        url = store.engine.url.set(drivername="postgresql")
        address = make_conninfo(url.render_as_string(hide_password=False))
        self.ready = asyncio.Event()
        self._listener = Listener(address, {CATALOGUE_CHANGED: self._hear}, self._connected)

    async def _hear(self, _: str) -> None:
        await self.holder.reload()

    async def _connected(self) -> None:
        await self.holder.reload()
        self.ready.set()

    async def run(self) -> None:
        await self._listener.run()

    def title(self) -> str:
        hit = self.holder.current.index.answer(TITLE)
        return hit.title if hit else ""


@pytest.fixture
async def processes(store: Store, chat: Chat) -> AsyncIterator[list[Process]]:
    both = [Process(store), Process(store)]
    tasks = [asyncio.create_task(one.run()) for one in both]
    await asyncio.wait_for(asyncio.gather(*(one.ready.wait() for one in both)), 20)
    yield both
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def until(true: Callable[[], bool], within: timedelta) -> None:
    began = time.monotonic()
    while not true():
        assert time.monotonic() - began < within.total_seconds(), "nothing changed"
        await asyncio.sleep(0.02)


async def test_all_processes_know_it_within_a_second(
    chat: Chat, agency: str, processes: list[Process]
) -> None:
    assert [one.title() for one in processes] == ["", ""]
    published = await publish(chat.store, document(agency, chat))
    # A second, of which nearly all is reading again; a busy machine reads more slowly.
    began = time.monotonic()
    await processes[0].holder.reload()
    second = timedelta(seconds=1 + 8 * (time.monotonic() - began))
    await until(lambda: all(one.title() == TITLE for one in processes), second)
    async with chat.store.work() as work:
        move = DocumentMove(published.id, "vi", published.version, "editor")
        await take_down(work, move, "Đăng nhầm")
        await work.commit()
    await until(lambda: not any(one.title() for one in processes), second)


async def test_a_process_that_starts_later_knows_it(chat: Chat, agency: str) -> None:
    await publish(chat.store, document(agency, chat))
    later = KnowledgeHolder(chat.store, lambda rows, faqs: Index(rows, faqs, {}))
    await later.reload()
    hit = later.current.index.answer(TITLE)
    assert hit is not None
    assert hit.title == TITLE
