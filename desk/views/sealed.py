"""Complaints, denunciations, reports of crimes: for those who receive citizens, nobody else."""

from aiohttp import web

from desk.context import desk_of
from desk.pages import member_of, page, see_other, text_field
from desk.sealed import (
    LONGEST_REASON,
    SHORTEST_REASON,
    SealedError,
    SealedFlaw,
    SealedOutcome,
    get_record,
    handle_record,
    open_record,
    read_file,
    read_files,
    read_overview,
)
from desk.views.media import bytes_answer
from desk.writing import cleaned
from store.sealed import GRAVE_KINDS
from store.vault import UnreadableSecretError

_UNPROCESSABLE, _CONFLICT = 422, 409
_MENDABLE = frozenset({SealedFlaw.NO_REASON, SealedFlaw.LONG_REASON, SealedFlaw.NO_OUTCOME})


async def list_sealed(request: web.Request) -> web.Response:
    """Kind, day and number; no words."""
    async with desk_of(request).store.work() as work:
        overview = await read_overview(work)
        people = await work.staff.find_many({one.handled_by for one in overview.handled})
    return await page(
        request,
        "sealed.html",
        overview=overview,
        people=people,
        kinds=sorted(GRAVE_KINDS),
        done=request.query.get("done", ""),
    )


async def show_sealed(request: web.Request) -> web.Response:
    """Asks for the reason."""
    return await _record_page(request)


async def open_sealed(request: web.Request) -> web.Response:
    """Shows the words in this one answer."""
    reason = cleaned(await text_field(request, "reason"))
    try:
        async with desk_of(request).store.work() as work:
            record = await get_record(work, request.match_info["record_id"])
            text = await open_record(work, record, member_of(request).id, reason)
            files = await read_files(work, record)
            await work.commit()
    except UnreadableSecretError:
        return await _record_page(request, SealedFlaw.UNREADABLE, reason)
    except SealedError as error:
        return await _record_page(request, error.flaw, reason)
    return await page(
        request,
        "sealed_open.html",
        record=record,
        text=text,
        files=files,
        outcomes=list(SealedOutcome),
    )


async def show_sealed_file(request: web.Request) -> web.Response:
    """The bytes of one picture or recording."""
    async with desk_of(request).store.work() as work:
        record = await get_record(work, request.match_info["record_id"])
        written = request.match_info["attachment_id"]
        item, data = await read_file(work, record, written, member_of(request).id)
    return bytes_answer(request, item, data)


async def handle_sealed(request: web.Request) -> web.Response:
    outcome = await text_field(request, "outcome")
    try:
        async with desk_of(request).store.work() as work:
            record = await get_record(work, request.match_info["record_id"])
            await handle_record(work, record, member_of(request).id, outcome)
            await work.commit()
    except SealedError as error:
        return await _record_page(request, error.flaw)
    return see_other(request, "sealed", query={"done": "handled"})


async def _record_page(
    request: web.Request, flaw: SealedFlaw | None = None, reason: str = ""
) -> web.Response:
    async with desk_of(request).store.work() as work:
        record = await get_record(work, request.match_info["record_id"])
    status = 200
    if flaw is not None:
        status = _UNPROCESSABLE if flaw in _MENDABLE else _CONFLICT
    return await page(
        request,
        "sealed_record.html",
        status=status,
        record=record,
        problem=flaw or "",
        reason=reason,
        shortest=SHORTEST_REASON,
        longest=LONGEST_REASON,
    )
