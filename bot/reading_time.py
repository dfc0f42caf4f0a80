"""Tells a citizen when somebody reads what was sent."""

from datetime import datetime, time

from bot.context import Turn
from bot.hours import clock_text
from casework.legal_clock import VIETNAM

#: With so little left of the day nobody may come to read any more.
_HARDLY_MINUTES = 30


def closure_text(turn: Turn) -> str:
    """Why nobody reads now, and from when on somebody does; empty while somebody is there."""
    knowledge = turn.knowledge
    closure = knowledge.hours.find_closure(turn.now, knowledge.calendar)
    if closure is None:
        return ""
    opening = closure.opening
    return turn.render(
        "closure",
        reason=closure.reason,
        holidays=list(dict.fromkeys(turn.words.holiday(name) for name in closure.holidays)),
        today=closure.is_over_today(turn.now),
        opening=opening.date() if opening else None,
        opening_time=clock_text(opening.time()) if opening else "",
    )


def short_rest_text(turn: Turn) -> str:
    """While somebody is there, but hardly long enough: from when on they read again."""
    hours, calendar = turn.knowledge.hours, turn.knowledge.calendar
    if not 0 < hours.minutes_left(turn.now, calendar) <= _HARDLY_MINUTES:
        return ""
    closure = hours.find_closure(_day_end(turn), calendar)
    if closure is None or closure.opening is None:
        return ""
    periods = hours.periods_on(turn.today, calendar)
    return turn.render(
        "closing_soon",
        closing_time=clock_text(periods[-1][1]),
        opening=closure.opening.date(),
        opening_time=clock_text(closure.opening.time()),
        holidays=list(dict.fromkeys(turn.words.holiday(name) for name in closure.holidays)),
    )


def _day_end(turn: Turn) -> datetime:
    return datetime.combine(turn.today, time(23, 59), VIETNAM)


def long_closure_text(turn: Turn) -> str:
    """The same, but nothing when somebody reads today."""
    knowledge = turn.knowledge
    closure = knowledge.hours.find_closure(turn.now, knowledge.calendar)
    if closure is None or closure.is_over_today(turn.now):
        return ""
    return closure_text(turn)
