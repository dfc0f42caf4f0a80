"""Days off and rules that are loaded later move legal dates, and take back no promise."""

from dataclasses import replace
from datetime import date

import pytest

from casework.cases import Case, CaseKind, CaseSource, EventKind
from casework.legal_clock import DayUnit, LegalRule
from casework.use_cases.follow_case import by_service, withdraw_case
from casework.use_cases.moving import CaseMove
from casework.use_cases.open_case import OpenCase, open_case
from casework.use_cases.recompute_due import recompute_due
from casework.use_cases.sort_case import triage_case
from store.catalogue import CalendarDay
from store.unit_of_work import Store
from tests.fakes.clock import NOW, StillClock

QUESTION = LegalRule(
    "q", CaseKind.QUESTION, 15, DayUnit.WORKING, "Tạm áp dụng", {"vi": "15 ngày"}, date(2020, 1, 1)
)
REPORT = replace(QUESTION, id="r", kind=CaseKind.REPORT, days=10)


@pytest.fixture
async def desk(store: Store) -> Store:
    still = Store(store.engine, store.vault, StillClock(), store.ids)
    async with still.work() as work:
        await work.catalogue.save_rules([QUESTION, REPORT])
        await work.commit()
    return still


async def opened(store: Store) -> Case:
    async with store.work() as work:
        command = OpenCase(
            kind=CaseKind.QUESTION,
            source=CaseSource.ZALO,
            conversation_id="zalo:oa:u1",
            content="Cấp sổ đỏ mất bao lâu?",
            asked_at=NOW,
        )
        case = (await open_case(work, command)).case
        await work.commit()
    return case


async def recomputed(store: Store, *days: CalendarDay, rules: tuple[LegalRule, ...] = ()) -> int:
    async with store.work() as work:
        await work.catalogue.save_calendar(days)
        await work.catalogue.save_rules(rules)
        moved = await recompute_due(work)
        await work.commit()
    return moved


async def read(store: Store, case: Case) -> Case:
    async with store.work() as work:
        return await work.cases.get(case.id)


async def test_a_day_off_moves_the_legal_date_not_the_promise(desk: Store) -> None:
    case = await opened(desk)
    assert await recomputed(desk, CalendarDay(case.due_on, working=False)) == 1
    after = await read(desk, case)
    assert after.due_on > case.due_on
    assert after.promised_on == case.promised_on
    async with desk.work() as work:
        event = (await work.cases.events(case.id))[-1]
    assert event.kind is EventKind.DUE_MOVED
    assert event.data == {"before": case.due_on.isoformat(), "due_on": after.due_on.isoformat()}


async def test_a_day_that_is_worked_brings_it_nearer(desk: Store) -> None:
    case = await opened(desk)
    await recomputed(desk, CalendarDay(case.due_on, working=False))
    assert await recomputed(desk, CalendarDay(case.due_on, working=True)) == 1
    assert (await read(desk, case)).due_on == case.due_on


async def test_loading_the_same_again_moves_nothing(desk: Store) -> None:
    case = await opened(desk)
    off = CalendarDay(case.due_on, working=False)
    assert [await recomputed(desk, off), await recomputed(desk, off)] == [1, 0]
    assert (await read(desk, case)).version == case.version + 1


async def test_a_rule_of_the_province_counts_from_the_day_it_was_asked(desk: Store) -> None:
    case = await opened(desk)
    own = replace(QUESTION, id="own", days=7, legal_basis="Quyết định", valid_from=date(2021, 1, 1))
    assert await recomputed(desk, rules=(own,)) == 1
    after = await read(desk, case)
    assert after.due_on < case.due_on
    assert (after.promised_on, after.legal_basis) == (case.promised_on, "Quyết định")


async def test_a_rule_that_ended_leaves_the_date(desk: Store) -> None:
    case = await opened(desk)
    ended = replace(QUESTION, valid_to=date(2020, 12, 31))
    assert await recomputed(desk, CalendarDay(case.due_on, working=False), rules=(ended,)) == 0
    assert (await read(desk, case)).due_on == case.due_on


async def test_closed_cases_keep_their_date(desk: Store) -> None:
    case = await opened(desk)
    async with desk.work() as work:
        await withdraw_case(work, by_service(case))
        await work.commit()
    assert await recomputed(desk, CalendarDay(case.due_on, working=False)) == 0


async def test_another_kind_never_waits_longer_than_was_promised(desk: Store) -> None:
    async with desk.work() as work:
        command = OpenCase(CaseKind.REPORT, CaseSource.ZALO, "zalo:oa:u1", "Ổ gà", NOW)
        case = (await open_case(work, command)).case
        case = await triage_case(
            work, CaseMove(case.id, case.version, "editor"), kind=CaseKind.QUESTION
        )
        await work.commit()
    assert case.due_on == case.promised_on
    assert await recomputed(desk, CalendarDay(date(2020, 1, 2), working=False)) == 0
    assert (await read(desk, case)).due_on == case.promised_on
