"""The demo province is alive, on whatever day it is loaded, and it is loaded once."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from time import process_time

import pytest
from sqlalchemy import func, select, text

from app.conversations import make_index_builder
from app.demo.coming import load_coming
from app.demo.province import load_province
from app.demo.staff import add_demo_staff, demo_people
from app.demo.stories import read_stories
from bot.knowledge_holder import KnowledgeHolder
from casework.cases import TYPED_IN, CaseKind, CaseSource
from casework.legal_clock import VIETNAM, vietnam_date
from casework.permissions import Role
from casework.publication import Visibility
from casework.samples import SampleReason, SampleStatus
from casework.statuses import CaseStatus
from desk.lists import count_tabs, make_reader
from knowledge.agencies import Agency, AgencyKind, parse_agency_row
from knowledge.drafts import open_drafts, parse_draft_row
from knowledge.fields import Field
from knowledge.schedules import ScheduleKind, parse_schedule_row, upcoming
from portal.library import Answer, read_library
from store.case_filters import CaseFilter
from store.data_requests import DataRequestStatus
from store.samples import SampleFilter
from store.tables import attachments, cases, conversations, outbox, publications
from store.unit_of_work import Store
from tests.fakes.clock import NOW
from tests.fakes.demo_province import ACCOUNTS, demo_store, no_hash

#: A working Friday, a Sunday night, the first working day after Tết, New Year's Day.
DAYS = {
    "friday": NOW,
    "sunday": datetime(2026, 11, 22, 16, 45, tzinfo=UTC),
    "after_tet": datetime(2027, 2, 15, 1, 5, tzinfo=UTC),
    "new_year": datetime(2027, 1, 1, 5, 0, tzinfo=UTC),
}


@pytest.fixture(scope="module", params=DAYS)
async def province(database_url: str, request: pytest.FixtureRequest) -> AsyncIterator[Store]:
    """Loaded once a day; the tests only look."""
    async with demo_store(database_url, DAYS[request.param]) as store:
        yield store


async def test_there_is_a_case_of_every_status_kind_and_source(province: Store) -> None:
    async with province.work() as work:
        found = await work.cases.search(CaseFilter(), limit=200)
    assert {case.status for case in found} == set(CaseStatus)
    assert {case.kind for case in found} == set(CaseKind)
    assert {case.source for case in found} == set(CaseSource) - {CaseSource.TERMINAL}
    assert any(case.bounces == 2 for case in found)
    assert any(case.objected for case in found)
    assert len({case.code for case in found}) == len(found) >= 60


async def test_texts_wait_to_be_labelled_masked_and_of_every_reason(province: Store) -> None:
    async with province.work() as work:
        found = await work.samples.search(SampleFilter(), limit=50)
        counts = await work.samples.count_each(SampleFilter())
    assert len(found) >= 6
    assert {sample.reason for sample in found} == set(SampleReason)
    assert {sample.lang for sample in found} == {"vi", "en", "km"}
    assert found[0].times_seen == max(sample.times_seen for sample in found) > 1
    assert "Mận" not in " ".join(sample.text for sample in found)
    assert counts[SampleStatus.LABELLED] == counts[SampleStatus.DISMISSED] == 1


async def test_cases_are_due_today_soon_and_late(province: Store) -> None:
    async with province.work() as work:
        today = vietnam_date(work.clock())
        next_worked = (await work.catalogue.calendar()).next_working(today)
        found = [
            case
            for case in await work.cases.search(CaseFilter(), limit=200)
            if case.status not in (CaseStatus.WITHDRAWN, CaseStatus.NOT_ACCEPTED)
        ]
    assert sum(case.due_on == next_worked for case in found) >= 3
    assert sum(case.is_late(today) for case in found) >= 4
    assert any(next_worked < case.due_on <= next_worked + timedelta(days=5) for case in found)


async def test_nothing_happened_in_the_future_or_before_it_was_asked(province: Store) -> None:
    now = province.clock()
    async with province.work() as work:
        for case in await work.cases.search(CaseFilter(), limit=200):
            times = [event.at for event in await work.cases.events(case.id)]
            assert times == sorted(times)
            assert times[-1] <= now
            assert vietnam_date(times[0]) == case.asked_on
            if case.source in TYPED_IN:
                assert 8 <= times[0].astimezone(VIETNAM).hour < 17


async def test_readers_find_more_than_twenty_answers(province: Store) -> None:
    async with province.work() as work:
        live = await work.publications.live()
        waiting = [
            one for one in await work.publications.in_status(Visibility.EDITED) if one.publish_on
        ]
        for status in Visibility:
            assert await work.publications.in_status(status), status
    assert len({one.number for one in live}) >= 20
    for lang in ("en", "km"):
        assert sum(one.lang == lang for one in live) >= 3
    assert len(waiting) >= 2
    assert all(one.edited_by != one.released_by for one in live)


async def test_what_is_asked_most_is_there_in_english_and_mostly_in_khmer(province: Store) -> None:
    holder = KnowledgeHolder(province, make_index_builder())
    await holder.reload()
    library = await read_library(province, holder.current)
    today = vietnam_date(province.clock())
    for lang, least in (("en", 10), ("km", 7)):
        asked = library.asked_most(lang, today)
        shown = [one.lang_in(lang) for one in asked if isinstance(one, Answer)]
        assert shown.count(lang) >= least, lang


async def test_every_list_of_the_desk_has_rows(province: Store) -> None:
    """For the people who work with cases, in their own lists."""
    async with province.work() as work:
        for person in demo_people():
            if not (person.signs_in and person.role in _WORK_WITH_CASES):
                continue
            member = await work.staff.find_by_email(person.email)
            assert member is not None
            reader = await make_reader(work, member)
            counts = await count_tabs(work, reader)
            assert all(counts.values()), (person.email, counts)


_WORK_WITH_CASES = (Role.OFFICER, Role.LEAD, Role.EDITOR, Role.CHIEF_EDITOR)


async def test_people_wait_and_the_desk_is_told(province: Store) -> None:
    async with province.work() as work:
        assert await work.handovers.count_waiting() == 2
        assert await work.alerts.count_open() >= 1
        assert await work.sealed.count_waiting() == 1
        assert await work.outbox.count_undelivered() == 3
        assert len(await work.data_requests.open()) == 1
        decided = await work.data_requests.decided()
        assert [request.status for request in decided] == [DataRequestStatus.DONE]
        totals = await work.ratings.totals(province.clock() - timedelta(days=200))
        assert sum(totals.values()) >= 5


async def test_leaders_receive_in_the_coming_weeks_and_drafts_are_open(province: Store) -> None:
    now = province.clock().astimezone(VIETNAM)
    await load_coming(province)
    async with province.work() as work:
        schedules = [parse_schedule_row(row) for row in await work.catalogue.all("schedules")]
        drafts = [parse_draft_row(row) for row in await work.catalogue.all("drafts")]
        calendar = await work.catalogue.calendar()
    for kind in ScheduleKind:
        coming = upcoming(schedules, kind, now.date(), now.time())
        assert coming
        assert all(calendar.is_working(item.day) for item in coming)
    assert 0 < len(open_drafts(drafts, now.date())) < len(drafts)


async def test_chats_can_be_read_and_pictures_opened(province: Store) -> None:
    async with province.work() as work:
        [report] = [
            case
            for case in await work.cases.search(CaseFilter(), limit=200)
            if case.place == "phường Long Đức"
            and case.status is CaseStatus.ASSIGNED
            and case.kind is CaseKind.REPORT
        ]
        said = await work.inbox.history(report.conversation_id)
        answered = await work.outbox.history(report.conversation_id)
        [picture] = await work.attachments.of_case(report.id)
        data = await work.attachments.read(picture.id)
    assert "ổ gà" in said[0].event.text
    assert report.code in answered[0].message.text
    assert data is not None
    assert data.startswith(b"\xff\xd8")


async def test_nothing_waits_to_be_sent_and_no_turn_is_open(province: Store) -> None:
    """The demo's own messages are history: the worker has nothing to do with them."""
    async with province.work() as work:
        waiting = await work.connection.execute(
            select(func.count()).where(outbox.c.status.in_(("pending", "sending", "unknown")))
        )
        assert waiting.scalar_one() == 0
        rows = (await work.connection.execute(select(conversations.c.id))).scalars().all()
        assert rows
        for conversation_id in rows:
            assert await work.inbox.open_rows(conversation_id, 5, province.clock()) == []


