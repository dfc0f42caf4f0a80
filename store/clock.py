"""Time and ids as the product gets them; tests and the sandbox give their own."""

import secrets
from collections.abc import Callable
from datetime import UTC, datetime

#: Returns the present time, aware UTC.
Clock = Callable[[], datetime]
#: Returns a new id nobody can guess.
IdSource = Callable[[], str]


def system_clock() -> datetime:
    return datetime.now(UTC)


def random_id() -> str:
    return secrets.token_hex(12)
