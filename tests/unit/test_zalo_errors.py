"""What each of Zalo's codes does to a message, written from the protocol, not from the table."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from delivery.channel import (
    AlertedRefusalError,
    BadCredentialsError,
    ChannelError,
    OutcomeUnknownError,
    RefusedError,
    TransientError,
    WindowClosedError,
)
from webhooks.calls import Reply
from webhooks.failures import TokenRejectedError, to_error
from webhooks.zalo.errors import FAILURES, find_failure

#: 09:30:20 in Vietnam.
NOW = datetime(2026, 11, 20, 2, 30, 20, tzinfo=UTC)

REFRESHED = (-216, -220, 401, -401, 216, 3, -124)
WINDOW_CLOSED = (-230, -231, -232, -305, -311)
REFUSED = (
    *(-100, -201, -202, -210, -213, -217, -222, -227, -233, -237, -238, -240, -241, -244),
    *(-248, -249, -403, -501, -1340, -1341),
)
FOR_OPERATOR = (
    *(-204, -205, -207, -208, -209, -212, -215, -219, -221, -223, -224, -235, -242, -320),
)
RETRIED = {
    -32: timedelta(seconds=41),
    -200: timedelta(seconds=30),
    -214: timedelta(seconds=30),
    -211: timedelta(hours=14, minutes=34, seconds=40),
    -218: timedelta(hours=14, minutes=34, seconds=40),
    -234: timedelta(hours=20, minutes=34, seconds=40),
    -321: timedelta(hours=1),
}


def error_for(body: dict[str, Any] | None, status: int = 200, now: datetime = NOW) -> ChannelError:
    found = find_failure(Reply(status, body, {}))
    assert found is not None
    failure, code = found
    return to_error(failure, code, now)


@pytest.mark.parametrize("code", REFRESHED)
def test_dead_token_asks_for_a_fresh_one(code: int) -> None:
    assert type(error_for({"error": code})) is TokenRejectedError


@pytest.mark.parametrize("code", WINDOW_CLOSED)
def test_silent_citizen_closes_the_window(code: int) -> None:
    assert type(error_for({"error": code})) is WindowClosedError


@pytest.mark.parametrize("code", REFUSED)
def test_hopeless_message_is_refused(code: int) -> None:
    error = error_for({"error": code})
    assert isinstance(error, RefusedError)
    assert error.code == str(code)


@pytest.mark.parametrize("code", FOR_OPERATOR)
def test_trouble_of_the_account_keeps_the_message(code: int) -> None:
    assert type(error_for({"error": code})) is BadCredentialsError


@pytest.mark.parametrize(("code", "wait"), RETRIED.items())
def test_passing_trouble_tells_when_to_try_again(code: int, wait: timedelta) -> None:
    error = error_for({"error": code})
    assert isinstance(error, TransientError)
    assert error.retry_after == wait


def test_every_row_of_the_table_is_expected_above() -> None:
    expected = {*REFRESHED, *WINDOW_CLOSED, *REFUSED, *FOR_OPERATOR, *RETRIED}
    assert set(FAILURES) == expected


@pytest.mark.parametrize(
    ("now", "wait"),
    [
        (datetime(2026, 11, 20, 16, 0, tzinfo=UTC), timedelta(hours=7, minutes=5)),  # 23:00
        (datetime(2026, 11, 20, 19, 0, tzinfo=UTC), timedelta(hours=4, minutes=5)),  # 02:00
        (datetime(2026, 11, 20, 23, 5, tzinfo=UTC), timedelta(days=1)),  # 06:05 sharp
    ],
)
def test_night_rest_ends_at_five_past_six_in_vietnam(now: datetime, wait: timedelta) -> None:
    assert error_for({"error": -234}, now=now).retry_after == wait


@pytest.mark.parametrize("body", [{"error": -99999}, {"error": "-77"}, {"error": 12}])
def test_code_nobody_described_is_refused_with_alarm(body: dict[str, Any]) -> None:
    assert type(error_for(body)) is AlertedRefusalError


def test_code_may_come_as_text() -> None:
    assert type(error_for({"error": "-230", "message": "x"})) is WindowClosedError
    assert find_failure(Reply(200, {"error": "0", "data": {}}, {})) is None


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (500, None, TransientError),
        (502, None, TransientError),
        (503, {"error": -99999}, TransientError),
        (429, None, TransientError),
        (401, None, TokenRejectedError),
        (401, {"error": -230}, WindowClosedError),
        (403, None, AlertedRefusalError),
        (302, None, AlertedRefusalError),
        (200, None, OutcomeUnknownError),
        (200, {}, OutcomeUnknownError),
        (200, {"error": None}, OutcomeUnknownError),
        (200, {"error": "9" * 5000}, OutcomeUnknownError),
        (200, {"error": []}, OutcomeUnknownError),
    ],
)
def test_answers_without_a_known_code(
    status: int, body: dict[str, Any] | None, expected: type[ChannelError]
) -> None:
    assert type(error_for(body, status)) is expected
