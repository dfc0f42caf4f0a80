"""What each of Meta's codes does to a message, written from the protocol, not from the table."""

import json
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
from webhooks.facebook.errors import FAILURES, find_failure, find_pause
from webhooks.failures import to_error

NOW = datetime(2026, 11, 20, 2, 30, 20, tzinfo=UTC)

RETRIED = ["-1", "1", "1/99", "2", "1200", "100/2018008", "100/2018294", "100/2534037", "2018321"]
PAUSED = ["4", "4/2018022", "4/2018354", "17", "32", "613", "613/2534040"]
PAUSED += ["80001", "80002", "80006"]
WINDOW_CLOSED = ["10/2018278", "10/2018065", "10/2534022"]
UNCLEAR = ["1/1357046"]
FOR_OPERATOR = ["10", "10/1893063", "190", "190/460", "190/463", "200", "200/2018028", "230"]
FOR_OPERATOR += ["368", "2022"]
REFUSED = ["2/2018344", "3", "9/2018352", "10/2018108", "10/1893015", "10/1404170", "10/2018336"]
REFUSED += ["100", "100/33", "100/1893061", "100/2018001", "100/2018047", "100/2018074"]
REFUSED += ["100/2018109", "100/2018014", "100/2018015", "100/2018040", "100/2018164"]
REFUSED += ["100/2018292", "100/2534025", "100/2018218", "200/2018027", "200/2018021"]
REFUSED += ["200/1545041", "551", "551/1545041", "546", "546/1545026", "613/2018338"]
REFUSED += ["613/1893016", "2018171", "2018218", "2018234", "2018247", "2018300", "10303"]
REFUSED += ["10900", "10902", "10903", "9000001"]


def reply(code: str, status: int = 400, headers: dict[str, str] | None = None) -> Reply:
    number, _, subcode = code.partition("/")
    error: dict[str, Any] = {"code": int(number), "message": "x", "fbtrace_id": "A1"}
    if subcode:
        error["error_subcode"] = int(subcode)
    return Reply(status, {"error": error}, headers or {})


def error_for(answer: Reply) -> ChannelError:
    found = find_failure(answer)
    assert found is not None
    failure, code = found
    return to_error(failure, code, NOW)


@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        (RETRIED, TransientError),
        (PAUSED, TransientError),
        (WINDOW_CLOSED, WindowClosedError),
        (UNCLEAR, OutcomeUnknownError),
        (FOR_OPERATOR, BadCredentialsError),
        (REFUSED, RefusedError),
    ],
)
def test_code_has_its_kind(codes: list[str], expected: type[ChannelError]) -> None:
    for code in codes:
        error = error_for(reply(code))
        assert isinstance(error, expected), code
        assert error.code == code


def test_every_row_of_the_table_is_expected_above() -> None:
    expected = {*RETRIED, *PAUSED, *WINDOW_CLOSED, *UNCLEAR, *FOR_OPERATOR, *REFUSED}
    names = {f"{code}/{sub}" if sub else str(code) for code, sub in FAILURES}
    assert names <= expected


@pytest.mark.parametrize("code", PAUSED)
def test_limit_on_calls_pauses_everything(code: str) -> None:
    answer = reply(code)
    found = find_failure(answer)
    assert found is not None
    assert find_pause(answer, found[0]) == timedelta(minutes=5)


@pytest.mark.parametrize("code", [*RETRIED, *WINDOW_CLOSED, *FOR_OPERATOR, *REFUSED])
def test_other_failures_pause_nothing(code: str) -> None:
    answer = reply(code)
    found = find_failure(answer)
    assert found is not None
    assert find_pause(answer, found[0]) is None


@pytest.mark.parametrize(
    ("usage", "minutes"),
    [
        ({"1": [{"estimated_time_to_regain_access": 37}]}, 37),
        ({"1": [{"estimated_time_to_regain_access": "37"}]}, 37),
        ({"1": [{}, {"estimated_time_to_regain_access": 9}], "2": "x", "3": [5]}, 9),
        ({"1": [{"estimated_time_to_regain_access": 99999999}]}, 24 * 60),
        ({"1": [{"estimated_time_to_regain_access": 0}]}, 5),
        ([], 5),
    ],
)
def test_pause_lasts_as_long_as_meta_estimates(usage: Any, minutes: int) -> None:
    answer = reply("80006", headers={"x-business-use-case-usage": json.dumps(usage)})
    assert find_pause(answer, FAILURES[80006, None]) == timedelta(minutes=minutes)


@pytest.mark.parametrize("usage", ["", "{", "\ud800", "null"])
def test_unreadable_usage_still_pauses(usage: str) -> None:
    answer = reply("4", headers={"X-Business-Use-Case-Usage": usage})
    assert find_pause(answer, FAILURES[4, None]) == timedelta(minutes=5)


def test_code_nobody_described_is_refused_with_alarm() -> None:
    assert type(error_for(reply("4711/12"))) is AlertedRefusalError


def test_undescribed_code_that_meta_calls_transient_is_retried() -> None:
    answer = Reply(400, {"error": {"code": 4711, "is_transient": True}}, {})
    assert type(error_for(answer)) is TransientError
    assert type(error_for(reply("4711", status=503))) is TransientError


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (500, None, TransientError),
        (503, {}, TransientError),
        (429, None, TransientError),
        (401, None, BadCredentialsError),
        (403, None, AlertedRefusalError),
        (200, None, OutcomeUnknownError),
        (200, {}, OutcomeUnknownError),
        (200, {"error": {}, "message_id": "m"}, OutcomeUnknownError),
        (400, {"error": "text"}, AlertedRefusalError),
        (400, {"error": {"code": []}}, AlertedRefusalError),
    ],
)
def test_answers_without_a_code(
    status: int, body: dict[str, Any] | None, expected: type[ChannelError]
) -> None:
    assert type(error_for(Reply(status, body, {}))) is expected


@pytest.mark.parametrize("body", [{"message_id": "m", "recipient_id": "7"}, {"recipient_id": "7"}])
def test_success(body: dict[str, Any]) -> None:
    assert find_failure(Reply(200, body, {})) is None
