"""The lists of the desk: one table of tabs, each a filter and an order."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from casework.cases import Case
from casework.legal_clock import WorkCalendar, vietnam_date
from casework.permissions import Permission, Role, may
from casework.statuses import CaseStatus
from desk.access import sees_all
from desk.due import soon_until
from desk.numbers import pages_for
from store.case_filters import CaseFilter, CaseOrder
from store.staff import StaffMember
from store.unit_of_work import UnitOfWork

PAGE_SIZE = 25

S = CaseStatus
#: Narrows no list.
EVERYTHING = CaseFilter()
OPEN = (S.RECEIVED, S.TRIAGED, S.BOUNCED, S.ASSIGNED, S.DRAFTED, S.APPROVED)


class TabName(StrEnum):
    MINE = "mine"
    APPROVAL = "approval"
    TO_SEND = "to_send"
    TRIAGE = "triage"
    AGENCY = "agency"
    UNASSIGNED = "unassigned"
    SOON = "soon"
    LATE = "late"
    UNDELIVERED = "undelivered"
    ANSWERED = "answered"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Reader:
    """Who looks, on which day, and how they narrowed every list."""

    member: StaffMember
    today: date
    soon_until: date
    calendar: WorkCalendar
    narrowed: CaseFilter

    @property
    def scope(self) -> CaseFilter | None:
        return scope_of(self.member, self.narrowed)


def scope_of(member: StaffMember, narrowed: CaseFilter) -> CaseFilter | None:
    """What this person may list at all; None: nothing."""
    if sees_all(member):
        return narrowed
    code = member.agency_code
    return replace(narrowed, agency_code=code) if code else None


@dataclass(frozen=True, slots=True)
class Tab:
    name: TabName
    #: Who has use for it.
    permission: Permission
    narrow: Callable[[CaseFilter, Reader], CaseFilter]
    order: CaseOrder = CaseOrder.DUE


def _with(*statuses: CaseStatus) -> Callable[[CaseFilter, Reader], CaseFilter]:
    return lambda scope, _: replace(scope, statuses=statuses)


#: The lists in which something waits for one person, whatever the day.
_WAITING: dict[TabName, Callable[[CaseFilter, StaffMember], CaseFilter]] = {
    TabName.MINE: lambda scope, member: replace(scope, statuses=OPEN, officer_id=member.id),
    TabName.APPROVAL: lambda scope, _: replace(scope, statuses=(S.DRAFTED,)),
    TabName.TRIAGE: lambda scope, _: replace(scope, statuses=(S.RECEIVED, S.BOUNCED)),
}


def _waiting(name: TabName) -> Callable[[CaseFilter, Reader], CaseFilter]:
    return lambda scope, reader: _WAITING[name](scope, reader.member)


def _soon(scope: CaseFilter, reader: Reader) -> CaseFilter:
    return replace(scope, statuses=OPEN, due_from=reader.today, due_until=reader.soon_until)


def _late(scope: CaseFilter, reader: Reader) -> CaseFilter:
    return replace(scope, statuses=OPEN, late_on=reader.today)


def _undelivered(scope: CaseFilter, _: Reader) -> CaseFilter:
    return replace(scope, undelivered=True)


def _unassigned(scope: CaseFilter, reader: Reader) -> CaseFilter:
    """A lead hands cases to officers, an editor what was sorted to agencies."""
    if not sees_all(reader.member):
        return replace(scope, statuses=(S.ASSIGNED,), without_officer=True)
    if may(reader.member.role, Permission.TRIAGE_CASE):
        return replace(scope, statuses=(S.TRIAGED,))
    return replace(scope, statuses=(S.RECEIVED, S.BOUNCED, S.TRIAGED))


T, P = TabName, Permission
TABS = (
    Tab(T.MINE, P.DRAFT_ANSWER, _waiting(T.MINE)),
    Tab(T.APPROVAL, P.APPROVE_ANSWER, _waiting(T.APPROVAL)),
    Tab(T.TRIAGE, P.TRIAGE_CASE, _waiting(T.TRIAGE)),
    Tab(T.UNASSIGNED, P.ASSIGN_CASE, _unassigned),
    Tab(T.TO_SEND, P.SEND_ANSWER, _with(S.APPROVED)),
    Tab(T.AGENCY, P.SEE_OWN_AGENCY, _with(*OPEN)),
    Tab(T.SOON, P.SEE_OWN_AGENCY, _soon),
    Tab(T.LATE, P.SEE_OWN_AGENCY, _late),
    Tab(T.UNDELIVERED, P.SEND_ANSWER, _undelivered, CaseOrder.CHANGED),
    Tab(T.ANSWERED, P.SEE_OWN_AGENCY, _with(S.ANSWERED, S.CLOSED), CaseOrder.ANSWERED),
    Tab(T.ENDED, P.SEE_OWN_AGENCY, _with(S.NOT_ACCEPTED, S.WITHDRAWN), CaseOrder.CHANGED),
)
#: Where the day begins for each role that has lists.
FIRST_TAB = {
    Role.OFFICER: T.MINE,
    Role.LEAD: T.APPROVAL,
    Role.EDITOR: T.TRIAGE,
    Role.CHIEF_EDITOR: T.TRIAGE,
}


@dataclass(frozen=True, slots=True)
class CasePage:
    cases: list[Case]
    total: int
    number: int

    @property
    def pages(self) -> int:
        return pages_for(self.total, PAGE_SIZE)


_NOTHING = CasePage([], 0, 1)


async def make_reader(
    work: UnitOfWork, member: StaffMember, narrowed: CaseFilter = EVERYTHING
) -> Reader:
    today = vietnam_date(work.clock())
    calendar = await work.catalogue.calendar()
    return Reader(member, today, soon_until(today, calendar), calendar, narrowed)


def first_list_of(member: StaffMember) -> CaseFilter | None:
    """What waits for this person in the list their day begins with; None: nothing ever does."""
    scope = scope_of(member, EVERYTHING)
    first = FIRST_TAB.get(member.role)
    if scope is None or first is None or first not in _WAITING:
        return None
    return _WAITING[first](scope, member)


def tabs_of(member: StaffMember) -> list[Tab]:
    return [tab for tab in TABS if may(member.role, tab.permission)]


def find_tab(member: StaffMember, name: str) -> Tab:
    """The named tab, else where the role's day begins."""
    tabs = {str(tab.name): tab for tab in tabs_of(member)}
    return tabs.get(name) or tabs[FIRST_TAB[member.role]]


