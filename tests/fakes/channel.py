"""A channel without a provider: the outcomes of its sends are queued by the test."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from delivery.channel import ChannelError, ChannelLimits
from delivery.messages import ChannelName, Envelope, Inbound, Receipt

LIMITS = ChannelLimits(
    text_chars=2000,
    choices=5,
    choice_label_chars=100,
    payload_chars=1000,
    window=timedelta(hours=24),
    human_window=timedelta(days=7),
)


@dataclass
class FakeChannel:
    """Takes every message unless an error waits in `outcomes`; remembers what it was given."""

    name: ChannelName = ChannelName.FACEBOOK
    limits: ChannelLimits = LIMITS
    outcomes: list[ChannelError | Exception] = field(default_factory=list)
    sent: list[Envelope] = field(default_factory=list)
    tried: list[Envelope] = field(default_factory=list)
    #: A send waits until this is set, when it is given.
    gate: asyncio.Event | None = None
    #: Set by each send when it begins.
    entered: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def texts(self) -> list[str]:
        return [envelope.message.text for envelope in self.sent]

    def verify(self, raw: bytes, headers: Mapping[str, str]) -> bool:
        return False

    def parse(self, raw: bytes) -> list[Inbound]:
        return []

    async def send(self, envelope: Envelope) -> Receipt:
        self.tried.append(envelope)
        self.entered.set()
        if self.gate is not None:
            await self.gate.wait()
        if self.outcomes:
            raise self.outcomes.pop(0)
        self.sent.append(envelope)
        return Receipt(message_id=f"{self.name}-{len(self.sent)}")
