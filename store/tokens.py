"""Provider tokens, encrypted, changed by one refresher at a time."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import SQLAlchemyError

from delivery.channel import BadCredentialsError, TransientError
from delivery.messages import ChannelName
from delivery.tokens import TokenPair
from store.tables import channel_tokens
from store.unit_of_work import Store, UnitOfWork
from store.vault import UnreadableSecretError

#: A pair read so long ago is read again. A token that died meanwhile shows in the provider's
#: answer, and the refresh reads the row anyhow.
_FRESH = timedelta(seconds=30)


class LockedTokens:
    """The pair under a row lock; durable when the lock is released."""

    def __init__(self, work: UnitOfWork, key: tuple[str, str], pair: TokenPair | None) -> None:
        self._work = work
        self._key = key
        self.pair = pair

    async def save(self, pair: TokenPair) -> None:
        """Both tokens at once."""
        await _write(self._work, self._key, pair)
        self.pair = pair

    async def mark_dead(self) -> None:
        """The provider refused the refresh token: an administrator must consent again."""
        channel, account_id = self._key
        await self._work.connection.execute(
            update(channel_tokens)
            .where(channel_tokens.c.channel == channel, channel_tokens.c.account_id == account_id)
            .values(dead=True, updated_at=self._work.clock())
        )
        self.pair = None


class TokenStore:
    """The pairs of one channel."""

    def __init__(self, store: Store, channel: ChannelName) -> None:
        self._store = store
        self._channel = channel
        self._seen: dict[str, tuple[datetime, TokenPair]] = {}

    async def find_pair(self, account_id: str) -> TokenPair | None:
        """The pair without a lock; None when there is none or it is dead."""
        seen = self._seen.get(account_id)
        now = self._store.clock()
        if seen and now - seen[0] < _FRESH:
            return seen[1]
        with _as_channel_error():
            async with self._store.work() as work:
                pair = _pair(work, await self._row(work, account_id))
        if pair is not None:
            self._seen[account_id] = (now, pair)
        return pair

    async def seed(self, account_id: str, pair: TokenPair, *, replace: bool = False) -> None:
        """First tokens from the settings; stored ones are newer and stay unless replaced."""
        async with self._store.work() as work:
            found = await self._row(work, account_id)
            # A new consent: the stored grant is dead, or never could be renewed, and the settings
            # hold another one.
            renewed = found and _is_spent(work, found) and _differs(work, found, pair)
            if replace or found is None or renewed:
                await _write(work, (self._channel, account_id), pair)
                await work.commit()
        self._seen.pop(account_id, None)

    @asynccontextmanager
    async def locked(self, account_id: str) -> AsyncIterator[LockedTokens]:
        """Hold the row while refreshing: the second refresher waits and finds the new pair.

        Leaving without an exception commits, with one rolls back.
        """
        async with self._store.work() as work:
            with _as_channel_error():
                found = await self._row(work, account_id, lock=True)
                pair = _pair(work, found)
            locked = LockedTokens(work, (self._channel, account_id), pair)
            self._seen.pop(account_id, None)
            yield locked
            await work.commit()
            # Whoever looked meanwhile without the lock has seen the pair from before.
            self._seen.pop(account_id, None)

    async def _row(self, work: UnitOfWork, account_id: str, *, lock: bool = False) -> Any:
        query = select(channel_tokens).where(
            channel_tokens.c.channel == self._channel, channel_tokens.c.account_id == account_id
        )
        query = query.with_for_update() if lock else query
        return (await work.connection.execute(query)).first()


@contextmanager
def _as_channel_error() -> Iterator[None]:
    """Nothing was sent yet: a channel tells its failures in its own terms.

    Raises:
        BadCredentialsError: the stored tokens cannot be decrypted.
        TransientError: the database is away or too slow.
    """
    try:
        yield
    except UnreadableSecretError:
        raise BadCredentialsError("tokens_unreadable") from None
    except SQLAlchemyError:
        raise TransientError("tokens_away") from None


def _is_spent(work: UnitOfWork, found: Any) -> bool:
    return bool(found.dead) or not work.vault.open(found.refresh_token)


def _differs(work: UnitOfWork, found: Any, pair: TokenPair) -> bool:
    stored = (work.vault.open(found.access_token), work.vault.open(found.refresh_token))
    return stored != (pair.access, pair.refresh)


def _pair(work: UnitOfWork, found: Any) -> TokenPair | None:
    if found is None or found.dead:
        return None
    access = work.vault.open(found.access_token)
    return TokenPair(access, work.vault.open(found.refresh_token), found.expires_at)


async def _write(work: UnitOfWork, key: tuple[str, str], pair: TokenPair) -> None:
    values = {
        "access_token": work.vault.seal(pair.access),
        "refresh_token": work.vault.seal(pair.refresh),
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
