"""Both providers' APIs inside the test process: they note what arrives, for whom and when."""

import asyncio
import time
from dataclasses import dataclass
from datetime import UTC, datetime

from aiohttp import web
from aiohttp.typedefs import Handler

from tests.bench.service import Accounts, free_port
from webhooks.sandbox.sent import SentMessage
from webhooks.sandbox.standin_facebook import FacebookState, make_facebook_standin
from webhooks.sandbox.standin_zalo import ZaloState, make_zalo_standin


@dataclass(frozen=True)
class Arrival:
    at: float  # monotonic seconds
    text: str


def _now() -> datetime:
    return datetime.now(UTC)


class Providers:
    def __init__(self) -> None:
        self.port = free_port()
        self.accounts = Accounts(f"http://127.0.0.1:{self.port}")
        accounts = self.accounts
        self.zalo = ZaloState(
            clock=_now, app_id=accounts.zalo_app_id, access_token=accounts.access_token
        )
        self.facebook = FacebookState(
            clock=_now,
            page_id=accounts.page_id,
            page_token=accounts.page_token,
            app_secret=accounts.app_secret,
        )
        self.zalo.on_message = self.facebook.on_message = self._arrived
        self.arrivals: dict[str, list[Arrival]] = {}
        #: Seconds from the arrival of a call to its answer.
        self.slow = 0.0

    async def _arrived(self, message: SentMessage) -> None:
        arrival = Arrival(time.monotonic(), message.text)
        self.arrivals.setdefault(message.user_id, []).append(arrival)

    @web.middleware
    async def _answer(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        response = await handler(request)
        await asyncio.sleep(self.slow)
        return response

    def of(self, user_id: str) -> list[Arrival]:
        return self.arrivals.get(user_id, [])

    async def start(self) -> None:
        app = web.Application(middlewares=[self._answer])
        app.add_subapp("/zalo/", make_zalo_standin(self.zalo))
        app.add_subapp("/facebook/", make_facebook_standin(self.facebook))
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port).start()

    async def stop(self) -> None:
        await self._runner.cleanup()
