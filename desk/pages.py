"""Turns a template and its values into an answer."""

from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from typing import Any

import aiohttp_jinja2
import jinja2
from aiohttp import web
from yarl import URL

from casework.legal_clock import VIETNAM
from casework.permissions import Permission, may
from desk.context import SESSION, desk_of
from desk.lists import EVERYTHING, first_list_of
from desk.menu import MENU, counted_for
from desk.sessions import form_token
from store.staff import StaffMember
from store.waiting import Waiting, count_waiting


def vietnam_day(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def vietnam_time(at: datetime) -> str:
    return f"{at.astimezone(VIETNAM):%H:%M %d/%m/%Y}"


def vietnam_date_of(at: datetime) -> str:
    return vietnam_day(at.astimezone(VIETNAM).date())


def set_up_templates(app: web.Application) -> None:
    app[aiohttp_jinja2.APP_KEY] = _templates()


@cache
def _templates() -> jinja2.Environment:
    found = jinja2.Environment(
        loader=jinja2.PackageLoader("desk"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters |= {"vn_day": vietnam_day, "vn_time": vietnam_time, "vn_date": vietnam_date_of}
    found.globals |= {
        **aiohttp_jinja2.helpers.GLOBAL_HELPERS,
        "static": "/static",
        "Permission": Permission,
        "menu": MENU,
    }
    return found


def member_of(request: web.Request) -> StaffMember:
    return request[SESSION].member


async def page(
    request: web.Request, template: str, *, status: int = 200, **values: object
) -> web.Response:
    """A page with all that its frame needs."""
    session = request.get(SESSION)
    common: dict[str, Any] = {
        "app": request.app,  # for `url`
        "words": desk_of(request).words,
        "member": session.member if session else None,
        "csrf": session.csrf_token if session else form_token(request),
        "may": lambda permission: session is not None and may(session.member.role, permission),
        "here": request.path,
    }
    if "frame_counts" not in values:
        common["frame_counts"] = await _waiting(request)
    return aiohttp_jinja2.render_template(template, request, {**common, **values}, status=status)


async def _waiting(request: web.Request) -> dict[Waiting, int]:
    """What the frame counts for this person, in one query."""
    session = request.get(SESSION)
    parts = counted_for(session.member.role) if session else []
    if session is None or not parts:
        return {}
    async with desk_of(request).store.work() as work:
        wanted = first_list_of(session.member)
        if wanted is None:
            parts = [part for part in parts if part is not Waiting.CASES]
        return await count_waiting(work.connection, parts, wanted or EVERYTHING)


def see_other(
    request: web.Request,
    name: str,
    *,
    query: Mapping[str, str] | None = None,
    **parts: str,
) -> web.Response:
    """Go to a page of the desk with GET."""
    url = request.app.router[name].url_for(**parts)
    return redirect(url.with_query(query) if query else url)


def redirect(url: URL | str) -> web.Response:
    return web.Response(status=303, headers={"Location": str(url)})


async def text_field(request: web.Request, name: str) -> str:
    """A field of the sent form; empty when missing or a file."""
    found = (await request.post()).get(name, "")
    return storable(found) if isinstance(found, str) else ""


def storable(text: str) -> str:
    """Without the one sign that the database refuses in every column."""
    return text.replace("\x00", "")
