"""What stands on the phones of the sample citizens, in memory."""

import asyncio
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from delivery.messages import AttachmentKind, ChannelName, Speaker
from webhooks.sandbox.sent import SentMessage

#: Bubbles a screen keeps; older ones are in the store.
_MOST_BUBBLES = 300


class Side(StrEnum):
    CITIZEN = "citizen"
    ACCOUNT = "account"
    #: A line of the sandbox itself, such as "followed the account".
    NOTE = "note"


class Tick(StrEnum):
    """How far a message came."""

    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    SEEN = "seen"
    #: Our webhook did not take it.
    REFUSED = "refused"


class ButtonKind(StrEnum):
    REPLY = "reply"
    LINK = "link"
    PHONE = "phone"


@dataclass(frozen=True, slots=True)
class Button:
    label: str
    payload: str = ""
    url: str = ""
    kind: ButtonKind = ButtonKind.REPLY
    #: The phone shows the payload as a message of its owner.
    shown: bool = False


@dataclass(frozen=True, slots=True)
class Media:
    kind: AttachmentKind
    url: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Bubble:
    """One message on a screen; `key` is the provider's message id."""

    key: str
    side: Side
    at: datetime
    text: str = ""
    tick: Tick = Tick.SENT
    media: Media | None = None
    #: Stay below the message for ever.
    buttons: tuple[Button, ...] = ()
    #: Are gone after a tap or the next message.
    chips: tuple[Button, ...] = ()
    speaker: Speaker | None = None
    #: A NOTE says this; its words are in the text files.
    note: str = ""
    #: The webhook call that carried it: path, headers, body.
    parcel: "Parcel | None" = None
    revision: int = 0


@dataclass(frozen=True, slots=True)
class Parcel:
    """A signed call to our own webhook, as shown to the curious."""

    path: str
    header: str
    body: str


class ScreenId(NamedTuple):
    channel: ChannelName
    user_id: str


@dataclass(slots=True)
class Screen:
    """One citizen's chat with one account."""

    id: ScreenId
    bubbles: dict[str, Bubble] = field(default_factory=dict)
    revision: int = 0
    #: Pages that show this screen now.
    viewers: int = 0
    #: Messages on the phone nobody has looked at yet.
    unseen: list[SentMessage] = field(default_factory=list)
    #: Keeps the provider's calls about this chat in order.
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    loading: asyncio.Lock = field(default_factory=asyncio.Lock)
    loaded: bool = False
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    def put(self, bubble: Bubble) -> None:
        """Add a bubble, or replace the one with its key."""
        self.revision += 1
        self.bubbles[bubble.key] = replace(bubble, revision=self.revision)
        while len(self.bubbles) > _MOST_BUBBLES:
            del self.bubbles[next(iter(self.bubbles))]
        self.touch()

    def change(self, key: str, **values: Any) -> None:
        """Change a bubble if it is there and would differ."""
        found = self.bubbles.get(key)
        if found and any(getattr(found, name) != value for name, value in values.items()):
            self.put(replace(found, **values))

    def tick_up(self, key: str, tick: Tick) -> None:
        """Ticks only rise: a late "delivered" does not undo "seen"."""
        found = self.bubbles.get(key)
        if found and _RANK[tick] > _RANK[found.tick]:
            self.put(replace(found, tick=tick))

    def since(self, revision: int) -> list[Bubble]:
        return [bubble for bubble in self.bubbles.values() if bubble.revision > revision]

    @property
    def last_act(self) -> Bubble | None:
        """The newest thing the citizen did."""
        acts = (item for item in reversed(self.bubbles.values()) if item.side in _BY_CITIZEN)
        return next(acts, None)

    @property
    def chips(self) -> tuple[Button, ...]:
        """Quick replies of the newest message; a message of the citizen takes them away."""
        for bubble in reversed(self.bubbles.values()):
            if bubble.side is not Side.NOTE:
                return bubble.chips
        return ()

    def touch(self) -> None:
        """Wake the pages that show this screen."""
        self._changed.set()

    async def wait(self, seconds: float) -> None:
        """Until something changes, at most so long."""
        self._changed.clear()
        try:
            await asyncio.wait_for(self._changed.wait(), seconds)
        except TimeoutError:
            return


_BY_CITIZEN = frozenset({Side.CITIZEN, Side.NOTE})
_RANK = {
    Tick.REFUSED: 0,
    Tick.SENDING: 1,
    Tick.SENT: 2,
    Tick.DELIVERED: 3,
    Tick.SEEN: 4,
}


class Screens:
    """All phones; a screen exists from its first use on."""

    def __init__(self) -> None:
        self._screens: dict[ScreenId, Screen] = {}

    def get(self, channel: ChannelName, user_id: str) -> Screen:
        key = ScreenId(channel, user_id)
        if key not in self._screens:
            self._screens[key] = Screen(key)
        return self._screens[key]

    def touch_all(self) -> None:
        for screen in self._screens.values():
            screen.touch()
