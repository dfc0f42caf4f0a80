"""What comes in from a channel and what goes out to it, in terms no provider owns."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class ChannelName(StrEnum):
    """The ways a citizen can write to the province."""

    ZALO = "zalo"
    FACEBOOK = "facebook"
    #: `hoidap chat`, for whoever runs the service.
    TERMINAL = "terminal"


class EventKind(StrEnum):
    """What happened, whichever provider tells it."""

    MESSAGE = "message"
    POSTBACK = "postback"
    FOLLOW = "follow"
    UNFOLLOW = "unfollow"
    OPENED = "opened"  # the citizen opened the chat for the first time, nothing was written
    CONTACT = "contact"  # answer to a request for contact data
    EDIT = "edit"
    REACTION = "reaction"
    RATING = "rating"  # thumbs under a bot message
    DELIVERED = "delivered"
    READ = "read"
    ECHO = "echo"  # something the account itself sent, by us or by a person
    STANDBY = "standby"  # another application owns the conversation
    CONTROL = "control"  # the conversation changed its owner
    COMMENT = "comment"
    PRIVACY = "privacy"  # a person asks that data be withdrawn
    ACCOUNT = "account"  # policy, quota, template and group events for the operator
    UNKNOWN = "unknown"


class AttachmentKind(StrEnum):
    IMAGE = "image"
    AUDIO = "audio"
    VIDEO = "video"
    FILE = "file"
    STICKER = "sticker"
    LOCATION = "location"
    LINK = "link"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Attachment:
    kind: AttachmentKind
    url: str = ""
    name: str = ""
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True, slots=True)
class Inbound:
    """One event of a channel.

    `event_key` is unique within the channel and the same for every redelivery. `content` is the
    readable copy (no NUL, no lone surrogate); `raw` is the element as received.
    """

    channel: ChannelName
    account_id: str
    user_id: str
    event_key: str
    kind: EventKind
    raw: bytes
    sent_at: datetime | None = None
    text: str = ""
    #: Payload of the pressed button; never goes through the intent model.
    payload: str = ""
    message_id: str = ""
    #: Messages a receipt, a reaction or an edit speaks of.
    about: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    #: Echo only: our own tag (Messenger `metadata`), and whether a person at the account wrote it.
    tag: str = ""
    by_person: bool = False
    #: Further readable facts of the event (JSON types only).
    extra: dict[str, Any] | None = None

    @property
    def conversation_id(self) -> str:
        """One person at one account: `zalo:4000…:9000…`."""
        return f"{self.channel}:{self.account_id}:{self.user_id}"


class Speaker(StrEnum):
    """Who speaks to the citizen; shown on every message."""

    BOT = "bot"
    STAFF = "staff"


class MessageClass(StrEnum):
    """How hard we must try."""

    REPLY = "reply"  # the assistant's answer to what was just written
    MUST_REACH = "must_reach"  # answer of an agency, change of date, apology
    COURTESY = "courtesy"  # in-window only, never paid


@dataclass(frozen=True, slots=True)
class Choice:
    """A button that sends `payload` back."""

    label: str
    payload: str


@dataclass(frozen=True, slots=True)
class Link:
    """A button that opens an https address."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Outbound:
    """One message for the citizen as one provider call can carry it."""

    text: str
    choices: tuple[Choice, ...] = ()
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Envelope:
    """An outbound message with all a channel needs to send it."""

    account_id: str
    user_id: str
    message: Outbound
    speaker: Speaker
    #: Unique per outbox row; Messenger returns it in the echo.
    tag: str
    #: Written by a person and outside the ordinary window (Messenger human agent).
    human_window: bool = False


@dataclass(frozen=True, slots=True)
class Receipt:
    """The provider took the message."""

    message_id: str
    #: False when Zalo bills the message (no quota object in the reply).
    free: bool = True
