"""What Messenger refuses in a message (Send API v25, November 2026)."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, NamedTuple

from webhooks.reading import as_object

_TEXT_CHARS, _TEMPLATE_CHARS, _METADATA_CHARS, _PAYLOAD_CHARS = 2000, 640, 1000, 1000
_QUICK_REPLIES, _TEMPLATE_BUTTONS, _BUTTON_CHARS = 13, 3, 20
_WINDOW, _HUMAN_WINDOW = timedelta(hours=24), timedelta(days=7)
_TYPES = (None, "RESPONSE", "UPDATE", "MESSAGE_TAG")
_HUMAN_AGENT = "HUMAN_AGENT"


class Refusal(NamedTuple):
    code: int
    subcode: int = 0


_BAD = Refusal(100)


def find_fault_in_message(body: dict[str, Any]) -> Refusal | None:
    """The first thing wrong with the request itself."""
    return next(_faults(body), None)


def _faults(body: dict[str, Any]) -> Iterator[Refusal]:
    recipient, message = as_object(body.get("recipient")), body.get("message")
    ids = [
        value
        for key in ("id", "comment_id", "user_ref")
        if (value := recipient.get(key)) is not None
    ]
    if len(ids) != 1 or not isinstance(ids[0], str):
        yield _BAD
    if "sender_action" in body:
        if message is not None:
            yield Refusal(100, 2018014)
        return
    if not isinstance(message, dict):
        yield Refusal(100, 2018015)
        return
    if body.get("messaging_type") not in _TYPES:
        yield _BAD
    tag = body.get("tag")
    if tag not in (None, _HUMAN_AGENT) or (body.get("messaging_type") == "MESSAGE_TAG") != bool(
        tag
    ):
        yield Refusal(100, 1893061)
    yield from _content_faults(message)


def _content_faults(message: dict[str, Any]) -> Iterator[Refusal]:
    text, attachment = message.get("text"), message.get("attachment")
    if (text is None) == (attachment is None):
        yield _BAD
    if text is not None and not (isinstance(text, str) and 0 < len(text) < _TEXT_CHARS):
        yield _BAD
    if len(message.get("metadata", "")) >= _METADATA_CHARS:
        yield _BAD
    if attachment is not None:
        yield from _template_faults(as_object(as_object(attachment).get("payload")))
    replies = message.get("quick_replies", [])
    if not isinstance(replies, list) or len(replies) > _QUICK_REPLIES:
        yield _BAD
        return
    for reply in map(as_object, replies):
        if not reply.get("title") or len(reply.get("payload", "")) > _PAYLOAD_CHARS:
            yield _BAD
        if not reply.get("payload"):
            yield Refusal(100, 2018040)


def _template_faults(payload: dict[str, Any]) -> Iterator[Refusal]:
    text, buttons = payload.get("text", ""), payload.get("buttons", [])
    if payload.get("template_type") != "button" or not 0 < len(text) <= _TEMPLATE_CHARS:
        yield _BAD
    if not 0 < len(buttons) <= _TEMPLATE_BUTTONS:
        yield _BAD
    for button in map(as_object, buttons):
        if not button.get("title"):
            yield Refusal(100, 2018053)
        elif len(button["title"]) > _BUTTON_CHARS:
            yield _BAD
        if button.get("type") == "web_url" and not button.get("url"):
            yield Refusal(100, 2018041)


def find_fault_in_time(body: dict[str, Any], silence: timedelta) -> Refusal | None:
    """24 hours after the citizen's last word, 7 days for a person's words."""
    window = _HUMAN_WINDOW if body.get("tag") == _HUMAN_AGENT else _WINDOW
    return Refusal(10, 2018278) if silence > window else None
