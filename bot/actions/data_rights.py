"""Any right over one's data: a person handles it within the legal time."""

from collections.abc import Sequence

from bot.alarms import Concern, call_person
from bot.context import Turn
from bot.payloads import Verb


async def explain(turn: Turn, _: Sequence[str] = ()) -> None:
    turn.talk.flow = None
    turn.say("data_rights")
    turn.offer(turn.option("forget", Verb.FORGET), turn.option("menu", Verb.MENU))


async def request(turn: Turn, _: Sequence[str] = ()) -> None:
    await call_person(turn.work, Concern.DATA_REQUEST, turn.conversation_id, turn.now)
    turn.say("data_request_taken")
    turn.offer(turn.option("menu", Verb.MENU))
