"""All that the page of one case shows."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from casework.cases import Case
from casework.legal_clock import vietnam_date
from casework.permissions import Permission, may
from casework.statuses import Command, allowed_commands
from desk.access import visible_case
from desk.case_texts import Texts, read_texts
from desk.due import Due, due_of
from desk.media import Shown, shown
from desk.timeline import Entry, read_timeline
from knowledge.text.folding import fold
from store.cases import CaseEvent
from store.staff import StaffMember
from store.unit_of_work import UnitOfWork

#: Who may give which command; the others are the citizen's, or come by themselves.
NEEDS: dict[Command, Permission] = {
    Command.ASSIGN: Permission.ASSIGN_CASE,
    Command.SAVE_DRAFT: Permission.DRAFT_ANSWER,
    Command.REJECT_DRAFT: Permission.APPROVE_ANSWER,
    Command.APPROVE: Permission.APPROVE_ANSWER,
    Command.SEND: Permission.SEND_ANSWER,
    Command.TRIAGE: Permission.TRIAGE_CASE,
    Command.BOUNCE: Permission.BOUNCE_CASE,
    Command.NOT_ACCEPT: Permission.NOT_ACCEPT_CASE,
    Command.RESTORE: Permission.NOT_ACCEPT_CASE,
}


@dataclass(frozen=True, slots=True)
class Agency:
    code: str
    name: str
    #: What its row in the directory says it is responsible for.
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CaseFile:
    case: Case
    texts: Texts
    due: Due
    events: list[CaseEvent]
    entries: list[Entry]
    #: By id, also of people who left.
    people: dict[str, StaffMember]
    agency_names: dict[str, str]
    commands: frozenset[Command]
    attachments: list[Shown]
    #: A message that has to reach the citizen did not, nor has anybody called.
    undelivered: bool


async def read_case_file(work: UnitOfWork, member: StaffMember, case_id: str) -> CaseFile:
    """Read.

    Raises:
        CaseNotFoundError: no such case, or none this person may know of.
    """
    case = await visible_case(work, member, case_id)
    events = await work.cases.events(case.id)
    return CaseFile(
        case=case,
        texts=await read_texts(work, case, events),
        due=due_of(case, vietnam_date(work.clock()), await work.catalogue.calendar()),
        events=events,
        entries=await read_timeline(work, case, member),
        people=await _people(work, case, events),
        agency_names=await agency_names(work),
        commands=commands_of(member, case),
        attachments=[shown(one) for one in await work.attachments.of_case(case.id)],
        undelivered=await work.outbox.has_undelivered(case.id),
    )


def commands_of(member: StaffMember, case: Case) -> frozenset[Command]:
    """What this person can do with a case as it stands."""
    allowed = allowed_commands(case.status)
    mine = (command for command in allowed if command in NEEDS)
    return frozenset(command for command in mine if may(member.role, NEEDS[command]))


async def agency_names(work: UnitOfWork) -> dict[str, str]:
    rows = await work.catalogue.all("agencies")
    return {row["code"]: row.get("name") or row["code"] for row in rows}


async def open_agencies(work: UnitOfWork, today: date) -> list[Agency]:
    """Agencies that work today, by name."""
    rows = await work.catalogue.all("agencies")
    found = [
        Agency(row["code"], row.get("name") or row["code"]) for row in rows if works_on(row, today)
    ]
    return sorted(found, key=lambda agency: fold(agency.name))


async def answering_staff(work: UnitOfWork) -> list[StaffMember]:
    """Who can be given a case."""
    staff = await work.staff.active()
    return [one for one in staff if one.agency_code and may(one.role, Permission.DRAFT_ANSWER)]


def works_on(row: dict[str, Any], today: date) -> bool:
    starts = row.get("valid_from") or ""
    ends = row.get("valid_to") or ""
    day = today.isoformat()
    return (not starts or starts <= day) and (not ends or day <= ends)


async def _people(work: UnitOfWork, case: Case, events: list[CaseEvent]) -> dict[str, StaffMember]:
    wanted = {case.officer_id, case.drafted_by, *(event.actor_id for event in events)}
    wanted |= {str(event.data.get("officer", "")) for event in events}
    return await work.staff.find_many(wanted - {""})
