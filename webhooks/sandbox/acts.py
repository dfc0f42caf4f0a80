"""What a citizen can do on a phone, whichever provider carries it."""

import secrets
from dataclasses import dataclass
from enum import StrEnum

from delivery.messages import ChannelName
from webhooks.sandbox.screens import Media

#: The apps on the phones.
APPS = (ChannelName.ZALO, ChannelName.FACEBOOK)


class ActKind(StrEnum):
    TEXT = "text"
    #: A button below a message, a quick reply or an item of the menu.
    PRESS = "press"
    MENU = "menu"
    STICKER = "sticker"
    PHOTO = "photo"
    VOICE = "voice"
    FILE = "file"
    PLACE = "place"
    #: Zalo: follow and unfollow. Messenger: "Get Started".
    FOLLOW = "follow"
    UNFOLLOW = "unfollow"
    START = "start"


@dataclass(frozen=True, slots=True)
class Act:
    kind: ActKind
    text: str = ""
    #: Of the pressed button.
    payload: str = ""
    media: Media | None = None
    latitude: float = 0.0
    longitude: float = 0.0
    #: Bytes of a file.
    size: int = 0
    #: Hex MD5 of a file, as Zalo tells it.
    checksum: str = ""


def new_message_id() -> str:
    return secrets.token_hex(10)
