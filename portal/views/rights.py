"""Rights over one's own data: started with the two codes of a case, followed by its own code."""

from aiohttp import web

from bot.actions.data_rights import Taken, take_request
from portal.context import portal_of
from portal.forms import read_small
from portal.links import At, link
from portal.pages import lang_of, library_of, private_page, words_of
from portal.question_form import Errors
from portal.views.pickup import too_often
from portal.visitors import address_of
from store.data_requests import DataRequestKind, DataRequestSource, DataRequestStatus
from store.pickups import find_by_pickup
from store.throttle import Limited, Throttle, TooManyTriesError

_UNPROCESSABLE, _TOO_MANY, _FORBIDDEN = 422, 429, 403
_SHOWN_CODE = 40


async def show(request: web.Request) -> web.Response:
    return _form(request)


def _form(
    request: web.Request,
    chosen: str = "",
    code: str = "",
    errors: Errors | None = None,
    status: int = 200,
) -> web.Response:
    return private_page(
        request,
        "rights.html",
        status=status,
        kinds=[kind.value for kind in DataRequestKind],
        chosen=chosen,
        code=code[:_SHOWN_CODE],
        errors=errors or {},
    )


async def start(request: web.Request) -> web.Response:
    sent, words = await read_small(request), words_of(request)
    kind, code = sent.get("quyen"), sent.get("ma-cau-hoi").strip()
    errors = {
        name: words("form.required")
        for name in ("ma-cau-hoi", "ma-nhan")
        if not sent.get(name).strip()
    }
    if kind not in set(DataRequestKind):
        errors = {"quyen": words("form.choose"), **errors}
    if errors:
        return _form(request, kind, code, errors, _UNPROCESSABLE)
    try:
        made = await _start(request, DataRequestKind(kind), code, sent.get("ma-nhan"))
    except TooManyTriesError as error:
        return _form(request, kind, code, {"form": too_often(words, error)}, _TOO_MANY)
    if made is None:
        return _form(request, kind, code, {"form": words("pickup.wrong")}, _FORBIDDEN)
    raise web.HTTPSeeOther(link(lang_of(request), At.RIGHTS_STATUS, code=made.code))


async def _start(
    request: web.Request, kind: DataRequestKind, code: str, pickup_code: str
) -> Taken | None:
    calendar = library_of(request).knowledge.calendar
    async with portal_of(request).store.work() as work:
        address = address_of(request)
        case = await find_by_pickup(work, code, pickup_code, address)
        if case is None:
            return None
        await Throttle(work.connection).take(Limited.DATA_REQUEST, address, work.clock())
        # A case that came from no chat stands for itself.
        about = case.conversation_id or f"case:{case.id}"
        taken = await take_request(work, kind, DataRequestSource.WEB, about, calendar)
        await work.commit()
        return taken


async def status(request: web.Request) -> web.Response:
    """Kind, state, date; nothing about the person."""
    async with portal_of(request).store.work() as work:
        found = await work.data_requests.find_by_code(request.match_info["code"])
    if found is None:
        raise web.HTTPNotFound
    waiting = found.status is DataRequestStatus.RECEIVED
    return private_page(request, "rights_status.html", found=found, waiting=waiting)
