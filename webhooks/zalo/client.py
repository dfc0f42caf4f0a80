"""The channel to one Zalo Official Account."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from aiohttp import ClientSession, ClientTimeout

from delivery.channel import ChannelLimits
from delivery.messages import ChannelName, Envelope, Inbound, Receipt
from webhooks.calls import TIMEOUT, post
from webhooks.failures import TokenRejectedError, to_error
from webhooks.proof import appsecret_proof
from webhooks.reading import as_object, as_text
from webhooks.zalo.account import ZaloAccount
from webhooks.zalo.errors import find_failure
from webhooks.zalo.limits import LIMITS
from webhooks.zalo.outbound import build, path_for
from webhooks.zalo.parse import parse
from webhooks.zalo.tokens import TokenRefresher
from webhooks.zalo.verify import verify


class ZaloChannel:
    """Implements `delivery.channel.Channel`."""

    name: ChannelName = ChannelName.ZALO
    limits: ChannelLimits = LIMITS

    def __init__(
        self,
        account: ZaloAccount,
        session: ClientSession,
        tokens: TokenRefresher,
        clock: Callable[[], datetime],
        *,
        timeout: ClientTimeout = TIMEOUT,
    ) -> None:
        self._account = account
        self._session = session
        self._tokens = tokens
        self._clock = clock
        self._timeout = timeout

    def verify(self, raw: bytes, headers: Mapping[str, str]) -> bool:
        account = self._account
        return verify(raw, headers, app_id=account.app_id, secret=account.oa_secret_key)

    def parse(self, raw: bytes) -> list[Inbound]:
        return parse(raw, oa_id=self._account.oa_id)

    async def send(self, envelope: Envelope) -> Receipt:
        """One message; a dead access token is replaced once and the call made once more."""
        url = self._account.api_url.rstrip("/") + path_for(envelope.user_id)
        body = build(envelope)
        token = await self._tokens.get_access_token()
        try:
            return await self._post(url, body, token)
        except TokenRejectedError:
            fresh = await self._tokens.refresh(stale=token)
        return await self._post(url, body, fresh)

    async def _post(self, url: str, body: dict[str, Any], token: str) -> Receipt:
        headers = {"access_token": token}
        if self._account.prove_secret:
            secret = self._account.app_secret
            headers["appsecret_proof"] = appsecret_proof(secret=secret, token=token)
        reply = await post(self._session, url, json=body, headers=headers, timeout=self._timeout)
        if found := find_failure(reply):
            failure, code = found
            raise to_error(failure, code, self._clock())
        data = as_object((reply.body or {}).get("data"))
        # Zalo leaves the quota out of the answer when it bills the message.
        return Receipt(as_text(data.get("message_id")), free=bool(data.get("quota")))
