"""What to do after a failed send, as a value."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from delivery.channel import (
    BadCredentialsError,
    ChannelError,
    OutcomeUnknownError,
    RefusedError,
    TransientError,
    WindowClosedError,
)
from delivery.messages import MessageClass

#: First wait; doubles with each attempt.
BASE = timedelta(seconds=2)
CAP = timedelta(minutes=30)
#: About 5 hours of trying with BASE and CAP.
ATTEMPTS = 18
#: Citizens' replies lose their sense sooner than answers of agencies.
REPLY_ATTEMPTS = 10
#: A message that may have arrived waits so long for its echo. A reply is worth a rare double
#: rather than a citizen who waits; an agency's answer is not sent twice without a person.
ECHO_WAIT = {
    MessageClass.REPLY: timedelta(seconds=30),
    MessageClass.MUST_REACH: timedelta(seconds=90),
    MessageClass.COURTESY: timedelta(seconds=90),
}


@dataclass(frozen=True, slots=True)
class RetryAt:
    at: datetime


@dataclass(frozen=True, slots=True)
class WaitForEcho:
    """Unknown outcome: look again at this time, do not send before."""

    until: datetime


@dataclass(frozen=True, slots=True)
class HoldForCitizen:
    """Send when the citizen writes again."""


@dataclass(frozen=True, slots=True)
class GiveUp:
    code: str


Decision = RetryAt | WaitForEcho | HoldForCitizen | GiveUp


def decide(
    error: ChannelError, *, message_class: MessageClass, attempt: int, now: datetime, jitter: float
) -> Decision:
    """Decide from the kind of error; `attempt` counts from 1, `jitter` is in [0, 1)."""
    match error:
        case WindowClosedError():
            return (
                HoldForCitizen() if message_class is MessageClass.MUST_REACH else GiveUp(error.code)
            )
        case OutcomeUnknownError():
            return WaitForEcho(now + ECHO_WAIT[message_class])
        case BadCredentialsError() if message_class is MessageClass.MUST_REACH:
            # An operator may need days; an agency's answer waits for the new consent.
            return RetryAt(now + CAP)
        case TransientError() | BadCredentialsError():
            if attempt >= (REPLY_ATTEMPTS if message_class is MessageClass.REPLY else ATTEMPTS):
                return GiveUp(error.code)
            return RetryAt(now + wait_before(attempt, error.retry_after, jitter))
        case RefusedError() | ChannelError():
            return GiveUp(error.code)


def wait_before(attempt: int, retry_after: timedelta | None, jitter: float) -> timedelta:
    """Capped exponential wait with up to half of it added; never under `retry_after`."""
    wait: timedelta = min(CAP, BASE * int(2 ** min(attempt - 1, 20)))
    wait = min(CAP, wait + wait * jitter / 2)
    return max(wait, retry_after + BASE * jitter) if retry_after else wait
