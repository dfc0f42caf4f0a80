"""Cases: codes, versions, four eyes, encrypted texts, erasure, and two people at once."""

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from casework.cases import Case, CaseKind, CaseSource, ContentKind, EventKind, OnBehalf
from casework.errors import (
    CaseNotFoundError,
    FourEyesError,
    MoveNotAllowedError,
    StaleCaseError,
)
from casework.legal_clock import DayUnit, LegalRule, NoLegalRuleError
from casework.statuses import CaseStatus
from casework.use_cases.follow_case import reopen_case
from casework.use_cases.move_case import (
    EmptyAnswerError,
    NoAgencyError,
    approve_answer,
    assign_case,
    reject_draft,
    save_draft,
    send_answer,
)
from casework.use_cases.moving import CaseMove
from casework.use_cases.open_case import OpenCase, open_case
from casework.use_cases.sort_case import bounce_case, triage_case
from store.case_filters import CaseFilter
from store.tables import calendar_days, case_contents, case_keys, cases
from store.unit_of_work import Store
from store.vault import UnreadableSecretError, Vault
from tests.fakes.clock import NOW, StillClock

RULE = LegalRule(
    "q", CaseKind.QUESTION, 15, DayUnit.WORKING, "Căn cứ", {"vi": "15 ngày"}, date(2020, 1, 1)
)
WHO = "zalo:oa:u1"
OFFICER, LEAD = "officer-1", "lead-1"


@pytest.fixture
async def desk(store: Store) -> Store:
    """A store whose clock stands still, with a legal rule."""
    still = Store(store.engine, store.vault, StillClock(), store.ids)
    async with still.work() as work:
        await work.catalogue.save_rules([RULE])
        await work.commit()
    return still


async def opened(
    store: Store, content: str = "Cấp sổ đỏ mất bao lâu?", *, inbox_id: int | None = None
) -> Case:
    async with store.work() as work:
        command = OpenCase(
            CaseKind.QUESTION,
            CaseSource.ZALO,
            WHO,
            content,
            NOW,
            place="Phường 1",
            on_behalf=OnBehalf.RELATIVE,
            field="land",
            inbox_id=inbox_id,
        )
        found = await open_case(work, command)
        await work.commit()
    return found.case


async def test_an_opened_case_is_read_back_as_it_was(desk: Store) -> None:
    case = await opened(desk)
    assert (case.code, case.status) == ("HD-2026-000001", CaseStatus.RECEIVED)
    assert (case.asked_on, case.due_on) == (date(2026, 11, 20), date(2026, 12, 14))
    assert case.promised_on == case.due_on
    async with desk.work() as work:
        assert await work.cases.get(case.id) == case
        assert await work.cases.find_by_code(case.code) == case
        assert await work.cases.find_by_code("HD-2026-999999") is None
        assert await work.cases.latest_content(case.id, ContentKind.QUESTION) == (
            "Cấp sổ đỏ mất bao lâu?"
        )
        (event,) = await work.cases.events(case.id)
        with pytest.raises(CaseNotFoundError):
            await work.cases.get("none")
    assert (event.kind, event.data) == (EventKind.OPENED, {"due_on": "2026-12-14", "rule": "q"})


async def test_rows_of_the_calendar_move_the_date(desk: Store) -> None:
    async with desk.engine.begin() as connection:
        closed = {"day": date(2026, 12, 14), "working": False, "reason": ""}
        await connection.execute(calendar_days.insert().values(closed))
    assert (await opened(desk)).due_on == date(2026, 12, 15)


async def test_without_a_rule_nothing_is_opened(desk: Store) -> None:
    async with desk.work() as work:
        with pytest.raises(NoLegalRuleError):
            await open_case(work, OpenCase(CaseKind.REPORT, CaseSource.ZALO, WHO, "x", NOW))


