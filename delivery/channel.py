"""The port every channel implements, its limits, and the four kinds of failure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from delivery.messages import ChannelName, Envelope, Inbound, Receipt


@dataclass(frozen=True, slots=True)
class ChannelLimits:
    """What one message may hold. Characters are Unicode code points after NFC."""

    text_chars: int
    choices: int
    choice_label_chars: int
    payload_chars: int
    #: Citizen's silence after which the channel takes nothing automated.
    window: timedelta
    #: Citizen's silence after which not even a person's words are taken.
    human_window: timedelta


class ChannelError(Exception):
    """A provider did not take a message; `code` is the provider's, for the operator."""

    def __init__(self, code: str, *, retry_after: timedelta | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.retry_after = retry_after


class TransientError(ChannelError):
    """Try again later, not before `retry_after` when it is given."""

    def __init__(
        self, code: str, *, retry_after: timedelta | None = None, whole_channel: bool = False
    ) -> None:
        super().__init__(code, retry_after=retry_after)
        #: The limit is the account's, not this person's or message's: everybody has to wait.
        self.whole_channel = whole_channel


class RefusedError(ChannelError):
    """This message will never be taken."""


class AlertedRefusalError(RefusedError):
    """Refused with a code nobody expects: an operator must look."""


class WindowClosedError(ChannelError):
    """The citizen has been silent for too long for this kind of message."""


class BadCredentialsError(ChannelError):
    """The token is dead; nothing can be sent before an operator acts."""


class OutcomeUnknownError(ChannelError):
    """The request left and no answer came: the message may have arrived."""


class Channel(Protocol):
    """One provider account. `send` raises a ChannelError and nothing else."""

    name: ChannelName
    limits: ChannelLimits

    def verify(self, raw: bytes, headers: Mapping[str, str]) -> bool:
        """Whether the provider signed exactly these bytes (constant time, never raises)."""
        ...

    def parse(self, raw: bytes) -> list[Inbound]:
        """Every event of a verified body; a broken element never loses its neighbours."""
        ...

    async def send(self, envelope: Envelope) -> Receipt:
        """One provider call.

        Raises:
            ChannelError: one of its five kinds.
        """
        ...
