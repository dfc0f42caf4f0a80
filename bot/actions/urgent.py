"""An emergency or a child in danger: the numbers at once, an alarm, the words sealed."""

from datetime import datetime

from bot.asking import is_open
from bot.context import Turn
from bot.emergency_numbers import Danger, danger_in
from bot.guard import Urgency
from bot.knowledge_holder import Knowledge
from bot.payloads import Verb
from store.alerts import AlertKind
from store.sealed import SealedKind
from store.unit_of_work import UnitOfWork

_ALERTS = {Urgency.EMERGENCY: AlertKind.EMERGENCY, Urgency.CHILD: AlertKind.CHILD}


async def answer(turn: Turn, urgency: Urgency) -> None:
    """The citizen hears it also when a person has the conversation."""
    record = turn.work.ids()
    await turn.work.sealed.seal_text(
        record, SealedKind.URGENT, turn.conversation_id, turn.text, turn.now
    )
    await turn.work.inbox.seal(turn.row.id, SealedKind.URGENT)
    await raise_alarm(turn.work, urgency, turn.conversation_id, turn.now, record)
    danger = danger_in(turn.text, urgency, turn.lexicon)
    turn.say(urgency, **numbers_to_call(danger, turn.knowledge, turn.now))
    _leave_flow(turn)
    turn.offer(turn.option("menu", Verb.MENU))


def _leave_flow(turn: Turn) -> None:
    """Nothing more goes into an open text until the citizen takes it up again."""
    flow = turn.talk.flow
    if flow is None:
        return
    flow.aside = True
    if is_open(flow):
        turn.offer(turn.option("resume", Verb.RESUME, flow.id))


def numbers_to_call(danger: Danger, knowledge: Knowledge, now: datetime) -> dict[str, object]:
    """What the template of an urgency says; each takes the names of its own language."""
    lines = {
        line.number: line.name for purpose in danger.purposes for line in knowledge.numbers(purpose)
    }
    return {
        "despair": danger.despair,
        "lines": list(lines.items()),
        "open_now": knowledge.hours.is_open(now, knowledge.calendar),
    }


async def raise_alarm(
    work: UnitOfWork, urgency: Urgency, conversation_id: str, now: datetime, record: str = ""
) -> None:
    """One alarm for the duty list until it is handled; the code is the sealed record's."""
    kind = _ALERTS[urgency]
    if not await work.alerts.is_open_for(kind, conversation_id):
        await work.alerts.add(kind, now, conversation_id=conversation_id, detail=record)
