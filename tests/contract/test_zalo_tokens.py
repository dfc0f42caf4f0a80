"""The token pair survives what would destroy the grant."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest

from delivery.channel import BadCredentialsError, TransientError
from delivery.messages import Envelope, Outbound, Speaker
from delivery.tokens import TokenPair
from webhooks.sandbox.faults import Fault, FaultKind
from webhooks.sandbox.memory_vault import MemoryTokenVault
from webhooks.zalo.client import ZaloChannel
from webhooks.zalo.tokens import TokenRefresher


def envelope(text: str = "a", user_id: str = "9000000000000000001") -> Envelope:
    return Envelope("4000000000000000001", user_id, Outbound(text), Speaker.BOT, tag="t")


async def stored(zalo: Any) -> TokenPair:
    pair = await zalo.vault.find_pair(zalo.state.oa_id)
    assert isinstance(pair, TokenPair)
    return pair


@pytest.mark.parametrize("code", [-216, -220, 401, -401, 216, 3, -124])
async def test_dead_token_is_replaced_and_the_message_sent(zalo: Any, code: int) -> None:
    zalo.state.fail_next(code)
    await zalo.channel.send(envelope())
    assert len(zalo.state.sent.messages) == 1
    assert zalo.state.refreshes == 1
    pair = await stored(zalo)
    assert (pair.access, pair.refresh) == (zalo.state.access_token, zalo.state.refresh_token)
    assert pair.expires_at == zalo.clock() + timedelta(hours=25)


async def test_http_401_is_a_dead_token_too(zalo: Any) -> None:
    zalo.state.faults.add(Fault(FaultKind.HTTP, 401))
    await zalo.channel.send(envelope())
    assert zalo.state.refreshes == 1


async def test_fresh_token_that_fails_too_is_for_the_operator(zalo: Any) -> None:
    zalo.state.fail_next(-216, times=5)
    with pytest.raises(BadCredentialsError):
        await zalo.channel.send(envelope())
    assert (zalo.state.refreshes, zalo.state.requests) == (1, 2)


async def test_twenty_sends_at_once_refresh_once(zalo: Any) -> None:
    zalo.state.access_token = "replaced-elsewhere"
    await asyncio.gather(*(zalo.channel.send(envelope(str(number))) for number in range(20)))
    assert len(zalo.state.sent.messages) == 20
    assert zalo.state.refreshes == 1


async def test_two_processes_refresh_once(zalo: Any) -> None:
    other = TokenRefresher(zalo.account, zalo.vault, zalo.session, zalo.clock)
    channel = ZaloChannel(zalo.account, zalo.session, other, zalo.clock)
    zalo.state.access_token = "replaced-elsewhere"
    sends = [sender.send(envelope()) for sender in (zalo.channel, channel) for _ in range(10)]
    await asyncio.gather(*sends)
    assert zalo.state.refreshes == 1


async def test_pair_another_process_saved_is_read_again(zalo: Any) -> None:
    async with zalo.vault.locked(zalo.state.oa_id) as locked:
        pair = TokenPair("newer", "newer-refresh", zalo.clock() + timedelta(hours=25))
        await locked.save(pair)
    assert await zalo.tokens.refresh(stale="access-0") == "newer"
    assert zalo.state.refreshes == 0


@pytest.mark.parametrize("code", [-118, -14002, -14014, -14020])
async def test_refused_refresh_token_marks_the_pair_dead(zalo: Any, code: int) -> None:
    zalo.state.token_faults.add(Fault(FaultKind.CODE, code))
    with pytest.raises(BadCredentialsError, match=f"oauth_{code}"):
        await zalo.tokens.refresh(stale="access-0")
    assert await zalo.vault.find_pair(zalo.state.oa_id) is None
    with pytest.raises(BadCredentialsError, match="no_token"):
        await zalo.channel.send(envelope())
    with pytest.raises(BadCredentialsError, match="no_token"):
        await zalo.tokens.refresh(stale="access-0")
    assert zalo.state.refreshes == 0


async def test_used_refresh_token_is_refused_by_the_stand_in(zalo: Any) -> None:
    zalo.state.refresh_token = "used-by-a-rival"
    zalo.state.fail_next(-216)
    with pytest.raises(BadCredentialsError, match="oauth_-14020"):
        await zalo.channel.send(envelope())


@pytest.mark.parametrize(
    "fault",
    [
        Fault(FaultKind.HTTP, 500),
        Fault(FaultKind.HTTP, 404),
        Fault(FaultKind.NOT_JSON),
        Fault(FaultKind.DROPPED),
        Fault(FaultKind.CODE, -999),
    ],
)
async def test_trouble_on_the_way_keeps_the_old_pair(zalo: Any, fault: Fault) -> None:
    before = await stored(zalo)
    zalo.state.token_faults.add(fault)
    with pytest.raises(TransientError):
        await zalo.tokens.refresh(stale="access-0")
    assert await stored(zalo) == before
    await zalo.tokens.refresh(stale="access-0")
    assert zalo.state.refreshes == 1


async def test_cancelled_caller_does_not_lose_the_new_pair(zalo: Any) -> None:
    caller = asyncio.create_task(zalo.tokens.refresh(stale="access-0"))

    def cancel_during_exchange() -> str:
        caller.cancel()
        return "id"

    zalo.state.new_id = cancel_during_exchange
    with pytest.raises(asyncio.CancelledError):
        await caller
    fresh = await zalo.tokens.refresh(stale="access-0")
    assert zalo.state.refreshes == 1
    assert (await stored(zalo)).access == fresh == zalo.state.access_token


@pytest.mark.parametrize(("left", "refreshes"), [(5.1, 0), (4.9, 1), (-3.0, 1)])
async def test_token_is_replaced_early(zalo: Any, left: float, refreshes: int) -> None:
    zalo.clock.advance(timedelta(hours=25 - left))
    assert await zalo.tokens.refresh_if_due() is bool(refreshes)
    assert zalo.state.refreshes == refreshes


async def test_account_without_tokens_waits_for_the_operator(zalo: Any) -> None:
    tokens = TokenRefresher(zalo.account, MemoryTokenVault({}), zalo.session, zalo.clock)
    assert await tokens.refresh_if_due() is False
    for call in (tokens.get_access_token(), tokens.refresh(stale="")):
        with pytest.raises(BadCredentialsError, match="no_token"):
            await call


async def test_refresh_token_alone_is_enough_to_start(zalo: Any) -> None:
    pair = TokenPair("", "refresh-0", zalo.clock())
    vault = MemoryTokenVault({zalo.state.oa_id: pair})
    tokens = TokenRefresher(zalo.account, vault, zalo.session, zalo.clock)
    assert await tokens.get_access_token() == zalo.state.access_token
    assert zalo.state.refreshes == 1


async def test_access_token_alone_is_never_exchanged(zalo: Any) -> None:
    pair = TokenPair("access-0", "", zalo.clock() + timedelta(hours=25))
    vault = MemoryTokenVault({zalo.state.oa_id: pair})
    tokens = TokenRefresher(zalo.account, vault, zalo.session, zalo.clock)
    assert await tokens.get_access_token() == "access-0"
    with pytest.raises(BadCredentialsError, match="no_refresh_token"):
        await tokens.refresh(stale="access-0")
    assert await vault.find_pair(zalo.state.oa_id) == pair


class _FailingOnce(MemoryTokenVault):
    """The database goes away between the answer of Zalo and the commit, once."""

    failures = 1

    @asynccontextmanager
    async def locked(self, account_id: str) -> AsyncIterator[Any]:
        async with super().locked(account_id) as locked:
            yield locked
            if self.failures:
                self.failures -= 1
                raise ConnectionError


async def test_pair_that_could_not_be_saved_is_not_bought_again(zalo: Any) -> None:
    vault = _FailingOnce({zalo.state.oa_id: await stored(zalo)})
    tokens = TokenRefresher(zalo.account, vault, zalo.session, zalo.clock)
    with pytest.raises(ConnectionError):
        await tokens.refresh(stale="access-0")
    assert await tokens.refresh(stale="access-0") == zalo.state.access_token
    assert zalo.state.refreshes == 1
    pair = await vault.find_pair(zalo.state.oa_id)
    assert pair is not None
    assert pair.refresh == zalo.state.refresh_token
