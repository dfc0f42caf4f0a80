"""Every request passes here: who is it, may they, does the form come from us."""

import contextlib
import logging
import traceback

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.typedefs import Handler
from aiohttp.web_urldispatcher import AbstractRoute

from casework.errors import NotFoundError
from casework.permissions import Permission, may
from desk.context import NEW_COOKIES, SESSION
from desk.errors import UndeclaredRouteError
from desk.pages import page, redirect, see_other, text_field
from desk.sessions import CookieName, cookie, cookies_of, find_session, is_same
from store.origin import is_foreign

PERMISSIONS = web.AppKey("permissions", dict[AbstractRoute, Permission])
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
#: Every field of every form in which somebody writes.
_TYPED = (
    *("title", "question", "text", "legal_basis", "reason", "explanation", "transcript"),
    *("content", "place", "received_on", "name", "phone", "email", "address"),
)
_log = logging.getLogger(__name__)

HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; "
        "img-src 'self' data:; media-src 'self'; connect-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # "no-referrer" would make browsers send `Origin: null` with our own forms.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


def check_routes(app: web.Application) -> None:
    """Refuse to start with a page nobody thought about.

    Raises:
        UndeclaredRouteError: a route has no permission.
    """
    for route in app.router.routes():
        if not isinstance(app[PERMISSIONS].get(route), Permission):
            raise UndeclaredRouteError(f"{route.method} {route.resource}")


@web.middleware
async def finish(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Headers and cookies on every answer; errors become pages."""
    request[NEW_COOKIES] = {}
    response = await _answered(request, handler)
    for name, value in HEADERS.items():
        # A page may be stricter about itself: a citizen's file can do nothing at all.
        response.headers.setdefault(name, value)
    for name, value in request[NEW_COOKIES].items():
        cookies_of(request).write(response, CookieName(name), value)
    return response


@web.middleware
async def admit(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Let in whom the table of routes lets in."""
    if request.match_info.http_exception is not None:
        home = request.app.router["cases"].url_for()
        return redirect(home) if f"{request.path}/" == home.path else await handler(request)
    permission = request.app[PERMISSIONS][request.match_info.route]
    session = await find_session(request)
    if session is not None:
        request[SESSION] = session
    if permission is not Permission.PUBLIC:
        if session is None:
            return await _to_login(request)
        if not may(session.member.role, permission):
            raise web.HTTPForbidden
    if request.method not in _SAFE and not await _is_own_form(request):
        kept = await typed_in(request)
        return await page(request, "refused_form.html", status=403, kept=kept)
    return await handler(request)


async def typed_in(request: web.Request) -> str:
    """What a person wrote into the form, whichever it was: it is given back, never lost."""
    if kept := await text_field(request, "kept"):
        # The form of the log-in carries it; its own fields are no part of it.
        return kept
    found = [await text_field(request, name) for name in _TYPED]
    return "\n\n".join(text for text in found if text)


async def _is_own_form(request: web.Request) -> bool:
    if is_foreign(request):
        return False
    sent = await text_field(request, "csrf")
    session = request.get(SESSION)
    kept = session.csrf_token if session else cookie(request, CookieName.FORM)
    return is_same(kept, sent)


async def _to_login(request: web.Request) -> web.Response:
    """Log-in, and back to the page that was asked."""
    if request.method in _SAFE:
        return see_other(request, "login", query={"next": request.path_qs})
    if is_foreign(request):
        raise web.HTTPForbidden
    return await page(
        request,
        "session_ended.html",
        status=401,
        next=_page_of_form(request),
        kept=await typed_in(request),
        case_id=request.match_info.get("case_id", ""),
        email="",
    )


def _page_of_form(request: web.Request) -> str:
    case_id = request.match_info.get("case_id")
    routes = request.app.router
    if case_id:
        return str(routes["case"].url_for(case_id=case_id))
    entry = routes["entry"].url_for()
    return str(entry if request.path == entry.path else routes["cases"].url_for())


async def _answered(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except NotFoundError:
        return await _error_page(request, web.HTTPNotFound.status_code)
    except web.HTTPException as error:
        if error.status < web.HTTPBadRequest.status_code:
            raise
        return await _error_page(request, error.status)
    except Exception as error:  # noqa: BLE001 - whatever it is, the person gets a page
        # The message of a database error may quote what a citizen wrote: frames only.
        frames = "".join(traceback.format_tb(error.__traceback__))
        _log.error("desk: %s\n%s", type(error).__name__, frames)
        return await _error_page(request, web.HTTPInternalServerError.status_code)


async def _error_page(request: web.Request, status: int) -> web.Response:
    """Needs no database, and gives back what was typed."""
    kept = ""
    # A form that was read only in part cannot be read again; the server would log pieces of it.
    with contextlib.suppress(web.HTTPException, HttpProcessingError, ValueError):
        kept = await typed_in(request)
    return await page(
        request, "error.html", status=status, code=str(status), kept=kept, frame_counts={}
    )
