"""Carries webhook calls to our own front door, as a provider would: signed, over HTTP, again."""

import asyncio
import logging
from collections.abc import Callable
from typing import Any

import aiohttp

from delivery.messages import ChannelName
from webhooks.facebook.verify import HEADER as FACEBOOK_HEADER
from webhooks.sandbox.accounts import SandboxAccounts
from webhooks.sandbox.screens import Parcel
from webhooks.sandbox.signing import SignedBody, sign_facebook, sign_zalo
from webhooks.zalo.verify import HEADER as ZALO_HEADER

log = logging.getLogger(__name__)

#: Seconds before the next try. Providers wait longer, visitors do not.
_PAUSES = (0.5, 1.0, 2.0, 4.0, 8.0)
_TIMEOUT = aiohttp.ClientTimeout(total=5)
_PATHS = {ChannelName.ZALO: "/webhooks/zalo", ChannelName.FACEBOOK: "/webhooks/facebook"}
_HEADERS = {ChannelName.ZALO: ZALO_HEADER, ChannelName.FACEBOOK: FACEBOOK_HEADER}


class Courier:
    """`base_url` is asked late: a server knows its port only when it listens."""

    def __init__(self, accounts: SandboxAccounts, base_url: Callable[[], str]) -> None:
        self._accounts = accounts
        self._base_url = base_url
        self._session: aiohttp.ClientSession | None = None

    def start(self) -> None:
        self._session = aiohttp.ClientSession(timeout=_TIMEOUT)

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    def url(self, path: str) -> str:
        return self._base_url().rstrip("/") + path

    def sign(self, channel: ChannelName, body: dict[str, Any]) -> SignedBody:
        accounts = self._accounts
        if channel is ChannelName.ZALO:
            secret = accounts.zalo_oa_secret_key
            return sign_zalo(body, app_id=accounts.zalo_app_id, secret=secret)
        return sign_facebook(body, secret=accounts.facebook_app_secret)

    def parcel(self, channel: ChannelName, signed: SignedBody) -> Parcel:
        """The call as a visitor may read it."""
        name = _HEADERS[channel]
        header = f"{name}: {signed.headers[name]}"
        return Parcel(f"POST {_PATHS[channel]}", header, signed.raw.decode())

    async def deliver(self, channel: ChannelName, signed: SignedBody) -> bool:
        """Whether our service answered 200, at once or to one of the repetitions."""
        for pause in (*_PAUSES, None):
            if await self._post(channel, signed):
                return True
            if pause is not None:
                await asyncio.sleep(pause)
        return False

    async def _post(self, channel: ChannelName, signed: SignedBody) -> bool:
        if self._session is None:
            raise RuntimeError("the courier was not started")
        url = self.url(_PATHS[channel])
        try:
            async with self._session.post(url, data=signed.raw, headers=signed.headers) as reply:
                return reply.ok
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            log.warning("sandbox: %s webhook not reached (%s)", channel, type(error).__name__)
            return False
