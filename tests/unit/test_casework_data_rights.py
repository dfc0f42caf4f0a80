"""The date of a decision on one's data, its code, and what erasing reaches."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from casework.data_rights import (
    DECIDED_WITHIN,
    TREATMENTS,
    DataKind,
    Treatment,
    decision_due,
    make_request_code,
    treatment,
    waits,
)
from casework.legal_clock import WorkCalendar

_DAYS = some.dates(date(2026, 1, 1), date(2028, 12, 1))
#: The first look at a year counts its holidays.
_calm = settings(deadline=None)
_CALENDARS = some.dictionaries(_DAYS, some.booleans(), max_size=40).map(WorkCalendar)


@_calm
@given(asked_on=_DAYS, calendar=_CALENDARS)
def test_the_last_day_is_worked_and_so_many_working_days_away(
    asked_on: date, calendar: WorkCalendar
) -> None:
    due = decision_due(asked_on, calendar)
    between = [asked_on + timedelta(days=step) for step in range(1, (due - asked_on).days + 1)]
    assert calendar.is_working(due)
    assert sum(map(calendar.is_working, between)) == DECIDED_WITHIN


@_calm
@given(asked_on=_DAYS, calendar=_CALENDARS)
def test_asking_later_is_never_answered_earlier(asked_on: date, calendar: WorkCalendar) -> None:
    later = decision_due(asked_on + timedelta(days=1), calendar)
    assert decision_due(asked_on, calendar) <= later


@pytest.mark.parametrize(
    ("asked_on", "due"),
    [
        (date(2026, 12, 1), date(2026, 12, 3)),
        (date(2026, 12, 4), date(2026, 12, 8)),  # Friday
        (date(2026, 12, 5), date(2026, 12, 8)),  # Saturday: day 1 is Monday all the same
        (date(2027, 2, 3), date(2027, 2, 12)),  # Wednesday before the lunar new year
    ],
)
def test_days_of_the_calendar(asked_on: date, due: date) -> None:
    assert decision_due(asked_on, WorkCalendar()) == due


def test_codes_are_long_and_differ() -> None:
    codes = {make_request_code() for _ in range(200)}
    assert len(codes) == 200
    for code in codes:
        assert code.startswith("DL-")
        assert len(code.replace("-", "")) == 12
        assert not set(code[3:]) & set("01IOL")


def test_every_kind_of_data_is_decided() -> None:
    assert set(TREATMENTS) == {(kind, owed) for kind in DataKind for owed in (False, True)}


def test_erasing_waits_for_an_answer_that_is_owed_and_for_nothing_else() -> None:
    assert waits(owed=True)
    assert not waits(owed=False)


def test_words_are_erased_and_names_are_not_needed_for_the_rest() -> None:
    erased = {kind for kind in DataKind if treatment(kind, owed=False) is Treatment.ERASE}
    assert {DataKind.CASE_TEXTS, DataKind.MESSAGES, DataKind.ATTACHMENTS} <= erased
    assert DataKind.CASE_HISTORY not in erased
