"""Keeps an open page up to date: Server-Sent Events with ready HTML."""

import contextlib
import json
from dataclasses import dataclass, field
from datetime import timedelta

from aiohttp import web
from sqlalchemy.exc import SQLAlchemyError

from store.inbox import InboxStatus
from store.unit_of_work import Store
from webhooks.sandbox.player import Player
from webhooks.sandbox.screens import Screen, Tick
from webhooks.sandbox.trace import Explain, Reading, Trace, read_trace
from webhooks.sandbox.view import Renderer, View, describe_window

#: Seconds between two looks into the tables.
_BEAT = 0.7
#: The browser's pause before it connects again, in milliseconds.
_RETRY = 1500
#: After this the panel says that nobody seems to work.
_SLOW = timedelta(seconds=10)
#: No typing sign for longer: the answer will not come in a moment.
_TYPING = timedelta(seconds=30)


@dataclass(slots=True)
class Page:
    """One open page; remembers what its browser has."""

    view: View
    screen: Screen
    conversation_id: str
    revision: int = 0
    trace: Trace = field(default_factory=lambda: Trace(None))
    shown: dict[str, str] = field(default_factory=dict)


class Stream:
    """The whole state comes first, then only what differs; so a reconnect needs no memory."""

    def __init__(
        self, player: Player, store: Store, renderer: Renderer, explain: Explain | None
    ) -> None:
        self._player = player
        self._store = store
        self._renderer = renderer
        self._explain = explain
        self._readings: dict[int, Reading | None] = {}
        self.closing = False

    async def serve(self, request: web.Request, page: Page) -> web.StreamResponse:
        headers = {"Content-Type": "text/event-stream", "Cache-Control": "no-store"}
        response = web.StreamResponse(headers=headers)
        await response.prepare(request)
        page.screen.viewers += 1
        try:
            with contextlib.suppress(ConnectionError):
                await response.write(f"retry: {_RETRY}\n\n".encode())
                while not self.closing:
                    await self._beat(response, page)
                    await page.screen.wait(_BEAT)
        finally:
            page.screen.viewers -= 1
        return response

    async def _beat(self, response: web.StreamResponse, page: Page) -> None:
        self._player.look(page.screen)
        with contextlib.suppress(SQLAlchemyError, OSError):  # the next beat asks again
            page.trace = await read_trace(self._store, page.conversation_id)
        trace = page.trace
        _mark(page.screen, trace)
        for bubble in page.screen.since(page.revision):
            html = self._renderer.html("bubble", page.view, bubble=bubble)
            await _send(response, "bubble", {"key": bubble.key, "html": html})
        page.revision = page.screen.revision
        parts = await self._parts(page, trace)
        for name, html in parts.items():
            if page.shown.get(name) != html:
                page.shown[name] = html
                await _send(response, "part", {"name": name, "html": html})
        await response.write(b": beat\n\n")

    async def _parts(self, page: Page, trace: Trace) -> dict[str, str]:
        """The changing parts of the page by the id of their place."""
        view, screen, clock = page.view, page.screen, self._player.clock
        words = self._renderer.words(view)
        age = self._store.clock() - trace.event.received_at if trace.event else timedelta(0)
        window = describe_window(
            view.channel, self._player.last_interaction(screen), clock(), words
        )
        reading = await self._reading(trace)
        render = self._renderer.html
        return {
            "chips": render("chips", view, chips=screen.chips),
            "typing": render("typing", view, typing=trace.working and age < _TYPING),
            "trace": render(
                "trace",
                view,
                trace=trace,
                act=screen.last_act,
                reading=reading,
                slow=trace.working and age > _SLOW,
            ),
            "clock": render("clock", view, now=clock(), ahead=clock.ahead, window=window),
            "time": render("time", view, now=clock()),
        }

    async def _reading(self, trace: Trace) -> Reading | None:
        """What the turn recorded, else what the model says of the same words."""
        event = trace.event
        if event is None or event.reading or self._explain is None:
            return event.reading if event else None
        if not event.text or event.payload or event.without_model:
            return None
        if event.id not in self._readings:
            self._readings.clear()
            self._readings[event.id] = await self._explain(event.text)
        return self._readings[event.id]


def _mark(screen: Screen, trace: Trace) -> None:
    """What our tables know of the bubbles: who spoke, and whether we have and have read."""
    for answer in trace.answers:
        if answer.message_id:
            screen.change(answer.message_id, speaker=answer.speaker)
    event = trace.event
    if event and event.message_id in screen.bubbles:
        is_open = event.status is InboxStatus.OPEN
        screen.tick_up(event.message_id, Tick.DELIVERED if is_open else Tick.SEEN)


async def _send(response: web.StreamResponse, name: str, data: dict[str, str]) -> None:
    await response.write(f"event: {name}\ndata: {json.dumps(data)}\n\n".encode())
