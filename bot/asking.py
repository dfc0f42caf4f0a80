"""The steps of writing to an agency, and how each is asked for."""

from collections.abc import Sequence
from datetime import datetime

from bot.choices import Option
from bot.context import Action, Turn
from bot.payloads import Verb
from bot.talk import Flow, Step
from casework.cases import CaseKind, OnBehalf

#: What is collected for each kind, in this order, before the confirmation.
STEPS: dict[CaseKind, tuple[Step, ...]] = {
    CaseKind.QUESTION: (Step.CONTENT, Step.PLACE, Step.BEHALF),
    CaseKind.REPORT: (Step.CONTENT, Step.PLACE),
    CaseKind.ADMIN_FEEDBACK: (Step.CONTENT, Step.PLACE),
    CaseKind.PROPOSAL: (Step.CONTENT, Step.PLACE),
}
MOST_CONTENT = 4000
_SHOWN_CONTENT = 600
#: Of the content, when only the place is asked for.
_REPEATED = 120


def begin(turn: Turn, kind: CaseKind, content: str = "") -> Flow:
    """Open the text; words that came with the wish are its content already."""
    flow = turn.open_flow(Flow(id=str(turn.row.id), step=Step.CONTENT, kind=kind))
    if content:
        set_content(flow, content, turn.row.id, turn.row.received_at)
        take_entities(turn, flow)
        flow.step = _step_after(flow)
    return flow


def begin_with(turn: Turn, kind: CaseKind, content: str, row_id: int, asked_at: datetime) -> Flow:
    """Open the text with the words of an earlier message."""
    flow = begin(turn, kind)
    if content.strip():
        set_content(flow, content, row_id, asked_at)
        flow.step = _step_after(flow)
    return flow


def set_content(flow: Flow, content: str, row_id: int, asked_at: datetime) -> None:
    flow.content = content.strip()[:MOST_CONTENT]
    flow.content_row = row_id
    flow.asked_at = asked_at.isoformat()


def take_entities(turn: Turn, flow: Flow) -> None:
    """Place and field, when the words already say them; the place is shown back and can change."""
    if turn.reading is None:
        return
    places = [item.value for item in turn.reading.entities if item.entity == "place"]
    flow.place = flow.place or ", ".join(dict.fromkeys(places))
    flow.field = turn.entity("field")


def advance(turn: Turn, flow: Flow) -> None:
    """The present step is done: go to the next, or back to the confirmation after a change."""
    flow.step = Step.CONFIRM if flow.editing else _step_after(flow)
    flow.editing = False
    show_step(turn, flow)


def _step_after(flow: Flow) -> Step:
    """The next thing that is not known yet."""
    steps = STEPS[flow.kind]
    after = steps[steps.index(flow.step) + 1 :]
    unknown = (step for step in after if step is not Step.PLACE or not flow.place)
    return next(unknown, Step.CONFIRM)


def show_step(turn: Turn, flow: Flow) -> None:
    """Ask for what the flow waits for."""
    stop = turn.option("stop", Verb.DROP, flow.id)
    match flow.step:
        case Step.CONTENT:
            turn.say(f"ask_content_{flow.kind}", editing=flow.editing)
            turn.offer(stop)
        case Step.PLACE:
            name = "ask_place_report" if flow.kind is CaseKind.REPORT else "ask_place"
            turn.say(name, content=_shortened(flow.content, _REPEATED))
            turn.offer(turn.option("no_place", Verb.SKIP, flow.id), stop)
        case Step.BEHALF:
            turn.say("ask_behalf")
            turn.offer(*behalf_options(turn, flow))
        case _:
            show_back(turn, flow)


def behalf_options(turn: Turn, flow: Flow) -> tuple[Option, ...]:
    return (
        *(turn.option(f"behalf_{whom}", Verb.BEHALF, flow.id, whom) for whom in OnBehalf),
        turn.option("stop", Verb.DROP, flow.id),
    )


def is_open(flow: Flow | None) -> bool:
    """Whether there is a text that was not sent yet."""
    return (
        flow is not None and bool(flow.content) and flow.step in (*STEPS[flow.kind], Step.CONFIRM)
    )


async def do_aside(turn: Turn, action: Action, arguments: Sequence[str] = ()) -> None:
    """Answer something else while a text is open, and keep the text."""
    flow, turn.talk.flow = turn.talk.flow, None
    await action(turn, arguments)
    if flow is None or not is_open(flow) or turn.talk.flow or flow.content_row in turn.sealed:
        return
    turn.talk.flow = flow
    if turn.texts:
        flow.aside = True
        turn.offer(turn.option("resume", Verb.RESUME, flow.id))


def show_back(turn: Turn, flow: Flow) -> None:
    """Everything as it would be sent."""
    turn.say(
        "show_back",
        kind=flow.kind,
        content=_shortened(flow.content, _SHOWN_CONTENT),
        place=flow.place,
        behalf=turn.words.label(f"behalf_{flow.behalf}").text,
        shows_behalf=Step.BEHALF in STEPS[flow.kind],
        attachments=flow.attachments,
    )
    turn.offer(
        turn.option("send", Verb.SEND, flow.id),
        turn.option("edit", Verb.EDIT, flow.id),
        turn.option("drop", Verb.DROP, flow.id),
    )


def _shortened(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
