"""The sandbox's own time, which a visitor moves forward to see windows close."""

from datetime import datetime, timedelta

from store.clock import Clock

#: Far enough for every window and for a legal answer of 15 working days.
FURTHEST = timedelta(days=90)


class SandboxClock:
    """Callable like any clock. Moves the stand-ins and the phones, never our own service."""

    def __init__(self, base: Clock) -> None:
        self._base = base
        self._ahead = timedelta(0)

    def __call__(self) -> datetime:
        return self._base() + self._ahead

    @property
    def ahead(self) -> timedelta:
        return self._ahead

    def forward(self, by: timedelta) -> None:
        """Move on, not beyond `FURTHEST`; time never runs back."""
        self._ahead = min(self._ahead + max(by, timedelta(0)), FURTHEST)

    def reset(self) -> None:
        """Back to real time."""
        self._ahead = timedelta(0)
