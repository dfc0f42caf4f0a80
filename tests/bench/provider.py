"""The stand-in of the Zalo API inside the benchmark: notes when each message arrives."""

import time
from datetime import UTC, datetime

from aiohttp import web

from webhooks.sandbox.sent import SentMessage
from webhooks.sandbox.standin_zalo import ZaloState, make_zalo_standin


class Provider:
    """`arrivals`: citizen → moments (monotonic seconds) at which messages came."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self._port = port
        self.arrivals: dict[str, list[float]] = {}
        self.state = ZaloState(clock=lambda: datetime.now(UTC), access_token="bench-access-token")
        self.state.on_message = self._arrived

    async def _arrived(self, message: SentMessage) -> None:
        self.arrivals.setdefault(message.user_id, []).append(time.monotonic())

    def citizen(self, user_id: str) -> None:
        self.state.citizen_wrote(user_id)

    async def start(self) -> None:
        app = web.Application()
        app.add_subapp("/zalo/", make_zalo_standin(self.state))
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port).start()

    async def stop(self) -> None:
        await self._runner.cleanup()
