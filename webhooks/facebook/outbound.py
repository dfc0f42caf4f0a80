"""The request body for one Messenger message."""

from typing import Any

from delivery.messages import Choice, Envelope, Link, Outbound
from webhooks.facebook.limits import (
    BUTTON_LABEL_CHARS,
    LIMITS,
    TEMPLATE_BUTTONS,
    TEMPLATE_CHARS,
)
from webhooks.facebook.people import is_comment_writer, recipient_of
from webhooks.wording import check_length, compose, shorten, with_links


def build(envelope: Envelope) -> dict[str, Any]:
    """The body of the call.

    A short text with up to three links becomes a button template, elsewhere links are lines of
    the text. The tag comes back in the echo of the message.

    Raises:
        RefusedError: the text is longer than one message holds.
    """
    content = _content(envelope.message)
    if envelope.message.choices:
        shown = envelope.message.choices[: LIMITS.choices]
        content["quick_replies"] = [_quick_reply(choice) for choice in shown]
    if envelope.tag:
        content["metadata"] = envelope.tag
    body = {"recipient": recipient_of(envelope.user_id), "message": content}
    return body | _purpose(envelope)


def _content(message: Outbound) -> dict[str, Any]:
    text = compose(message.text)
    if text and _fits_template(message, text):
        buttons = [_link_button(link) for link in message.links]
        payload = {"template_type": "button", "text": text, "buttons": buttons}
        return {"attachment": {"type": "template", "payload": payload}}
    text = with_links(text, message.links)
    check_length(text, LIMITS.text_chars)
    return {"text": text}


def _fits_template(message: Outbound, text: str) -> bool:
    return 0 < len(message.links) <= TEMPLATE_BUTTONS and len(text) <= TEMPLATE_CHARS


def _purpose(envelope: Envelope) -> dict[str, str]:
    """HUMAN_AGENT only for a person's words outside the window; every other tag is dead."""
    if is_comment_writer(envelope.user_id):
        return {}  # a private reply to a comment has no messaging type
    if envelope.human_window:
        return {"messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"}
    return {"messaging_type": "RESPONSE"}


def _quick_reply(choice: Choice) -> dict[str, str]:
    return {
        "content_type": "text",
        "title": shorten(choice.label, LIMITS.choice_label_chars),
        "payload": choice.payload,
    }


def _link_button(link: Link) -> dict[str, str]:
    title = shorten(link.label, BUTTON_LABEL_CHARS)
    return {"type": "web_url", "title": title, "url": link.url}
