"""The channel to one Facebook page."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from aiohttp import ClientSession, ClientTimeout

from delivery.channel import ChannelLimits, TransientError
from delivery.messages import ChannelName, Envelope, Inbound, Receipt
from webhooks.calls import TIMEOUT, Reply, post
from webhooks.facebook.elements import Account
from webhooks.facebook.errors import find_failure, find_pause
from webhooks.facebook.limits import LIMITS
from webhooks.facebook.outbound import build
from webhooks.facebook.parse import parse
from webhooks.facebook.verify import verify
from webhooks.failures import to_error
from webhooks.proof import appsecret_proof
from webhooks.reading import as_text


@dataclass(frozen=True, slots=True)
class FacebookPage:
    """Settings of one page and of the application that speaks for it."""

    page_id: str
    page_token: str = field(repr=False)
    app_secret: str = field(repr=False)
    app_id: str = ""
    graph_url: str = "https://graph.facebook.com"
    graph_version: str = "v25.0"


class FacebookChannel:
    """Implements `delivery.channel.Channel`."""

    name: ChannelName = ChannelName.FACEBOOK
    limits: ChannelLimits = LIMITS

    def __init__(
        self,
        page: FacebookPage,
        session: ClientSession,
        clock: Callable[[], datetime],
        *,
        timeout: ClientTimeout = TIMEOUT,
    ) -> None:
        self._page = page
        self._session = session
        self._clock = clock
        self._timeout = timeout
        self._account = Account(page_id=page.page_id, app_id=page.app_id)
        self._url = f"{page.graph_url.rstrip('/')}/{page.graph_version}/{page.page_id}/messages"
        # Never logged: the token stands in the query.
        self._credentials = {
            "access_token": page.page_token,
            "appsecret_proof": appsecret_proof(secret=page.app_secret, token=page.page_token),
        }
        self._paused_until: datetime | None = None

    def verify(self, raw: bytes, headers: Mapping[str, str]) -> bool:
        return verify(raw, headers, secret=self._page.app_secret)

    def parse(self, raw: bytes) -> list[Inbound]:
        return parse(raw, account=self._account)

    async def send(self, envelope: Envelope) -> Receipt:
        """One message; nothing leaves while Meta limits our calls."""
        body = build(envelope)
        reply = await self._post(body)
        return Receipt(as_text((reply.body or {}).get("message_id")))

    async def _post(self, body: dict[str, Any]) -> Reply:
        now = self._clock()
        if self._paused_until and now < self._paused_until:  # calling on lengthens the block
            wait = self._paused_until - now
            raise TransientError("paused", retry_after=wait, whole_channel=True)
        reply = await post(
            self._session, self._url, params=self._credentials, json=body, timeout=self._timeout
        )
        found = find_failure(reply)
        if found is None:
            return reply
        failure, code = found
        pause = find_pause(reply, failure)
        if pause is None:
            raise to_error(failure, code, self._clock())
        self._paused_until = self._clock() + pause
        raise TransientError(code, retry_after=pause, whole_channel=True)
