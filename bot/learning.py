"""Keeps what was not understood as training samples, in the transaction of the turn."""

from collections.abc import Sequence
from dataclasses import replace

from bot.context import Action, Turn
from bot.payloads import Verb, make_payload
from bot.suspicion import looks_grave
from casework.samples import (
    Label,
    LabelKind,
    SampleReason,
    SampleSource,
    sample_of,
)
from knowledge.text import language


async def keep_sample(
    turn: Turn, reason: SampleReason, text: str, row_id: int, shown: Sequence[str] = ()
) -> None:
    """Collect the words of an inbox row, masked; what the citizen chooses next is their hint.

    Never what may be a complaint, a denunciation or the report of a crime. Emergencies do not come
    this far.
    """
    if not text or looks_grave(turn, text):
        return
    # Nothing is learnt from what may be one of those, though the citizen, asked, said no.
    if await turn.work.inbox.was_suspected(row_id):
        return
    sample = sample_of(text, reason, sample_id=turn.work.ids(), now=turn.now, language=language)
    if sample is None:
        return
    sample = replace(sample, shown=tuple(shown))
    if turn.reading:
        read = turn.reading
        sample = replace(sample, read_intent=read.intent, read_confidence=read.confidence)
    await turn.work.samples.collect(sample, SampleSource(turn.conversation_id, row_id))
    turn.talk.learning_row = row_id


def hinting(action: Action, verb: Verb, kind: LabelKind) -> Action:
    """The action of a button, which first notes the choice when it was offered for a sample."""

    async def act(turn: Turn, arguments: Sequence[str]) -> None:
        if turn.talk.learning_row and arguments:
            await _note_choice(turn, make_payload(verb, *arguments), Label(kind, arguments[0]))
        await action(turn, arguments)

    return act


async def _note_choice(turn: Turn, payload: str, hint: Label) -> None:
    """An old button of another answer says nothing about these words."""
    if payload in {choice[1] for choice in turn.talk.choices}:
        source = SampleSource(turn.conversation_id, turn.talk.learning_row)
        await turn.work.samples.give_hint(source, hint)
        turn.talk.learning_row = 0
