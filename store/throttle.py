"""Counts what may be done only so often: by what it is done to, and by address."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from store.staff import StaffRepository


class Limited(StrEnum):
    """What is counted; the value begins the hashed subject."""

    PICKUP_CASE = "pickup_case"
    #: Guesses from many addresses have all day: a million codes are too few for that.
    PICKUP_CASE_DAY = "pickup_case_day"
    PICKUP_ADDRESS = "pickup_address"
    WEB_QUESTION = "web_question"
    WEB_MAIL = "web_mail"
    DATA_REQUEST = "data_request"


@dataclass(frozen=True, slots=True)
class Limit:
    times: int
    within: timedelta


_HOUR = timedelta(hours=1)
#: Counts are kept longer than this: see `store.retention`.
_DAY = timedelta(days=1)

#: Behind one address sits a household, an office, or a mobile network's whole district.
LIMITS = {
    Limited.PICKUP_CASE: Limit(5, _HOUR),
    Limited.PICKUP_CASE_DAY: Limit(15, _DAY),
    Limited.PICKUP_ADDRESS: Limit(30, _HOUR),
    Limited.WEB_QUESTION: Limit(20, _HOUR),
    Limited.WEB_MAIL: Limit(5, _HOUR),
    Limited.DATA_REQUEST: Limit(10, _HOUR),
}


class TooManyTriesError(Exception):
    """Not now; everything counted is forgotten within `wait`."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__(str(wait))
        self.wait = wait


class Throttle:
    """`hold` before counting: no try slips past the count of the one before it."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self._counted = StaffRepository(connection)

    async def hold(self, what: Limited, who: str) -> None:
        """One at a time for this subject, until the caller's transaction ends."""
        await self._connection.execute(
            text("select pg_advisory_xact_lock(hashtextextended(:subject, 0))"),
            {"subject": _subject(what, who)},
        )

    async def check(self, what: Limited, who: str, now: datetime) -> None:
        """Look, without counting.

        Raises:
            TooManyTriesError: it was done too often.
        """
        limit = LIMITS[what]
        done = await self._counted.count_failures(_subject(what, who), now - limit.within)
        if done >= limit.times:
            raise TooManyTriesError(limit.within)

    async def note(self, what: Limited, who: str, now: datetime) -> None:
        """Count one; the caller commits."""
        await self._counted.note_failure(_subject(what, who), now)

    async def take(self, what: Limited, who: str, now: datetime) -> None:
        """Check and count in one.

        Raises:
            TooManyTriesError: it was done too often.
        """
        await self.hold(what, who)
        await self.check(what, who, now)
        await self.note(what, who, now)


def _subject(what: Limited, who: str) -> str:
    return f"{what}:{hashlib.sha256(who.strip().lower().encode()).hexdigest()}"
