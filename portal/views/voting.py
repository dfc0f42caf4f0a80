"""Was it helpful? One word for each browser session and answer; nobody is remembered."""

from aiohttp import web

from portal.context import portal_of
from portal.forms import text_field
from portal.links import At, link
from portal.pages import lang_of, library_of, today_of

_COOKIE = "hoidap_voted"
#: So many numbers fit into a cookie; the oldest are forgotten.
_MOST = 200
_HELPFUL = {"co": True, "chua": False}


async def vote(request: web.Request) -> web.Response:
    number = request.match_info["number"].lstrip("0")
    item = library_of(request).answers.get(int(number or 0))
    if item is None:
        raise web.HTTPNotFound
    helpful = _HELPFUL.get(await text_field(request, "y-kien"))
    if helpful is None:
        raise web.HTTPBadRequest
    voted = [part for part in request.cookies.get(_COOKIE, "").split(".") if part.isdecimal()]
    if number not in voted:
        store = portal_of(request).store
        async with store.work() as work:
            await work.publications.vote(item.id, today_of(request), helpful=helpful)
            await work.commit()
    back = link(lang_of(request), At.ANSWER, {"cam-on": "1"}, number=number)
    response = web.HTTPSeeOther(back)
    told = ".".join([*(part for part in voted if part != number), number][-_MOST:])
    secure = portal_of(request).facts.secure
    response.set_cookie(_COOKIE, told, httponly=True, samesite="Lax", secure=secure)
    raise response
