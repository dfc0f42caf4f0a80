"""Moves what a citizen wrote into a sealed record, wherever it was kept or repeated."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.context import Turn
from bot.media import media_of, seal_media
from bot.payloads import Verb, read_payload
from casework.cases import ContentKind
from delivery.messages import EventKind
from knowledge.text import clean
from store.inbox import InboxRow
from store.sealed import SealedKind

#: People tell one thing in several messages, with so much time between them at most.
_BURST = timedelta(minutes=10)
#: So much of a text is enough to find it again.
_MARK = 100
#: Shorter words repeat nothing.
_SHORTEST = 4
_WORDS = (EventKind.MESSAGE, EventKind.EDIT)


@dataclass(frozen=True, slots=True)
class Sealing:
    """What became of the words."""

    done: bool = False
    #: Codes of cases that hold them already: those go on.
    sent_as: tuple[str, ...] = ()


async def seal_words(turn: Turn, kind: SealedKind, row_id: int) -> Sealing:
    """Seal a message and what belongs to it, in the transaction of this turn.

    Not what was sent as a case on the citizen's own word.
    """
    row = await turn.work.inbox.find(turn.conversation_id, row_id)
    if row is None or row.event.kind not in _WORDS:
        return Sealing()
    if row.sealed_as:
        return Sealing(done=True)
    burst = await _burst(turn, row)
    if not burst:
        return Sealing()
    sent = await _sent(turn, burst[0])
    free = [one for one in burst if not _is_in(_said(one), sent.values())]
    await _seal(turn, kind, free)
    # The choice itself tells what the words were.
    await turn.work.inbox.seal(turn.row.id, kind)
    mark = _said(row)[:_MARK]
    done = any(one.id == row.id for one in free)
    return Sealing(done, tuple(code for code, text in sent.items() if mark in text))


async def _burst(turn: Turn, row: InboxRow) -> list[InboxRow]:
    """The messages told together with this one, in order; numbers only choose."""
    burst: list[InboxRow] = []
    last = row.received_at
    for one in await turn.work.inbox.said(turn.conversation_id, row.received_at - _BURST):
        if one.received_at - last > _BURST:
            break
        last = max(last, one.received_at)
        told = one.id == row.id or await _tells(turn, one)
        if told and one.id != turn.row.id and not one.sealed_as:
            burst.append(one)
    return burst


async def _tells(turn: Turn, row: InboxRow) -> bool:
    """Words, or pictures and recordings that went to no case."""
    said = _said(row)
    if said:
        return not said.isdecimal()
    return bool(media_of(row)) and not await turn.work.attachments.of_inbox_rows([row.id])


def _is_in(said: str, sent: Iterable[str]) -> bool:
    return bool(said) and any(said[:_MARK] in text for text in sent)


async def _sent(turn: Turn, first: InboxRow) -> dict[str, str]:
    """Code → question, of the cases that were opened or added to since then."""
    work = turn.work
    return {
        case.code: "\n".join(await work.cases.contents(case.id, ContentKind.QUESTION))
        for case in await work.cases.of_conversation(turn.conversation_id)
        if case.updated_at >= first.received_at
    }


async def _seal(turn: Turn, kind: SealedKind, rows: Sequence[InboxRow]) -> None:
    if not rows:
        return
    words = [_said(row) for row in rows]
    record = turn.work.ids()
    told = "\n".join(filter(None, words))
    await turn.work.sealed.seal_text(record, kind, turn.conversation_id, told, turn.now)
    turn.talk.sealed_record, turn.talk.sealed_kind = record, kind
    turn.talk.sealed_at = turn.now.isoformat()
    for row in rows:
        await seal_media(turn, record, row)
        await turn.work.inbox.seal(row.id, kind)
        turn.talk.forget_words(row.id)
        turn.sealed.append(row.id)
    await turn.work.samples.erase_of(turn.conversation_id, [row.id for row in rows])
    await turn.work.outbox.rewrite(turn.conversation_id, rows[0].id, _without(words))


def _without(words: Sequence[str]) -> Callable[[str], str]:
    """Takes the words out of a text that repeats their beginning."""

    def blank(text: str) -> str:
        for said in words:
            mark = said[:_MARK]
            at = text.find(mark) if len(mark) >= _SHORTEST else -1
            if at >= 0:
                text = f"{text[:at]}…{text[at + _same(text[at:], said) :]}"
        return text

    return blank


def _same(text: str, said: str) -> int:
    """How far a text repeats what was said."""
    pairs = zip(text, said, strict=False)
    return next(
        (at for at, (one, other) in enumerate(pairs) if one != other), min(len(text), len(said))
    )


def _said(row: InboxRow) -> str:
    return clean(row.event.text).strip()


async def seal_late_media(turn: Turn) -> bool:
    """Pictures without words, right after words were sealed, go to the same record."""
    talk = turn.talk
    if not talk.sealed_at or not media_of(turn.row):
        return False
    if turn.now - datetime.fromisoformat(talk.sealed_at) > _BURST:
        return False
    await seal_media(turn, talk.sealed_record, turn.row)
    await turn.work.inbox.seal(turn.row.id, SealedKind(talk.sealed_kind))
    talk.forget_words(turn.row.id)
    return True


async def hide_suspected(turn: Turn) -> None:
    """Staff do not read words of which the citizen is just asked whether they are a complaint."""
    for row_id in {row_id for option in turn.options if (row_id := _suspected(option.payload))}:
        await turn.work.inbox.suspect(row_id, suspected=True)


def _suspected(payload: str) -> int:
    """The row a choice speaks of, 0 when it is another choice."""
    found = read_payload(payload)
    if found is None or found[0] is not Verb.GRAVE or not found[1][-1].isdecimal():
        return 0
    return int(found[1][-1])