async def count_tabs(work: UnitOfWork, reader: Reader) -> dict[TabName, int]:
    """How much stands in each list of this person."""
    tabs = tabs_of(reader.member)
    if reader.scope is None:
        return dict.fromkeys([tab.name for tab in tabs], 0)
    counts = await work.cases.count_each([tab.narrow(reader.scope, reader) for tab in tabs])
    return {tab.name: count for tab, count in zip(tabs, counts, strict=True)}


async def read_tab(work: UnitOfWork, tab: Tab, reader: Reader, number: int, total: int) -> CasePage:
    if reader.scope is None:
        return _NOTHING
    return await _read(work, tab.narrow(reader.scope, reader), number, total, tab.order)


_SHORTENED = re.compile(r"([A-Z]{2})-?(\d{4})-?(\d{1,6})")


def as_code(typed: str) -> str:
    """A code as it is kept, also of "hd 2026 123"; anything else as the end of one."""
    written = "".join(typed.upper().split())
    found = _SHORTENED.fullmatch(written)
    return f"{found[1]}-{found[2]}-{int(found[3]):06d}" if found else written


async def search_code(work: UnitOfWork, code: str, reader: Reader, number: int) -> CasePage:
    """Cases whose code is this or ends so."""
    if reader.scope is None:
        return _NOTHING
    wanted = replace(reader.scope, code=as_code(code))
    return await _read(work, wanted, number, await work.cases.count(wanted))


async def _read(
    work: UnitOfWork,
    wanted: CaseFilter,
    number: int,
    total: int,
    order: CaseOrder = CaseOrder.DUE,
) -> CasePage:
    number = min(max(1, number), pages_for(total, PAGE_SIZE))
    found = await work.cases.search(
        wanted, order=order, limit=PAGE_SIZE, offset=(number - 1) * PAGE_SIZE
    )
    return CasePage(found, total, number)
