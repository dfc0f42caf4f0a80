"""Faults a stand-in shows on demand, one request each, in the order they were asked for."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from enum import StrEnum

from aiohttp import web


class FaultKind(StrEnum):
    CODE = "code"  # an error of the provider's own table
    HTTP = "http"  # a bare HTTP status
    NOT_JSON = "not_json"  # 200 with a page that is no JSON
    LOST_ANSWER = "lost_answer"  # accepted, but the answer never comes
    DROPPED = "dropped"  # the connection breaks


@dataclass(frozen=True, slots=True)
class Fault:
    kind: FaultKind
    code: int = 0
    subcode: int = 0
    #: Facebook's estimated time to regain access, in minutes.
    regain_minutes: int = 0


@dataclass(slots=True)
class Faults:
    """A queue of faults; without one the stand-in behaves."""

    #: Seconds a lost answer is held back before the connection closes.
    hold: float = 30.0
    _queue: deque[Fault] = field(default_factory=deque)

    def add(self, fault: Fault, times: int = 1) -> None:
        self._queue.extend([fault] * times)

    def take(self) -> Fault | None:
        return self._queue.popleft() if self._queue else None

    async def answer(
        self, request: web.Request, fault: Fault, accept: Callable[[], Awaitable[web.Response]]
    ) -> web.Response:
        """The answer to a request that meets this fault; CODE is the provider's own business."""
        if fault.kind is FaultKind.LOST_ANSWER:
            await accept()
            await asyncio.sleep(self.hold)
        if fault.kind in (FaultKind.LOST_ANSWER, FaultKind.DROPPED):
            if request.transport is not None:
                request.transport.abort()
            return web.Response(status=502)
        if fault.kind is FaultKind.NOT_JSON:
            return web.Response(text="<html>proxy</html>", content_type="text/html")
        return web.Response(status=fault.code, text="fault")
