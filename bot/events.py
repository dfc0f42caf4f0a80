"""Events without words: receipts, echoes, edits, changes of the owner, privacy requests."""

import unicodedata
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.actions.data_rights import SOURCES, take_request
from bot.replies import Language
from casework.cases import ActorKind
from casework.cases import EventKind as CaseEventKind
from delivery.messages import EventKind
from store.conversations import Conversation
from store.data_requests import DataRequestKind
from store.inbox import InboxRow
from store.outbox import OutboxRow
from store.sealed import SealedKind
from store.unit_of_work import UnitOfWork

K = EventKind

#: Kinds that are answered by the dialogue.
SPEAKS = frozenset({K.MESSAGE, K.POSTBACK, K.FOLLOW, K.OPENED})
#: How long the assistant is silent after each sign that a person took over.
PAUSES: dict[EventKind, timedelta] = {
    K.ECHO: timedelta(hours=12),
    K.CONTROL: timedelta(hours=12),
}
#: Between the provider's clock and ours.
_CLOCKS_DIFFER = timedelta(seconds=5)
#: The conversation comes back to us.
_HANDED_BACK = "pass_thread_control"


@dataclass(slots=True)
class EventWork:
    """What a handler works with; texts it leaves are sent."""

    work: UnitOfWork
    row: InboxRow
    conversation: Conversation
    words: Language
    now: datetime
    #: Of the portal; empty: there is none.
    public_url: str = ""
    texts: list[str] = field(default_factory=list)


async def note_echo(noted: EventWork) -> None:
    """Something our account sent: by us, or by a person, who then has the conversation."""
    if await _is_ours(noted):
        return
    if noted.row.event.by_person:
        await _pause(noted, PAUSES[K.ECHO])


async def _is_ours(noted: EventWork) -> bool:
    event, outbox = noted.row.event, noted.work.outbox
    if event.tag:
        confirmed = await outbox.confirm_by_tag(event.tag, event.message_id, noted.now)
        if confirmed or await outbox.knows_tag(event.tag):
            return True
    if event.message_id and await outbox.knows_message(event.message_id):
        return True
    return not event.by_person and await _confirm_by_text(noted)


async def _confirm_by_text(noted: EventWork) -> bool:
    """Zalo's echo has no tag: it belongs to the oldest doubtful message with these words."""
    said = _plain(noted.row.event.text)
    for row in await noted.work.outbox.unknown_rows(noted.row.conversation_id):
        if _left_before(row, noted) and _are_words_of(row, said):
            await noted.work.outbox.confirm(row.id, noted.row.event.message_id, noted.now)
            if row.case_id:
                await _note_case(noted, row.case_id, CaseEventKind.TAKEN)
            return True
    return False


def _left_before(row: OutboxRow, noted: EventWork) -> bool:
    """An echo older than the message is the echo of another one with the same words."""
    at = noted.row.event.sent_at
    return at is None or at >= row.created_at - _CLOCKS_DIFFER


def _are_words_of(row: OutboxRow, said: str) -> bool:
    """Links that fit no button stand as lines below the words."""
    words = _plain(row.message.text)
    return bool(words) and (said == words or (bool(row.message.links) and said.startswith(words)))


async def _note_case(noted: EventWork, case_id: str, kind: CaseEventKind) -> None:
    await noted.work.cases.add_event(
        case_id, kind, actor_kind=ActorKind.SYSTEM, actor_id="", now=noted.now
    )


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


async def note_receipt(noted: EventWork) -> None:
    event, outbox = noted.row.event, noted.work.outbox
    at = event.sent_at or noted.row.received_at
    if event.about:
        reached = await outbox.note_delivered(event.about, at)
    else:
        # Messenger's receipts for reading name no message, only a time.
        reached = await outbox.note_reached_until(noted.row.conversation_id, at)
    for case_id in reached:
        await noted.work.cases.add_event(
            case_id, CaseEventKind.REACHED, actor_kind=ActorKind.SYSTEM, actor_id="", now=at
        )


async def note_control(noted: EventWork) -> None:
    """Another application or a person took the conversation, or gave it back."""
    event = (noted.row.event.extra or {}).get("event")
    if event == _HANDED_BACK:
        await _save(noted, replace(noted.conversation, paused_until=None))
    else:
        await _pause(noted, PAUSES[K.CONTROL])


async def note_privacy(noted: EventWork) -> None:
    """Consent was withdrawn in the provider's settings: all data are to be erased."""
    taken = await take_request(
        noted.work,
        DataRequestKind.ERASE,
        SOURCES[noted.row.event.channel],
        noted.row.conversation_id,
        await noted.work.catalogue.calendar(),
    )
    if noted.row.event.user_id:
        noted.texts.append(noted.words.text("data_taken", taken.values(noted.public_url)))


async def note_contact(noted: EventWork) -> None:
    """The citizen shared name and number; the event's row holds them."""
    noted.texts.append(noted.words.text("contact_received", {}))
    await _save(noted, replace(noted.conversation, last_inbound_at=noted.row.received_at))
    await noted.work.outbox.release_held(noted.row.conversation_id, noted.now)


async def note_edit(noted: EventWork) -> None:
    """New words for a sealed message are sealed as well; others change nothing any more."""
    work, row = noted.work, noted.row
    changed = await work.inbox.find_by_message(row.conversation_id, row.event.about)
    if changed is not None:
        await work.samples.erase_of(row.conversation_id, [changed.id])
    if changed is None or not changed.sealed_as:
        return
    kind = SealedKind(changed.sealed_as)
    await work.sealed.seal_text(work.ids(), kind, row.conversation_id, row.event.text, noted.now)
    await work.inbox.seal(row.id, kind)


async def _pause(noted: EventWork, how_long: timedelta) -> None:
    await _save(noted, replace(noted.conversation, paused_until=noted.now + how_long))


async def _save(noted: EventWork, conversation: Conversation) -> None:
    await noted.work.conversations.save(conversation, noted.now)


#: Kinds that are not here are only marked done: REACTION, RATING, UNFOLLOW need no answer.
EVENTS: dict[EventKind, Callable[[EventWork], Awaitable[None]]] = {
    K.ECHO: note_echo,
    K.DELIVERED: note_receipt,
    K.READ: note_receipt,
    K.CONTROL: note_control,
    K.PRIVACY: note_privacy,
    K.CONTACT: note_contact,
    K.EDIT: note_edit,
}
