"""The readable copy of an inbound event as JSON, and back."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from delivery.messages import (
    Attachment,
    AttachmentKind,
    ChannelName,
    EventKind,
    Inbound,
)


def dump_content(event: Inbound) -> dict[str, Any]:
    """What the `content` column holds; fields at their default are left out."""
    content: dict[str, Any] = {"account_id": event.account_id, "user_id": event.user_id}
    for name in ("text", "payload", "message_id", "tag"):
        if value := getattr(event, name):
            content[name] = value
    if event.about:
        content["about"] = list(event.about)
    if event.attachments:
        content["attachments"] = [asdict(item) for item in event.attachments]
    if event.by_person:
        content["by_person"] = True
    if event.extra:
        content["extra"] = event.extra
    return content


def load_inbound(
    channel: str, event_key: str, kind: str, content: dict[str, Any], sent_at: datetime | None
) -> Inbound:
    """The event without its raw bytes."""
    return Inbound(
        channel=ChannelName(channel),
        account_id=content["account_id"],
        user_id=content["user_id"],
        event_key=event_key,
        kind=EventKind(kind),
        raw=b"",
        sent_at=sent_at,
        text=content.get("text", ""),
        payload=content.get("payload", ""),
        message_id=content.get("message_id", ""),
        about=tuple(content.get("about", ())),
        attachments=tuple(_attachment(item) for item in content.get("attachments", ())),
        tag=content.get("tag", ""),
        by_person=content.get("by_person", False),
        extra=content.get("extra"),
    )


def _attachment(item: dict[str, Any]) -> Attachment:
    return Attachment(**{**item, "kind": AttachmentKind(item["kind"])})
