"""Legal dates, against calendars counted by hand."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.cases import CaseKind
from casework.legal_clock import (
    DayUnit,
    LegalRule,
    NoLegalRuleError,
    WorkCalendar,
    due_date,
    find_rule,
    vietnam_date,
)

NATIONAL = WorkCalendar()
DAYS = st.dates(date(2025, 1, 1), date(2029, 12, 31))


def rule(days: int = 15, unit: DayUnit = DayUnit.WORKING, **changes: object) -> LegalRule:
    known = {
        "id": "question",
        "kind": CaseKind.QUESTION,
        "days": days,
        "unit": unit,
        "legal_basis": "",
        "wording": {},
        "valid_from": date(2020, 1, 1),
    }
    return LegalRule(**{**known, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("asked_on", "due_on", "why"),
    [
        ("2026-10-05", "2026-10-26", "Monday, three weeks without a holiday"),
        ("2026-10-09", "2026-10-30", "Friday"),
        ("2026-10-10", "2026-10-30", "Saturday: day 1 is Monday as for Friday's questions"),
        ("2026-10-11", "2026-10-30", "Sunday likewise"),
        ("2026-11-09", "2026-12-01", "over 24 November 2026, Vietnam's Culture Day"),
        ("2026-11-23", "2026-12-15", "the holiday is the very next day"),
        ("2026-11-24", "2026-12-15", "asked on the holiday"),
        ("2027-01-29", "2027-02-26", "over Tet 2027, 4 to 10 February"),
        ("2027-02-03", "2027-03-03", "the last working day before Tet"),
        ("2027-02-07", "2027-03-03", "asked during Tet"),
        ("2026-12-18", "2027-01-11", "over the turn of the year, 1 January on a Friday"),
    ],
)
def test_fifteen_working_days(asked_on: str, due_on: str, why: str) -> None:
    found = due_date(rule(), date.fromisoformat(asked_on), NATIONAL)
    assert found == date.fromisoformat(due_on), why


@pytest.mark.parametrize(
    ("at", "day"),
    [
        (datetime(2026, 11, 20, 16, 59, tzinfo=UTC), date(2026, 11, 20)),  # 23:59 in Vietnam
        (datetime(2026, 11, 20, 17, 1, tzinfo=UTC), date(2026, 11, 21)),  # 00:01 in Vietnam
        (datetime(2026, 12, 31, 17, 0, tzinfo=UTC), date(2027, 1, 1)),
    ],
)
def test_day_zero_is_the_date_in_vietnam(at: datetime, day: date) -> None:
    assert vietnam_date(at) == day


def test_a_minute_before_midnight_is_a_day_earlier_due() -> None:
    early = vietnam_date(datetime(2026, 10, 6, 16, 59, tzinfo=UTC))
    late = vietnam_date(datetime(2026, 10, 6, 17, 1, tzinfo=UTC))
    assert due_date(rule(), early, NATIONAL) == date(2026, 10, 27)
    assert due_date(rule(), late, NATIONAL) == date(2026, 10, 28)


@pytest.mark.parametrize(
    ("asked_on", "days", "due_on"),
    [
        ("2026-10-05", 10, "2026-10-15"),
        ("2026-10-05", 5, "2026-10-12"),  # a Saturday moves to Monday
        ("2026-11-14", 10, "2026-11-25"),  # the Culture Day moves on by one
        ("2027-01-27", 10, "2027-02-11"),  # Tet moves on to its end
    ],
)
def test_calendar_days_end_on_a_working_day(asked_on: str, days: int, due_on: str) -> None:
    found = due_date(rule(days, DayUnit.CALENDAR), date.fromisoformat(asked_on), NATIONAL)
    assert found == date.fromisoformat(due_on)


def test_rows_of_the_province_override_weekends_and_holidays() -> None:
    worked_saturday, closed_monday = date(2026, 10, 10), date(2026, 10, 12)
    swapped = WorkCalendar({worked_saturday: True, closed_monday: False})
    assert due_date(rule(5), date(2026, 10, 5), swapped) == worked_saturday
    assert due_date(rule(6), date(2026, 10, 5), swapped) == date(2026, 10, 13)
    worked_holiday = WorkCalendar({date(2026, 11, 24): True})
    assert due_date(rule(1), date(2026, 11, 23), worked_holiday) == date(2026, 11, 24)


def test_zero_days_on_a_sunday_are_due_on_monday() -> None:
    assert due_date(rule(0), date(2026, 10, 11), NATIONAL) == date(2026, 10, 12)


def test_the_newest_rule_that_covers_the_day_wins() -> None:
    old = rule(id="old", valid_from=date(2020, 1, 1))
    new = rule(id="new", valid_from=date(2026, 7, 1))
    over = rule(id="over", valid_from=date(2026, 8, 1), valid_to=date(2026, 8, 31))
    rules = [new, over, old]
    for day, wanted in [
        (date(2026, 6, 30), old),
        (date(2026, 7, 1), new),
        (date(2026, 8, 1), over),
        (date(2026, 8, 31), over),
        (date(2026, 9, 1), new),
    ]:
        assert find_rule(rules, CaseKind.QUESTION, day) is wanted


def test_no_rule_for_kind_or_day_is_an_error() -> None:
    ended = rule(valid_to=date(2026, 1, 31))
    for kind, day in [
        (CaseKind.REPORT, date(2026, 1, 31)),
        (CaseKind.QUESTION, date(2026, 2, 1)),
        (CaseKind.QUESTION, date(2019, 12, 31)),
    ]:
        with pytest.raises(NoLegalRuleError):
            find_rule([ended], kind, day)


calendars = st.dictionaries(DAYS, st.booleans(), max_size=30).map(WorkCalendar)


@given(asked=DAYS, later=st.integers(0, 40), days=st.integers(0, 40), calendar=calendars)
def test_a_later_question_is_never_due_earlier(
    asked: date, later: int, days: int, calendar: WorkCalendar
) -> None:
    for unit in DayUnit:
        first = due_date(rule(days, unit), asked, calendar)
        second = due_date(rule(days, unit), asked + timedelta(days=later), calendar)
        assert first <= second


@given(asked=DAYS, days=st.integers(1, 40), calendar=calendars)
def test_as_many_working_days_lie_between_as_the_rule_says(
    asked: date, days: int, calendar: WorkCalendar
) -> None:
    due_on = due_date(rule(days), asked, calendar)
    between = (asked + timedelta(days=n) for n in range(1, (due_on - asked).days + 1))
    assert sum(calendar.is_working(day) for day in between) == days


@given(asked=DAYS, days=st.integers(0, 60), unit=st.sampled_from(DayUnit), calendar=calendars)
def test_a_due_date_is_always_a_working_day(
    asked: date, days: int, unit: DayUnit, calendar: WorkCalendar
) -> None:
    assert calendar.is_working(due_date(rule(days, unit), asked, calendar))
