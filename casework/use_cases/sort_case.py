"""What editors and agencies decide about where a case belongs."""

from dataclasses import replace

from casework.cases import Case, CaseKind, ContentKind, EventKind, Refusal
from casework.legal_clock import due_date, find_rule, vietnam_date
from casework.ports import CaseWork
from casework.statuses import Command
from casework.use_cases.moving import CaseMove, add_note, moved, save

#: From so many refusals on only the chief editor places a case.
MOST_BOUNCES = 2


def needs_chief_editor(case: Case) -> bool:
    return case.bounces >= MOST_BOUNCES


async def triage_case(
    work: CaseWork, move: CaseMove, *, kind: CaseKind, field: str = "", place: str | None = None
) -> Case:
    """Say what it is, of which field and where. Its code stays; another kind has another date.

    `place`: None leaves it as it is, nothing clears it.

    Raises:
        NoLegalRuleError: no rule covers the new kind on the day it was asked (again).
    """
    case = await moved(work, move, Command.TRIAGE)
    before = case.kind
    if kind is not before:
        case = await _of_kind(work, case, kind)
    case = replace(case, field=field, place=case.place if place is None else place)
    data = {"kind": kind, "field": field, **({"before": before} if kind is not before else {})}
    return await save(work, case, EventKind.TRIAGED, move, data=data)


async def _of_kind(work: CaseWork, case: Case, kind: CaseKind) -> Case:
    """The promised date never moves towards the citizen's disadvantage."""
    reopened_at = await work.cases.last_event_at(case.id, EventKind.REOPENED)
    day_zero = vietnam_date(reopened_at) if reopened_at else case.asked_on
    rule = find_rule(await work.catalogue.rules(), kind, day_zero)
    due_on = due_date(rule, day_zero, await work.catalogue.calendar())
    return replace(
        case,
        kind=kind,
        due_on=min(due_on, case.promised_on),
        legal_basis=rule.legal_basis,
    )


async def bounce_case(work: CaseWork, move: CaseMove, reason: str) -> Case:
    """The agency says that another one is responsible; the editors place it again.

    Raises:
        EmptyTextError: no reason.
    """
    case = await moved(work, move, Command.BOUNCE)
    note = await add_note(work, case.id, reason)
    data = {"agency": case.agency_code}
    case = replace(case, agency_code="", officer_id="", drafted_by="", bounces=case.bounces + 1)
    return await save(work, case, EventKind.BOUNCED, move, data=data, content_id=note)


async def not_accept_case(
    work: CaseWork, move: CaseMove, refusal: Refusal, explanation: str = ""
) -> Case:
    """No agency of the province answers it. The caller tells the citizen why."""
    case = await moved(work, move, Command.NOT_ACCEPT)
    note = None
    if explanation.strip():
        note = await work.cases.add_content(
            case.id, ContentKind.NOTE, explanation.strip(), work.clock()
        )
    data = {"refusal": refusal}
    return await save(work, case, EventKind.NOT_ACCEPTED, move, data=data, content_id=note)


async def restore_case(work: CaseWork, move: CaseMove) -> Case:
    """A refusal was wrong: the case waits again, with its old date."""
    case = await moved(work, move, Command.RESTORE)
    return await save(work, case, EventKind.RESTORED, move)
