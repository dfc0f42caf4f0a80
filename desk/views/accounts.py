"""Accounts of staff, as administrators see them."""

from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from enum import StrEnum

from aiohttp import web

from casework.legal_clock import vietnam_date
from casework.permissions import Role
from casework.use_cases.hand_over import cases_held
from desk.accounts import (
    LINK_LIFE,
    AccountError,
    AccountFlaw,
    add_account,
    agency_codes,
    change_account,
    colleagues,
    end_account,
    end_sessions_of,
    get_account,
    make_link,
    minutes_locked,
    needs_agency,
    read_details,
    read_email,
    reset_account,
    return_account,
    unlock_account,
)
from desk.casefile import agency_names, open_agencies
from desk.context import desk_of
from desk.numbers import pages_for, read_number
from desk.pages import member_of, page, see_other, storable, text_field
from desk.sessions import session_hash
from knowledge.text.folding import fold
from store.jobs import Job
from store.staff import StaffFilter, StaffMember
from store.unit_of_work import UnitOfWork

PAGE_SIZE = 25
_UNPROCESSABLE, _CONFLICT = 422, 409
#: What the person can mend in the form; anything else came in between.
_MENDABLE = frozenset(
    {
        AccountFlaw.BAD_EMAIL,
        AccountFlaw.NO_NAME,
        AccountFlaw.LONG_NAME,
        AccountFlaw.BAD_ROLE,
        AccountFlaw.NO_AGENCY,
        AccountFlaw.UNKNOWN_AGENCY,
    }
)


class AccountDone(StrEnum):
    """What the next page says was done."""

    CHANGED = "changed"
    UNLOCKED = "unlocked"
    LEFT = "left"
    SESSIONS_ENDED = "sessions_ended"


class AccountState(StrEnum):
    """Filter of the list."""

    ACTIVE = "active"
    LEFT = "left"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Typed:
    """A form as it was sent."""

    email: str = ""
    name: str = ""
    role: str = ""
    agency: str = ""


async def list_accounts(request: web.Request) -> web.Response:
    query = {name: storable(request.query.get(name, "")).strip() for name in ("q", "agency")}
    role = next((one for one in Role if one == request.query.get("role")), None)
    asked = request.query.get("state", "")
    state = AccountState(asked) if asked in set(AccountState) else AccountState.ACTIVE
    wanted = StaffFilter(
        text=query["q"],
        agency_code=query["agency"],
        role=role,
        active=None if state is AccountState.ALL else state is AccountState.ACTIVE,
    )
    async with desk_of(request).store.work() as work:
        total = await work.staff.count(wanted)
        pages = pages_for(total, PAGE_SIZE)
        number = min(max(1, read_number(request.query.get("page", ""), 1)), pages)
        offset = (number - 1) * PAGE_SIZE
        people = await work.staff.search(wanted, limit=PAGE_SIZE, offset=offset)
        names = await agency_names(work)
    shown = {**query, "role": role or "", "state": state}
    return await page(
        request,
        "accounts.html",
        people=people,
        total=total,
        pages=pages,
        number=number,
        query={name: value for name, value in shown.items() if value},
        wanted=shown,
        agency_names=dict(sorted(names.items(), key=lambda one: fold(one[1]))),
        roles=list(Role),
        states=list(AccountState),
    )


async def show_invitation(request: web.Request) -> web.Response:
    return await _invitation(request, Typed())


async def invite(request: web.Request) -> web.Response:
    typed = await _typed(request)
    mails = desk_of(request).mails and bool(await text_field(request, "mail"))
    try:
        async with desk_of(request).store.work() as work:
            details = read_details(typed.name, typed.role, typed.agency, await agency_codes(work))
            email = read_email(typed.email)
            member = await add_account(work, member_of(request).id, email, details)
            token = await make_link(work, member)
            if mails:
                await work.jobs.defer(Job.MAIL_STAFF_LINK, staff_id=member.id)
            await work.commit()
    except AccountError as error:
        return await _invitation(request, typed, error.flaw)
    return await _link_page(request, member, token, mailed=mails)


async def show_account_of(request: web.Request) -> web.Response:
    return await _account_page(request)


async def change(request: web.Request) -> web.Response:
    typed = await _typed(request)

    async def act(work: UnitOfWork, by_id: str, staff_id: str) -> None:
        member = await get_account(work, staff_id)
        allowed = await agency_codes(work, member.agency_code)
        details = read_details(typed.name, typed.role, typed.agency, allowed)
        await change_account(work, by_id, staff_id, details)

    return await _done(request, act, AccountDone.CHANGED, typed)


