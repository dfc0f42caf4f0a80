"""Who may use the sandbox's pages: a browser on this machine, from these pages."""

import ipaddress
from collections.abc import Awaitable, Callable

from aiohttp import web
from yarl import URL

#: "none": the person did it, for example by going back and sending again.
_OWN_SITES = frozenset({"same-origin", "none"})
_HEADERS = {
    "X-Robots-Tag": "noindex, nofollow",
    "Content-Security-Policy": "default-src 'self'; frame-ancestors 'none'; form-action 'self'; "
    "base-uri 'none'; object-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def local_only(handler: Handler) -> Handler:
    """For every page: refuse names that are not this machine's."""

    async def guarded(request: web.Request) -> web.StreamResponse:
        if not _names_this_machine(request.url.host or ""):
            raise web.HTTPForbidden(text="not this machine")
        return await handler(request)

    return guarded


def same_origin_only(handler: Handler) -> Handler:
    """For everything that changes something: refuse forms of other sites."""

    async def guarded(request: web.Request) -> web.StreamResponse:
        if not _is_own(request):
            raise web.HTTPForbidden(text="not from these pages")
        return await handler(request)

    return local_only(guarded)


def _names_this_machine(host: str) -> bool:
    """A foreign page whose name was made to point here still says its own name."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _is_own(request: web.Request) -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in _OWN_SITES
    origin = request.headers.get("Origin", "")
    try:
        return bool(origin) and URL(origin).authority == request.host
    except ValueError:
        return False


async def add_headers(_request: web.Request, response: web.StreamResponse) -> None:
    """Hide the pages from search engines; only our own scripts and styles run in them."""
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
