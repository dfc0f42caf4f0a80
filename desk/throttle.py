"""Slows down who guesses passwords: by account and by address."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from store.staff import StaffRepository

WINDOW = timedelta(minutes=15)


class Scope(StrEnum):
    ACCOUNT = "account"
    ADDRESS = "address"


#: Failures within the window after which nobody is let in. Behind one address sits an office.
LIMITS = {Scope.ACCOUNT: 5, Scope.ADDRESS: 20}


@dataclass(frozen=True, slots=True)
class Throttle:
    staff: StaffRepository
    email: str
    address: str

    async def minutes_to_wait(self, now: datetime) -> int:
        """Whole minutes until the next try is taken; 0: now."""
        return max(
            [await self._minutes(subject, LIMITS[scope], now) for scope, subject in self._subjects]
        )

    async def account_minutes(self, now: datetime) -> int:
        """Whole minutes until this account is let in again, wherever from; 0: now."""
        subject = _subject(Scope.ACCOUNT, self.email)
        return await self._minutes(subject, LIMITS[Scope.ACCOUNT], now)

    async def note_failure(self, now: datetime) -> None:
        for _, subject in self._subjects:
            await self.staff.note_failure(subject, now)

    async def forget_account(self) -> None:
        """A right password clears its account; the address keeps its failures."""
        await self.staff.forget_failures(_subject(Scope.ACCOUNT, self.email))

    @property
    def _subjects(self) -> tuple[tuple[Scope, str], ...]:
        written = {Scope.ACCOUNT: self.email, Scope.ADDRESS: self.address}
        return tuple((scope, _subject(scope, text)) for scope, text in written.items())

    async def _minutes(self, subject: str, limit: int, now: datetime) -> int:
        low, high = 0, int(WINDOW.total_seconds() // 60)
        while low < high:
            middle = (low + high) // 2
            since = now - WINDOW + timedelta(minutes=middle)
            if await self.staff.count_failures(subject, since) >= limit:
                low = middle + 1
            else:
                high = middle
        return low


def _subject(scope: Scope, text: str) -> str:
    digest = hashlib.sha256(text.strip().lower().encode()).hexdigest()
    return f"{scope}:{digest}"
