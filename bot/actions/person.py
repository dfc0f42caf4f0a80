"""A person is wanted: when somebody reads, and which number answers."""

from collections.abc import Sequence

from bot.alarms import Concern, call_person
from bot.context import Turn
from bot.payloads import Verb
from casework.cases import CaseKind


async def request_human(turn: Turn, _: Sequence[str] = ()) -> None:
    turn.talk.flow = None
    calendar = turn.knowledge.calendar
    opening = turn.office.next_opening(turn.now, calendar)
    await call_person(turn.work, Concern.HUMAN_WANTED, turn.conversation_id, turn.now)
    turn.say(
        "human",
        open_now=turn.office.is_open(turn.now, calendar),
        opening=opening.date(),
        opening_time=f"{opening.hour}:{opening.minute:02d}",
        hours=turn.office.hours_text(),
        numbers=[line.number for line in turn.knowledge.numbers("information")],
    )
    turn.offer(turn.option("ask", Verb.ASK, CaseKind.QUESTION), turn.option("menu", Verb.MENU))
