"""Legal dates: day 0 is the Vietnam date of the question, day 1 the next working day."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cache
from zoneinfo import ZoneInfo

import holidays

from casework.cases import CaseKind
from casework.errors import CaseworkError

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
_SATURDAY = 5


class NoLegalRuleError(CaseworkError):
    """No rule row covers this kind on this day."""


class DayUnit(StrEnum):
    WORKING = "working"
    CALENDAR = "calendar"


@dataclass(frozen=True, slots=True)
class LegalRule:
    """A row of `legal_rules`; valid on both end dates."""

    id: str
    kind: CaseKind
    days: int
    unit: DayUnit
    legal_basis: str
    #: Public wording by language code.
    wording: Mapping[str, str]
    valid_from: date
    valid_to: date | None = None

    def covers(self, kind: CaseKind, day: date) -> bool:
        ends = self.valid_to or date.max
        return self.kind is kind and self.valid_from <= day <= ends


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """National holidays plus the rows of this province (swapped days, closures)."""

    #: Day → is it worked, overriding weekday and holiday.
    overrides: Mapping[date, bool] = field(default_factory=dict)

    def is_working(self, day: date) -> bool:
        if day in self.overrides:
            return self.overrides[day]
        return day.weekday() < _SATURDAY and day not in _national(day.year)

    def next_working(self, day: date) -> date:
        """The day itself when it is worked, else the first worked day after it."""
        while not self.is_working(day):
            day += timedelta(days=1)
        return day


@cache
def _national(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("VN", years=year))


def vietnam_date(at: datetime) -> date:
    return at.astimezone(VIETNAM).date()


def find_rule(rules: list[LegalRule], kind: CaseKind, day: date) -> LegalRule:
    """The newest rule that covers the day.

    Raises:
        NoLegalRuleError: none does.
    """
    found = [rule for rule in rules if rule.covers(kind, day)]
    if not found:
        raise NoLegalRuleError(kind, day)
    return max(found, key=lambda rule: rule.valid_from)


def due_date(rule: LegalRule, asked_on: date, calendar: WorkCalendar) -> date:
    """Last day to answer; a last day that is not worked moves on to the next that is."""
    if rule.unit is DayUnit.CALENDAR:
        return calendar.next_working(asked_on + timedelta(days=rule.days))
    day = asked_on
    for _ in range(rule.days):
        day = calendar.next_working(day + timedelta(days=1))
    return calendar.next_working(day)
