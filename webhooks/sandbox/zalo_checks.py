"""What Zalo refuses in a message before it looks at the person (November 2026)."""

from typing import Any

from webhooks.reading import as_object

_OK, _INVALID, _OVER_LIMIT, _OLD_API = 0, -201, -210, -240
_TEXT_CHARS, _BUTTONS, _TITLE_CHARS, _PAYLOAD_CHARS = 2000, 5, 100, 1000
_QUERIES = ("oa.query.show", "oa.query.hide")


def find_fault_in_message(body: dict[str, Any], *, visitor: bool) -> int:
    """The error code, or 0."""
    recipient, message = as_object(body.get("recipient")), as_object(body.get("message"))
    if visitor and "user_id" in recipient:
        return _OLD_API
    wanted = "anonymous_id" if visitor else "user_id"
    if not isinstance(recipient.get(wanted), str) or not recipient[wanted]:
        return _INVALID
    text, attachment = message.get("text", ""), message.get("attachment")
    if not isinstance(text, str) or (not text and not attachment):
        return _INVALID
    if len(text) > _TEXT_CHARS:
        return _OVER_LIMIT
    return _find_fault_in_attachment(attachment) if attachment is not None else _OK


def _find_fault_in_attachment(attachment: Any) -> int:
    item = as_object(attachment)
    buttons = as_object(item.get("payload")).get("buttons")
    if item.get("type") != "template" or not isinstance(buttons, list) or not buttons:
        return _INVALID
    if len(buttons) > _BUTTONS:
        return _OVER_LIMIT
    return next((code for code in map(_find_fault_in_button, buttons) if code), _OK)


def _find_fault_in_button(button: Any) -> int:
    item = as_object(button)
    title, kind, payload = item.get("title"), item.get("type"), item.get("payload")
    if not isinstance(title, str) or not title:
        return _INVALID
    if len(title) > _TITLE_CHARS:
        return _OVER_LIMIT
    if kind in _QUERIES:
        if not isinstance(payload, str) or not payload.startswith("#"):
            return _INVALID
        return _OVER_LIMIT if len(payload) > _PAYLOAD_CHARS else _OK
    url = as_object(payload).get("url")
    is_link = kind == "oa.open.url" and isinstance(url, str) and url.startswith("https://")
    return _OK if is_link else _INVALID
