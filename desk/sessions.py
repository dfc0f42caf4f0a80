"""Sessions: a random cookie, renewed while somebody works, ended on log-out."""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from aiohttp import web

from desk.context import NEW_COOKIES, SESSION, Desk, desk_of
from desk.device import device_of
from desk.tokens import new_token, token_hash
from store.staff import StaffMember, StaffSession
from store.unit_of_work import UnitOfWork

LIFETIME = timedelta(hours=12)
#: Then the password is asked again, however busy somebody is.
LONGEST = timedelta(days=7)
#: A session is renewed at most this often, so that reading does not mean writing.
_RENEW_AFTER = timedelta(minutes=5)


class CookieName(StrEnum):
    SESSION = "hoidap_desk"
    #: Ties forms that need no account to the browser they were shown in.
    FORM = "hoidap_form"


@dataclass(frozen=True, slots=True)
class Cookies:
    """How the desk writes cookies; `path` is where it is mounted."""

    secure: bool
    path: str

    def name(self, name: CookieName) -> str:
        """Browsers take a `__Secure-` cookie over HTTPS only."""
        return f"__Secure-{name}" if self.secure else name

    def write(self, response: web.StreamResponse, name: CookieName, value: str) -> None:
        response.set_cookie(
            self.name(name),
            value,
            max_age=int(LIFETIME.total_seconds()) if value else 0,
            path=self.path,
            httponly=True,
            samesite="Lax",
            secure=self.secure,
        )


def cookies_of(request: web.Request) -> Cookies:
    path = request.app.router["cases"].url_for().path.rstrip("/") or "/"
    return Cookies(desk_of(request).secure_cookies, path)


def cookie(request: web.Request, name: CookieName) -> str:
    return request.cookies.get(cookies_of(request).name(name), "")


def set_cookie(request: web.Request, name: CookieName, value: str) -> None:
    """Have it sent with the answer; empty deletes."""
    request[NEW_COOKIES][name] = value


def form_token(request: web.Request) -> str:
    """The token of forms that need no account, made on first need."""
    made = request[NEW_COOKIES].get(CookieName.FORM) or cookie(request, CookieName.FORM)
    if not made:
        made = new_token()
        set_cookie(request, CookieName.FORM, made)
    return made


def is_same(one: str, other: str) -> bool:
    """Constant time; two empty tokens are not the same."""
    return bool(one) and hmac.compare_digest(one.encode(), other.encode())


async def find_session(request: web.Request) -> StaffSession | None:
    """The session of the cookie, renewed."""
    token = cookie(request, CookieName.SESSION)
    if not token:
        return None
    desk = desk_of(request)
    now = desk.store.clock()
    async with desk.store.work() as work:
        session = await work.staff.find_session(token_hash(token), now)
        if session and _is_renewed(request, session, now):
            await work.staff.touch_session(token_hash(token), now, _until(session, now))
            await work.commit()
            set_cookie(request, CookieName.SESSION, token)
    return session


def _until(session: StaffSession, now: datetime) -> datetime:
    return min(now + LIFETIME, session.begun_at + LONGEST)


def _is_renewed(request: web.Request, session: StaffSession, now: datetime) -> bool:
    # A page left open asks for news by itself; only what a person does keeps the session.
    by_itself = "HX-Request" in request.headers
    return not by_itself and _until(session, now) - session.expires_at > _RENEW_AFTER


async def begin_session(request: web.Request, work: UnitOfWork, member: StaffMember) -> None:
    """A fresh token at every log-in; the one before is worthless. The caller commits."""
    await end_session(request, work)
    token, now = new_token(), work.clock()
    session = StaffSession(member, new_token(), now + LIFETIME, now)
    await work.staff.add_session(
        token_hash(token),
        member.id,
        session.csrf_token,
        now,
        session.expires_at,
        device=device_of(request.headers.get("User-Agent", "")),
    )
    request[SESSION] = session
    set_cookie(request, CookieName.SESSION, token)
    set_cookie(request, CookieName.FORM, "")


def session_hash(request: web.Request) -> str:
    """How the session of this request is kept."""
    return token_hash(cookie(request, CookieName.SESSION))


async def end_session(request: web.Request, work: UnitOfWork) -> None:
    """The caller commits."""
    if token := cookie(request, CookieName.SESSION):
        await work.staff.end_session(token_hash(token))
    set_cookie(request, CookieName.SESSION, "")


async def end_all_sessions(desk: Desk, member: StaffMember) -> None:
    """On every device."""
    async with desk.store.work() as work:
        await work.staff.end_sessions(member.id)
        await work.commit()
