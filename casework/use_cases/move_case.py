"""The way of an answer: assigned, drafted, approved, sent."""

from dataclasses import replace

from casework.cases import Case, ContentKind, EventKind
from casework.errors import CaseworkError, FourEyesError
from casework.ports import CaseWork
from casework.statuses import Command
from casework.use_cases.moving import CaseMove, moved, save


class EmptyAnswerError(CaseworkError):
    """An answer needs words."""


class NoAgencyError(CaseworkError):
    """A case is assigned to an agency."""


async def assign_case(
    work: CaseWork, move: CaseMove, *, agency_code: str, officer_id: str = "", field: str = ""
) -> Case:
    """Give the case to an agency, and to one of its officers when named."""
    if not agency_code:
        raise NoAgencyError(move.case_id)
    case = await moved(work, move, Command.ASSIGN)
    case = replace(case, agency_code=agency_code, officer_id=officer_id, field=field or case.field)
    data = {"agency": agency_code, "officer": officer_id}
    return await save(work, case, EventKind.ASSIGNED, move, data=data)


async def save_draft(work: CaseWork, move: CaseMove, text: str) -> Case:
    """Keep a draft of the answer; an approval given before is void.

    Raises:
        EmptyAnswerError: nothing but white space.
    """
    if not text.strip():
        raise EmptyAnswerError(move.case_id)
    case = await moved(work, move, Command.SAVE_DRAFT)
    content = await work.cases.add_content(case.id, ContentKind.DRAFT, text.strip(), work.clock())
    case = replace(case, drafted_by=move.staff_id)
    return await save(work, case, EventKind.DRAFT_SAVED, move, content_id=content)


async def reject_draft(work: CaseWork, move: CaseMove, reason: str) -> Case:
    """Send a draft back with a reason."""
    case = await moved(work, move, Command.REJECT_DRAFT)
    content = await work.cases.add_content(case.id, ContentKind.NOTE, reason.strip(), work.clock())
    return await save(work, case, EventKind.DRAFT_REJECTED, move, content_id=content)


async def approve_answer(work: CaseWork, move: CaseMove, *, four_eyes: bool = True) -> Case:
    """Approve the draft as it stands.

    Raises:
        FourEyesError: the approver wrote the draft and the agency wants two people.
    """
    case = await moved(work, move, Command.APPROVE)
    if four_eyes and case.drafted_by == move.staff_id:
        raise FourEyesError(case.id)
    return await save(work, case, EventKind.APPROVED, move)


async def send_answer(work: CaseWork, move: CaseMove) -> tuple[Case, str]:
    """Make the approved draft the answer; the caller queues it for the citizen.

    Raises:
        EmptyAnswerError: there is no draft (the texts were erased).
    """
    case = await moved(work, move, Command.SEND)
    text = await work.cases.latest_content(case.id, ContentKind.DRAFT)
    if not text:
        raise EmptyAnswerError(case.id)
    content = await work.cases.add_content(case.id, ContentKind.ANSWER, text, work.clock())
    case = replace(case, answered_at=work.clock())
    case = await save(work, case, EventKind.ANSWER_SENT, move, content_id=content)
    return case, text
