"""Whether a form was sent from our own pages."""

from aiohttp import web
from yarl import URL

#: "none": the person did it, for example by going back and sending again.
_OWN_SITES = frozenset({"same-origin", "none"})


def is_foreign(request: web.Request) -> bool:
    """True when the browser says that another site sent the form."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        # The browser compared the addresses it knows; ours may be changed by a proxy.
        return site not in _OWN_SITES
    origin = request.headers.get("Origin")
    if origin is None:
        return False
    try:
        return URL(origin).authority != request.host
    except ValueError:
        return True
