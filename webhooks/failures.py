"""What a provider's error code means for the message, as rows of a table, and as an error."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta, timezone
from enum import StrEnum

from delivery.channel import (
    AlertedRefusalError,
    BadCredentialsError,
    ChannelError,
    OutcomeUnknownError,
    RefusedError,
    TransientError,
    WindowClosedError,
)

_VIETNAM = timezone(timedelta(hours=7))
#: Zalo's night rest ends at 06:00; five minutes keep us clear of its clock.
_MORNING = time(6, 5)
_DAY_START = time(0, 5)


class FailureKind(StrEnum):
    """What to do with the message; REFRESH ends as OPERATOR when a fresh token fails too."""

    RETRY = "retry"
    REFUSED = "refused"
    WINDOW = "window"
    OPERATOR = "operator"  # nothing can be sent before a person acts
    REFRESH = "refresh"
    UNCLEAR = "unclear"  # the message may have arrived


class Wait(StrEnum):
    """Moments a provider's limits end; times of day are Vietnam time."""

    NEXT_MINUTE = "next_minute"
    MORNING = "morning"  # 06:05
    NEXT_DAY = "next_day"  # 00:05


@dataclass(frozen=True, slots=True)
class Failure:
    """One row of an error table."""

    kind: FailureKind
    reason: str
    wait: Wait | timedelta | None = None
    #: An operator should look: a fault of ours or a code nobody has described.
    alert: bool = False
    #: The limit concerns the account, so nothing at all is sent until it ends.
    whole_channel: bool = False


class TokenRejectedError(BadCredentialsError):
    """The provider does not take this access token; a fresh one may help."""


UNLISTED = Failure(FailureKind.REFUSED, "a code nobody has described", alert=True)
#: HTTP status of an answer without a code of the provider's own.
_BY_STATUS: dict[int, Failure] = {
    200: Failure(FailureKind.UNCLEAR, "taken, but the answer is unreadable"),
    401: Failure(FailureKind.REFRESH, "unauthorised"),
    408: Failure(FailureKind.RETRY, "the request came too slowly"),
    429: Failure(FailureKind.RETRY, "too many requests", Wait.NEXT_MINUTE, whole_channel=True),
}
_SERVER_ERROR = Failure(FailureKind.RETRY, "server error")
_SERVER_ERRORS = range(500, 600)


def by_status(status: int) -> Failure:
    """The meaning of an answer that carries nothing but its HTTP status."""
    if status in _SERVER_ERRORS:
        return _SERVER_ERROR
    return _BY_STATUS.get(status, UNLISTED)


def to_error(failure: Failure, code: str, now: datetime) -> ChannelError:
    """The error that `send` raises for this row."""
    match failure.kind:
        case FailureKind.RETRY:
            wait = find_wait(failure.wait, now)
            return TransientError(code, retry_after=wait, whole_channel=failure.whole_channel)
        case FailureKind.WINDOW:
            return WindowClosedError(code)
        case FailureKind.OPERATOR:
            return BadCredentialsError(code)
        case FailureKind.REFRESH:
            return TokenRejectedError(code)
        case FailureKind.UNCLEAR:
            return OutcomeUnknownError(code)
        case FailureKind.REFUSED:
            return AlertedRefusalError(code) if failure.alert else RefusedError(code)


def find_wait(wait: Wait | timedelta | None, now: datetime) -> timedelta | None:
    """How long from `now` until the limit ends; None leaves it to the retry rule."""
    match wait:
        case Wait.NEXT_MINUTE:
            return timedelta(seconds=61) - timedelta(seconds=now.second)
        case Wait.MORNING:
            return _until(_MORNING, now)
        case Wait.NEXT_DAY:
            return _until(_DAY_START, now)
        case _:
            return wait


def _until(clock: time, now: datetime) -> timedelta:
    """To the next such time of day in Vietnam, which keeps no summer time."""
    local = now.astimezone(_VIETNAM)
    today = datetime.combine(local.date(), clock, _VIETNAM)
    return (today if today > local else today + timedelta(days=1)) - local
