"""Keeps the account's token pair alive.

An access token lives 25 hours and dies at once when a new one is issued; a refresh token works
once and the answer holds the next one (November 2026). Two refreshers at a time destroy the
grant, so there is one: the holder of the row lock.
"""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import datetime, timedelta
from typing import Any, Protocol

from aiohttp import ClientSession

from delivery.channel import BadCredentialsError, OutcomeUnknownError, TransientError
from delivery.tokens import TokenPair
from webhooks.calls import TIMEOUT, Reply, post
from webhooks.reading import as_number, as_text
from webhooks.zalo.account import ZaloAccount

PATH = "/v4/oa/access_token"
#: Refresh so long before the end of the access token.
EARLY = timedelta(hours=5)
_LIFETIME = timedelta(hours=25)
_INVALID_GRANT = -118
_DEAD_GRANTS = range(-14099, -13999)


class LockedPair(Protocol):
    """The account's row while nobody else can read it for an update."""

    @property
    def pair(self) -> TokenPair | None:
        """The pair as it stands now; None when there is none or it is dead."""
        ...

    async def save(self, pair: TokenPair) -> None:
        """Write both tokens; durable when the lock is released."""
        ...

    async def mark_dead(self) -> None:
        """The account needs a new consent; durable when the lock is released."""
        ...


class TokenVault(Protocol):
    """Where token pairs live, encrypted."""

    async def find_pair(self, account_id: str) -> TokenPair | None:
        """The pair without a lock; None when there is none or it is dead."""
        ...

    def locked(self, account_id: str) -> AbstractAsyncContextManager[LockedPair]:
        """Lock the row; leaving without an exception commits, with one rolls back."""
        ...


class TokenRefresher:
    """Hands out the access token and replaces it exactly once when it is dead."""

    def __init__(
        self,
        account: ZaloAccount,
        vault: TokenVault,
        session: ClientSession,
        clock: Callable[[], datetime],
    ) -> None:
        self._account = account
        self._vault = vault
        self._session = session
        self._clock = clock
        # One waiter on the row lock per process: the others would each hold a connection.
        self._turn = asyncio.Lock()
        self._running: set[asyncio.Task[str]] = set()
        #: An exchanged pair whose saving failed, under the refresh token it was bought with.
        self._unsaved: dict[str, TokenPair] = {}

    async def get_access_token(self) -> str:
        """The current access token.

        Raises:
            BadCredentialsError: there is no usable pair.
            TransientError: there was only a refresh token and Zalo could not be asked.
        """
        pair = await self._vault.find_pair(self._account.oa_id)
        if pair is None:
            raise BadCredentialsError("no_token")
        return pair.access or await self.refresh(stale=pair.access)

    async def refresh(self, *, stale: str) -> str:
        """An access token other than `stale`.

        A caller that is cancelled does not interrupt it: an answer that was not saved would cost
        the grant.

        Raises:
            BadCredentialsError: Zalo refused the refresh token; a new consent is needed.
            TransientError: Zalo could not be asked; the old pair stays.
        """
        task = asyncio.create_task(self._refresh(stale))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return await asyncio.shield(task)

    async def drain(self) -> None:
        """Wait for exchanges under way, for as long as one may take."""
        if self._running:
            await asyncio.wait(self._running, timeout=TIMEOUT.total)

    async def refresh_if_due(self) -> bool:
        """Refresh when less than five hours are left; for a periodic job. True when it did.

        Raises:
            BadCredentialsError: as `refresh`.
            TransientError: as `refresh`.
        """
        pair = await self._vault.find_pair(self._account.oa_id)
        if pair is None or pair.expires_at - self._clock() >= EARLY:
            return False
        await self.refresh(stale=pair.access)
        return True

    async def _refresh(self, stale: str) -> str:
        async with self._turn, self._vault.locked(self._account.oa_id) as locked:
            if locked.pair is None:
                fresh, code = None, "no_token"
            elif locked.pair.access != stale:
                return locked.pair.access  # another one was faster
            elif not locked.pair.refresh:
                fresh, code = None, "no_refresh_token"
            else:
                fresh, code = await self._exchange(locked.pair)
                await (locked.save(fresh) if fresh else locked.mark_dead())
        self._unsaved.clear()
        # Raised outside the lock: an exception inside would roll the mark back.
        if fresh is None:
            raise BadCredentialsError(code)
        return fresh.access

    async def _exchange(self, old: TokenPair) -> tuple[TokenPair | None, str]:
        """The new pair, or None and the code that says the grant is dead."""
        if bought := self._unsaved.get(old.refresh):
            return bought, ""
        reply = await self._ask(old.refresh)
        body = reply.body or {}
        access = as_text(body.get("access_token"))
        if access:
            refresh = as_text(body.get("refresh_token")) or old.refresh
            fresh = TokenPair(access, refresh, self._clock() + _lifetime(body))
            self._unsaved[old.refresh] = fresh
            return fresh, ""
        code = as_number(body.get("error"))
        if code is not None and (code == _INVALID_GRANT or code in _DEAD_GRANTS):
            return None, f"oauth_{int(code)}"
        raise TransientError(f"oauth_http_{reply.status}" if code is None else f"oauth_{int(code)}")

    async def _ask(self, refresh_token: str) -> Reply:
        form = {
            "refresh_token": refresh_token,
            "app_id": self._account.app_id,
            "grant_type": "refresh_token",
        }
        headers = {"secret_key": self._account.app_secret}
        url = self._account.oauth_url.rstrip("/") + PATH
        try:
            return await post(self._session, url, data=form, headers=headers, timeout=TIMEOUT)
        except OutcomeUnknownError as error:  # no message was on its way: asking again is safe
            raise TransientError(error.code) from None


def _lifetime(body: dict[str, Any]) -> timedelta:
    """`expires_in` is text, in seconds."""
    seconds = as_number(body.get("expires_in"))
    return timedelta(seconds=min(seconds, 10**8)) if seconds and seconds > 0 else _LIFETIME
