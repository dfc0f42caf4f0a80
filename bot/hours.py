"""When somebody reads: hours by weekday as data, the calendar, and why nobody reads now."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from bot.spans import find_holiday
from casework.legal_clock import VIETNAM, WorkCalendar
from knowledge.rows import Cells, RowError

_SATURDAY = 6
_WEEKDAYS = frozenset("1234567")
#: No closure lasts longer; beyond it the rows say nothing useful.
_LOOKED_AHEAD = 60
_PERIOD = re.compile(r"(\d{1,2})[:h](\d{2})\s*[-–]\s*(\d{1,2})[:h](\d{2})")

#: From, and until before; Vietnam time.
Period = tuple[time, time]


@dataclass(frozen=True, slots=True)
class DayHours:
    """A row of `office_hours`; `weekday` is "1" for Monday. No periods: closed on that day."""

    weekday: str
    periods: tuple[Period, ...]


def parse_hours_row(row: Mapping[str, Any]) -> DayHours:
    """Read one row; a spreadsheet gives the periods as one text, "07:00-11:00; 13:00-17:00".

    Raises:
        RowError: no weekday from 1 to 7, or periods that are none or not in order.
    """
    cells = Cells(row)
    weekday = cells.text("weekday")
    if weekday not in _WEEKDAYS:
        raise RowError("must be 1 (Monday) to 7 (Sunday)", "weekday")
    texts = (part.strip() for text in cells.texts("periods") for part in re.split("[;,]", text))
    periods = tuple(_period(text) for text in texts if text)
    ends = [end for _, end in periods]
    if any(start < end for (start, _), end in zip(periods[1:], ends, strict=False)):
        raise RowError("must be in order", "periods")
    return DayHours(weekday, periods)


def _period(text: str) -> Period:
    found = _PERIOD.fullmatch(text)
    try:
        numbers = [int(number) for number in found.groups()] if found else [0] * 4
        start, end = time(numbers[0], numbers[1]), time(numbers[2], numbers[3])
    except ValueError:
        start = end = time()
    if start >= end:
        raise RowError("is no period like 07:00-11:00", "periods")
    return start, end


class Closed(StrEnum):
    """Why nobody reads now."""

    HOLIDAY = "holiday"
    WEEKEND = "weekend"
    AFTER_HOURS = "after_hours"


@dataclass(frozen=True, slots=True)
class Closure:
    """`holidays`: Vietnamese names of the days off until then. `opening`: None when unknown."""

    reason: Closed
    holidays: tuple[str, ...]
    opening: datetime | None

    def is_over_today(self, now: datetime) -> bool:
        opening = self.opening
        return opening is not None and opening.date() == now.astimezone(VIETNAM).date()


@dataclass(frozen=True, slots=True)
class Hours:
    """Periods by weekday, Monday is 1. Without rows nobody is said to be there."""

    days: Mapping[int, tuple[Period, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, rows: Sequence[DayHours]) -> "Hours":
        return cls({int(row.weekday): row.periods for row in rows})

    def periods_on(self, day: date, calendar: WorkCalendar) -> tuple[Period, ...]:
        """A worked Saturday has its own hours, or those of the first day of the week."""
        own = self.days.get(day.isoweekday(), ())
        if calendar.is_working(day):
            return own or next((periods for periods in self.days.values() if periods), ())
        # A weekend with hours is open, unless it is a holiday or the province closed that day.
        is_off = day.isoweekday() < _SATURDAY or day in calendar.overrides or find_holiday(day)
        return () if is_off else own

    def text_on(self, day: date, calendar: WorkCalendar) -> str:
        """`7:00–11:00, 13:00–17:00`, the same in every language."""
        periods = self.periods_on(day, calendar)
        return ", ".join(f"{clock_text(start)}–{clock_text(end)}" for start, end in periods)

    def is_open(self, at: datetime, calendar: WorkCalendar) -> bool:
        local = at.astimezone(VIETNAM)
        periods = self.periods_on(local.date(), calendar)
        return any(start <= local.time() < end for start, end in periods)

    def minutes_left(self, at: datetime, calendar: WorkCalendar) -> int:
        """Until the last period of the day ends; 0 when it has ended, or there is none."""
        local = at.astimezone(VIETNAM)
        periods = self.periods_on(local.date(), calendar)
        if not periods:
            return 0
        end = datetime.combine(local.date(), periods[-1][1], VIETNAM)
        return max(0, int((end - local).total_seconds() // 60))

    def next_opening(self, at: datetime, calendar: WorkCalendar) -> datetime | None:
        """When somebody reads next, after `at`."""
        local = at.astimezone(VIETNAM)
        for ahead in range(_LOOKED_AHEAD):
            day = local.date() + timedelta(days=ahead)
            for start, _ in self.periods_on(day, calendar):
                opening = datetime.combine(day, start, VIETNAM)
                if opening > local:
                    return opening
        return None

    def find_closure(self, at: datetime, calendar: WorkCalendar) -> Closure | None:
        """None while somebody is there."""
        if self.is_open(at, calendar):
            return None
        today = at.astimezone(VIETNAM).date()
        opening = self.next_opening(at, calendar)
        until = opening.date() if opening else today + timedelta(days=1)
        days = [today + timedelta(days=ahead) for ahead in range((until - today).days)]
        names = (find_holiday(day) for day in days if not calendar.is_working(day))
        return Closure(
            self._reason(today, calendar), tuple(dict.fromkeys(filter(None, names))), opening
        )

    def _reason(self, today: date, calendar: WorkCalendar) -> Closed:
        if self.periods_on(today, calendar):
            return Closed.AFTER_HOURS
        weekend = today.isoweekday() >= _SATURDAY and not find_holiday(today)
        return Closed.WEEKEND if weekend else Closed.HOLIDAY


def clock_text(at: time) -> str:
    return f"{at.hour}:{at.minute:02d}"
