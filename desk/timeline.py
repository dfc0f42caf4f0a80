"""The conversation of a case as the citizen sees it, with what became of each message."""

import contextlib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from casework.cases import Case
from casework.cases import EventKind as CaseEventKind
from delivery.messages import Attachment, EventKind, Speaker
from desk.access import sees_all
from desk.media import Shown, shown
from store.inbox import InboxRow
from store.outbox import OutboxRow, OutboxStatus
from store.personal_data import ERASED
from store.sealed import SealedKind
from store.staff import StaffMember
from store.unit_of_work import UnitOfWork
from store.vault import UnreadableSecretError

#: Unicode category of pictures.
_PICTURE = "So"
#: Messages from each side beside an alarm.
_RECENT = 20
_HIDDEN_CODE = "••• •••"


class Author(StrEnum):
    CITIZEN = "citizen"
    BOT = "bot"
    STAFF = "staff"
    #: A person who wrote in the provider's own application.
    OPERATOR = "operator"


class Gone(StrEnum):
    """Why a message has no words any more."""

    #: The citizen asked for it.
    ERASED = "erased"
    #: It was kept as long as such words are kept.
    EXPIRED = "expired"


class Hidden(StrEnum):
    """Why the words of a message are not shown in a conversation."""

    #: Sealed with an alarm, and read there.
    URGENT = "urgent"
    #: Sealed as one of what only those who receive citizens open.
    GRAVE = "grave"
    #: The citizen has not said yet what it is.
    UNSURE = "unsure"


#: By the kind of the sealed record.
_HIDDEN = {"": Hidden.UNSURE, SealedKind.URGENT.value: Hidden.URGENT}


@dataclass(frozen=True, slots=True)
class Entry:
    at: datetime
    author: Author
    text: str
    #: How the message itself names who speaks, when it is one of ours.
    named: str = ""
    #: Labels of buttons under the message that its text does not list.
    choices: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    #: Those that were stored with the case: shown from there, not from the provider.
    kept: tuple[Shown, ...] = ()
    is_button: bool = False
    #: Ours only.
    status: OutboxStatus | None = None
    row_id: int = 0
    reached_at: datetime | None = None
    may_retry: bool = False
    gone: Gone | None = None
    #: The citizen wrote something here that is read elsewhere, or nowhere yet.
    hidden: Hidden | None = None


async def read_timeline(work: UnitOfWork, case: Case, member: StaffMember) -> list[Entry]:
    """Oldest first.

    Whoever sees all cases reads the whole conversation; others only what belongs to this case,
    for the same citizen may have told other agencies other things.
    """
    if not case.conversation_id:
        return _entries([], await work.outbox.of_case(case.id), case.id)
    rows = await work.inbox.history(case.conversation_id)
    sent = await work.outbox.history(case.conversation_id)
    if not sees_all(member):
        rows, sent = await _own_part(work, case, rows, sent)
    kept: dict[int, list[Shown]] = {}
    for item in await work.attachments.of_case(case.id):
        kept.setdefault(item.inbox_id or 0, []).append(shown(item))
    return _without_codes(
        _entries(rows, sent, case.id, kept), await _pickup_codes(work, case.conversation_id)
    )


async def read_conversation(work: UnitOfWork, conversation_id: str) -> list[Entry]:
    """The newest messages of a conversation, oldest first; of hidden ones, that they came."""
    rows = await work.inbox.history(conversation_id, _RECENT)
    sent = await work.outbox.history(conversation_id, _RECENT)
    entries = [*_entries(rows, sent, ""), *map(_of_hidden, filter(_is_hidden_word, rows))]
    entries.sort(key=lambda entry: entry.at)
    return _without_codes(entries, await _pickup_codes(work, conversation_id))


async def _pickup_codes(work: UnitOfWork, conversation_id: str) -> set[str]:
    # A conversation whose codes cannot be opened is still read.
    with contextlib.suppress(UnreadableSecretError):
        return await work.cases.pickup_codes(conversation_id)
    return set()


def _without_codes(entries: list[Entry], codes: set[str]) -> list[Entry]:
    """The code that opens an answer is the citizen's alone."""
    said = [form for code in codes for form in (code, f"{code[:3]} {code[3:]}")]

    def hidden(text: str) -> str:
        for form in said:
            text = text.replace(form, _HIDDEN_CODE)
        return text

    return [replace(entry, text=hidden(entry.text)) for entry in entries]


