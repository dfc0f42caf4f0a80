"""Attachments of a Zalo message."""

from typing import Any

from delivery.messages import Attachment, AttachmentKind
from webhooks.coordinates import find_point
from webhooks.reading import as_list, as_object, as_text, read_json
from webhooks.zalo.catalogue import ATTACHMENTS


def read_attachments(message: dict[str, Any]) -> tuple[Attachment, ...]:
    items = as_list(message.get("attachments")) or as_list(message.get("attachment"))
    return tuple(_read(item) for item in items if isinstance(item, dict))


def _read(item: dict[str, Any]) -> Attachment:
    payload = as_object(item.get("payload"))
    kind = ATTACHMENTS.get(as_text(item.get("type")), AttachmentKind.OTHER)
    url = as_text(payload.get("url"))
    if kind is AttachmentKind.LOCATION:
        place = as_object(payload.get("coordinates"))
        latitude, longitude = find_point(place.get("latitude"), place.get("longitude"))
        return Attachment(kind, url=url, latitude=latitude, longitude=longitude)
    return Attachment(kind, url=url, name=_name(kind, payload))


def _name(kind: AttachmentKind, payload: dict[str, Any]) -> str:
    if kind is AttachmentKind.STICKER:
        return as_text(payload.get("id"))
    if kind is AttachmentKind.LINK and not find_card(payload):
        return as_text(payload.get("description"))
    return as_text(payload.get("name"))


def find_card(payload: dict[str, Any]) -> dict[str, Any] | None:
    """Data of a shared contact: JSON text inside the description of a link (unproven in 1:1)."""
    description = payload.get("description")
    if not isinstance(description, str) or not description.lstrip().startswith("{"):
        return None
    card = as_object(read_json(description.encode("utf-8", "replace")))
    return card if "phone" in card else None
