"""The moves of a case at the desk; each is one table look-up, one save, one event."""

from dataclasses import dataclass, replace
from typing import Any

from casework.cases import ActorKind, Case, ContentKind, EventKind
from casework.errors import CaseworkError, FourEyesError
from casework.ports import CaseWork
from casework.statuses import Command, next_status


class EmptyAnswerError(CaseworkError):
    """An answer needs words."""


class NoAgencyError(CaseworkError):
    """A case is assigned to an agency."""


@dataclass(frozen=True, slots=True)
class CaseMove:
    """Who moves which case; `version` is the one shown when the person decided."""

    case_id: str
    version: int
    staff_id: str


async def assign_case(
    work: CaseWork, move: CaseMove, *, agency_code: str, officer_id: str = "", field: str = ""
) -> Case:
    """Give the case to an agency, and to one of its officers when named."""
    if not agency_code:
        raise NoAgencyError(move.case_id)
    case = await _moved(work, move, Command.ASSIGN)
    case = replace(case, agency_code=agency_code, officer_id=officer_id, field=field or case.field)
    data = {"agency": agency_code, "officer": officer_id}
    return await _save(work, case, EventKind.ASSIGNED, move, data=data)


async def save_draft(work: CaseWork, move: CaseMove, text: str) -> Case:
    """Keep a draft of the answer; an approval given before is void.

    Raises:
        EmptyAnswerError: nothing but white space.
    """
    if not text.strip():
        raise EmptyAnswerError(move.case_id)
    case = await _moved(work, move, Command.SAVE_DRAFT)
    content = await work.cases.add_content(case.id, ContentKind.DRAFT, text.strip(), work.clock())
    case = replace(case, drafted_by=move.staff_id)
    return await _save(work, case, EventKind.DRAFT_SAVED, move, content_id=content)


async def reject_draft(work: CaseWork, move: CaseMove, reason: str) -> Case:
    """Send a draft back with a reason."""
    case = await _moved(work, move, Command.REJECT_DRAFT)
    content = await work.cases.add_content(case.id, ContentKind.NOTE, reason.strip(), work.clock())
    return await _save(work, case, EventKind.DRAFT_REJECTED, move, content_id=content)


async def approve_answer(work: CaseWork, move: CaseMove, *, four_eyes: bool = True) -> Case:
    """Approve the draft as it stands.

    Raises:
        FourEyesError: the approver wrote the draft and the agency wants two people.
    """
    case = await _moved(work, move, Command.APPROVE)
    if four_eyes and case.drafted_by == move.staff_id:
        raise FourEyesError(case.id)
    return await _save(work, case, EventKind.APPROVED, move)


async def send_answer(work: CaseWork, move: CaseMove) -> tuple[Case, str]:
    """Make the approved draft the answer; the caller queues it for the citizen.

    Raises:
        EmptyAnswerError: there is no draft (the texts were erased).
    """
    case = await _moved(work, move, Command.SEND)
    text = await work.cases.latest_content(case.id, ContentKind.DRAFT)
    if not text:
        raise EmptyAnswerError(case.id)
    content = await work.cases.add_content(case.id, ContentKind.ANSWER, text, work.clock())
    case = await _save(work, case, EventKind.ANSWER_SENT, move, content_id=content)
    return case, text


async def _moved(work: CaseWork, move: CaseMove, command: Command) -> Case:
    case = await work.cases.get(move.case_id)
    status = next_status(case.status, command)
    # The version the person saw goes into the save, so that a change in between is noticed.
    return replace(case, status=status, version=move.version)


async def _save(
    work: CaseWork,
    case: Case,
    event: EventKind,
    move: CaseMove,
    *,
    data: dict[str, Any] | None = None,
    content_id: str | None = None,
) -> Case:
    now = work.clock()
    saved = await work.cases.save(case, now)
    await work.cases.add_event(
        case.id,
        event,
        actor_kind=ActorKind.STAFF,
        actor_id=move.staff_id,
        now=now,
        data=data,
        content_id=content_id,
    )
    return saved
