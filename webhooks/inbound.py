"""The front door: read, verify, parse, store, answer. Nothing else happens here."""

import asyncio
import logging
from collections.abc import Mapping
from typing import Protocol

from aiohttp import web
from prometheus_client import Counter

from delivery.channel import Channel
from delivery.messages import ChannelName, Inbound
from store.intake import NotDurableError
from webhooks.bodies import read_limited
from webhooks.facebook.verify import find_challenge

log = logging.getLogger(__name__)

#: Facebook batches up to 1 000 updates; Zalo sends one event.
BODY_LIMITS = {ChannelName.ZALO: 1 * 1024 * 1024, ChannelName.FACEBOOK: 8 * 1024 * 1024}
#: Larger bodies are parsed beside the event loop.
_PARSE_IN_THREAD = 64 * 1024

RECEIVED = Counter("hoidap_webhook_requests_total", "Webhook requests", ["channel", "outcome"])


class Acceptor(Protocol):
    async def accept(self, events: list[Inbound]) -> None:
        """Make events durable.

        Raises:
            NotDurableError: they could not be stored.
        """
        ...


class Inbounds:
    """Routes of the channels that are switched on; the others answer 404."""

    def __init__(
        self,
        channels: Mapping[ChannelName, Channel],
        acceptor: Acceptor,
        *,
        facebook_verify_token: str = "",
    ) -> None:
        self._channels = channels
        self._acceptor = acceptor
        self._verify_token = facebook_verify_token

    def routes(self) -> list[web.RouteDef]:
        found: list[web.RouteDef] = []
        if ChannelName.ZALO in self._channels:
            found.append(web.post("/webhooks/zalo", self.zalo))
            found.append(web.get("/webhooks/zalo", self.zalo_probe))
        if ChannelName.FACEBOOK in self._channels:
            found.append(web.post("/webhooks/facebook", self.facebook))
            found.append(web.get("/webhooks/facebook", self.facebook_subscription))
        return found

    async def zalo(self, request: web.Request) -> web.Response:
        """200 even to a bad signature: the console's probe is unsigned and needs it."""
        accepted = await self._receive(ChannelName.ZALO, request)
        return accepted or web.json_response({})

    async def zalo_probe(self, _request: web.Request) -> web.Response:
        return web.json_response({})

    async def facebook(self, request: web.Request) -> web.Response:
        accepted = await self._receive(ChannelName.FACEBOOK, request)
        return accepted or web.Response(status=403, text="bad signature")

    async def facebook_subscription(self, request: web.Request) -> web.Response:
        """The verification GET: the challenge comes back as it came."""
        challenge = find_challenge(request.query, verify_token=self._verify_token)
        if challenge is None:
            return web.Response(status=403, text="bad token")
        return web.Response(text=challenge)

    async def _receive(self, name: ChannelName, request: web.Request) -> web.Response | None:
        """The answer, or None when the signature is bad."""
        raw = await read_limited(request, BODY_LIMITS[name])
        channel = self._channels[name]
        if not channel.verify(raw, request.headers):
            RECEIVED.labels(name, "bad_signature").inc()
            log.warning("%s: bad signature on %d bytes", name, len(raw))
            return None
        if len(raw) > _PARSE_IN_THREAD:
            events = await asyncio.to_thread(channel.parse, raw)
        else:
            events = channel.parse(raw)
        try:
            await self._acceptor.accept(events)
        except NotDurableError:
            RECEIVED.labels(name, "not_durable").inc()
            return web.Response(status=503, text="try again")
        RECEIVED.labels(name, "accepted").inc()
        return (
            web.json_response({})
            if name is ChannelName.ZALO
            else web.Response(text="EVENT_RECEIVED")
        )
