"""Turns a template and its values into an answer; what is the same for everybody is made once."""

import gzip
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache, partial
from pathlib import Path
from typing import Any

import jinja2
from aiohttp import web

from casework.legal_clock import vietnam_date
from portal.context import portal_of
from portal.library import Library
from portal.links import At, in_language, link, split
from portal.words import DEFAULT, Words, load_words

HTML = "text/html"
_TEMPLATES = Path(__file__).parent / "templates"
#: A flood of made-up addresses must not fill the memory.
_MOST_PAGES = 5000

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self' data:; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    # "no-referrer" would make browsers send `Origin: null` with our own forms.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
#: Asked again each time: what is taken back is gone at once.
_SHARED = {**HEADERS, "Cache-Control": "no-cache", "Vary": "Accept-Encoding"}
#: About one person: kept nowhere.
_PRIVATE = {**HEADERS, "Cache-Control": "no-store"}


class Templates:
    """The words and pages of all languages."""

    def __init__(self) -> None:
        self.words = load_words()
        self._jinja = jinja2.Environment(
            loader=jinja2.FileSystemLoader(_TEMPLATES),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._jinja.globals.update(At=At)

    def render(self, name: str, lang: str, /, **values: Any) -> str:
        words = self.words[lang]
        template = self._jinja.get_template(name)
        values["vietnamese"] = self.words[DEFAULT]
        return template.render(t=words, lang=lang, url=partial(link, lang), **values)


@cache
def load_templates() -> Templates:
    return Templates()


TEMPLATES = web.AppKey("templates", Templates)


@dataclass(frozen=True, slots=True)
class Page:
    """A finished page: plain and packed, each with its strong tag."""

    body: bytes
    packed: bytes
    tag: str
    content_type: str
    status: int


def lang_of(request: web.Request) -> str:
    """Of the address; the default where pages in that language are not offered."""
    lang = split(request.path)[0]
    return lang if lang in portal_of(request).facts.languages else DEFAULT


def words_of(request: web.Request) -> Words:
    return request.config_dict[TEMPLATES].words[lang_of(request)]


def today_of(request: web.Request) -> date:
    return vietnam_date(portal_of(request).store.clock())


def library_of(request: web.Request) -> Library:
    return portal_of(request).library


def origin_of(request: web.Request) -> str:
    """The public address, without a slash at the end."""
    return portal_of(request).facts.public_url or f"{request.scheme}://{request.host}"


def render(request: web.Request, template: str, **values: Any) -> str:
    """A page in its frame. `here`: its address without language, for the switcher."""
    portal = portal_of(request)
    lang = lang_of(request)
    values.setdefault("here", split(request.path)[1])
    here = str(values["here"])
    common = {
        "facts": portal.facts,
        "office": portal.office.name_in(lang),
        "origin": origin_of(request),
        "others": [(other, in_language(other, here)) for other in portal.facts.languages],
        "index": False,
    }
    return request.config_dict[TEMPLATES].render(template, lang, **{**common, **values})


def private_page(
    request: web.Request, template: str, *, status: int = 200, **values: Any
) -> web.Response:
    """Made for this visitor alone."""
    return private_answer(render(request, template, **values), status)


def private_answer(body: str, status: int = 200) -> web.Response:
    return web.Response(text=body, content_type=HTML, headers=_PRIVATE, status=status)


def message_page(request: web.Request, name: str, *, status: int, typed: str = "") -> web.Response:
    """A few words about what happened and what to do, of the texts under `messages`.

    `typed`: what was written and could not be taken; it is given back.
    """
    return private_page(request, "message.html", status=status, name=name, typed=typed, here="/")


def shared_page(
    request: web.Request,
    make: Callable[[], str],
    *key: object,
    content_type: str = HTML,
    status: int = 200,
) -> web.Response:
    """The same for everybody: made once for each copy of the library, and each day.

    `key` is what the page depends on beside its path.
    """
    pages = library_of(request).pages
    whole = (request.path, today_of(request), origin_of(request), *key)
    page = pages.get(whole)
    if not isinstance(page, Page):
        page = _finished(make().encode(), content_type, status)
        if len(pages) >= _MOST_PAGES:
            pages.clear()
        pages[whole] = page
    return _answered(request, page)


def _finished(body: bytes, content_type: str, status: int) -> Page:
    tag = hashlib.sha256(body).hexdigest()[:24]
    return Page(body, gzip.compress(body, mtime=0), tag, content_type, status)


def _answered(request: web.Request, page: Page) -> web.Response:
    packed = "gzip" in request.headers.get("Accept-Encoding", "")
    tag = f'"{page.tag}{"-gz" if packed else ""}"'
    if tag in request.headers.get("If-None-Match", ""):
        return web.Response(status=304, headers={**_SHARED, "ETag": tag})
    headers = {**_SHARED, "ETag": tag} | ({"Content-Encoding": "gzip"} if packed else {})
    return web.Response(
        body=page.packed if packed else page.body,
        content_type=page.content_type,
        charset="utf-8",
        headers=headers,
        status=page.status,
    )
