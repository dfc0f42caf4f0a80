"""Plays the two providers and their citizens: events to our service, its messages to the phones."""

import asyncio
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

from delivery.messages import ChannelName, Speaker
from webhooks.sandbox.acts import Act, ActKind, new_message_id
from webhooks.sandbox.arrivals import arrive
from webhooks.sandbox.clock import SandboxClock
from webhooks.sandbox.courier import Courier
from webhooks.sandbox.outage import Outage
from webhooks.sandbox.screens import Bubble, Screen, Screens, Side, Tick
from webhooks.sandbox.sent import Listener, SentMessage
from webhooks.sandbox.signing import SignedBody

#: Seconds until a phone reports a message, and until its owner has read it.
_UNTIL_DELIVERED = 0.4
_UNTIL_SEEN = 0.8
#: Acts that leave a line instead of a bubble.
_NOTED = frozenset({ActKind.FOLLOW, ActKind.UNFOLLOW, ActKind.START})
#: Zalo counts a new follower as an interaction (one source, November 2026), a lost one not.
_OPENS_NO_WINDOW = frozenset({ActKind.UNFOLLOW})


class Events(Protocol):
    """Writes one provider's webhook bodies."""

    def of_citizen(
        self, act: Act, user_id: str, message_id: str, at: datetime
    ) -> dict[str, Any]: ...

    def of_officer(
        self, text: str, user_id: str, message_id: str, at: datetime
    ) -> dict[str, Any]: ...

    def delivered(self, sent: SentMessage, at: datetime) -> dict[str, Any]: ...

    def seen(self, sent: SentMessage, at: datetime) -> dict[str, Any]: ...


class StandIn(Protocol):
    """What the player needs of a stand-in's state."""

    on_message: Listener | None
    last_interaction: dict[str, datetime]

    def citizen_wrote(self, user_id: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Provider:
    """One provider: its stand-in, the events it sends, its outage switch."""

    state: StandIn
    events: Events
    outage: Outage


class Player:
    """One for the server process; screens and windows live in its memory."""

    def __init__(
        self,
        *,
        providers: Mapping[ChannelName, Provider],
        courier: Courier,
        clock: SandboxClock,
        screens: Screens,
    ) -> None:
        self._providers = providers
        self._courier = courier
        self.clock = clock
        self.screens = screens
        self._running: set[asyncio.Task[None]] = set()
        for channel, provider in providers.items():
            provider.state.on_message = self._listener(channel)

    def outage(self, channel: ChannelName) -> Outage:
        return self._providers[channel].outage

    def last_interaction(self, screen: Screen) -> datetime | None:
        """When this citizen opened the window, in the sandbox's time."""
        known = self._providers[screen.id.channel].state.last_interaction
        return known.get(screen.id.user_id)

    def remember_interaction(self, screen: Screen, at: datetime) -> None:
        """The window as it stood before a restart; a newer one stays."""
        known = self._providers[screen.id.channel].state.last_interaction
        known[screen.id.user_id] = max(at, known.get(screen.id.user_id, at))

    def act(self, screen: Screen, act: Act) -> None:
        """The citizen does something; the call to our service runs beside."""
        channel, user_id = screen.id
        provider, message_id, at = self._providers[channel], new_message_id(), self.clock()
        if act.kind not in _OPENS_NO_WINDOW:
            provider.state.citizen_wrote(user_id)
        body = provider.events.of_citizen(act, user_id, message_id, at)
        signed = self._courier.sign(channel, body)
        parcel = self._courier.parcel(channel, signed)
        screen.put(replace(own_bubble(channel, act, message_id, at), parcel=parcel))
        self._start(self._deliver(screen, signed, message_id))

    def officer_writes(self, screen: Screen, text: str) -> None:
        """A person answers in the provider's own inbox; our service hears of it by an echo."""
        channel, user_id = screen.id
        message_id, at = new_message_id(), self.clock()
        body = self._providers[channel].events.of_officer(text, user_id, message_id, at)
        bubble = Bubble(message_id, Side.ACCOUNT, at, text, Tick.SENDING, speaker=Speaker.STAFF)
        screen.put(bubble)
        self._start(self._deliver(screen, self._courier.sign(channel, body), message_id))

    def look(self, screen: Screen) -> None:
        """Somebody looks at the screen: what waited there has been read."""
        waiting, screen.unseen = screen.unseen, []
        for sent in waiting:
            self._start(self._see(screen, sent))

    async def close(self) -> None:
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    def _listener(self, channel: ChannelName) -> Listener:
        async def listen(sent: SentMessage) -> None:
            screen = self.screens.get(channel, sent.user_id)
            screen.put(arrive(channel, sent, self.clock()))
            # The stand-in answers its caller first; the rest happens meanwhile.
            self._start(self._report(screen, sent))

        return listen

    async def _report(self, screen: Screen, sent: SentMessage) -> None:
        """Echo, "delivered" and "seen", as the provider tells them."""
        await self._tell(screen, sent.echo)
        await asyncio.sleep(_UNTIL_DELIVERED)
        events = self._providers[screen.id.channel].events
        await self._tell(screen, events.delivered(sent, self.clock()))
        screen.tick_up(sent.message_id, Tick.DELIVERED)
        if screen.viewers:
            await self._see(screen, sent)
        else:
            screen.unseen.append(sent)

    async def _see(self, screen: Screen, sent: SentMessage) -> None:
        await asyncio.sleep(_UNTIL_SEEN)
        events = self._providers[screen.id.channel].events
        await self._tell(screen, events.seen(sent, self.clock()))
        screen.tick_up(sent.message_id, Tick.SEEN)

    async def _tell(self, screen: Screen, body: dict[str, Any]) -> None:
        """An event without a bubble."""
        channel = screen.id.channel
        async with screen.turn:
            await self._courier.deliver(channel, self._courier.sign(channel, body))

    async def _deliver(self, screen: Screen, signed: SignedBody, key: str) -> None:
        async with screen.turn:
            taken = await self._courier.deliver(screen.id.channel, signed)
        if taken:
            screen.tick_up(key, Tick.SENT)
        else:
            screen.change(key, tick=Tick.REFUSED)

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)


def own_bubble(channel: ChannelName, act: Act, message_id: str, at: datetime) -> Bubble:
    """What the citizen's own phone shows of an act."""
    hidden = act.kind in (ActKind.PRESS, ActKind.MENU) and channel is ChannelName.ZALO
    if hidden or act.kind in _NOTED:
        return Bubble(message_id, Side.NOTE, at, act.text, Tick.SENDING, note=act.kind)
    return Bubble(message_id, Side.CITIZEN, at, act.text, Tick.SENDING, media=act.media)
