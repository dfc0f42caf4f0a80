"""Stickers, voice, pictures, files and places, outside words."""

from collections.abc import Sequence

from bot.actions.greeting import menu_options
from bot.asking import show_step
from bot.context import Turn
from bot.payloads import Verb
from bot.talk import Flow
from casework.cases import CaseKind
from delivery.messages import AttachmentKind

K = AttachmentKind

#: What is answered to each kind outside a flow.
ANSWERS: dict[AttachmentKind, str] = {
    K.IMAGE: "got_image",
    K.VIDEO: "got_image",
    K.AUDIO: "got_voice",
    K.FILE: "got_file",
    K.STICKER: "got_sticker",
    K.LOCATION: "got_location",
    K.LINK: "got_file",
    K.OTHER: "got_file",
}
#: Kinds that go with a case.
KEPT = frozenset({K.IMAGE, K.VIDEO, K.AUDIO, K.FILE})


async def answer(turn: Turn, _: Sequence[str] = ()) -> None:
    kind = turn.row.event.attachments[0].kind
    if place := place_of(turn):
        turn.talk.locate(place, turn.now)
    turn.say(ANSWERS[kind])
    if kind is K.STICKER:
        turn.offer(*menu_options(turn))
    else:
        turn.offer(
            turn.option("report", Verb.ASK, CaseKind.REPORT),
            turn.option("ask", Verb.ASK, CaseKind.QUESTION),
            turn.option("menu", Verb.MENU),
        )


def place_of(turn: Turn) -> str:
    """The coordinates that were sent, empty when there are none."""
    located = (item for item in turn.row.event.attachments if item.kind is K.LOCATION)
    return next(
        (
            f"{item.latitude:.6f}, {item.longitude:.6f}"
            for item in located
            if item.latitude is not None
        ),
        "",
    )


def keep_in_flow(turn: Turn, flow: Flow) -> bool:
    """Count what goes with the case; whether there was something to keep."""
    kept = sum(item.kind in KEPT for item in turn.row.event.attachments)
    flow.attachments += kept
    return kept > 0


async def answer_in_flow(turn: Turn, flow: Flow) -> None:
    """Say that it is kept, and ask again for what is missing."""
    kept = keep_in_flow(turn, flow)
    show_step(turn, flow)
    name = "kept_in_flow" if kept else "not_kept_in_flow"
    turn.texts[-1] = turn.render(name) + "\n" + turn.texts[-1]
