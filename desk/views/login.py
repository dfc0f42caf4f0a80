"""Log-in, log-out and the one-time link that sets a password."""

from aiohttp import web

from casework.permissions import Permission, may
from desk.context import SESSION, desk_of
from desk.pages import page, redirect, see_other, text_field
from desk.passwords import MIN_LENGTH, find_flaw
from desk.sessions import begin_session, end_session
from desk.throttle import Throttle
from desk.tokens import token_hash
from desk.views.case import case_page
from desk.views.entry import new_entry
from desk.writing import cleaned
from store.addresses import client_address
from store.staff import StaffMember
from store.unit_of_work import UnitOfWork


async def show_login(request: web.Request) -> web.Response:
    asked = local_path(request, request.query.get("next", ""))
    if SESSION in request:
        return redirect(asked)
    return await page(
        request, "login.html", next=asked, email="", problem="", minutes=0, kept="", case_id=""
    )


async def log_in(request: web.Request) -> web.Response:
    email = (await text_field(request, "email")).strip().lower()
    asked = local_path(request, await text_field(request, "next"))
    async with desk_of(request).login_turn:
        minutes, member = await _try(request, email, await text_field(request, "password"))
    kept = await text_field(request, "kept")
    if member is not None:
        if kept and (case_id := await text_field(request, "case_id")):
            return await case_page(request, case_id, typed=cleaned(kept))
        entering = asked == str(request.app.router["entry"].url_for())
        if kept and entering and may(member.role, Permission.ENTER_CASE):
            return await new_entry(request, cleaned(kept))
        return redirect(asked)
    problem, status = ("throttled", 429) if minutes else ("wrong", 401)
    answer = await page(
        request,
        "login.html",
        status=status,
        next=asked,
        email=email,
        problem=problem,
        minutes=minutes,
        kept=kept,
        case_id=await text_field(request, "case_id"),
    )
    if minutes:
        answer.headers["Retry-After"] = str(minutes * 60)
    return answer


async def _try(request: web.Request, email: str, password: str) -> tuple[int, StaffMember | None]:
    """Minutes to wait (0: none), and who is in now."""
    desk = desk_of(request)
    address = client_address(request, desk.trusted_proxies)
    async with desk.store.work() as work:
        throttle = Throttle(work.staff, email, address)
        if minutes := await throttle.minutes_to_wait(work.clock()):
            return minutes, None
        member = await work.staff.find_by_email(email)
        kept = member.password_hash if member and member.active else ""
        if not await desk.passwords.matches(kept, password) or member is None:
            await throttle.note_failure(work.clock())
            await work.commit()
            return 0, None
        await throttle.forget_account()
        await _enter(request, work, member, password)
    return 0, member


async def _enter(
    request: web.Request, work: UnitOfWork, member: StaffMember, password: str
) -> None:
    passwords = desk_of(request).passwords
    if passwords.is_outdated(member.password_hash):
        await work.staff.rehash(member.id, await passwords.hash(password))
    await begin_session(request, work, member)
    await work.commit()


async def log_out(request: web.Request) -> web.Response:
    async with desk_of(request).store.work() as work:
        await end_session(request, work)
        await work.commit()
    return see_other(request, "login")


async def show_link(request: web.Request) -> web.Response:
    """Programs that look into mail open links too, so looking must not use it up."""
    async with desk_of(request).store.work() as work:
        member = await work.staff.find_link(_link_hash(request), work.clock())
    if member is None:
        return await page(request, "link_used.html", status=410)
    return await page(request, "link.html", owner=member, problem="", min_length=MIN_LENGTH)


async def use_link(request: web.Request) -> web.Response:
    desk = desk_of(request)
    password = await text_field(request, "password")
    repeated = await text_field(request, "repeated")
    async with desk.store.work() as work:
        owner = await work.staff.find_link(_link_hash(request), work.clock())
        if owner is None:
            return await page(request, "link_used.html", status=410)
        if flaw := find_flaw(password, repeated, owner.email):
            return await page(
                request,
                "link.html",
                status=422,
                owner=owner,
                problem=flaw,
                min_length=MIN_LENGTH,
            )
        made = await desk.passwords.hash(password)
        # Two browsers may send the same link at once: only one redeems it.
        if await work.staff.use_link(_link_hash(request), work.clock()) is None:
            return await page(request, "link_used.html", status=410)
        await work.staff.set_password(owner.id, made)
        await begin_session(request, work, owner)
        await work.commit()
    return see_other(request, "cases", query={"done": "password_set"})


def _link_hash(request: web.Request) -> str:
    return token_hash(request.match_info["token"])


def local_path(request: web.Request, asked: str) -> str:
    """`asked` when it is a page of this desk, else the list."""
    home = str(request.app.router["cases"].url_for())
    plain = asked.isascii() and asked.isprintable() and "\\" not in asked and "//" not in asked
    inside = asked.startswith(home) and "/../" not in asked
    login = str(request.app.router["login"].url_for())
    return asked if plain and inside and not asked.startswith(login) else home
