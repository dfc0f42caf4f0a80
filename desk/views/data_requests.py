"""Requests about personal data."""

import json

from aiohttp import web

from desk.context import desk_of
from desk.data_rights import (
    LONGEST_REASON,
    DataFlaw,
    DataRightsError,
    decide_request,
    read_answer,
    read_out,
    read_request,
    read_requests,
)
from desk.pages import member_of, page, see_other, text_field
from desk.writing import cleaned
from store.data_requests import DataRequestKind

_UNPROCESSABLE, _CONFLICT = 422, 409
_LATER = frozenset({DataFlaw.OPEN_CASES, DataFlaw.DECIDED, DataFlaw.NOT_ACCESS})


async def list_requests(request: web.Request) -> web.Response:
    async with desk_of(request).store.work() as work:
        waiting, decided = await read_requests(work)
    return await page(
        request,
        "data_requests.html",
        waiting=waiting,
        decided=decided,
        done=request.query.get("done", ""),
    )


async def show_request(request: web.Request) -> web.Response:
    return await _request_page(request)


async def decide(request: web.Request) -> web.Response:
    reason = cleaned(await text_field(request, "reason"))
    desk = desk_of(request)
    try:
        answer = read_answer(
            await text_field(request, "decision"), reason, await text_field(request, "code")
        )
        async with desk.store.work() as work:
            await decide_request(
                work,
                request.match_info["request_id"],
                member_of(request).id,
                desk.own_data,
                answer,
            )
            await work.commit()
    except DataRightsError as error:
        return await _request_page(request, error.flaw, reason)
    return see_other(request, "data_requests", query={"done": answer.status})


async def download(request: web.Request) -> web.Response:
    """For handing over; a form leads here, so that nothing is read out by following links."""
    desk = desk_of(request)
    try:
        async with desk.store.work() as work:
            found, data = await read_out(
                work, request.match_info["request_id"], member_of(request).id, desk.own_data
            )
            await work.commit()
    except DataRightsError as error:
        return await _request_page(request, error.flaw)
    return web.Response(
        body=json.dumps(data, ensure_ascii=False, indent=2).encode(),
        content_type="application/json",
        charset="utf-8",
        headers={"Content-Disposition": f'attachment; filename="{found.code}.json"'},
    )


async def _request_page(
    request: web.Request, flaw: DataFlaw | None = None, reason: str = ""
) -> web.Response:
    async with desk_of(request).store.work() as work:
        file = await read_request(work, request.match_info["request_id"])
    status = 200
    if flaw is not None:
        status = _CONFLICT if flaw in _LATER else _UNPROCESSABLE
    return await page(
        request,
        "data_request.html",
        status=status,
        file=file,
        kinds=DataRequestKind,
        problem=flaw or "",
        reason=reason,
        longest=LONGEST_REASON,
    )
