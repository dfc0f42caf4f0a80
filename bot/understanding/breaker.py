"""Stops asking a service that does not answer, and tries again after a while."""

from collections.abc import Callable

FAILURES = 3
#: Seconds.
REST = 5.0


class Breaker:
    """Opens after some failures in a row; after a rest one probe decides.

    Whoever was allowed must report `succeeded`, `failed` or `gave_up`.
    """

    def __init__(
        self, clock: Callable[[], float], *, failures: int = FAILURES, rest: float = REST
    ) -> None:
        """`clock` gives seconds that never go backwards; `rest` is in seconds."""
        self._clock = clock
        self._limit = failures
        self._rest = rest
        self._failures = 0
        self._closed_again_at: float | None = None
        self._is_probing = False

    @property
    def is_open(self) -> bool:
        return self._closed_again_at is not None

    def allows(self) -> bool:
        """Tell whether to try now. While open, one caller after each rest gets a yes."""
        if self._closed_again_at is None:
            return True
        if self._is_probing or self._clock() < self._closed_again_at:
            return False
        self._is_probing = True
        return True

    def succeeded(self) -> None:
        self._failures = 0
        self._closed_again_at = None
        self._is_probing = False

    def failed(self) -> None:
        self._failures += 1
        if self._is_probing or self._failures >= self._limit:
            self._closed_again_at = self._clock() + self._rest
        self._is_probing = False

    def gave_up(self) -> None:
        """Say that the caller went away; nothing was learnt about the service."""
        self._is_probing = False
