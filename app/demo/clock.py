"""Times of the demo: everything happened before now, and staff work in office hours."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from casework.legal_clock import VIETNAM, LegalRule, WorkCalendar, due_date

_DAY_SECONDS = 86_400
#: Of a working day in Vietnam.
_OPENS, _WORKS = time(7, 30), timedelta(hours=9)
#: Between two steps of one case at least.
_STEP = timedelta(minutes=9)
_ONE_DAY = timedelta(days=1)


class MovingClock:
    """A clock that is put to the time of each step."""

    def __init__(self, at: datetime) -> None:
        self._at = at

    def __call__(self) -> datetime:
        return self._at

    def move_to(self, at: datetime) -> None:
        self._at = at

    def advance(self, by: timedelta) -> None:
        self._at += by


def working_day(today: date, distance: int, calendar: WorkCalendar) -> date:
    """So many working days after today, before it when negative; 0: today or the next worked."""
    day = calendar.next_working(today)
    step = _ONE_DAY if distance > 0 else -_ONE_DAY
    for _ in range(abs(distance)):
        day += step
        while not calendar.is_working(day):
            day += step
    return day


def working_day_before(day: date, calendar: WorkCalendar) -> date:
    """The day itself when it is worked, else the last worked day before it."""
    while not calendar.is_working(day):
        day -= _ONE_DAY
    return day


def asked_for(due_on: date, rule: LegalRule, today: date, calendar: WorkCalendar) -> date:
    """The last day before today on which a question got this date or an earlier one."""
    day = today - _ONE_DAY
    while due_date(rule, day, calendar) > due_on:
        day -= _ONE_DAY
    return day


def spread(start: datetime, end: datetime, count: int) -> list[datetime]:
    """So many times in equal steps; the last one is the end."""
    return [start + (end - start) * number / count for number in range(1, count + 1)]


def in_office_hours(
    times: Sequence[datetime], calendar: WorkCalendar, after: datetime, now: datetime
) -> list[datetime]:
    """The times moved to when somebody works, in the same order, none in the future."""
    moved: list[datetime] = []
    for number, at in enumerate(times):
        earliest = (moved[-1] if moved else after) + _STEP
        latest = now - timedelta(minutes=len(times) - number)
        moved.append(min(max(_in_hours(at, calendar), earliest), latest))
    return moved


def _in_hours(at: datetime, calendar: WorkCalendar) -> datetime:
    local = at.astimezone(VIETNAM)
    into = local - datetime.combine(local.date(), time(), VIETNAM)
    opens = datetime.combine(calendar.next_working(local.date()), _OPENS, VIETNAM)
    # The whole day is folded into its working hours: what was earlier stays earlier.
    return (opens + _WORKS * (into.total_seconds() / _DAY_SECONDS)).astimezone(at.tzinfo)
