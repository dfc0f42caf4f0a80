"""Attachments of a Messenger message."""

from typing import Any

from delivery.messages import Attachment, AttachmentKind
from webhooks.coordinates import find_point
from webhooks.facebook.catalogue import ATTACHMENTS
from webhooks.reading import as_list, as_object, as_text


def read_attachments(message: dict[str, Any]) -> tuple[Attachment, ...]:
    """Every attachment; a sticker sent in several forms at once comes out once.

    Stickers have three forms: their own type (alone since 30 August 2026), an image with a
    `sticker_id` in its payload, and a `sticker_id` on the message itself.
    """
    whole = as_text(message.get("sticker_id"))
    items = [item for item in as_list(message.get("attachments")) if isinstance(item, dict)]
    found = [_read(item, whole) for item in items]
    if whole and not found:
        found = [Attachment(AttachmentKind.STICKER, name=whole)]
    return tuple(_without_twins(found))


def _without_twins(found: list[Attachment]) -> list[Attachment]:
    stickers = {item.url for item in found if item.kind is AttachmentKind.STICKER}
    kept: list[Attachment] = []
    seen: set[str] = set()
    for item in found:
        is_twin = item.url in stickers and (item.kind is AttachmentKind.IMAGE or item.url in seen)
        if item.url and is_twin:
            continue
        seen.add(item.url)
        kept.append(item)
    return kept


def _read(item: dict[str, Any], whole_sticker: str) -> Attachment:
    payload = as_object(item.get("payload"))
    kind = ATTACHMENTS.get(as_text(item.get("type")), AttachmentKind.OTHER)
    url = as_text(payload.get("url")) or as_text(item.get("url"))
    sticker = as_text(payload.get("sticker_id"))
    if kind is AttachmentKind.IMAGE and (sticker or whole_sticker):
        kind, sticker = AttachmentKind.STICKER, sticker or whole_sticker
    if kind is AttachmentKind.LOCATION:
        place = as_object(payload.get("coordinates"))
        latitude, longitude = find_point(place.get("lat"), place.get("long"))
        return Attachment(kind, url, _title(item, payload), latitude, longitude)
    if kind is AttachmentKind.LINK and not url:
        kind = AttachmentKind.OTHER  # a share Messenger cannot show comes without an address
    return Attachment(kind, url=url, name=sticker or _title(item, payload))


def _title(item: dict[str, Any], payload: dict[str, Any]) -> str:
    """Before version 6 the title stood on the attachment itself."""
    return as_text(payload.get("title")) or as_text(item.get("title"))
