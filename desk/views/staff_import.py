"""Accounts from a spreadsheet."""

import asyncio
from io import BytesIO

from aiohttp import web

from casework.permissions import Role
from desk.accounts import make_links, needs_agency
from desk.context import desk_of
from desk.pages import member_of, page, see_other
from desk.staff_import import (
    MissingColumnsError,
    StaffImport,
    import_staff,
    read_staff_file,
)
from desk.views.accounts import link_address
from knowledge.rows import RowError
from store.jobs import Job
from store.unit_of_work import UnitOfWork

_UNPROCESSABLE = 422


async def show_import(request: web.Request) -> web.Response:
    return await _form(request)


async def import_file(request: web.Request) -> web.Response:
    """Loads the good rows at once; letters wait for a second word of the administrator."""
    sent = (await request.post()).get("file")
    if not isinstance(sent, web.FileField) or not sent.filename:
        return await _form(request, "no_file")
    data = await asyncio.to_thread(sent.file.read)
    words = desk_of(request).words
    try:
        lines = await asyncio.to_thread(read_staff_file, sent.filename, BytesIO(data), words)
    except MissingColumnsError:
        return await _form(request, "no_columns")
    except RowError:
        return await _form(request, "unreadable")
    if not lines:
        return await _form(request, "empty")
    async with desk_of(request).store.work() as work:
        done = await import_staff(work, member_of(request).id, lines)
        links = {} if desk_of(request).mails else await _links(request, work, done)
        await work.commit()
    return await page(
        request,
        "accounts_imported.html",
        done_import=done,
        links=links,
        mails=desk_of(request).mails,
    )


async def _links(request: web.Request, work: UnitOfWork, done: StaffImport) -> dict[str, str]:
    """Without letters the administrator hands the links over: this page shows them once."""
    tokens = await make_links(work, done.added)
    return {staff_id: link_address(request, token) for staff_id, token in tokens.items()}


async def mail_links(request: web.Request) -> web.Response:
    """To people who were just added; whoever has chosen a password meanwhile gets none."""
    named = {value for value in (await request.post()).getall("id", []) if isinstance(value, str)}
    if not desk_of(request).mails:
        return see_other(request, "accounts")
    async with desk_of(request).store.work() as work:
        people = await work.staff.find_many(named)
        invited = [one for one in people.values() if one.active and not one.password_hash]
        for one in invited:
            await work.jobs.defer(Job.MAIL_STAFF_LINK, staff_id=one.id)
        await work.commit()
    return await page(request, "accounts_mailed.html", number=len(invited))


async def _form(request: web.Request, problem: str = "") -> web.Response:
    return await page(
        request,
        "accounts_import.html",
        status=_UNPROCESSABLE if problem else 200,
        problem=problem,
        roles=list(Role),
        with_agency=[role for role in Role if needs_agency(role)],
    )
