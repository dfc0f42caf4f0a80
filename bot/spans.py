"""Which holidays lie between a question and its date, so that the date can be explained."""

from datetime import date, timedelta
from functools import cache

import holidays

from casework.legal_clock import WorkCalendar

_SATURDAY = 5


@cache
def _named(year: int) -> dict[date, str]:
    return dict(holidays.country_holidays("VN", years=year, language="vi"))


def find_holiday(day: date) -> str:
    """Its Vietnamese name, empty on any other day."""
    return _named(day.year).get(day, "")


def holidays_between(start: date, end: date, calendar: WorkCalendar) -> list[str]:
    """Vietnamese names of the weekdays off between two dates, in order."""
    names = []
    day = start + timedelta(days=1)
    while day < end:
        if day.weekday() < _SATURDAY and not calendar.is_working(day):
            names.append(find_holiday(day))
        day += timedelta(days=1)
    return names
