"""An emergency or a child in danger: the numbers at once, an alarm, the words sealed."""

from bot.context import Turn
from bot.guard import Urgency
from bot.payloads import Verb
from store.alerts import AlertKind, SealedKind

_ALERTS = {Urgency.EMERGENCY: AlertKind.EMERGENCY, Urgency.CHILD: AlertKind.CHILD}
#: Purposes of the numbers to call, the first ones first.
_NUMBERS = {
    Urgency.EMERGENCY: ("fire", "medical", "police", "rescue"),
    Urgency.CHILD: ("child", "police", "medical"),
}


async def answer(turn: Turn, urgency: Urgency) -> None:
    if turn.talk.flow is not None:
        turn.talk.flow.aside = True
    record = turn.work.ids()
    await turn.work.alerts.seal_text(
        record, SealedKind.URGENT, turn.conversation_id, turn.text, turn.now
    )
    await turn.work.inbox.seal(turn.row.id)
    await _alarm(turn, urgency, record)
    calendar = turn.knowledge.calendar
    lines = {
        line.number: line.name.get(turn.lang) or line.name["vi"]
        for purpose in _NUMBERS[urgency]
        for line in turn.knowledge.numbers(purpose)
    }
    turn.say(
        urgency,
        lines=list(lines.items()),
        open_now=turn.office.is_open(turn.now, calendar),
    )
    turn.offer(turn.option("menu", Verb.MENU))


async def _alarm(turn: Turn, urgency: Urgency, record: str) -> None:
    """One alarm for the duty list until it is handled; the code is the sealed record's."""
    kind = _ALERTS[urgency]
    if not await turn.work.alerts.is_open_for(kind, turn.conversation_id):
        await turn.work.alerts.add(
            kind, turn.now, conversation_id=turn.conversation_id, detail=record
        )
