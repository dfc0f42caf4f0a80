"""A Zalo API for demonstrations and tests: same paths, same checks, same faults.

State of November 2026. Messages go to nobody; the sandbox shows them.
"""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web

from webhooks.proof import appsecret_proof
from webhooks.reading import as_object, as_text, read_json
from webhooks.sandbox.faults import Fault, FaultKind, Faults
from webhooks.sandbox.sent import Listener, Sent, SentMessage
from webhooks.sandbox.zalo_checks import find_fault_in_message
from webhooks.zalo.outbound import PATH, VISITOR_PATH
from webhooks.zalo.people import visitor_id
from webhooks.zalo.tokens import PATH as TOKEN_PATH

_FREE_WINDOW, _PAID_WINDOW = timedelta(hours=48), timedelta(days=7)
_LIFETIME_SECONDS = "90000"  # text, as Zalo sends it


@dataclass(slots=True)
class ZaloState:
    """The account, its tokens and the people who wrote to it."""

    clock: Callable[[], datetime]
    app_id: str = "1111222233334444555"
    app_secret: str = field(default="AppSecretSample01", repr=False)
    oa_id: str = "4000000000000000001"
    access_token: str = field(default="access-0", repr=False)
    refresh_token: str = field(default="refresh-0", repr=False)
    prove_secret: bool = False
    new_id: Callable[[], str] = lambda: secrets.token_hex(10)
    sent: Sent = field(default_factory=Sent)
    faults: Faults = field(default_factory=Faults)
    token_faults: Faults = field(default_factory=Faults)
    refreshes: int = 0
    requests: int = 0
    last_interaction: dict[str, datetime] = field(default_factory=dict)

    @property
    def on_message(self) -> Listener | None:
        return self.sent.on_message

    @on_message.setter
    def on_message(self, listener: Listener | None) -> None:
        self.sent.on_message = listener

    def citizen_wrote(self, user_id: str) -> None:
        """Opens this person's window."""
        self.last_interaction[user_id] = self.clock()

    def fail_next(self, code: int, times: int = 1) -> None:
        """Answer the next sends with this code of Zalo's table."""
        self.faults.add(Fault(FaultKind.CODE, code=code), times)


def make_zalo_standin(state: ZaloState) -> web.Application:
    """The sub-application; mount it where `ZALO_API_URL` and `ZALO_OAUTH_URL` point to."""
    standin = _Standin(state)
    app = web.Application()
    app.router.add_post(PATH, standin.send)
    app.router.add_post(VISITOR_PATH, standin.send_to_visitor)
    app.router.add_post(TOKEN_PATH, standin.refresh)
    return app


class _Standin:
    def __init__(self, state: ZaloState) -> None:
        self._state = state

    async def send(self, request: web.Request) -> web.Response:
        return await self._send(request, visitor=False)

    async def send_to_visitor(self, request: web.Request) -> web.Response:
        return await self._send(request, visitor=True)

    async def _send(self, request: web.Request, *, visitor: bool) -> web.Response:
        self._state.requests += 1
        body = as_object(read_json(await request.read()))

        async def accept() -> web.Response:
            return self._accept(request.headers, body, visitor=visitor)

        fault = self._state.faults.take()
        if fault is None:
            return await accept()
        if fault.kind is FaultKind.CODE:
            return _error(fault.code)
        return await self._state.faults.answer(request, fault, accept)

    def _accept(
        self, headers: Mapping[str, str], body: dict[str, Any], *, visitor: bool
    ) -> web.Response:
        code = self._find_token_fault(headers) or find_fault_in_message(body, visitor=visitor)
        if code:
            return _error(code)
        user_id = _user_of(as_object(body.get("recipient")))
        last = self._state.last_interaction.get(user_id)
        silence = self._state.clock() - last if last else None
        if silence is None or silence > _PAID_WINDOW:
            return _error(-230)
        message_id = self._state.new_id()
        self._state.sent.add(self._sent(user_id, message_id, body))
        return self._success(user_id, message_id, free=silence <= _FREE_WINDOW)

    def _find_token_fault(self, headers: Mapping[str, str]) -> int:
        state = self._state
        if headers.get("access_token") != state.access_token:
            return -216
        if state.prove_secret:
            proof = appsecret_proof(secret=state.app_secret, token=state.access_token)
            return 0 if headers.get("appsecret_proof") == proof else -242
        return 0

    def _success(self, user_id: str, message_id: str, *, free: bool) -> web.Response:
        data: dict[str, Any] = {
            "message_id": message_id,
            "user_id": user_id,
            "sent_time": _milliseconds(self._state.clock()),
        }
        if free:
            data["quota"] = {"quota_type": "reply"}
        return web.json_response({"data": data, "error": 0, "message": "Success"})

    def _sent(self, user_id: str, message_id: str, body: dict[str, Any]) -> SentMessage:
        message = as_object(body.get("message"))
        recipient = as_object(body.get("recipient"))
        text = as_text(message.get("text"))
        told: dict[str, Any] = {"msg_id": message_id, "text": text}
        name = "oa_send_text"
        if "anonymous_id" in recipient:
            name = "oa_send_anonymous_text"
            told["conversation_id"] = recipient.get("conversation_id", "")
        echo = {
            "app_id": self._state.app_id,
            "sender": {"id": self._state.oa_id},
            "recipient": {"id": recipient.get("user_id") or recipient.get("anonymous_id")},
            "event_name": name,
            "message": told,
            "timestamp": _milliseconds(self._state.clock()),
        }
        return SentMessage(user_id, message_id, text, body, echo)

    async def refresh(self, request: web.Request) -> web.Response:
        """A refresh token works once; the old access token dies at once."""
        form = await request.post()
        secret = request.headers.get("secret_key", "")

        async def accept() -> web.Response:
            return self._exchange({key: str(value) for key, value in form.items()}, secret)

        fault = self._state.token_faults.take()
        if fault is None:
            return await accept()
        if fault.kind is FaultKind.CODE:
            return _oauth_error(fault.code)
        return await self._state.token_faults.answer(request, fault, accept)

    def _exchange(self, form: Mapping[str, str], secret: str) -> web.Response:
        state = self._state
        wrong_app = form.get("app_id") != state.app_id or secret != state.app_secret
        if wrong_app or form.get("grant_type") != "refresh_token":
            return _oauth_error(-14002)
        if form.get("refresh_token") != state.refresh_token:
            return _oauth_error(-14020)
        state.refreshes += 1
        state.access_token = f"access-{state.refreshes}-{state.new_id()}"
        state.refresh_token = f"refresh-{state.refreshes}-{state.new_id()}"
        return web.json_response(
            {
                "access_token": state.access_token,
                "refresh_token": state.refresh_token,
                "expires_in": _LIFETIME_SECONDS,
            }
        )


def _user_of(recipient: Mapping[str, Any]) -> str:
    if "anonymous_id" in recipient:
        conversation = as_text(recipient.get("conversation_id"))
        return visitor_id(as_text(recipient["anonymous_id"]), conversation)
    return as_text(recipient.get("user_id"))


def _milliseconds(at: datetime) -> str:
    return str(int(at.timestamp() * 1000))


def _error(code: int) -> web.Response:
    """Zalo reports nearly every failure with HTTP 200."""
    return web.json_response({"error": code, "message": f"stand-in error {code}"})


def _oauth_error(code: int) -> web.Response:
    return web.json_response(
        {"error": code, "error_name": "stand-in", "error_description": "", "error_reason": ""}
    )
