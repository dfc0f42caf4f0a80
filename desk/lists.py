"""The lists of the desk: one table of tabs, each a filter."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from casework.cases import Case
from casework.legal_clock import vietnam_date
from casework.permissions import Permission, Role, may
from casework.statuses import CaseStatus
from desk.access import sees_all
from desk.due import soon_until
from store.cases import CaseFilter
from store.staff import StaffMember
from store.unit_of_work import UnitOfWork

PAGE_SIZE = 25
#: A list narrowed further than the database can is read up to here.
_MOST = 500

S = CaseStatus
OPEN = (S.RECEIVED, S.TRIAGED, S.BOUNCED, S.ASSIGNED, S.DRAFTED, S.APPROVED)


class TabName(StrEnum):
    MINE = "mine"
    APPROVAL = "approval"
    TO_SEND = "to_send"
    AGENCY = "agency"
    UNASSIGNED = "unassigned"
    SOON = "soon"
    LATE = "late"
    ANSWERED = "answered"


@dataclass(frozen=True, slots=True)
class Reader:
    """Who looks, and on which day."""

    member: StaffMember
    today: date
    soon_until: date

    @property
    def scope(self) -> CaseFilter | None:
        """What this person may list at all; None: nothing."""
        if sees_all(self.member):
            return CaseFilter()
        code = self.member.agency_code
        return CaseFilter(agency_code=code) if code else None


@dataclass(frozen=True, slots=True)
class Tab:
    name: TabName
    #: Who has use for it.
    permission: Permission
    narrow: Callable[[CaseFilter, Reader], CaseFilter]
    #: What comes first in the order by date and belongs to another tab.
    skip: Callable[[CaseFilter, Reader], CaseFilter] | None = None
    #: What the database cannot filter; for readers of one agency, whose lists are short.
    keep: Callable[[Case], bool] | None = None


def _with(*statuses: CaseStatus) -> Callable[[CaseFilter, Reader], CaseFilter]:
    return lambda scope, _: replace(scope, statuses=statuses)


def _mine(scope: CaseFilter, reader: Reader) -> CaseFilter:
    return replace(scope, statuses=OPEN, officer_id=reader.member.id)


def _soon(scope: CaseFilter, reader: Reader) -> CaseFilter:
    return replace(scope, statuses=OPEN, due_until=reader.soon_until)


def _late(scope: CaseFilter, reader: Reader) -> CaseFilter:
    return replace(scope, statuses=OPEN, late_on=reader.today)


def _unassigned(scope: CaseFilter, reader: Reader) -> CaseFilter:
    """Whoever sees all places cases at agencies; a lead hands them to officers."""
    if sees_all(reader.member):
        return replace(scope, statuses=(S.RECEIVED,))
    return replace(scope, statuses=(S.RECEIVED, S.ASSIGNED))


def _has_no_officer(case: Case) -> bool:
    return not case.officer_id


T, P = TabName, Permission
TABS = (
    Tab(T.MINE, P.DRAFT_ANSWER, _mine),
    Tab(T.APPROVAL, P.APPROVE_ANSWER, _with(S.DRAFTED)),
    Tab(T.TO_SEND, P.SEND_ANSWER, _with(S.APPROVED)),
    Tab(T.AGENCY, P.SEE_OWN_AGENCY, _with(*OPEN)),
    Tab(T.UNASSIGNED, P.ASSIGN_CASE, _unassigned, keep=_has_no_officer),
    Tab(T.SOON, P.SEE_OWN_AGENCY, _soon, skip=_late),
    Tab(T.LATE, P.SEE_OWN_AGENCY, _late),
    Tab(T.ANSWERED, P.SEE_OWN_AGENCY, _with(S.ANSWERED)),
)
#: Where each role's day begins.
FIRST_TAB = {
    Role.OFFICER: T.MINE,
    Role.LEAD: T.APPROVAL,
    Role.EDITOR: T.UNASSIGNED,
    Role.ADMIN: T.AGENCY,
}


@dataclass(frozen=True, slots=True)
class CasePage:
    cases: list[Case]
    total: int
    number: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE_SIZE))


async def make_reader(work: UnitOfWork, member: StaffMember) -> Reader:
    today = vietnam_date(work.clock())
    return Reader(member, today, soon_until(today, await work.catalogue.calendar()))


def tabs_of(member: StaffMember) -> list[Tab]:
    return [tab for tab in TABS if may(member.role, tab.permission)]


def find_tab(member: StaffMember, name: str) -> Tab:
    """The named tab, else where the role's day begins."""
    tabs = {str(tab.name): tab for tab in tabs_of(member)}
    return tabs.get(name) or tabs[FIRST_TAB[member.role]]


async def count(work: UnitOfWork, tab: Tab, reader: Reader) -> int:
    if reader.scope is None:
        return 0
    if _is_sifted(tab, reader):
        return len(await _sifted(work, tab, reader.scope, reader))
    total = await work.cases.count(tab.narrow(reader.scope, reader))
    return total - await _skipped(work, tab, reader.scope, reader)


async def read_tab(work: UnitOfWork, tab: Tab, reader: Reader, number: int) -> CasePage:
    if reader.scope is None:
        return CasePage([], 0, 1)
    if _is_sifted(tab, reader):
        kept = await _sifted(work, tab, reader.scope, reader)
        number = _clamped(number, len(kept))
        start = (number - 1) * PAGE_SIZE
        return CasePage(kept[start : start + PAGE_SIZE], len(kept), number)
    skipped = await _skipped(work, tab, reader.scope, reader)
    return await _read(work, tab.narrow(reader.scope, reader), number, skipped)


async def search_code(work: UnitOfWork, code: str, reader: Reader, number: int) -> CasePage:
    """Cases whose code is this or ends so."""
    if reader.scope is None:
        return CasePage([], 0, 1)
    wanted = replace(reader.scope, code=code.strip().upper().replace(" ", ""))
    return await _read(work, wanted, number)


async def _read(work: UnitOfWork, wanted: CaseFilter, number: int, skipped: int = 0) -> CasePage:
    total = await work.cases.count(wanted) - skipped
    number = _clamped(number, total)
    offset = skipped + (number - 1) * PAGE_SIZE
    found = await work.cases.search(wanted, limit=PAGE_SIZE, offset=offset)
    return CasePage(found, total, number)


async def _skipped(work: UnitOfWork, tab: Tab, scope: CaseFilter, reader: Reader) -> int:
    return 0 if tab.skip is None else await work.cases.count(tab.skip(scope, reader))


def _is_sifted(tab: Tab, reader: Reader) -> bool:
    return tab.keep is not None and not sees_all(reader.member)


async def _sifted(work: UnitOfWork, tab: Tab, scope: CaseFilter, reader: Reader) -> list[Case]:
    found = await work.cases.search(tab.narrow(scope, reader), limit=_MOST)
    return [case for case in found if tab.keep is None or tab.keep(case)]


def _clamped(number: int, total: int) -> int:
    return min(max(1, number), max(1, -(-total // PAGE_SIZE)))
