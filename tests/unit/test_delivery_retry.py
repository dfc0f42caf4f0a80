"""What follows a failed send: the table of kinds × class × attempt, and the waits."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from delivery.channel import (
    BadCredentialsError,
    ChannelError,
    OutcomeUnknownError,
    RefusedError,
    TransientError,
    WindowClosedError,
)
from delivery.messages import MessageClass
from delivery.retry import Decision, GiveUp, HoldForCitizen, RetryAt, WaitForEcho, decide
from delivery.retry import wait_before as wait_after

NOW = datetime(2026, 11, 20, 2, 30, tzinfo=UTC)
REPLY, MUST, COURTESY = MessageClass.REPLY, MessageClass.MUST_REACH, MessageClass.COURTESY
CAP = timedelta(minutes=30)


def after(error: ChannelError, message_class: MessageClass, attempt: int = 1) -> Decision:
    return decide(error, message_class=message_class, attempt=attempt, now=NOW, jitter=0.0)


def seconds(count: float) -> datetime:
    return NOW + timedelta(seconds=count)


@pytest.mark.parametrize(
    ("error", "message_class", "attempt", "expected"),
    [
        (TransientError, REPLY, 1, RetryAt(seconds(2))),
        (TransientError, REPLY, 2, RetryAt(seconds(4))),
        (TransientError, REPLY, 9, RetryAt(seconds(512))),
        (TransientError, REPLY, 10, GiveUp("x")),
        (TransientError, MUST, 10, RetryAt(seconds(1024))),
        (TransientError, MUST, 11, RetryAt(seconds(1800))),
        (TransientError, MUST, 17, RetryAt(seconds(1800))),
        (TransientError, MUST, 18, GiveUp("x")),
        (TransientError, COURTESY, 17, RetryAt(seconds(1800))),
        (TransientError, COURTESY, 18, GiveUp("x")),
        (BadCredentialsError, REPLY, 1, RetryAt(seconds(2))),
        (BadCredentialsError, REPLY, 10, GiveUp("x")),
        # An operator may need days to consent again; the answer waits for it.
        (BadCredentialsError, MUST, 1, RetryAt(seconds(1800))),
        (BadCredentialsError, MUST, 999, RetryAt(seconds(1800))),
        (BadCredentialsError, COURTESY, 18, GiveUp("x")),
        (WindowClosedError, REPLY, 1, GiveUp("x")),
        (WindowClosedError, COURTESY, 1, GiveUp("x")),
        (WindowClosedError, MUST, 1, HoldForCitizen()),
        (WindowClosedError, MUST, 99, HoldForCitizen()),
        (OutcomeUnknownError, REPLY, 1, WaitForEcho(seconds(30))),
        (OutcomeUnknownError, MUST, 1, WaitForEcho(seconds(90))),
        (OutcomeUnknownError, COURTESY, 1, WaitForEcho(seconds(90))),
        (RefusedError, REPLY, 1, GiveUp("x")),
        (RefusedError, MUST, 1, GiveUp("x")),
        (RefusedError, COURTESY, 1, GiveUp("x")),
        (ChannelError, MUST, 1, GiveUp("x")),
    ],
)
def test_the_table(
    error: type[ChannelError], message_class: MessageClass, attempt: int, expected: Decision
) -> None:
    assert after(error("x"), message_class, attempt) == expected


@given(
    attempt=st.integers(1, 10_000),
    jitter=st.floats(0, 1, exclude_max=True),
    retry_after=st.none() | st.timedeltas(timedelta(0), timedelta(days=2)),
)
def test_waits_are_capped_but_never_shorter_than_the_provider_asked(
    attempt: int, jitter: float, retry_after: timedelta | None
) -> None:
    wait = wait_after(attempt, retry_after, jitter)
    assert wait >= timedelta(seconds=2)
    if retry_after is None:
        assert wait <= CAP
    else:
        assert retry_after <= wait
        assert wait <= max(CAP, retry_after + timedelta(seconds=2))


@given(attempt=st.integers(1, 18), jitter=st.floats(0, 1, exclude_max=True))
def test_jitter_adds_up_to_half(attempt: int, jitter: float) -> None:
    plain, wait = wait_after(attempt, None, 0.0), wait_after(attempt, None, jitter)
    assert plain <= wait <= min(CAP, plain * 1.5)


def test_jitter_spreads_those_whom_the_provider_told_the_same_time() -> None:
    told = timedelta(minutes=1)
    assert wait_after(1, told, 0.0) < wait_after(1, told, 0.9)
    assert wait_after(1, None, 0.0) < wait_after(1, None, 0.9)


def test_an_answer_is_tried_for_hours_a_reply_for_minutes() -> None:
    answer = sum((wait_after(attempt, None, 0.0) for attempt in range(1, 18)), timedelta())
    reply = sum((wait_after(attempt, None, 0.0) for attempt in range(1, 10)), timedelta())
    assert timedelta(hours=4) < answer < timedelta(hours=6)
    assert timedelta(minutes=10) < reply < timedelta(minutes=30)
