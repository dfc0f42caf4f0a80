"""Which cases a person sees."""

from casework.cases import Case
from casework.errors import CaseNotFoundError
from casework.permissions import Permission, may
from store.staff import StaffMember
from store.unit_of_work import UnitOfWork


def sees_all(member: StaffMember) -> bool:
    return may(member.role, Permission.SEE_ALL_CASES)


def sees(member: StaffMember, case: Case) -> bool:
    """An account without an agency sees no agency's cases, also not the unassigned ones."""
    own = bool(member.agency_code) and case.agency_code == member.agency_code
    return sees_all(member) or (own and may(member.role, Permission.SEE_OWN_AGENCY))


async def visible_case(work: UnitOfWork, member: StaffMember, case_id: str) -> Case:
    """Read a case for somebody.

    Raises:
        CaseNotFoundError: no such case, or none this person may know of.
    """
    case = await work.cases.get(case_id)
    if not sees(member, case):
        raise CaseNotFoundError(case_id)
    return case
