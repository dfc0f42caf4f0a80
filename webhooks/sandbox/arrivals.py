"""Turns what our service sent to a stand-in into a bubble on the citizen's phone."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from delivery.messages import ChannelName
from webhooks.reading import as_list, as_object, as_text
from webhooks.sandbox.screens import Bubble, Button, ButtonKind, Side
from webhooks.sandbox.sent import SentMessage

_SHOWN_QUERY = "oa.query.show"


def arrive(channel: ChannelName, sent: SentMessage, at: datetime) -> Bubble:
    message = as_object(sent.body.get("message"))
    payload = as_object(as_object(message.get("attachment")).get("payload"))
    buttons = _read_all(payload.get("buttons"), _BUTTON_READERS[channel])
    chips = _read_all(message.get("quick_replies"), _chip)
    return Bubble(
        key=sent.message_id, side=Side.ACCOUNT, at=at, text=sent.text, buttons=buttons, chips=chips
    )


def _read_all(items: Any, read: Callable[[dict[str, Any]], Button]) -> tuple[Button, ...]:
    return tuple(read(as_object(item)) for item in as_list(items))


def _zalo_button(item: dict[str, Any]) -> Button:
    label, payload = as_text(item.get("title")), item.get("payload")
    if isinstance(payload, dict):
        return Button(label, url=as_text(payload.get("url")), kind=ButtonKind.LINK)
    return Button(label, as_text(payload), shown=item.get("type") == _SHOWN_QUERY)


def _facebook_button(item: dict[str, Any]) -> Button:
    label = as_text(item.get("title"))
    if url := as_text(item.get("url")):
        return Button(label, url=url, kind=ButtonKind.LINK)
    return Button(label, as_text(item.get("payload")))


def _chip(item: dict[str, Any]) -> Button:
    return Button(as_text(item.get("title")), as_text(item.get("payload")))


_BUTTON_READERS = {ChannelName.ZALO: _zalo_button, ChannelName.FACEBOOK: _facebook_button}