async def test_the_year_of_a_code_is_vietnams(desk: Store) -> None:
    async with desk.work() as work:
        at = datetime(2026, 12, 31, 17, 30, tzinfo=UTC)
        command = OpenCase(CaseKind.QUESTION, CaseSource.ZALO, WHO, "x", at)
        assert (await open_case(work, command)).case.code == "HD-2027-000001"


async def test_codes_count_per_kind_and_year_without_doubles(desk: Store) -> None:
    async def some(kind: CaseKind, year: int, *, commit: bool = True) -> str:
        async with desk.work() as work:
            code = await work.cases.next_code(kind, year)
            await asyncio.sleep(0.001)
            if commit:
                await work.commit()
        return code

    wanted = [(CaseKind.QUESTION, 2026), (CaseKind.REPORT, 2026), (CaseKind.QUESTION, 2027)]
    codes = await asyncio.gather(*(some(*each) for each in wanted * 10))
    for prefix in ("HD-2026", "PA-2026", "HD-2027"):
        mine = sorted(code for code in codes if code.startswith(prefix))
        assert mine == [f"{prefix}-{number:06d}" for number in range(1, 11)]
    await some(CaseKind.QUESTION, 2026, commit=False)
    assert await some(CaseKind.QUESTION, 2026) == "HD-2026-000011"


async def test_no_message_opens_two_cases(desk: Store) -> None:
    await opened(desk, inbox_id=7)
    with pytest.raises(IntegrityError) as caught:
        await opened(desk, inbox_id=7)
    assert getattr(caught.value.orig, "sqlstate", "") == "23505"  # a unique key refused it
    async with desk.work() as work:
        assert await work.cases.count(CaseFilter()) == 1
    await opened(desk)
    await opened(desk)


async def test_the_whole_way_to_an_answer(desk: Store) -> None:
    case = await opened(desk)
    async with desk.work() as work:
        case = await assign_case(
            work, CaseMove(case.id, case.version, LEAD), agency_code="A", officer_id=OFFICER
        )
        for text in ("Nháp một", "Nháp hai"):
            case = await save_draft(work, CaseMove(case.id, case.version, OFFICER), f" {text}\n")
        case = await reject_draft(work, CaseMove(case.id, case.version, LEAD), "thiếu căn cứ")
        case = await save_draft(work, CaseMove(case.id, case.version, OFFICER), "Bản cuối")
        case = await approve_answer(work, CaseMove(case.id, case.version, LEAD))
        case, text = await send_answer(work, CaseMove(case.id, case.version, LEAD))
        await work.commit()
    assert (text, case.status, case.version) == ("Bản cuối", CaseStatus.ANSWERED, 8)
    async with desk.work() as work:
        assert await work.cases.contents(case.id, ContentKind.DRAFT) == [
            "Nháp một",
            "Nháp hai",
            "Bản cuối",
        ]
        assert await work.cases.contents(case.id, ContentKind.NOTE) == ["thiếu căn cứ"]
        assert await work.cases.latest_content(case.id, ContentKind.ANSWER) == "Bản cuối"
        kinds = [event.kind for event in await work.cases.events(case.id)]
    assert kinds == [
        EventKind.OPENED,
        EventKind.ASSIGNED,
        EventKind.DRAFT_SAVED,
        EventKind.DRAFT_SAVED,
        EventKind.DRAFT_REJECTED,
        EventKind.DRAFT_SAVED,
        EventKind.APPROVED,
        EventKind.ANSWER_SENT,
    ]


async def test_the_newest_draft_is_sent_though_the_clock_goes_back(desk: Store) -> None:
    clock = StillClock()
    moving = Store(desk.engine, desk.vault, clock, desk.ids)
    case = await opened(moving)
    async with moving.work() as work:
        case = await assign_case(work, CaseMove(case.id, case.version, LEAD), agency_code="A")
        for number in range(6):
            case = await save_draft(work, CaseMove(case.id, case.version, OFFICER), f"{number}")
            clock.advance(timedelta(seconds=-1 if number % 2 else 0))
        assert await work.cases.latest_content(case.id, ContentKind.DRAFT) == "5"
        await work.cases.add_content(case.id, ContentKind.DRAFT, "no event yet", clock())
        assert await work.cases.latest_content(case.id, ContentKind.DRAFT) == "no event yet"


