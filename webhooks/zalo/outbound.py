"""The request body for one message to a Zalo user or an anonymous visitor."""

from typing import Any

from delivery.messages import Choice, Envelope, Link, Outbound
from webhooks.wording import check_length, compose, shorten, with_links
from webhooks.zalo.limits import LIMITS
from webhooks.zalo.parse import PAYLOAD_MARK
from webhooks.zalo.people import is_visitor, recipient_of

PATH = "/v3.0/oa/message/cs"
#: Visitors without a Zalo identity are still served by the older interface (November 2026).
VISITOR_PATH = "/v2.0/oa/message"


def path_for(user_id: str) -> str:
    return VISITOR_PATH if is_visitor(user_id) else PATH


def build(envelope: Envelope) -> dict[str, Any]:
    """The body of the call.

    Links that fit no button become lines of the text. Visitors get no buttons: choices are
    numbered in the text, and a typed number works everywhere.

    Raises:
        RefusedError: the text is longer than one message holds.
    """
    message = envelope.message
    choices, links = _fitting(message, visitor=is_visitor(envelope.user_id))
    rest = [link for link in message.links if link not in links]
    text = with_links(compose(message.text), rest)
    check_length(text, LIMITS.text_chars)
    content: dict[str, Any] = {"text": text}
    buttons = [*map(_choice_button, choices), *map(_link_button, links)]
    if buttons:
        payload = {"template_type": "button", "buttons": buttons}
        content["attachment"] = {"type": "template", "payload": payload}
    return {"recipient": recipient_of(envelope.user_id), "message": content}


def _fitting(message: Outbound, *, visitor: bool) -> tuple[list[Choice], list[Link]]:
    if visitor:
        return [], []
    choices = list(message.choices[: LIMITS.choices])
    secure = [link for link in message.links if link.url.startswith("https://")]
    return choices, secure[: LIMITS.choices - len(choices)]


def _choice_button(choice: Choice) -> dict[str, Any]:
    """A hidden query: the press arrives as text, but the chat does not show `#…` to the citizen."""
    marked = choice.payload.startswith(PAYLOAD_MARK)
    return {
        "title": shorten(choice.label, LIMITS.choice_label_chars),
        "type": "oa.query.hide",
        "payload": choice.payload if marked else f"{PAYLOAD_MARK}{choice.payload}",
    }


def _link_button(link: Link) -> dict[str, Any]:
    return {
        "title": shorten(link.label, LIMITS.choice_label_chars),
        "type": "oa.open.url",
        "payload": {"url": link.url},
    }
