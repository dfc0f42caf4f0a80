"""How much time is left, as a person counts it."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from casework.cases import Case
from casework.legal_clock import WorkCalendar
from casework.statuses import OPEN

#: Working days up to which a date counts as soon.
SOON_DAYS = 3


class DueTone(StrEnum):
    ANSWERED = "answered"
    LATE = "late"
    TODAY = "today"
    SOON = "soon"
    CALM = "calm"


@dataclass(frozen=True, slots=True)
class Due:
    """`days`: working days left, or calendar days past."""

    on: date
    tone: DueTone
    days: int


def due_of(case: Case, today: date, calendar: WorkCalendar) -> Due:
    if case.status not in OPEN:
        return Due(case.due_on, DueTone.ANSWERED, 0)
    if case.due_on < today:
        return Due(case.due_on, DueTone.LATE, (today - case.due_on).days)
    if case.due_on == today:
        return Due(case.due_on, DueTone.TODAY, 0)
    left = working_days(today, case.due_on, calendar)
    return Due(case.due_on, DueTone.SOON if left <= SOON_DAYS else DueTone.CALM, left)


def working_days(after: date, until: date, calendar: WorkCalendar) -> int:
    """Working days after one day, up to and with another."""
    span = range(1, (until - after).days + 1)
    return sum(calendar.is_working(after + timedelta(days=step)) for step in span)


def soon_until(today: date, calendar: WorkCalendar) -> date:
    """The last day that counts as soon."""
    day = today
    for _ in range(SOON_DAYS):
        day = calendar.next_working(day + timedelta(days=1))
    return day
