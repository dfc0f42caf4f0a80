"""Token pairs in memory, with the locking and the roll-back of the stored ones."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

from delivery.tokens import TokenPair


@dataclass(slots=True)
class _Locked:
    pair: TokenPair | None

    async def save(self, pair: TokenPair) -> None:
        self.pair = pair

    async def mark_dead(self) -> None:
        self.pair = None


class MemoryTokenVault:
    """Implements `webhooks.zalo.tokens.TokenVault`."""

    def __init__(self, pairs: Mapping[str, TokenPair]) -> None:
        self._pairs: dict[str, TokenPair | None] = dict(pairs)
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def find_pair(self, account_id: str) -> TokenPair | None:
        return self._pairs.get(account_id)

    @asynccontextmanager
    async def locked(self, account_id: str) -> AsyncIterator[_Locked]:
        async with self._locks[account_id]:
            handle = _Locked(self._pairs.get(account_id))
            yield handle
            self._pairs[account_id] = handle.pair
