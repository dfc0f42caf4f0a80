"""A person is wanted: the queue, whether somebody is there, and which number answers."""

from collections.abc import Sequence

from bot.context import Turn
from bot.payloads import Verb
from bot.reading_time import closure_text, short_rest_text
from casework.cases import CaseKind
from store.handovers import HandoverStatus


async def request_human(turn: Turn, _: Sequence[str] = ()) -> None:
    """Put the conversation into the queue, once."""
    turn.talk.flow = None
    asked = await turn.work.handovers.ask(turn.work.ids(), turn.conversation_id, turn.now)
    calendar = turn.knowledge.calendar
    turn.say(
        "human",
        again=not asked,
        before=await _waiting_before(turn),
        closed=closure_text(turn) or short_rest_text(turn),
        hours=turn.knowledge.hours.text_on(turn.today, calendar),
        numbers=turn.numbers_to_ask(),
    )
    turn.offer(
        turn.option("leave_queue", Verb.LEAVE_QUEUE),
        turn.option("ask", Verb.ASK, CaseKind.QUESTION),
        turn.option("menu", Verb.MENU),
    )


async def person_will_answer(turn: Turn, _: Sequence[str] = ()) -> None:
    """For who writes a language whose texts nobody has read: the words reach a person."""
    await turn.work.handovers.ask(turn.work.ids(), turn.conversation_id, turn.now)
    numbers = turn.numbers_to_ask()
    turn.say("person_will_answer", numbers=numbers)
    if closed := closure_text(turn) or short_rest_text(turn):
        turn.texts[-1] += f"\n{closed}"
    turn.offer(
        turn.option("leave_queue", Verb.LEAVE_QUEUE),
        turn.option("ask", Verb.ASK, CaseKind.QUESTION),
        turn.option("menu", Verb.MENU),
    )


async def _waiting_before(turn: Turn) -> int:
    """Others whose turn comes first."""
    waiting = [
        item.conversation_id
        for item in await turn.work.handovers.open()
        if item.status is HandoverStatus.WAITING
    ]
    here = turn.conversation_id
    return waiting.index(here) if here in waiting else 0


async def leave_queue(turn: Turn, _: Sequence[str] = ()) -> None:
    """The citizen does not wait any longer."""
    handover = await turn.work.handovers.find_open(turn.conversation_id)
    if handover is not None:
        await turn.work.handovers.finish(handover.id, turn.now)
    turn.say("left_queue" if handover is not None else "no_queue")
    turn.offer(
        turn.option("ask", Verb.ASK, CaseKind.QUESTION),
        turn.option("person", Verb.PERSON),
        turn.option("menu", Verb.MENU),
    )
