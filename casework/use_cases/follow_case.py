"""What becomes of a case after it was sent: taken back, added to, not solved, closed, rated."""

from dataclasses import replace
from datetime import datetime, timedelta

from casework.cases import ActorKind, Case, ContentKind, EventKind
from casework.errors import CaseworkError
from casework.legal_clock import due_date, find_rule, vietnam_date
from casework.ports import CaseWork
from casework.statuses import ANSWERED, OPEN, Command
from casework.use_cases.moving import CaseMove, EmptyTextError, add_note, moved, save

#: An answer that nobody objects to is final after this time.
CLOSES_AFTER = timedelta(days=15)
#: So long a citizen can say that an answer did not help.
REOPENS_WITHIN = timedelta(days=45)


class TooLateToReopenError(CaseworkError):
    """The answer is too old; a new question is the way."""


class NotOpenError(CaseworkError):
    """Nobody works on the case any more."""


def by_citizen(case: Case) -> CaseMove:
    return CaseMove(case.id, case.version, actor=ActorKind.CITIZEN)


def by_service(case: Case) -> CaseMove:
    return CaseMove(case.id, case.version, actor=ActorKind.SYSTEM)


async def withdraw_case(work: CaseWork, move: CaseMove) -> Case:
    """The citizen takes the question back before it is answered."""
    case = await moved(work, move, Command.WITHDRAW)
    return await save(work, case, EventKind.WITHDRAWN, move)


async def add_to_case(
    work: CaseWork, case: Case, words: str, *, inbox_id: int | None = None
) -> Case:
    """Put the citizen's further words behind the question.

    Raises:
        EmptyTextError: no words.
        NotOpenError: answered, withdrawn or not accepted.
    """
    if case.status not in OPEN:
        raise NotOpenError(case.status)
    if not words.strip():
        raise EmptyTextError(case.id)
    content = await work.cases.add_content(
        case.id, ContentKind.QUESTION, words.strip(), work.clock()
    )
    data = {} if inbox_id is None else {"inbox_id": inbox_id}
    move = by_citizen(case)
    return await save(work, case, EventKind.CITIZEN_ADDED, move, data=data, content_id=content)


async def note_call(work: CaseWork, move: CaseMove, words: str) -> None:
    """Staff told the citizen by phone what no message could bring.

    The version stays: a note beside the case takes nothing from a colleague's work.

    Raises:
        EmptyTextError: no words.
    """
    await work.cases.add_event(
        move.case_id,
        EventKind.TOLD_BY_PHONE,
        actor_kind=move.actor,
        actor_id=move.staff_id,
        now=work.clock(),
        content_id=await add_note(work, move.case_id, words),
    )


async def reopen_case(work: CaseWork, move: CaseMove, words: str = "") -> Case:
    """The answer did not help: the agency has it again, with a date of its own.

    Raises:
        TooLateToReopenError: answered longer ago than `REOPENS_WITHIN`.
    """
    case = await moved(work, move, Command.REOPEN)
    now = work.clock()
    if case.answered_at is None or now - case.answered_at > REOPENS_WITHIN:
        raise TooLateToReopenError(case.id)
    today = vietnam_date(now)
    rule = find_rule(await work.catalogue.rules(), case.kind, today)
    due_on = due_date(rule, today, await work.catalogue.calendar())
    case = replace(
        case, due_on=due_on, promised_on=due_on, legal_basis=rule.legal_basis, drafted_by=""
    )
    content = None
    if words.strip():
        content = await work.cases.add_content(case.id, ContentKind.QUESTION, words.strip(), now)
    data = {"due_on": due_on.isoformat(), "rule": rule.id}
    return await save(work, case, EventKind.REOPENED, move, data=data, content_id=content)


async def close_case(work: CaseWork, move: CaseMove) -> Case:
    """Nobody said within `CLOSES_AFTER` that the answer did not help."""
    case = await moved(work, move, Command.CLOSE)
    return await save(work, case, EventKind.CLOSED, move)


async def object_to_publication(work: CaseWork, case: Case, *, objects: bool) -> Case:
    """Record that the citizen does not want it published, or does not mind any more."""
    if case.objected is objects:
        return case
    event = EventKind.OBJECTED if objects else EventKind.OBJECTION_LIFTED
    return await save(work, replace(case, objected=objects), event, by_citizen(case))


def may_reopen(case: Case, now: datetime) -> bool:
    """Whether the citizen can still say that the answer did not help."""
    answered_at = case.answered_at if case.status in ANSWERED else None
    return answered_at is not None and now - answered_at <= REOPENS_WITHIN


def may_rate(case: Case) -> bool:
    return case.status in ANSWERED
