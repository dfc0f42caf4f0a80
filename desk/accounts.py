"""What administrators do with accounts: one use case each, each written down; callers commit."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum

from casework.errors import CaseworkError, NotFoundError
from casework.legal_clock import vietnam_date
from casework.permissions import Permission, Role, may
from casework.use_cases.hand_over import hand_over_cases
from desk.casefile import answering_staff, open_agencies
from desk.throttle import Throttle
from desk.tokens import new_token, token_hash
from store.audit import AuditAction
from store.staff import StaffFilter, StaffMember
from store.unit_of_work import UnitOfWork

#: A one-time link to choose a password.
LINK_LIFE = timedelta(days=3)
_EMAIL = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[^@\s,;<>\".]+")
_LONGEST_EMAIL = 254
_LONGEST_NAME = 120


class AccountFlaw(StrEnum):
    """Why nothing was changed."""

    BAD_EMAIL = "bad_email"
    TAKEN = "taken"
    NO_NAME = "no_name"
    LONG_NAME = "long_name"
    BAD_ROLE = "bad_role"
    NO_AGENCY = "no_agency"
    UNKNOWN_AGENCY = "unknown_agency"
    OWN_ROLE = "own_role"
    OWN_ACCOUNT = "own_account"
    LAST_ADMIN = "last_admin"
    NOT_COLLEAGUE = "not_colleague"
    LEFT = "left"
    NOT_LEFT = "not_left"
    #: A row of an import file speaks otherwise of an account that is there.
    OTHER_DETAILS = "other_details"
    MANY_CELLS = "many_cells"


class AccountError(CaseworkError):
    """An account was not made or changed."""

    def __init__(self, flaw: AccountFlaw) -> None:
        super().__init__(flaw)
        self.flaw = flaw


class AccountNotFoundError(NotFoundError):
    """Nobody has this id."""


@dataclass(frozen=True, slots=True)
class Details:
    name: str
    role: Role
    agency_code: str


def needs_agency(role: Role) -> bool:
    """Whoever answers does it for an agency, and without one sees no cases."""
    return may(role, Permission.DRAFT_ANSWER) and not may(role, Permission.SEE_ALL_CASES)


def read_email(written: str) -> str:
    """An address as it is kept.

    Raises:
        AccountError: it is none.
    """
    email = unicodedata.normalize("NFC", written).strip().lower()
    if not _EMAIL.fullmatch(email) or len(email) > _LONGEST_EMAIL or not email.isprintable():
        raise AccountError(AccountFlaw.BAD_EMAIL)
    return email


def read_details(name: str, role: str, agency_code: str, agencies: frozenset[str]) -> Details:
    """What a form or a row says; `agencies` are the codes that may be chosen.

    Raises:
        AccountError: it does not fit together.
    """
    plain = " ".join(unicodedata.normalize("NFC", name).split())
    if not plain or not plain.isprintable():
        raise AccountError(AccountFlaw.NO_NAME)
    if len(plain) > _LONGEST_NAME:
        raise AccountError(AccountFlaw.LONG_NAME)
    if role not in {str(one) for one in Role}:
        raise AccountError(AccountFlaw.BAD_ROLE)
    if agency_code and agency_code not in agencies:
        raise AccountError(AccountFlaw.UNKNOWN_AGENCY)
    if needs_agency(Role(role)) and not agency_code:
        raise AccountError(AccountFlaw.NO_AGENCY)
    return Details(plain, Role(role), agency_code)


async def agency_codes(work: UnitOfWork, keeps: str = "") -> frozenset[str]:
    """Codes of agencies that work today, and the one somebody has already."""
    found = await open_agencies(work, vietnam_date(work.clock()))
    return frozenset({agency.code for agency in found} | ({keeps} - {""}))


async def add_account(work: UnitOfWork, by_id: str, email: str, details: Details) -> StaffMember:
    """An account without a password: its first link lets the person choose one.

    Raises:
        AccountError: somebody has the address.
    """
    await work.staff.lock(by_id)
    if await work.staff.find_by_email(email):
        raise AccountError(AccountFlaw.TAKEN)
    member = new_member(work, email, details)
    await add_accounts(work, by_id, [member])
    return member


def new_member(work: UnitOfWork, email: str, details: Details) -> StaffMember:
    """Not stored yet."""
    return StaffMember(
        id=work.ids(),
        email=email,
        name=details.name,
        role=details.role,
        agency_code=details.agency_code,
        password_hash="",
        active=True,
    )


async def add_accounts(work: UnitOfWork, by_id: str, members: Sequence[StaffMember]) -> None:
    """Several at once, of whom nobody is there yet."""
    now = work.clock()
    await work.staff.add_all(members, now)
    about = {
        member.id: {"role": str(member.role), "agency": member.agency_code} for member in members
    }
    await work.audit.note_all(AuditAction.USER_INVITED, by_id, now, about)


async def make_link(work: UnitOfWork, member: StaffMember) -> str:
    """The token of a fresh one-time link; the first of several that is used ends the others."""
    return (await make_links(work, [member]))[member.id]


async def make_links(work: UnitOfWork, members: Sequence[StaffMember]) -> dict[str, str]:
    """Staff id → the token of a fresh one-time link."""
    tokens = {member.id: new_token() for member in members}
    hashes = {token_hash(token): staff_id for staff_id, token in tokens.items()}
    await work.staff.add_links(hashes, work.clock() + LINK_LIFE)
    return tokens


async def change_account(
    work: UnitOfWork, by_id: str, staff_id: str, details: Details
) -> StaffMember:
    """Another name, role or agency; what no longer fits goes back to where it came from.

    Raises:
        AccountError: the own role, the last administrator, or somebody who left.
    """
    member = await _present(work, staff_id)
    if member.id == by_id and details.role is not member.role:
        raise AccountError(AccountFlaw.OWN_ROLE)
    if details.role is not Role.ADMIN:
        await _check_not_last_admin(work, member)
    changed = replace(member, name=details.name, role=details.role, agency_code=details.agency_code)
    await _save(work, changed)
    if changed.agency_code != member.agency_code or not may(changed.role, Permission.DRAFT_ANSWER):
        await hand_over_cases(work, member.id, "", by_id)
    if not may(changed.role, Permission.TALK_TO_CITIZENS):
        await work.handovers.release(member.id)
    data = {
        "role": changed.role,
        "agency": changed.agency_code,
        "role_before": member.role,
        "agency_before": member.agency_code,
    }
    await _note(work, AuditAction.USER_CHANGED, by_id, member, **data)
    return changed


async def reset_account(work: UnitOfWork, by_id: str, staff_id: str) -> tuple[StaffMember, str]:
    """The old password and every session end; the token of a new link.

    Raises:
        AccountError: the own account, or somebody who left.
    """
    member = await _present(work, staff_id)
    if member.id == by_id:
        raise AccountError(AccountFlaw.OWN_ACCOUNT)
    await work.staff.set_password(member.id, "")
    await _throttle(work, member).forget_account()
    await _note(work, AuditAction.USER_RESET, by_id, member)
    return member, await make_link(work, member)


async def unlock_account(work: UnitOfWork, by_id: str, staff_id: str) -> None:
    """Wrong passwords are forgotten: the person may try again at once."""
    member = await _present(work, staff_id)
    await _throttle(work, member).forget_account()
    await _note(work, AuditAction.USER_UNLOCKED, by_id, member)


async def minutes_locked(work: UnitOfWork, member: StaffMember) -> int:
    """Minutes until this account takes a password again; 0: now."""
    return await _throttle(work, member).account_minutes(work.clock())


async def end_account(work: UnitOfWork, by_id: str, staff_id: str, to_id: str) -> int:
    """Somebody leaves: sessions and links end, open work goes to `to_id` or back to the agency.

    Returns:
        How many cases were handed over.

    Raises:
        AccountError: the own account, the last administrator, or `to_id` is no colleague.
    """
    member = await _present(work, staff_id)
    if member.id == by_id:
        raise AccountError(AccountFlaw.OWN_ACCOUNT)
    await _check_not_last_admin(work, member)
    if to_id and to_id not in {one.id for one in await colleagues(work, member)}:
        raise AccountError(AccountFlaw.NOT_COLLEAGUE)
    await work.staff.set_password(member.id, "")
    await _save(work, replace(member, active=False))
    cases = await hand_over_cases(work, member.id, to_id, by_id)
    talks = await work.handovers.release(member.id)
    await _note(work, AuditAction.USER_LEFT, by_id, member, to=to_id, cases=len(cases), talks=talks)
    return len(cases)


async def return_account(work: UnitOfWork, by_id: str, staff_id: str) -> tuple[StaffMember, str]:
    """Somebody is back, with the role of before; the token of a new link.

    Raises:
        AccountError: the person never left.
    """
    member = await _locked(work, staff_id)
    if member.active:
        raise AccountError(AccountFlaw.NOT_LEFT)
    member = replace(member, active=True)
    await _save(work, member)
    await _note(work, AuditAction.USER_RETURNED, by_id, member)
    return member, await make_link(work, member)


async def end_sessions_of(
    work: UnitOfWork, by_id: str, staff_id: str, session_hash: str = ""
) -> None:
    """One session, or all of them."""
    member = await _locked(work, staff_id)
    if session_hash:
        await work.staff.end_session_of(member.id, session_hash)
    else:
        await work.staff.end_sessions(member.id)
    await _note(work, AuditAction.SESSIONS_ENDED, by_id, member, one=bool(session_hash))


async def colleagues(work: UnitOfWork, member: StaffMember) -> list[StaffMember]:
    """Who can take over the cases of somebody."""
    if not member.agency_code:
        return []
    found = await answering_staff(work)
    return [one for one in found if one.agency_code == member.agency_code and one.id != member.id]


async def get_account(work: UnitOfWork, staff_id: str) -> StaffMember:
    """Read.

    Raises:
        AccountNotFoundError: nobody has this id.
    """
    member = await work.staff.find(staff_id)
    if member is None:
        raise AccountNotFoundError(staff_id)
    return member


async def _locked(work: UnitOfWork, staff_id: str) -> StaffMember:
    member = await work.staff.lock(staff_id)
    if member is None:
        raise AccountNotFoundError(staff_id)
    return member


async def _present(work: UnitOfWork, staff_id: str) -> StaffMember:
    member = await _locked(work, staff_id)
    if not member.active:
        raise AccountError(AccountFlaw.LEFT)
    return member


async def _check_not_last_admin(work: UnitOfWork, member: StaffMember) -> None:
    """The administrators are locked: nobody else removes one at the same time."""
    admins = await work.staff.count(StaffFilter(role=Role.ADMIN, active=True))
    if member.role is Role.ADMIN and admins <= 1:
        raise AccountError(AccountFlaw.LAST_ADMIN)


async def _save(work: UnitOfWork, member: StaffMember) -> None:
    await work.staff.change(
        member.id,
        name=member.name,
        role=member.role,
        agency_code=member.agency_code,
        active=member.active,
    )


def _throttle(work: UnitOfWork, member: StaffMember) -> Throttle:
    return Throttle(work.staff, member.email, "")


async def _note(
    work: UnitOfWork, action: AuditAction, by_id: str, about: StaffMember, **data: str | int
) -> None:
    await work.audit.note(action, by_id, work.clock(), subject=about.id, data=data)
