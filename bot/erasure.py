"""Rights over one's data carried out: erased, read out, and the decision told."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from bot.alarms import Concern, call_person
from bot.notices import Notice, information_numbers, language_of, queue_notice
from bot.replies import Replies
from casework.cases import Case, ContentKind
from casework.data_rights import waits
from casework.statuses import OPEN
from delivery.channel import ChannelLimits
from delivery.messages import ChannelName, EventKind, Speaker
from store.data_requests import DataRequest, DataRequestStatus
from store.inbox import InboxRow
from store.outbox import OutboxRow
from store.unit_of_work import UnitOfWork

#: More than anybody ever wrote.
_ALL = 1_000_000


@dataclass(frozen=True, slots=True)
class Erasure:
    """What became of a request to erase."""

    #: Codes of cases somebody still owes an answer: then nothing was erased.
    open_codes: tuple[str, ...] = ()
    #: Codes of cases whose texts are gone for good.
    erased: tuple[str, ...] = ()
    #: Of these, the ones published though the asker objected: the desk was told.
    published: tuple[str, ...] = ()

    @property
    def is_done(self) -> bool:
        return not self.open_codes


async def erase_conversation(
    work: UnitOfWork, conversation_id: str, now: datetime, *, staff_id: str = ""
) -> Erasure:
    """Erase all that `casework.data_rights.TREATMENTS` says, or nothing while a case is open.

    `conversation_id` may be `case:<id>`: a case of the web form, of a letter, of a call.
    The caller commits, and tells the citizen afterwards: an unsent message is deleted as well.
    """
    await work.personal_data.hold(conversation_id)
    cases = await work.cases.of_person(conversation_id)
    owed = tuple(case.code for case in cases if case.status in OPEN)
    if owed and waits(owed=True):
        return Erasure(open_codes=owed)
    erased = [case for case in cases if await work.cases.erase(case.id, actor_id=staff_id, now=now)]
    if _is_chat(conversation_id):
        await work.personal_data.blank(conversation_id)
        await work.lookups.forget(conversation_id)
        await work.samples.erase_of(conversation_id)
    gone = [case.id for case in erased]
    await work.personal_data.forget_forms(gone)
    await work.publications.forget_drafts(gone, now)
    published = [case for case in erased if case.objected and await _is_published(work, case)]
    if published:
        await call_person(work, Concern.OBJECTED_PUBLISHED, conversation_id, now)
    return Erasure(erased=_codes(erased), published=_codes(published))


def _codes(cases: list[Case]) -> tuple[str, ...]:
    return tuple(case.code for case in cases)


async def _is_published(work: UnitOfWork, case: Case) -> bool:
    return any(item.live is not None for item in await work.publications.of_case(case.id))


# -- reading ------------------------------------------------------------------------------------


async def read_own_data(work: UnitOfWork, conversation_id: str) -> dict[str, Any]:
    """Everything kept of one person, as JSON types; nothing of staff or of anybody else."""
    conversation = await work.conversations.find(conversation_id)
    cases = await work.cases.of_person(conversation_id)
    facts = await work.personal_data.facts(conversation_id, [case.id for case in cases])
    return {
        "conversation": {
            "id": conversation_id,
            "language": conversation.lang if conversation else None,
            "last_message_at": _plain(conversation.last_inbound_at) if conversation else None,
        },
        "messages": await _messages(work, conversation_id),
        "cases": [
            {**await _case(work, case), "rating": _plain(facts.ratings.get(case.id))}
            for case in cases
        ],
        "training_samples": [
            {"at": _plain(sample.collected_at), "text": sample.text or None}
            for sample in await work.samples.of_person(conversation_id)
        ],
        "dossier_lookups": [
            {"at": _plain(at), "code_begins_with": prefix} for at, prefix in facts.lookups
        ],
        "sealed_records": [{"kind": kind, "at": _plain(at)} for kind, at in facts.sealed],
        "data_requests": [
            {name: _plain(value) for name, value in found.items()} for found in facts.requests
        ],
    }


async def _messages(work: UnitOfWork, conversation_id: str) -> list[dict[str, Any]]:
    said = [_said(row) for row in await work.inbox.history(conversation_id, _ALL) if _is_new(row)]
    heard = [_heard(row) for row in await work.outbox.history(conversation_id, _ALL)]
    return sorted([*said, *heard], key=lambda message: str(message["at"]))


def _is_new(row: InboxRow) -> bool:
    """The echo of our own message is in the outbox already."""
    return row.event.kind is not EventKind.ECHO or row.event.by_person


def _said(row: InboxRow) -> dict[str, Any]:
    return {
        "at": _plain(row.received_at),
        "from": "officer" if row.event.kind is EventKind.ECHO else "citizen",
        "text": row.event.text,
        "attachments": [str(item.kind) for item in row.event.attachments],
        "sealed_as": row.sealed_as or None,
    }


def _heard(row: OutboxRow) -> dict[str, Any]:
    return {
        "at": _plain(row.created_at),
        "from": "officer" if row.speaker is Speaker.STAFF else "assistant",
        "text": row.message.text,
        "status": str(row.status),
    }


async def _case(work: UnitOfWork, case: Case) -> dict[str, Any]:
    contact = await work.cases.latest_content(case.id, ContentKind.CONTACT)
    files = await work.attachments.of_case(case.id)
    return {
        "code": case.code,
        "kind": str(case.kind),
        "status": str(case.status),
        "asked_on": _plain(case.asked_on),
        "promised_on": _plain(case.promised_on),
        "answered_at": _plain(case.answered_at),
        "field": case.field,
        "place": case.place,
        "on_behalf": str(case.on_behalf),
        "agency": case.agency_code,
        "objects_to_publication": case.objected,
        "question": await work.cases.contents(case.id, ContentKind.QUESTION),
        "answer": await work.cases.contents(case.id, ContentKind.ANSWER),
        "contact": json.loads(contact) if contact else None,
        "files": [
            {"kind": str(file.kind), "type": file.media_type, "bytes": file.size} for file in files
        ],
        "history": [
            {"at": _plain(event.at), "event": str(event.kind)}
            for event in await work.cases.events(case.id)
        ],
    }


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value and str(value)


# -- the decision -------------------------------------------------------------------------------


async def tell_decided(
    work: UnitOfWork,
    request: DataRequest,
    *,
    replies: Replies,
    limits: Mapping[ChannelName, ChannelLimits],
) -> None:
    """Queue the decision for the citizen; after the erasure, in the same transaction.

    Nothing is queued where there is no chat with a person.
    """
    if not _is_chat(request.conversation_id):
        return
    words = await language_of(work, request.conversation_id, replies)
    values = {"code": request.code, "reason": request.reason.strip()}
    if request.status is DataRequestStatus.REFUSED:
        text = words.text("data_refused", {**values, "numbers": await information_numbers(work)})
    else:
        text = words.text(f"data_done_{request.kind}", values)
    notice = Notice(
        text=text,
        header=words.text("header_staff", {"agency": words.office_name}),
        # The way of a person's words is open to a person's words only.
        speaker=Speaker.STAFF if values["reason"] else Speaker.BOT,
    )
    await queue_notice(work, request.conversation_id, notice, limits=limits)


def _is_chat(conversation_id: str) -> bool:
    """`channel:account:person`; a provider may tell of somebody without naming them."""
    channel, _, rest = conversation_id.partition(":")
    return channel in set(ChannelName) and bool(rest.partition(":")[2])
