"""A provider's limit on one person is not a limit on everybody."""

from datetime import timedelta

import pytest

from delivery.channel import ChannelError, TransientError
from store.clock import system_clock
from webhooks.failures import to_error
from webhooks.zalo.errors import FAILURES


@pytest.mark.parametrize(
    ("code", "whole"),
    [(-32, True), (-211, True), (-321, True), (-218, False), (-234, False), (-200, False)],
)
def test_which_limits_of_zalo_are_the_accounts(code: int, whole: bool) -> None:
    error: ChannelError = to_error(FAILURES[code], str(code), system_clock())
    assert isinstance(error, TransientError)
    assert error.whole_channel is whole
    assert error.retry_after
    assert error.retry_after > timedelta(0)