async def test_rules_of_the_moves(desk: Store) -> None:
    case = await opened(desk)

    def move(by: str = OFFICER) -> CaseMove:
        return CaseMove(case.id, case.version, by)

    async with desk.work() as work:
        with pytest.raises(NoAgencyError):
            await assign_case(work, move(), agency_code="")
        with pytest.raises(MoveNotAllowedError):
            await save_draft(work, move(), "x")
        case = await assign_case(work, move(), agency_code="A")
        with pytest.raises(EmptyAnswerError):
            await save_draft(work, move(), " \n")
        case = await save_draft(work, move(), "x")
        with pytest.raises(FourEyesError):
            await approve_answer(work, move(OFFICER))
        assert (await work.cases.get(case.id)).status is CaseStatus.DRAFTED
        with pytest.raises(MoveNotAllowedError):
            await send_answer(work, move(LEAD))
        case = await approve_answer(work, move(OFFICER), four_eyes=False)
        assert case.status is CaseStatus.APPROVED
        # A changed text must be approved again.
        case = await save_draft(work, move(LEAD), "y")
        assert (case.status, case.drafted_by) == (CaseStatus.DRAFTED, LEAD)


async def test_a_reopened_case_of_another_kind_counts_from_the_day_it_came_back(
    store: Store,
) -> None:
    clock = StillClock()
    store = Store(store.engine, store.vault, clock, store.ids)
    report = LegalRule("r", CaseKind.REPORT, 5, DayUnit.WORKING, "", {"vi": "5 ngày"}, NOW.date())
    async with store.work() as work:
        await work.catalogue.save_rules([RULE, report])
        await work.commit()
    case = await opened(store)
    async with store.work() as work:
        case = await assign_case(work, by(case), agency_code="A")
        case = await save_draft(work, by(case), "x")
        case = await approve_answer(work, by(case), four_eyes=False)
        case, _ = await send_answer(work, by(case))
        clock.advance(timedelta(days=40))  # 30 December, a Wednesday
        case = await reopen_case(work, by(case), "Vẫn ngập")
        promised = case.promised_on
        case = await bounce_case(work, by(case), "không thuộc Sở")
        case = await triage_case(work, by(case), kind=CaseKind.REPORT)
        assert case.due_on == date(2027, 1, 7)  # 1 January is a holiday
        case = await triage_case(work, by(case), kind=CaseKind.QUESTION)
        assert case.due_on == case.promised_on == promised


def by(case: Case) -> CaseMove:
    return CaseMove(case.id, case.version, OFFICER)


async def test_a_version_somebody_else_changed_is_refused(desk: Store) -> None:
    case = await opened(desk)
    async with desk.work() as work:
        await assign_case(work, CaseMove(case.id, case.version, LEAD), agency_code="A")
        await work.commit()
    async with desk.work() as work:
        with pytest.raises(StaleCaseError):
            await assign_case(work, CaseMove(case.id, case.version, LEAD), agency_code="B")
    async with desk.work() as work:
        assert (await work.cases.get(case.id)).agency_code == "A"


async def test_of_two_people_at_once_one_wins(desk: Store) -> None:
    case = await opened(desk)

    async def assign(agency: str) -> Case:
        async with desk.work() as work:
            found = await assign_case(
                work, CaseMove(case.id, case.version, LEAD), agency_code=agency
            )
            await asyncio.sleep(0.05)
            await work.commit()
        return found

    found = await asyncio.gather(*(assign(name) for name in "ABCD"), return_exceptions=True)
    won = [item for item in found if isinstance(item, Case)]
    assert len(won) == 1
    assert sum(isinstance(item, StaleCaseError) for item in found) == 3
    async with desk.work() as work:
        assert await work.cases.get(case.id) == won[0]
        assert len(await work.cases.events(case.id)) == 2


