"""The page with the phone, and what its buttons do."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from aiohttp import web
from yarl import URL

from store.unit_of_work import Store
from webhooks.sandbox.accounts import PREFIX, SandboxAccounts
from webhooks.sandbox.acts import Act, ActKind
from webhooks.sandbox.cast import HERE, MEDIA, Cast, Props
from webhooks.sandbox.guard import local_only, same_origin_only
from webhooks.sandbox.history import load_screen
from webhooks.sandbox.outage import OutageKind
from webhooks.sandbox.player import Player
from webhooks.sandbox.screens import Screen
from webhooks.sandbox.stream import Page, Stream
from webhooks.sandbox.view import Renderer, View, conversation_id, read_view

#: Longer texts are refused by the phones themselves.
_TEXT_CHARS = 2000
#: What the script of the page asks for: no new page, it follows the stream.
_QUIET = "application/json"
#: Hours the clock can jump: past Messenger's and Zalo's windows.
JUMPS = (1, 25, 49, 192)

_BUTTONS = frozenset({ActKind.PRESS, ActKind.MENU, ActKind.START})


class Pages:
    """Every handler reads which phone is meant from the address or the form."""

    def __init__(
        self,
        *,
        accounts: SandboxAccounts,
        player: Player,
        store: Store,
        cast: Cast,
        renderer: Renderer,
        stream: Stream,
        url: Callable[[str], str],
    ) -> None:
        self._accounts = accounts
        self._player = player
        self._store = store
        self._cast = cast
        self._renderer = renderer
        self._stream = stream
        self._url = url

    def routes(self) -> list[web.AbstractRouteDef]:
        return [
            web.get("/", local_only(self.show)),
            web.get("/stream", local_only(self.follow)),
            web.post("/act", same_origin_only(self.act)),
            web.post("/officer", same_origin_only(self.officer)),
            web.post("/clock", same_origin_only(self.clock)),
            web.post("/outage", same_origin_only(self.outage)),
            web.static("/static", HERE / "static"),
            web.static("/media", MEDIA),
        ]

    async def show(self, request: web.Request) -> web.Response:
        view = read_view(request.query, self._cast)
        screen = await self._screen(view)
        html = self._renderer.html(
            "phone",
            view,
            bubbles=list(screen.bubbles.values()),
            outage=self._player.outage(view.channel).kind,
            outages=list(OutageKind),
            jumps=JUMPS,
        )
        return web.Response(text=html, content_type="text/html")

    async def follow(self, request: web.Request) -> web.StreamResponse:
        view = read_view(request.query, self._cast)
        screen = await self._screen(view)
        page = Page(view, screen, conversation_id(view, self._accounts))
        return await self._stream.serve(request, page)

    async def act(self, request: web.Request) -> web.Response:
        """The citizen does something; unknown acts and empty texts are refused with 400."""
        form = await request.post()
        view = read_view(form, self._cast)
        act = _read_act(form, Props(self._cast, view.channel, self._url(f"{PREFIX}/media")), view)
        if act is None:
            raise web.HTTPBadRequest(text="nothing to send")
        self._player.act(await self._screen(view), act)
        return _done(request, view)

    async def officer(self, request: web.Request) -> web.Response:
        form = await request.post()
        view = read_view(form, self._cast)
        text = _text(form, "text")
        if not text:
            raise web.HTTPBadRequest(text="nothing to send")
        self._player.officer_writes(await self._screen(view), text)
        return _done(request, view)

    async def clock(self, request: web.Request) -> web.Response:
        """Jump by one of the offered numbers of hours; 0 is back to real time."""
        form = await request.post()
        hours = _text(form, "hours")
        if hours == "0":
            self._player.clock.reset()
        elif hours in map(str, JUMPS):
            self._player.clock.forward(timedelta(hours=int(hours)))
        else:
            raise web.HTTPBadRequest(text="no such jump")
        self._player.screens.touch_all()
        return _done(request, read_view(form, self._cast))

    async def outage(self, request: web.Request) -> web.Response:
        form = await request.post()
        view = read_view(form, self._cast)
        kind = _text(form, "kind")
        if kind not in list(OutageKind):
            raise web.HTTPBadRequest(text="no such outage")
        self._player.outage(view.channel).kind = OutageKind(kind)
        return _done(request, view)

    async def load_all(self) -> None:
        """Give the stand-ins back what they knew before a restart: who wrote, and when."""
        for citizen in self._cast.citizens:
            for channel in citizen.user_ids:
                view = View(channel, citizen, "")
                screen = await self._screen(view)
                async with self._store.work() as work:
                    found = await work.conversations.find(conversation_id(view, self._accounts))
                if found and found.last_inbound_at:
                    self._player.remember_interaction(screen, found.last_inbound_at)

    async def _screen(self, view: View) -> Screen:
        screen = self._player.screens.get(view.channel, view.user_id)
        await load_screen(self._store, screen, conversation_id(view, self._accounts))
        return screen


def _read_act(form: Mapping[str, Any], props: Props, view: View) -> Act | None:
    """None when the form asks for nothing a phone can do."""
    kind, text, payload = _text(form, "do"), _text(form, "text"), _text(form, "payload")
    if kind == ActKind.TEXT:
        return Act(ActKind.TEXT, text) if text else None
    if kind in _BUTTONS:
        return Act(ActKind(kind), text, payload) if payload else None
    makers: dict[str, Callable[[], Act | None]] = {
        ActKind.PHOTO: lambda: props.find_photo(_text(form, "which")),
        ActKind.STICKER: props.sticker,
        ActKind.VOICE: props.voice,
        ActKind.FILE: props.document,
        ActKind.PLACE: lambda: props.place(view.lang),
        ActKind.FOLLOW: lambda: Act(ActKind.FOLLOW),
        ActKind.UNFOLLOW: lambda: Act(ActKind.UNFOLLOW),
    }
    maker = makers.get(kind)
    return maker() if maker else None


def _text(form: Mapping[str, Any], name: str) -> str:
    """A field of the form, cut to what a phone sends; empty when missing or a file."""
    found = form.get(name, "")
    return found.strip()[:_TEXT_CHARS] if isinstance(found, str) else ""


def _done(request: web.Request, view: View) -> web.Response:
    if _QUIET in request.headers.get("Accept", ""):
        return web.Response(status=204)
    url = URL(f"{PREFIX}/").with_query(view.query())
    return web.Response(status=303, headers={"Location": str(url)})
