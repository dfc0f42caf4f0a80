"""A clock that stands still until it is told otherwise."""

from datetime import UTC, datetime, timedelta

NOW = datetime(2026, 11, 20, 2, 30, tzinfo=UTC)
#: Friday, 09:00 in Vietnam.
NINE = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


class StillClock:
    def __init__(self, at: datetime = NOW) -> None:
        self.now = at

    def __call__(self) -> datetime:
        return self.now

    def advance(self, by: timedelta) -> None:
        self.now += by

    def move(self, **step: float) -> None:
        """As `timedelta` names the step."""
        self.advance(timedelta(**step))