async def test_an_erased_case_has_history_but_no_words(desk: Store) -> None:
    case, other = await opened(desk), await opened(desk, "Câu khác")
    async with desk.work() as work:
        case = await assign_case(work, CaseMove(case.id, case.version, LEAD), agency_code="A")
        case = await save_draft(work, CaseMove(case.id, case.version, OFFICER), "Nháp")
        case = await approve_answer(work, CaseMove(case.id, case.version, LEAD))
        await work.commit()
    async with desk.engine.begin() as connection:
        await connection.execute(delete(case_keys).where(case_keys.c.case_id == case.id))
    async with desk.work() as work:
        assert await work.cases.contents(case.id, ContentKind.QUESTION) == []
        assert await work.cases.latest_content(case.id, ContentKind.DRAFT) == ""
        assert await work.cases.first_questions([case.id, other.id]) == {other.id: "Câu khác"}
        assert len(await work.cases.events(case.id)) == 4
        assert await work.cases.get(case.id) == case
        with pytest.raises(EmptyAnswerError):
            await send_answer(work, CaseMove(case.id, case.version, LEAD))
        with pytest.raises(CaseNotFoundError):
            await work.cases.add_content(case.id, ContentKind.NOTE, "x", NOW)


async def test_no_word_of_a_citizen_is_on_disk_in_clear(desk: Store) -> None:
    word = "Hối-lộ-ở-phường"
    case = await opened(desk, word)
    async with desk.engine.connect() as connection:
        sealed = (await connection.execute(select(case_contents.c.ciphertext))).scalars().all()
        rows = [str(tuple(row)) for row in await connection.execute(select(cases))]
    assert len(sealed) == 2  # the question, and the code that opens the answer
    assert all(word.encode() not in bytes(item) for item in sealed)
    assert all(word not in row for row in rows)
    # One case's key does not open another's texts.
    async with desk.engine.connect() as connection:
        (key,) = (await connection.execute(select(case_keys.c.wrapped_key))).scalars()
    assert word in {desk.vault.case_box(key).decrypt(item).decode() for item in sealed}
    stranger = Vault([Fernet.generate_key().decode()])
    with pytest.raises(UnreadableSecretError):
        stranger.case_box(key)
    assert case.code not in str(key)


async def test_lists_and_counts(desk: Store) -> None:
    made = [await opened(desk) for _ in range(4)]
    late = replace(made[3], due_on=date(2026, 11, 19), agency_code="A", officer_id=OFFICER)
    async with desk.work() as work:
        late = await work.cases.save(late, NOW)
        await work.commit()
        cases_of = work.cases.search
        assert await cases_of(CaseFilter()) == [late, *made[:3]]
        assert await cases_of(CaseFilter(), limit=2, offset=1) == made[:2]
        for wanted, count in [
            (CaseFilter(agency_code="A"), 1),
            (CaseFilter(officer_id=OFFICER), 1),
            (CaseFilter(late_on=date(2026, 11, 20)), 1),
            (CaseFilter(late_on=date(2026, 11, 19)), 0),
            (CaseFilter(due_until=date(2026, 12, 14)), 4),
            (CaseFilter(code="000002"), 1),
            (CaseFilter(code="HD-2026-000002"), 1),
            (CaseFilter(code="%"), 0),
            (CaseFilter(statuses=(CaseStatus.RECEIVED,)), 4),
            (CaseFilter(statuses=(CaseStatus.ANSWERED,)), 0),
        ]:
            assert await work.cases.count(wanted) == count, wanted
        of_citizen = await work.cases.of_conversation(WHO, limit=3)
        assert [case.code for case in of_citizen] == [case.code for case in made[:0:-1]]
        assert await work.cases.of_conversation("zalo:oa:other") == []
    assert late.is_late(date(2026, 11, 20))
    assert not late.is_late(date(2026, 11, 19))
    assert not replace(late, status=CaseStatus.ANSWERED).is_late(date(2027, 1, 1))
