"""A question, report or proposal for an agency begins; it is sent when the citizen confirms."""

from collections.abc import Sequence

from bot.actions.ask_reading import (
    CONTENT_WORDS,
    REPORT_WORDS,
    content_in,
    kind_by_words,
    kind_named,
)
from bot.actions.grave import suspect
from bot.asking import begin, begin_with, show_step, tell_cut
from bot.context import Turn
from bot.suspicion import looks_grave
from casework.cases import CaseKind


async def start(turn: Turn, arguments: Sequence[str] = ()) -> None:
    """The citizen chose to write to an agency; `kind` is what the button said."""
    show_step(turn, begin(turn, kind_named(arguments[0] if arguments else "")))


async def start_with_words(turn: Turn, _: Sequence[str] = ()) -> None:
    """The citizen wrote something that is for an agency: it becomes the content."""
    await _start(turn, CaseKind.QUESTION)


async def start_report(turn: Turn, _: Sequence[str] = ()) -> None:
    await _start(turn, CaseKind.REPORT)


async def _start(turn: Turn, kind: CaseKind) -> None:
    least = REPORT_WORDS if kind is CaseKind.REPORT else CONTENT_WORDS
    content = content_in(turn, least=least)
    if content and looks_grave(turn):
        await suspect(turn)
        return
    kind = kind_by_words(turn, kind)
    if content and turn.subject_row != turn.row.id:
        row = turn.subject_row
        flow = begin_with(turn, kind, content, row, await turn.received_at(row))
    else:
        flow = begin(turn, kind, content)
    tell_cut(turn, content)
    show_step(turn, flow)


async def start_from_message(turn: Turn, arguments: Sequence[str]) -> None:
    """`row`: an earlier message becomes the content."""
    row = arguments[0] if arguments else ""
    content = await turn.words_of(row)
    kind = kind_by_words(turn, CaseKind.QUESTION, content)
    if not row.isdecimal():
        show_step(turn, begin(turn, kind))
        return
    # A button has no words of its own.
    turn.text, turn.subject_row = content, int(row)
    if content and looks_grave(turn):
        await suspect(turn)
        return
    tell_cut(turn, content)
    asked_at = await turn.received_at(int(row))
    show_step(turn, begin_with(turn, kind, content, int(row), asked_at))
