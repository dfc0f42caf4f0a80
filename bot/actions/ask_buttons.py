"""Buttons of a text for an agency: skip, change, set aside, take up again."""

from collections.abc import Sequence

from bot.actions.ask_reading import kind_named
from bot.actions.ask_sending import open_flow_of, say_over
from bot.actions.grave import asks_whether_grave
from bot.asking import (
    ALL_MEDIA,
    KIND,
    add_content,
    advance,
    leave,
    name_media,
    places_in,
    show_step,
    steps_of,
)
from bot.context import Turn
from bot.payloads import Verb
from bot.talk import Flow, Step
from casework.cases import CaseKind, OnBehalf


async def skip(turn: Turn, arguments: Sequence[str]) -> None:
    """No place to name, or no photo; what was sent can be taken away."""
    flow = open_flow_of(turn, arguments)
    if flow is None:
        say_over(turn, arguments)
        return
    what = arguments[1] if len(arguments) > 1 else Step.PLACE
    if what == ALL_MEDIA and not flow.by_media:
        flow.media, flow.told_full = (), False
    flow.step = Step.PLACE if what == Step.PLACE else Step.PHOTO
    advance(turn, flow)


async def say_in_picture(turn: Turn, arguments: Sequence[str]) -> None:
    """The content stands in what was sent: somebody reads it there."""
    flow = open_flow_of(turn, arguments)
    if flow is None or not flow.media:
        say_over(turn, arguments)
        return
    name_media(turn, flow)
    flow.step = Step.CONTENT
    advance(turn, flow)


async def choose_kind(turn: Turn, arguments: Sequence[str]) -> None:
    """`flow` and the kind the citizen names."""
    flow = open_flow_of(turn, arguments)
    if flow is None:
        say_over(turn, arguments)
        return
    flow.kind = kind_named(arguments[1] if len(arguments) > 1 else "")
    if flow.content:
        flow.step, flow.editing = Step.CONFIRM, False
    show_step(turn, flow)


async def choose_behalf(turn: Turn, arguments: Sequence[str]) -> None:
    flow = open_flow_of(turn, arguments)
    if flow is None or len(arguments) < 2 or arguments[1] not in set(OnBehalf):  # noqa: PLR2004
        say_over(turn, arguments)
        return
    flow.behalf = OnBehalf(arguments[1])
    flow.step = Step.BEHALF
    advance(turn, flow)


async def edit(turn: Turn, arguments: Sequence[str]) -> None:
    """Ask what to change, or begin to change it."""
    flow = open_flow_of(turn, arguments)
    if flow is None:
        say_over(turn, arguments)
        return
    wanted = arguments[1] if len(arguments) > 1 else ""
    if wanted == KIND and not flow.case_code:
        turn.say("which_kind")
        turn.offer(*(turn.option(f"kind_{kind}", Verb.KIND, flow.id, kind) for kind in CaseKind))
        return
    changeable = _changeable(flow)
    if wanted not in changeable:
        turn.say("edit_what")
        turn.offer(
            *(turn.option(f"edit_{part}", Verb.EDIT, flow.id, part) for part in changeable),
            turn.option("drop", Verb.DROP, flow.id),
        )
        return
    flow.step, flow.editing = Step(wanted), True
    show_step(turn, flow)


def _changeable(flow: Flow) -> tuple[str, ...]:
    """Parts the citizen can change; pictures also where none were asked for."""
    parts = steps_of(flow)
    photo = (Step.PHOTO,) if flow.media and Step.PHOTO not in parts else ()
    return (*parts, *photo, *(() if flow.case_code else (KIND,)))


async def resume(turn: Turn, arguments: Sequence[str]) -> None:
    """Take up again what was left aside or cancelled."""
    if arguments:
        turn.talk.take_up(arguments[0])
    flow = open_flow_of(turn, arguments)
    if flow is None:
        say_over(turn, arguments)
    else:
        show_step(turn, flow)


async def add_words(turn: Turn, arguments: Sequence[str]) -> None:
    """Put a later message behind the content."""
    flow = open_flow_of(turn, arguments)
    if flow is None:
        say_over(turn, arguments)
        return
    row = arguments[1] if len(arguments) > 1 else ""
    more = await turn.words_of(row)
    if more.strip():
        turn.text, turn.subject_row = more, int(row)
        if asks_whether_grave(turn, flow):
            return
        add_content(turn, flow, more, int(row))
        if flow.step is Step.PLACE and (named := places_in(more)):
            flow.place = named
            advance(turn, flow)
            return
    show_step(turn, flow)


async def drop(turn: Turn, arguments: Sequence[str]) -> None:
    if open_flow_of(turn, arguments) is None:
        say_over(turn, arguments)
    else:
        leave(turn)
