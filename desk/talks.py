"""Citizens who wait for a person: the queue, and one conversation in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.people import is_with_person
from casework.errors import CaseworkError, NotFoundError
from delivery.channel import ChannelLimits
from delivery.messages import ChannelName, EventKind
from desk.excerpt import excerpt
from desk.timeline import Author, Entry, read_conversation
from store.audit import AuditAction
from store.conversations import Conversation
from store.handovers import Handover, HandoverStatus
from store.staff import StaffMember
from store.unit_of_work import UnitOfWork

#: Messages looked through for the last words that may be shown.
_LOOKED_AT = 20


class TalkFlaw(StrEnum):
    TAKEN = "taken"
    DONE = "done"
    NOT_YOURS = "not_yours"
    NO_WORDS = "no_words"
    TOO_LONG = "too_long"
    CLOSED = "closed"


class TalkError(CaseworkError):
    def __init__(self, flaw: TalkFlaw) -> None:
        super().__init__(flaw)
        self.flaw = flaw


class TalkNotFoundError(NotFoundError):
    """Nobody waits under this id."""


class WindowState(StrEnum):
    OPEN = "open"
    #: Only a person's own words are taken, and with some delay or at a price.
    PERSON = "person"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Window:
    """How long the channel takes messages, if the citizen says nothing more."""

    state: WindowState
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    handover: Handover
    channel: ChannelName
    #: One line; empty when the last words are sealed or none were read.
    words: str
    taken_by: StaffMember | None


@dataclass(frozen=True, slots=True)
class TalkFile:
    handover: Handover
    channel: ChannelName
    window: Window
    #: Empty unless the reader has the conversation.
    entries: list[Entry]
    taken_by: StaffMember | None
    is_mine: bool
    #: It waits, or whoever has it says nothing any more.
    may_take: bool
    #: What we said last, so that a browser knows that its draft was sent.
    said: str


def window_of(limits: ChannelLimits | None, last: datetime | None, now: datetime) -> Window:
    """Counted from the citizen's last message; a channel without limits takes nothing."""
    if limits is None or last is None:
        return Window(WindowState.CLOSED)
    if now <= last + limits.window:
        return Window(WindowState.OPEN, last + limits.window)
    if now <= last + limits.human_window:
        return Window(WindowState.PERSON, last + limits.human_window)
    return Window(WindowState.CLOSED)


async def read_queue(work: UnitOfWork) -> list[Waiting]:
    """Who waits longest comes first."""
    handovers = await work.handovers.open()
    people = await work.staff.find_many({one.taken_by for one in handovers})
    queue = []
    for one in handovers:
        conversation = await work.conversations.find(one.conversation_id)
        if conversation is not None:
            words = await _last_words(work, one.conversation_id)
            queue.append(Waiting(one, conversation.channel, words, people.get(one.taken_by)))
    return queue


async def _last_words(work: UnitOfWork, conversation_id: str) -> str:
    rows = await work.inbox.history(conversation_id, _LOOKED_AT)
    said = [
        row.event.text
        for row in rows
        if row.event.kind is EventKind.MESSAGE and not row.is_hidden and row.event.text
    ]
    return excerpt(said[-1]) if said else ""


async def read_talk(
    work: UnitOfWork,
    member: StaffMember,
    handover_id: str,
    limits: Mapping[ChannelName, ChannelLimits],
) -> TalkFile:
    """Read; the words only for whoever has taken the conversation.

    Raises:
        TalkNotFoundError: no such handover.
    """
    handover, conversation = await _get(work, handover_id)
    mine = handover.status is HandoverStatus.TAKEN and handover.taken_by == member.id
    entries = await read_conversation(work, conversation.id) if mine else []
    found = limits.get(conversation.channel)
    return TalkFile(
        handover=handover,
        channel=conversation.channel,
        window=window_of(found, conversation.last_inbound_at, work.clock()),
        entries=entries,
        taken_by=await work.staff.find(handover.taken_by) if handover.taken_by else None,
        is_mine=mine,
        may_take=not mine and await _is_free(work, handover),
        said=_said(entries),
    )


async def take_talk(work: UnitOfWork, member: StaffMember, handover_id: str) -> None:
    """The conversation is this person's from now on; the caller commits.

    Raises:
        TalkError: a colleague was faster, or it is over.
        TalkNotFoundError: no such handover.
    """
    handover, _ = await _get(work, handover_id)
    if handover.status is HandoverStatus.TAKEN and handover.taken_by == member.id:
        return
    after = handover.taken_by if await _is_free(work, handover) else ""
    if not await work.handovers.take(handover_id, member.id, work.clock(), after=after):
        handover, _ = await _get(work, handover_id)
        done = handover.status is HandoverStatus.DONE
        raise TalkError(TalkFlaw.DONE if done else TalkFlaw.TAKEN)
    await work.audit.note(
        AuditAction.CONVERSATION_TAKEN, member.id, work.clock(), subject=handover_id
    )


async def _is_free(work: UnitOfWork, handover: Handover) -> bool:
    """Nobody has it, or nobody has said anything for so long that the assistant answers again."""
    if handover.status is HandoverStatus.TAKEN:
        return not await is_with_person(work, handover, work.clock())
    return handover.status is HandoverStatus.WAITING


async def own_talk(work: UnitOfWork, member: StaffMember, handover_id: str) -> Handover:
    """The handover this person speaks in.

    Raises:
        TalkError: it is over, waits again, or a colleague has it.
        TalkNotFoundError: no such handover.
    """
    handover, _ = await _get(work, handover_id)
    if handover.status is HandoverStatus.DONE:
        raise TalkError(TalkFlaw.DONE)
    if handover.status is not HandoverStatus.TAKEN or handover.taken_by != member.id:
        raise TalkError(TalkFlaw.NOT_YOURS)
    return handover


async def _get(work: UnitOfWork, handover_id: str) -> tuple[Handover, Conversation]:
    handover = await work.handovers.find(handover_id)
    if handover is None:
        raise TalkNotFoundError(handover_id)
    conversation = await work.conversations.find(handover.conversation_id)
    if conversation is None:
        raise TalkNotFoundError(handover_id)
    return handover, conversation


def _said(entries: list[Entry]) -> str:
    """A long text is sent in several messages of one moment."""
    ours = [entry for entry in entries if entry.author is Author.STAFF]
    return "\n".join(entry.text for entry in ours if entry.at == ours[-1].at)
