"""Provider tokens, encrypted, changed by one refresher at a time."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from delivery.messages import ChannelName
from store.tables import channel_tokens
from store.unit_of_work import Store, UnitOfWork


@dataclass(frozen=True, slots=True)
class TokenPair:
    access_token: str
    refresh_token: str
    expires_at: datetime

    def __repr__(self) -> str:
        return f"TokenPair(expires_at={self.expires_at.isoformat()})"


class LockedTokens:
    """The pair under a row lock; `save` is committed before the caller may use it."""

    def __init__(self, work: UnitOfWork, key: tuple[str, str], found: Any) -> None:
        self._work = work
        self._key = key
        self.dead: bool = found is not None and found.dead
        self.pair: TokenPair | None = None
        if found is not None:
            self.pair = TokenPair(
                work.vault.open(found.access_token),
                work.vault.open(found.refresh_token),
                found.expires_at,
            )

    async def save(self, pair: TokenPair) -> None:
        """Both tokens in one commit."""
        await _write(self._work, self._key, pair)
        await self._work.commit()
        self.pair, self.dead = pair, False

    async def mark_dead(self) -> None:
        """The provider refused the refresh token: an administrator must consent again."""
        channel, account_id = self._key
        await self._work.connection.execute(
            update(channel_tokens)
            .where(channel_tokens.c.channel == channel, channel_tokens.c.account_id == account_id)
            .values(dead=True, updated_at=self._work.clock())
        )
        await self._work.commit()
        self.dead = True


class TokenStore:
    def __init__(self, store: Store, channel: ChannelName) -> None:
        self._store = store
        self._channel = channel

    async def find(self, account_id: str) -> TokenPair | None:
        """The pair without a lock, for sending."""
        async with self._store.work() as work:
            return LockedTokens(
                work, (self._channel, account_id), await self._row(work, account_id)
            ).pair

    async def seed(self, account_id: str, pair: TokenPair) -> None:
        """First tokens from the settings; stored ones are newer and stay."""
        async with self._store.work() as work:
            if await self._row(work, account_id) is None:
                await _write(work, (self._channel, account_id), pair)
                await work.commit()

    @asynccontextmanager
    async def locked(self, account_id: str) -> AsyncIterator[LockedTokens]:
        """Hold the row lock while refreshing: the second refresher waits and finds the new pair."""
        async with self._store.work() as work:
            found = await self._row(work, account_id, lock=True)
            yield LockedTokens(work, (self._channel, account_id), found)

    async def _row(self, work: UnitOfWork, account_id: str, *, lock: bool = False) -> Any:
        query = select(channel_tokens).where(
            channel_tokens.c.channel == self._channel, channel_tokens.c.account_id == account_id
        )
        query = query.with_for_update() if lock else query
        return (await work.connection.execute(query)).first()


async def _write(work: UnitOfWork, key: tuple[str, str], pair: TokenPair) -> None:
    values = {
        "access_token": work.vault.seal(pair.access_token),
        "refresh_token": work.vault.seal(pair.refresh_token),
        "expires_at": pair.expires_at,
        "dead": False,
        "updated_at": work.clock(),
    }
    channel, account_id = key
    await work.connection.execute(
        insert(channel_tokens)
        .values(channel=channel, account_id=account_id, **values)
        .on_conflict_do_update(index_elements=["channel", "account_id"], set_=values)
    )
