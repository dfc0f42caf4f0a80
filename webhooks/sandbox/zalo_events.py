"""Writes the webhook bodies Zalo sends (Official Account API, November 2026)."""

from datetime import datetime
from typing import Any

from webhooks.sandbox.accounts import SandboxAccounts
from webhooks.sandbox.acts import Act, ActKind
from webhooks.sandbox.sent import SentMessage

_NAMES = {
    ActKind.TEXT: "user_send_text",
    ActKind.PRESS: "user_send_text",
    ActKind.MENU: "user_send_text",
    ActKind.STICKER: "user_send_sticker",
    ActKind.PHOTO: "user_send_image",
    ActKind.VOICE: "user_send_audio",
    ActKind.FILE: "user_send_file",
    ActKind.PLACE: "user_send_location",
}
_MANAGEMENT = {ActKind.FOLLOW: "follow", ActKind.UNFOLLOW: "unfollow"}


class ZaloEvents:
    """`at` is the provider's time of each event."""

    def __init__(self, accounts: SandboxAccounts) -> None:
        self._oa_id = accounts.zalo_oa_id

    def of_citizen(self, act: Act, user_id: str, message_id: str, at: datetime) -> dict[str, Any]:
        """What the citizen did. A pressed button is a text that holds its payload."""
        if act.kind in _MANAGEMENT:
            return {
                "oa_id": self._oa_id,
                "follower": {"id": user_id},
                "user_id_by_app": _id_by_app(user_id),
                "event_name": _MANAGEMENT[act.kind],
                "source": "oa_profile",
                "timestamp": _time(at),
            }
        message: dict[str, Any] = {"msg_id": message_id}
        if text := act.payload or act.text:
            message["text"] = text
        if attachment := _attachment(act):
            message["attachments"] = [attachment]
        return {
            "sender": {"id": user_id},
            "user_id_by_app": _id_by_app(user_id),
            "recipient": {"id": self._oa_id},
            "event_name": _NAMES[act.kind],
            "message": message,
            "timestamp": _time(at),
        }

    def of_officer(self, text: str, user_id: str, message_id: str, at: datetime) -> dict[str, Any]:
        """A person typed in the account's own chat tool: only then there is an `admin_id`."""
        return {
            "sender": {"id": self._oa_id, "admin_id": "6000000000000000001"},
            "recipient": {"id": user_id},
            "user_id_by_app": _id_by_app(user_id),
            "event_name": "oa_send_text",
            "message": {"text": text, "msg_id": message_id},
            "timestamp": _time(at),
        }

    def delivered(self, sent: SentMessage, at: datetime) -> dict[str, Any]:
        return self._receipt("user_received_message", sent, {"msg_id": sent.message_id}, at)

    def seen(self, sent: SentMessage, at: datetime) -> dict[str, Any]:
        return self._receipt("user_seen_message", sent, {"msg_ids": [sent.message_id]}, at)

    def _receipt(
        self, name: str, sent: SentMessage, message: dict[str, Any], at: datetime
    ) -> dict[str, Any]:
        return {
            "sender": {"id": self._oa_id},
            "recipient": {"id": sent.user_id},
            "event_name": name,
            "message": message,
            "timestamp": _time(at),
        }


def _attachment(act: Act) -> dict[str, Any] | None:
    if act.kind is ActKind.PLACE:
        place = {"latitude": str(act.latitude), "longitude": str(act.longitude)}
        return {"type": "location", "payload": {"coordinates": place}}
    if act.media is None:
        return None
    url, name = act.media.url, act.media.name
    facts = {"size": str(act.size), "checksum": act.checksum, "type": name.rpartition(".")[2]}
    shapes: dict[ActKind, tuple[str, dict[str, str]]] = {
        ActKind.PHOTO: ("image", {"thumbnail": url, "url": url}),
        ActKind.STICKER: ("sticker", {"id": name, "url": url}),
        ActKind.VOICE: ("audio", {"url": url}),
        ActKind.FILE: ("file", {"url": url, "name": name} | facts),
    }
    kind, payload = shapes[act.kind]
    return {"type": kind, "payload": payload}


def _id_by_app(user_id: str) -> str:
    """Another id of the same person, as Zalo gives one to each application."""
    return f"7{user_id[1:]}"


def _time(at: datetime) -> str:
    """Epoch milliseconds, as text."""
    return str(int(at.timestamp() * 1000))
