"""One's own account."""

from aiohttp import web

from desk.casefile import agency_names
from desk.context import desk_of
from desk.pages import member_of, page, see_other, text_field
from desk.passwords import MIN_LENGTH, find_flaw
from desk.sessions import begin_session, end_all_sessions, session_hash
from desk.throttle import Throttle
from store.addresses import client_address


async def show_account(request: web.Request) -> web.Response:
    return await _account_page(request)


async def change_password(request: web.Request) -> web.Response:
    """Ends every other session; this one goes on under a new token."""
    desk, member = desk_of(request), member_of(request)
    password = await text_field(request, "password")
    if problem := await _refused_old(request):
        return await _account_page(request, problem=problem, status=422)
    if flaw := find_flaw(password, await text_field(request, "repeated"), member.email):
        return await _account_page(request, problem=flaw, status=422)
    made = await desk.passwords.hash(password)
    async with desk.store.work() as work:
        await work.staff.set_password(member.id, made)
        await begin_session(request, work, member)
        await work.commit()
    return see_other(request, "account", query={"done": "password_changed"})


async def _refused_old(request: web.Request) -> str:
    """Whoever sits at an open screen must not be able to guess the password either."""
    desk, member = desk_of(request), member_of(request)
    address = client_address(request, desk.trusted_proxies)
    async with desk.login_turn, desk.store.work() as work:
        throttle = Throttle(work.staff, member.email, address)
        if await throttle.minutes_to_wait(work.clock()):
            return "throttled"
        old = await text_field(request, "old")
        if await desk.passwords.matches(member.password_hash, old):
            return ""
        await throttle.note_failure(work.clock())
        await work.commit()
    return "wrong_old"


async def end_sessions(request: web.Request) -> web.Response:
    await end_all_sessions(desk_of(request), member_of(request))
    return see_other(request, "login")


async def end_own_session(request: web.Request) -> web.Response:
    """One of the own devices; ending this one leads to the log-in."""
    named = await text_field(request, "session")
    async with desk_of(request).store.work() as work:
        await work.staff.end_session_of(member_of(request).id, named)
        await work.commit()
    return see_other(request, "login" if named == session_hash(request) else "account")


async def _account_page(
    request: web.Request, *, problem: str = "", status: int = 200
) -> web.Response:
    async with desk_of(request).store.work() as work:
        names = await agency_names(work)
        sessions = await work.staff.sessions(member_of(request).id, work.clock())
    return await page(
        request,
        "account.html",
        status=status,
        problem=problem,
        agency=names.get(member_of(request).agency_code, ""),
        done=request.query.get("done", ""),
        min_length=MIN_LENGTH,
        sessions=sessions,
        own_session=session_hash(request),
    )
