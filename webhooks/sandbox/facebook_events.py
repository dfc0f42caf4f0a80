"""Writes the webhook bodies Messenger sends (Graph v25, November 2026)."""

from datetime import datetime
from typing import Any

from webhooks.sandbox.accounts import SandboxAccounts
from webhooks.sandbox.acts import Act, ActKind
from webhooks.sandbox.sent import SentMessage

#: The page's own inbox as it appears in echoes.
_INBOX_APP_ID = 263902037430900
_TYPES = {
    ActKind.PHOTO: "image",
    ActKind.VOICE: "audio",
    ActKind.FILE: "file",
    ActKind.STICKER: "sticker",
}
_POSTBACKS = frozenset({ActKind.MENU, ActKind.START})


class FacebookEvents:
    """`at` is the provider's time of each event."""

    def __init__(self, accounts: SandboxAccounts) -> None:
        self._page_id = accounts.facebook_page_id

    def of_citizen(self, act: Act, user_id: str, message_id: str, at: datetime) -> dict[str, Any]:
        """What the citizen did. Menu and Get Started are postbacks, quick replies are messages."""
        if act.kind in _POSTBACKS:
            postback = {"mid": message_id, "title": act.text, "payload": act.payload}
            return self._from_citizen(user_id, at, {"postback": postback})
        message: dict[str, Any] = {"mid": message_id}
        if act.text:
            message["text"] = act.text
        if act.payload:
            message["quick_reply"] = {"payload": act.payload}
        if attachment := _attachment(act):
            message["attachments"] = [attachment]
        return self._from_citizen(user_id, at, {"message": message})

    def of_officer(self, text: str, user_id: str, message_id: str, at: datetime) -> dict[str, Any]:
        """A person typed in the page's inbox: an echo of another application, without our tag."""
        message = {
            "mid": message_id,
            "is_echo": True,
            "app_id": _INBOX_APP_ID,
            "text": text,
        }
        sides = {"sender": {"id": self._page_id}, "recipient": {"id": user_id}}
        return self._envelope(at, {**sides, "timestamp": _time(at), "message": message})

    def delivered(self, sent: SentMessage, at: datetime) -> dict[str, Any]:
        told = {"mids": [sent.message_id], "watermark": _time(at)}
        sides = {"sender": {"id": sent.user_id}, "recipient": {"id": self._page_id}}
        return self._envelope(at, {**sides, "delivery": told})

    def seen(self, sent: SentMessage, at: datetime) -> dict[str, Any]:
        return self._from_citizen(sent.user_id, at, {"read": {"watermark": _time(at)}})

    def _from_citizen(self, user_id: str, at: datetime, part: dict[str, Any]) -> dict[str, Any]:
        sides = {"sender": {"id": user_id}, "recipient": {"id": self._page_id}}
        return self._envelope(at, {**sides, "timestamp": _time(at), **part})

    def _envelope(self, at: datetime, element: dict[str, Any]) -> dict[str, Any]:
        entry = {"id": self._page_id, "time": _time(at), "messaging": [element]}
        return {"object": "page", "entry": [entry]}


def _attachment(act: Act) -> dict[str, Any] | None:
    if act.kind is ActKind.PLACE:
        place = {"lat": act.latitude, "long": act.longitude}
        return {"type": "location", "title": act.text, "payload": {"coordinates": place}}
    if act.media is None or act.kind not in _TYPES:
        return None
    payload: dict[str, Any] = {"url": act.media.url}
    if act.kind is ActKind.STICKER:
        payload["sticker_id"] = int(act.media.name)
    return {"type": _TYPES[act.kind], "payload": payload}


def _time(at: datetime) -> int:
    """Epoch milliseconds."""
    return int(at.timestamp() * 1000)
