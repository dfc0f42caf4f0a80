"""Sealed records at the desk: opened one by one, with a reason that stays."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from casework.errors import CaseworkError, NotFoundError
from desk.excerpt import has_visible
from desk.media import Shown, shown
from store.attachments import StoredAttachment
from store.audit import AuditAction
from store.sealed import GRAVE_KINDS, SealedKind, SealedRecord
from store.unit_of_work import UnitOfWork
from store.vault import UnreadableSecretError

#: "xem" says nothing to whoever reads the record of actions later.
SHORTEST_REASON = 10
LONGEST_REASON = 500
_MOST_MONTHS = 12
#: So long after the opening its files can be looked at without another reason.
_STAYS_OPEN = timedelta(hours=1)


class SealedOutcome(StrEnum):
    """What became of a sealed record."""

    GUIDED = "guided"
    PASSED_ON = "passed_on"


class SealedFlaw(StrEnum):
    NO_REASON = "no_reason"
    LONG_REASON = "long_reason"
    NO_OUTCOME = "no_outcome"
    NOT_OPENED = "not_opened"
    HANDLED = "handled"
    UNREADABLE = "unreadable"


class SealedError(CaseworkError):
    def __init__(self, flaw: SealedFlaw) -> None:
        super().__init__(flaw)
        self.flaw = flaw


class SealedNotFoundError(NotFoundError):
    """No such record, or one that belongs to an alarm."""


@dataclass(frozen=True, slots=True)
class SealedOverview:
    waiting: list[SealedRecord]
    handled: list[SealedRecord]
    #: Record id → what became of it.
    outcomes: dict[str, str]
    #: Newest month (`2026-11`) first, with a number for each kind.
    months: list[tuple[str, dict[SealedKind, int]]]


async def read_overview(work: UnitOfWork) -> SealedOverview:
    handled = await work.sealed.handled()
    noted = await work.audit.newest(
        action=AuditAction.SEALED_HANDLED, subjects=[record.id for record in handled]
    )
    counts = await work.sealed.count_by_month()
    months = sorted({month for month, _ in counts}, reverse=True)[:_MOST_MONTHS]
    return SealedOverview(
        waiting=await work.sealed.waiting(),
        handled=handled,
        outcomes={entry.subject: str(entry.data.get("outcome", "")) for entry in noted},
        months=[
            (month, {kind: counts.get((month, kind), 0) for kind in sorted(GRAVE_KINDS)})
            for month in months
        ],
    )


async def get_record(work: UnitOfWork, record_id: str) -> SealedRecord:
    """Read, without opening.

    Raises:
        SealedNotFoundError: no such record, or an emergency: those are read with their alarm.
    """
    record = await work.sealed.find(record_id)
    if record is None or record.kind not in GRAVE_KINDS:
        raise SealedNotFoundError(record_id)
    return record


async def open_record(work: UnitOfWork, record: SealedRecord, staff_id: str, reason: str) -> str:
    """The text; who opened it and why is written down first. The caller commits.

    Raises:
        SealedError: no reason worth the name.
        UnreadableSecretError: no configured key opens it.
    """
    if len(reason) < SHORTEST_REASON or not has_visible(reason):
        raise SealedError(SealedFlaw.NO_REASON)
    if len(reason) > LONGEST_REASON:
        raise SealedError(SealedFlaw.LONG_REASON)
    await work.audit.note(
        AuditAction.SEALED_OPENED,
        staff_id,
        work.clock(),
        subject=record.id,
        data={"kind": record.kind, "reason": reason},
    )
    return await work.sealed.open(record.id)


async def read_files(work: UnitOfWork, record: SealedRecord) -> list[Shown]:
    """What was told in pictures and recordings beside the words."""
    return [shown(item) for item in await work.attachments.of_sealed(record.id)]


async def read_file(
    work: UnitOfWork, record: SealedRecord, attachment_id: str, staff_id: str
) -> tuple[StoredAttachment, bytes]:
    """A file of a record, for whoever opened the record a short while ago.

    Raises:
        SealedNotFoundError: no such file here, or not to be read now.
    """
    item = await work.attachments.find(attachment_id)
    if item is None or item.sealed_id != record.id or not await _has_open(work, record, staff_id):
        raise SealedNotFoundError(attachment_id)
    try:
        data = await work.attachments.read(item.id)
    except UnreadableSecretError:
        data = None
    if data is None:
        raise SealedNotFoundError(attachment_id)
    return item, data


async def _has_open(work: UnitOfWork, record: SealedRecord, staff_id: str) -> bool:
    opened = await work.audit.newest(action=AuditAction.SEALED_OPENED, subjects=[record.id])
    since = work.clock() - _STAYS_OPEN
    return any(entry.actor_id == staff_id and entry.at >= since for entry in opened)


async def handle_record(
    work: UnitOfWork, record: SealedRecord, staff_id: str, outcome: str
) -> None:
    """Note what became of a record that somebody has read; the caller commits.

    Raises:
        SealedError: it says nothing, nobody opened the record, or a colleague was faster.
    """
    if outcome not in set(SealedOutcome):
        raise SealedError(SealedFlaw.NO_OUTCOME)
    opened = await work.audit.newest(1, action=AuditAction.SEALED_OPENED, subjects=[record.id])
    if not opened:
        raise SealedError(SealedFlaw.NOT_OPENED)
    if not await work.sealed.handle(record.id, staff_id, work.clock()):
        raise SealedError(SealedFlaw.HANDLED)
    await work.audit.note(
        AuditAction.SEALED_HANDLED,
        staff_id,
        work.clock(),
        subject=record.id,
        data={"kind": record.kind, "outcome": outcome},
    )