async def test_it_is_loaded_once(province: Store) -> None:
    before = await _counts(province)
    assert await add_demo_staff(province, no_hash) == []
    assert not await load_province(province, ACCOUNTS)
    assert await _counts(province) == before


@pytest.mark.parametrize("province", ["friday"], indirect=True)
async def test_it_is_loaded_quickly(province: Store) -> None:
    """In this process's own time: the machine may be busy."""
    async with province.work() as work:
        await work.connection.execute(text("truncate cases, publications restart identity cascade"))
        await work.commit()
    begun = process_time()
    assert await load_province(province, ACCOUNTS)
    assert process_time() - begun < 10


async def _counts(store: Store) -> list[int]:
    async with store.work() as work:
        return [
            (await work.connection.execute(select(func.count()).select_from(table))).scalar_one()
            for table in (cases, publications, conversations, outbox, attachments)
        ]


async def test_the_agencies_of_the_stories_exist(province: Store) -> None:
    async with province.work() as work:
        for story in read_stories():
            for code in story.agencies:
                assert await work.catalogue.find("agencies", code), (story.key, code)


async def test_whatever_an_ended_agency_did_somebody_does_today(province: Store) -> None:
    """Each of its fields leads, over however many successors, to an agency that exists."""
    today = vietnam_date(province.clock())
    async with province.work() as work:
        rows = [parse_agency_row(row) for row in await work.catalogue.all("agencies")]
    directory = {agency.code: agency for agency in rows}
    ended = [agency for agency in rows if not agency.exists_on(today)]
    districts = [agency for agency in ended if agency.kind is AgencyKind.DISTRICT]
    assert len(districts) >= 4
    for agency in ended:
        for field in agency.fields:
            found = _doing(directory, agency, field, today)
            assert found, (agency.code, field)
            assert all(one.exists_on(today) for one in found), (agency.code, field)
    for district in districts:
        areas = {step.area for step in district.successors}
        assert len(areas) == len(district.successors) >= 2
        assert all(directory[step.to].area == step.area for step in district.successors)


def _doing(directory: dict[str, Agency], agency: Agency, field: Field, today: date) -> list[Agency]:
    """Who has this field of the agency on a day."""
    if agency.exists_on(today):
        return [agency]
    steps = [step for step in agency.successors if step.field in (None, field)]
    current = [step for step in steps if step.valid_from is None or step.valid_from <= today]
    return [one for step in current for one in _doing(directory, directory[step.to], field, today)]