def _entries(
    rows: list[InboxRow],
    sent: list[OutboxRow],
    case_id: str,
    kept: Mapping[int, Sequence[Shown]] = MappingProxyType({}),
) -> list[Entry]:
    # What we sent carries no mark of its own: it was erased together with what came.
    gone = Gone.ERASED if any(map(_was_erased, rows)) else Gone.EXPIRED
    entries = [_from_inbox(row, kept.get(row.id, ())) for row in rows if _is_shown(row)]
    entries += [_from_outbox(row, case_id, gone) for row in sent]
    return sorted(entries, key=lambda entry: entry.at)


async def _own_part(
    work: UnitOfWork, case: Case, rows: list[InboxRow], sent: list[OutboxRow]
) -> tuple[list[InboxRow], list[OutboxRow]]:
    """From the message the case began with until it was sent, and what was added to it later.

    What the citizen says afterwards may be a denunciation of this very agency: it is not shown
    unless it was put to the case. Nor is the assistant's answer to words that are hidden.
    """
    first = await work.cases.first_inbox_row(case.id)
    added = {
        event.data.get("inbox_id")
        for event in await work.cases.events(case.id)
        if event.kind is CaseEventKind.CITIZEN_ADDED
    }
    told = [row for row in rows if first is not None and first <= row.id]
    told = [row for row in told if row.received_at <= case.created_at]
    answered = {row.id for row in told if not row.is_hidden}
    own = [row for row in rows if row in told or row.id in added]
    return own, [row for row in sent if _belongs(row, case, answered)]


def _belongs(row: OutboxRow, case: Case, answered: set[int]) -> bool:
    if row.case_id is not None:
        return row.case_id == case.id
    return row.inbox_id in answered


def _is_shown(row: InboxRow) -> bool:
    if row.is_hidden:
        return False
    # Echoes of our own messages are in the outbox already.
    return row.event.kind is not EventKind.ECHO or row.event.by_person


def _is_hidden_word(row: InboxRow) -> bool:
    """Written words; a button that was pressed about them is nothing to read."""
    return row.is_hidden and row.event.kind in (EventKind.MESSAGE, EventKind.EDIT)


def _of_hidden(row: InboxRow) -> Entry:
    return Entry(
        at=row.event.sent_at or row.received_at,
        author=Author.CITIZEN,
        text="",
        hidden=_HIDDEN.get(row.sealed_as, Hidden.GRAVE),
    )


def _was_erased(row: InboxRow) -> bool:
    return bool((row.event.extra or {}).get(ERASED))


def _why_gone(row: InboxRow) -> Gone | None:
    """Words, a button or a file: a message that has none of them has lost them."""
    event = row.event
    if _was_erased(row):
        return Gone.ERASED
    empty = not (event.text or event.payload or event.attachments)
    return Gone.EXPIRED if empty and event.kind is EventKind.MESSAGE else None


def _from_inbox(row: InboxRow, kept: Sequence[Shown]) -> Entry:
    event = row.event
    return Entry(
        at=event.sent_at or row.received_at,
        author=Author.OPERATOR if event.kind is EventKind.ECHO else Author.CITIZEN,
        text=event.text,
        attachments=() if kept else event.attachments,
        kept=tuple(kept),
        is_button=event.kind is EventKind.POSTBACK and not _was_erased(row),
        gone=_why_gone(row),
    )


def _from_outbox(row: OutboxRow, case_id: str, gone: Gone) -> Entry:
    failed = row.status in (OutboxStatus.FAILED, OutboxStatus.MAYBE)
    named, text = _speaker_and_words(row.message.text)
    labels = [choice.label for choice in row.message.choices]
    listed = all(f"{number}. " in text for number, _ in enumerate(labels, 1))
    return Entry(
        at=row.created_at,
        author=Author.STAFF if row.speaker is Speaker.STAFF else Author.BOT,
        text=text,
        named=named,
        choices=() if listed else tuple(labels),
        status=row.status,
        row_id=row.id,
        reached_at=row.reached_at,
        may_retry=failed and row.case_id == case_id,
        gone=None if row.message.text else gone,
    )


def _speaker_and_words(text: str) -> tuple[str, str]:
    """The first line of our messages is a picture and a name; not every screen has the picture."""
    first, _, rest = text.partition("\n")
    if not rest or unicodedata.category(first[:1] or " ") != _PICTURE:
        return "", text
    return first[1:].strip(), rest
