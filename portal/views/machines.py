"""For machines: feed, site map, what robots may read, proofs of ownership."""

from collections.abc import Iterable, Iterator

from aiohttp import web

from bot.published_faqs import number_of
from portal.context import portal_of
from portal.library import Library
from portal.links import At, in_language, link
from portal.pages import HEADERS, lang_of, library_of, origin_of, render, shared_page
from portal.words import DEFAULT

_IN_FEED = 50
_READ = (At.HOME, At.ANSWERS, At.FAQS, At.PROCEDURES, At.AGENCIES, At.ASK, At.PRIVACY)
#: Pages of one person, or that only a form leads to.
_NOT_READ = ("/desk/", "/tim", "/tra-loi", "/quyen-du-lieu", "/sandbox/", "/webhooks/", "/api/")


async def feed(request: web.Request) -> web.Response:
    """Atom (RFC 4287) of the newest answers."""
    items = list(library_of(request).answers.values())[:_IN_FEED]
    updated = max((item.updated_at for item in items), default=None)
    told = updated.isoformat() if updated else "1970-01-01T00:00:00Z"
    return shared_page(
        request,
        lambda: render(request, "feed.xml", items=items, updated=told),
        content_type="application/atom+xml",
    )


async def sitemap(request: web.Request) -> web.Response:
    paths = list(_paths(library_of(request), portal_of(request).facts.languages))
    return shared_page(
        request,
        lambda: render(request, "sitemap.xml", paths=paths),
        content_type="application/xml",
    )


def _paths(library: Library, languages: Iterable[str]) -> Iterator[tuple[str, str]]:
    for lang in languages:
        yield from ((link(lang, at), "") for at in _READ)
        for item in library.answers.values():
            if lang in item.documents:
                day = item.updated_at.date().isoformat()
                yield link(lang, At.ANSWER, number=item.number), day
    for ref in dict.fromkeys(ref for ref, _ in library.knowledge.faqs):
        if number_of(ref) is None:
            yield link("vi", At.FAQ, ref=ref), ""
    for code in library.knowledge.procedures:
        yield link("vi", At.PROCEDURE, code=code), ""
    for code in library.knowledge.agencies:
        yield link("vi", At.AGENCY, code=code), ""


async def robots(request: web.Request) -> web.Response:
    closed = [f"Disallow: {path}" for path in _NOT_READ]
    lines = ["User-agent: *", *closed, f"Sitemap: {origin_of(request)}/sitemap.xml", ""]
    return web.Response(text="\n".join(lines), content_type="text/plain", headers=HEADERS)


async def zalo_verifier(request: web.Request) -> web.Response:
    """The file Zalo fetches before it takes the domain (same code as the meta tag)."""
    code = portal_of(request).facts.zalo_verification
    if not code or request.match_info["proof"] != code:
        raise web.HTTPNotFound
    text = (
        '<!doctype html><html><head><meta property="zalo-platform-site-verification"'
        f' content="{code}"></head><body>{code}</body></html>'
    )
    return web.Response(text=text, content_type="text/html", headers=HEADERS)


async def to_default(request: web.Request) -> web.Response:
    """The same page in Vietnamese, until somebody has read the words of this language."""
    path = f"/{request.match_info['rest'].lstrip('/')}"
    raise web.HTTPFound(in_language(DEFAULT, f"{path}?{request.query_string}".rstrip("?")))


async def to_language_home(request: web.Request) -> web.Response:
    """`/en` means `/en/`."""
    raise web.HTTPFound(link(lang_of(request), At.HOME))
