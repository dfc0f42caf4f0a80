"""Requests about personal data at the desk: looked at, carried out or refused, told, noted."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from bot.alarms import Concern, call_person
from casework.cases import Case
from casework.errors import CaseworkError, NotFoundError
from casework.legal_clock import vietnam_date
from casework.statuses import OPEN
from casework.use_cases.follow_case import object_to_publication
from desk.context import OwnData
from desk.due import DueTone
from desk.excerpt import has_visible
from store.audit import AuditAction
from store.data_requests import DataRequest, DataRequestKind, DataRequestStatus
from store.unit_of_work import UnitOfWork

LONGEST_REASON = 1000
#: How requests begin that Facebook sends with a number of the app, not of the page.
APP_USER = "facebook-app:"


class DataFlaw(StrEnum):
    NO_REASON = "no_reason"
    LONG_REASON = "long_reason"
    NO_DECISION = "no_decision"
    WRONG_CODE = "wrong_code"
    OPEN_CASES = "open_cases"
    DECIDED = "decided"
    NOT_ACCESS = "not_access"


class DataRightsError(CaseworkError):
    """Nothing was decided."""

    def __init__(self, flaw: DataFlaw) -> None:
        super().__init__(flaw)
        self.flaw = flaw


class RequestNotFoundError(NotFoundError):
    """No request has this id."""


@dataclass(frozen=True, slots=True)
class RequestRow:
    request: DataRequest
    tone: DueTone
    #: Days past the date.
    days: int


@dataclass(frozen=True, slots=True)
class RequestFile:
    """A request, with the cases it reaches."""

    row: RequestRow
    cases: list[Case]
    decided_by: str

    @property
    def is_nameless(self) -> bool:
        """Facebook names a withdrawn user by a number no conversation of ours is known by."""
        return self.row.request.conversation_id.startswith(APP_USER)

    @property
    def open_cases(self) -> list[Case]:
        return [case for case in self.cases if case.status in OPEN]


@dataclass(frozen=True, slots=True)
class Answer:
    """`code`: typed again by whoever erases. `reason`: words for the citizen."""

    status: DataRequestStatus
    reason: str = ""
    code: str = ""


async def read_requests(work: UnitOfWork) -> tuple[list[RequestRow], list[DataRequest]]:
    """What waits, nearest date first, and what was decided, newest first."""
    waiting = [_row(work, request) for request in await work.data_requests.open()]
    return waiting, await work.data_requests.decided()


async def read_request(work: UnitOfWork, request_id: str) -> RequestFile:
    """Read.

    Raises:
        RequestNotFoundError: no such request.
    """
    request = await _get(work, request_id)
    decided_by = await work.staff.find(request.decided_by) if request.decided_by else None
    return RequestFile(
        row=_row(work, request),
        cases=await work.cases.of_person(request.conversation_id),
        decided_by=decided_by.name if decided_by else "",
    )


async def decide_request(
    work: UnitOfWork, request_id: str, staff_id: str, own_data: OwnData, answer: Answer
) -> None:
    """Carry it out or refuse it, tell the citizen, note who did; the caller commits.

    Raises:
        DataRightsError: something is missing, a case is open, or a colleague was faster.
        RequestNotFoundError: no such request.
    """
    request = await _get(work, request_id)
    _check(request, answer)
    if request.status is not DataRequestStatus.RECEIVED:
        raise DataRightsError(DataFlaw.DECIDED)
    # First what holds the conversation, then the request's own row: a turn does it in that order.
    if answer.status is DataRequestStatus.DONE:
        await _carry_out(work, request, staff_id, own_data)
    now = work.clock()
    decided = await work.data_requests.decide(
        request.id, answer.status, staff_id, answer.reason, now
    )
    if not decided:
        raise DataRightsError(DataFlaw.DECIDED)
    await own_data.tell(
        work,
        replace(
            request,
            status=answer.status,
            reason=answer.reason,
            decided_by=staff_id,
            decided_at=now,
        ),
    )
    await work.audit.note(
        AuditAction.DATA_REQUEST_DECIDED,
        staff_id,
        now,
        subject=request.id,
        data={"kind": request.kind, "status": answer.status},
    )


def read_answer(decision: str, reason: str, code: str) -> Answer:
    """What a form says.

    Raises:
        DataRightsError: it decides nothing.
    """
    for status in (DataRequestStatus.DONE, DataRequestStatus.REFUSED):
        if decision == status:
            return Answer(status, reason, "".join(code.split()).upper())
    raise DataRightsError(DataFlaw.NO_DECISION)


def _check(request: DataRequest, answer: Answer) -> None:
    refused = answer.status is DataRequestStatus.REFUSED
    if refused and not has_visible(answer.reason):
        raise DataRightsError(DataFlaw.NO_REASON)
    if len(answer.reason) > LONGEST_REASON:
        raise DataRightsError(DataFlaw.LONG_REASON)
    erases = request.kind is DataRequestKind.ERASE and not refused
    if erases and answer.code != request.code:
        raise DataRightsError(DataFlaw.WRONG_CODE)


async def _carry_out(
    work: UnitOfWork, request: DataRequest, staff_id: str, own_data: OwnData
) -> None:
    if request.kind is DataRequestKind.ERASE:
        erased = await own_data.erase(
            work, request.conversation_id, work.clock(), staff_id=staff_id
        )
        if not erased.is_done:
            raise DataRightsError(DataFlaw.OPEN_CASES)
    elif request.kind is DataRequestKind.OBJECT:
        await _keep_private(work, request.conversation_id)


async def _keep_private(work: UnitOfWork, conversation_id: str) -> None:
    """No case of this person is published; of one that is already, the desk is told."""
    published = False
    for case in await work.cases.of_person(conversation_id):
        kept = await object_to_publication(work, case, objects=True)
        live = [item for item in await work.publications.of_case(kept.id) if item.live]
        published = published or bool(live)
    if published:
        await call_person(work, Concern.OBJECTED_PUBLISHED, conversation_id, work.clock())


async def read_out(
    work: UnitOfWork, request_id: str, staff_id: str, own_data: OwnData
) -> tuple[DataRequest, dict[str, Any]]:
    """All that is kept about the person who asked to see it; the caller commits the note.

    Raises:
        DataRightsError: it is no request to see data, or it is decided.
        RequestNotFoundError: no such request.
    """
    request = await _get(work, request_id)
    if request.kind is not DataRequestKind.ACCESS:
        raise DataRightsError(DataFlaw.NOT_ACCESS)
    if request.status is not DataRequestStatus.RECEIVED:
        raise DataRightsError(DataFlaw.DECIDED)
    await work.audit.note(AuditAction.DATA_READ_OUT, staff_id, work.clock(), subject=request.id)
    return request, await own_data.read(work, request.conversation_id)


async def _get(work: UnitOfWork, request_id: str) -> DataRequest:
    request = await work.data_requests.find(request_id)
    if request is None:
        raise RequestNotFoundError(request_id)
    return request


def _row(work: UnitOfWork, request: DataRequest) -> RequestRow:
    days = (vietnam_date(work.clock()) - request.due_on).days
    if request.status is not DataRequestStatus.RECEIVED or days < 0:
        return RequestRow(request, DueTone.ANSWERED, 0)
    return RequestRow(request, DueTone.LATE if days else DueTone.TODAY, days)
