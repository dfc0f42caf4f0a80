"""A clock that stands still until it is told otherwise."""

from datetime import UTC, datetime, timedelta

NOW = datetime(2026, 11, 20, 2, 30, tzinfo=UTC)


class StillClock:
    def __init__(self, at: datetime = NOW) -> None:
        self._at = at

    def __call__(self) -> datetime:
        return self._at

    def advance(self, by: timedelta) -> None:
        self._at += by
