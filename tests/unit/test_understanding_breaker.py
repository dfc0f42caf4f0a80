"""The breaker, with a clock that is moved by hand."""

from dataclasses import dataclass

import pytest

from bot.understanding.breaker import Breaker


@dataclass
class Clock:
    now: float = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def breaker(clock: Clock) -> Breaker:
    return Breaker(clock)


def fail(breaker: Breaker, times: int) -> None:
    for _ in range(times):
        assert breaker.allows()
        breaker.failed()


def test_two_failures_are_borne(breaker: Breaker) -> None:
    fail(breaker, 2)
    assert breaker.allows()
    assert not breaker.is_open


def test_a_success_between_failures_counts_from_the_beginning(breaker: Breaker) -> None:
    fail(breaker, 2)
    breaker.succeeded()
    fail(breaker, 2)
    assert breaker.allows()


def test_three_failures_in_a_row_open_it_for_five_seconds(breaker: Breaker, clock: Clock) -> None:
    fail(breaker, 3)
    assert breaker.is_open
    clock.now += 4.9
    assert not breaker.allows()
    clock.now += 0.1
    assert breaker.allows()


def test_only_one_probe_at_a_time(breaker: Breaker, clock: Clock) -> None:
    fail(breaker, 3)
    clock.now += 5
    assert [breaker.allows() for _ in range(3)] == [True, False, False]
    breaker.succeeded()
    assert [breaker.allows() for _ in range(3)] == [True, True, True]


def test_a_failed_probe_opens_it_again(breaker: Breaker, clock: Clock) -> None:
    fail(breaker, 3)
    clock.now += 5
    assert breaker.allows()
    breaker.failed()
    assert not breaker.allows()
    clock.now += 5
    assert breaker.allows()


def test_a_probe_that_went_away_leaves_room_for_the_next(breaker: Breaker, clock: Clock) -> None:
    fail(breaker, 3)
    clock.now += 5
    assert breaker.allows()
    breaker.gave_up()
    assert breaker.allows()


def test_a_late_failure_of_an_earlier_caller_does_not_end_the_probe(
    breaker: Breaker, clock: Clock
) -> None:
    assert breaker.allows()  # a slow call, still under way
    fail(breaker, 3)
    clock.now += 5
    assert breaker.allows()
    breaker.succeeded()
    breaker.failed()  # the slow call
    assert breaker.allows()
