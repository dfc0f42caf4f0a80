"""Tells a citizen when somebody reads what was sent."""

from bot.context import Turn
from bot.hours import clock_text


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


def long_closure_text(turn: Turn) -> str:
    """The same, but nothing when somebody reads today."""
    knowledge = turn.knowledge
    closure = knowledge.hours.find_closure(turn.now, knowledge.calendar)
    if closure is None or closure.is_over_today(turn.now):
        return ""
    return closure_text(turn)
