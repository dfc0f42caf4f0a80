"""A provider's token pair."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class TokenPair:
    """`access` may be empty when only a refresh token was configured."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    expires_at: datetime
