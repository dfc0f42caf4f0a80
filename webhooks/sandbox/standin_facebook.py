"""A Graph API for demonstrations and tests: same path, same checks, same faults.

State of November 2026. Messages go to nobody; the sandbox shows them.
"""

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from aiohttp import web

from webhooks.proof import appsecret_proof
from webhooks.reading import as_object, as_text, read_json
from webhooks.sandbox.facebook_checks import Refusal, find_fault_in_message, find_fault_in_time
from webhooks.sandbox.faults import Fault, FaultKind, Faults
from webhooks.sandbox.sent import Listener, Sent, SentMessage

_SERVER_CODES = frozenset({-1, 1, 2})
_BAD_TOKEN, _NO_PROOF, _NO_PAGE = Refusal(190), Refusal(100), Refusal(100, 33)
_NO_PERSON, _ALREADY_REPLIED = Refusal(100, 2018001), Refusal(10900)


@dataclass(slots=True)
class FacebookState:
    """The page, its token and the people who wrote to it."""

    clock: Callable[[], datetime]
    page_id: str = "100000000000001"
    app_id: str = "200000000000002"
    app_secret: str = field(default="test_app_secret_0123456789abcdef", repr=False)
    page_token: str = field(default="EAATESTPAGETOKEN", repr=False)
    new_id: Callable[[], str] = lambda: f"m_{secrets.token_hex(12)}"
    sent: Sent = field(default_factory=Sent)
    faults: Faults = field(default_factory=Faults)
    requests: int = 0
    #: Sender actions in the order they came: (user, action).
    actions: list[tuple[str, str]] = field(default_factory=list)
    last_interaction: dict[str, datetime] = field(default_factory=dict)
    replied_comments: set[str] = field(default_factory=set)

    @property
    def on_message(self) -> Listener | None:
        return self.sent.on_message

    @on_message.setter
    def on_message(self, listener: Listener | None) -> None:
        self.sent.on_message = listener

    def citizen_wrote(self, user_id: str) -> None:
        """Opens this person's window."""
        self.last_interaction[user_id] = self.clock()

    def fail_next(
        self, code: int, times: int = 1, *, subcode: int = 0, regain_minutes: int = 0
    ) -> None:
        """Answer the next sends with this code of Meta's table."""
        fault = Fault(FaultKind.CODE, code, subcode, regain_minutes)
        self.faults.add(fault, times)


def make_facebook_standin(state: FacebookState) -> web.Application:
    """The sub-application; mount it where `FACEBOOK_GRAPH_URL` points to."""
    app = web.Application()
    app.router.add_post(r"/{version:v\d+\.\d+}/{page}/messages", _Standin(state).send)
    return app


class _Standin:
    def __init__(self, state: FacebookState) -> None:
        self._state = state

    async def send(self, request: web.Request) -> web.Response:
        self._state.requests += 1
        body = as_object(read_json(await request.read()))

        async def accept() -> web.Response:
            return self._accept(request, body)

        fault = self._state.faults.take()
        if fault is None:
            return await accept()
        if fault.kind is FaultKind.CODE:
            return _error(Refusal(fault.code, fault.subcode), fault.regain_minutes)
        return await self._state.faults.answer(request, fault, accept)

    def _accept(self, request: web.Request, body: dict[str, Any]) -> web.Response:
        refusal = (
            self._find_fault_in_credentials(request)
            or find_fault_in_message(body)
            or self._find_fault_in_recipient(body)
        )
        if refusal:
            return _error(refusal)
        recipient = as_object(body.get("recipient"))
        user_id = as_text(recipient.get("id")) or f"psid-{as_text(recipient.get('comment_id'))}"
        if "sender_action" in body:
            self._state.actions.append((user_id, as_text(body["sender_action"])))
            return web.json_response({"recipient_id": user_id})
        message_id = self._state.new_id()
        self._state.sent.add(self._sent(user_id, message_id, body))
        return web.json_response({"recipient_id": user_id, "message_id": message_id})

    def _find_fault_in_credentials(self, request: web.Request) -> Refusal | None:
        state = self._state
        if request.query.get("access_token") != state.page_token:
            return _BAD_TOKEN
        proof = appsecret_proof(secret=state.app_secret, token=state.page_token)
        if request.query.get("appsecret_proof") != proof:
            return _NO_PROOF
        return None if request.match_info["page"] in (state.page_id, "me") else _NO_PAGE

    def _find_fault_in_recipient(self, body: dict[str, Any]) -> Refusal | None:
        recipient = as_object(body.get("recipient"))
        comment_id = as_text(recipient.get("comment_id"))
        if comment_id:
            if comment_id in self._state.replied_comments:
                return _ALREADY_REPLIED
            self._state.replied_comments.add(comment_id)
            return None
        last = self._state.last_interaction.get(as_text(recipient.get("id")))
        if last is None:
            return _NO_PERSON
        return find_fault_in_time(body, self._state.clock() - last)

    def _sent(self, user_id: str, message_id: str, body: dict[str, Any]) -> SentMessage:
        message = as_object(body.get("message"))
        payload = as_object(as_object(message.get("attachment")).get("payload"))
        text = as_text(message.get("text")) or as_text(payload.get("text"))
        at = int(self._state.clock().timestamp() * 1000)
        told: dict[str, Any] = {"mid": message_id, "is_echo": True}
        told["app_id"] = int(self._state.app_id)  # a number here, text elsewhere
        if "metadata" in message:
            told["metadata"] = message["metadata"]
        if "text" in message:
            told["text"] = message["text"]
        else:
            told["attachments"] = [message["attachment"]]
        page_id = self._state.page_id
        element = {
            "sender": {"id": page_id},
            "recipient": {"id": user_id},
            "timestamp": at,
            "message": told,
        }
        entry = {"id": page_id, "time": at, "messaging": [element]}
        return SentMessage(user_id, message_id, text, body, {"object": "page", "entry": [entry]})


def _error(refusal: Refusal, regain_minutes: int = 0) -> web.Response:
    error: dict[str, Any] = {
        "message": f"(#{refusal.code}) stand-in error",
        "type": "OAuthException",
        "code": refusal.code,
        "fbtrace_id": "AStandIn",
    }
    if refusal.subcode:
        error["error_subcode"] = refusal.subcode
    headers = {}
    if regain_minutes:
        usage = {"type": "messenger", "estimated_time_to_regain_access": regain_minutes}
        headers["X-Business-Use-Case-Usage"] = json.dumps({"1": [usage]})
    status = 500 if refusal.code in _SERVER_CODES else 400
    return web.json_response({"error": error}, status=status, headers=headers)
