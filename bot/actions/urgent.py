"""An emergency or a child in danger: the numbers at once, an alarm, the words sealed."""

from datetime import datetime

from bot.asking import is_open
from bot.context import Turn
from bot.guard import Urgency
from bot.knowledge_holder import Knowledge
from bot.lexicon import Lexicon
from bot.payloads import Verb
from store.alerts import AlertKind
from store.sealed import SealedKind
from store.unit_of_work import UnitOfWork

_ALERTS = {Urgency.EMERGENCY: AlertKind.EMERGENCY, Urgency.CHILD: AlertKind.CHILD}
#: Purposes of the numbers to call, the first ones first when the words tell nothing more.
_NUMBERS = {
    Urgency.EMERGENCY: ("fire", "medical", "police", "rescue"),
    Urgency.CHILD: ("child", "police", "medical", "fire"),
}
_DESPAIR = "despair_marks"
_FIRE, _MEDICAL = ("fire_marks",), ("medical_marks", _DESPAIR)
#: Word lists that bring a purpose to the front. Violence against a child stays with its own number.
_FIRST = {
    Urgency.EMERGENCY: {"fire": _FIRE, "medical": _MEDICAL, "police": ("police_marks", _DESPAIR)},
    Urgency.CHILD: {"fire": _FIRE, "medical": _MEDICAL},
}


async def answer(turn: Turn, urgency: Urgency) -> None:
    """The citizen hears it also when a person has the conversation."""
    record = turn.work.ids()
    await turn.work.sealed.seal_text(
        record, SealedKind.URGENT, turn.conversation_id, turn.text, turn.now
    )
    await turn.work.inbox.seal(turn.row.id, SealedKind.URGENT)
    await raise_alarm(turn.work, urgency, turn.conversation_id, turn.now, record)
    told = _told(urgency, turn.text, turn.lexicon)
    turn.say(urgency, **numbers_to_call(urgency, turn.knowledge, turn.now, told))
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


def _told(urgency: Urgency, text: str, lexicon: Lexicon) -> frozenset[str]:
    """The word lists that have a word in the text."""
    names = {name for lists in _FIRST[urgency].values() for name in lists}
    return frozenset(name for name in names if lexicon.has(name, text))


def numbers_to_call(
    urgency: Urgency, knowledge: Knowledge, now: datetime, told: frozenset[str] = frozenset()
) -> dict[str, object]:
    """What the template of an urgency says; each takes the names of its own language.

    `told`: word lists that were heard; what they ask for comes first.
    """
    first = {purpose for purpose, names in _FIRST[urgency].items() if told.intersection(names)}
    lines = {
        line.number: line.name
        for purpose in sorted(_NUMBERS[urgency], key=lambda purpose: purpose not in first)
        for line in knowledge.numbers(purpose)
    }
    return {
        "despair": _DESPAIR in told,
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