async def reset(request: web.Request) -> web.Response:
    return await _with_new_link(request, reset_account)


async def bring_back(request: web.Request) -> web.Response:
    return await _with_new_link(request, return_account)


async def unlock(request: web.Request) -> web.Response:
    return await _done(request, unlock_account, AccountDone.UNLOCKED)


async def let_go(request: web.Request) -> web.Response:
    to_id = await text_field(request, "to")

    async def act(work: UnitOfWork, by_id: str, staff_id: str) -> None:
        await end_account(work, by_id, staff_id, to_id)

    return await _done(request, act, AccountDone.LEFT)


async def end_sessions(request: web.Request) -> web.Response:
    """One that is named, else all."""
    named = await text_field(request, "session")

    async def act(work: UnitOfWork, by_id: str, staff_id: str) -> None:
        await end_sessions_of(work, by_id, staff_id, named)

    return await _done(request, act, AccountDone.SESSIONS_ENDED)


Act = Callable[[UnitOfWork, str, str], Awaitable[object]]
NewLink = Callable[[UnitOfWork, str, str], Awaitable[tuple[StaffMember, str]]]


async def _done(
    request: web.Request, act: Act, done: AccountDone, typed: Typed | None = None
) -> web.Response:
    staff_id = request.match_info["staff_id"]
    try:
        async with desk_of(request).store.work() as work:
            await act(work, member_of(request).id, staff_id)
            await work.commit()
    except AccountError as error:
        return await _account_page(request, error.flaw, typed)
    return see_other(request, "account_of", query={"done": done}, staff_id=staff_id)


async def _with_new_link(request: web.Request, act: NewLink) -> web.Response:
    mails = desk_of(request).mails and bool(await text_field(request, "mail"))
    try:
        async with desk_of(request).store.work() as work:
            member, token = await act(work, member_of(request).id, request.match_info["staff_id"])
            if mails:
                await work.jobs.defer(Job.MAIL_STAFF_LINK, staff_id=member.id)
            await work.commit()
    except AccountError as error:
        return await _account_page(request, error.flaw)
    return await _link_page(request, member, token, mailed=mails)


async def _typed(request: web.Request) -> Typed:
    return Typed(**{name: await text_field(request, name) for name in Typed.__slots__})


async def _invitation(
    request: web.Request, typed: Typed, flaw: AccountFlaw | None = None
) -> web.Response:
    async with desk_of(request).store.work() as work:
        agencies = await open_agencies(work, vietnam_date(work.clock()))
    return await page(
        request,
        "account_new.html",
        status=_status(flaw),
        typed=asdict(typed),
        agencies=agencies,
        roles=list(Role),
        with_agency=[role for role in Role if needs_agency(role)],
        problem=flaw or "",
        mails=desk_of(request).mails,
    )


async def _account_page(
    request: web.Request, flaw: AccountFlaw | None = None, typed: Typed | None = None
) -> web.Response:
    async with desk_of(request).store.work() as work:
        found = await get_account(work, request.match_info["staff_id"])
        now = work.clock()
        values = {
            "agency_names": await agency_names(work),
            "agencies": await open_agencies(work, vietnam_date(now)),
            "sessions": await work.staff.sessions(found.id, now),
            "minutes": await minutes_locked(work, found),
            "colleagues": await colleagues(work, found),
            "held": len(await cases_held(work, found.id)),
        }
    shown = typed or Typed(found.email, found.name, found.role, found.agency_code)
    return await page(
        request,
        "account_of.html",
        status=_status(flaw),
        found=found,
        typed=asdict(shown),
        roles=list(Role),
        with_agency=[role for role in Role if needs_agency(role)],
        problem=flaw or "",
        done=request.query.get("done", ""),
        mails=desk_of(request).mails,
        own_session=session_hash(request),
        **values,
    )


async def _link_page(
    request: web.Request, member: StaffMember, token: str, *, mailed: bool
) -> web.Response:
    """The only time the link is seen: it is not kept, and stands in no address of ours."""
    return await page(
        request,
        "account_link.html",
        found=member,
        link=link_address(request, token),
        days=LINK_LIFE.days,
        mailed=mailed,
    )


def link_address(request: web.Request, token: str) -> str:
    desk = desk_of(request)
    scheme = "https" if desk.secure_cookies else "http"
    base = desk.public_url.rstrip("/") or f"{scheme}://{request.host}"
    return f"{base}{request.app.router['link'].url_for(token=token)}"


def _status(flaw: AccountFlaw | None) -> int:
    if flaw is None:
        return 200
    return _UNPROCESSABLE if flaw in _MENDABLE else _CONFLICT
