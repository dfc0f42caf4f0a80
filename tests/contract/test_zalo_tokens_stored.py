"""The refresher over the real token store: the row lock holds between processes."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from delivery.channel import BadCredentialsError
from delivery.messages import ChannelName, Envelope, Outbound, Speaker
from delivery.tokens import TokenPair
from store.tokens import TokenStore
from store.unit_of_work import Store
from webhooks.sandbox.faults import Fault, FaultKind
from webhooks.zalo.client import ZaloChannel
from webhooks.zalo.tokens import TokenRefresher


async def refreshers(zalo: Any, store: Store) -> list[TokenRefresher]:
    """Two, each with a cache and a turn of its own, as two processes have."""
    vaults = [TokenStore(store, ChannelName.ZALO) for _ in range(2)]
    pair = TokenPair("access-0", "refresh-0", zalo.clock() + timedelta(hours=25))
    await vaults[0].seed(zalo.state.oa_id, pair)
    return [TokenRefresher(zalo.account, vault, zalo.session, zalo.clock) for vault in vaults]


async def test_twenty_sends_of_two_processes_refresh_once(zalo: Any, store: Store) -> None:
    channels = [
        ZaloChannel(zalo.account, zalo.session, tokens, zalo.clock)
        for tokens in await refreshers(zalo, store)
    ]
    zalo.state.access_token = "replaced-elsewhere"
    sends = [
        channel.send(
            Envelope(
                zalo.state.oa_id,
                "9000000000000000001",
                Outbound(str(number)),
                Speaker.BOT,
                tag=str(number),
            )
        )
        for number in range(10)
        for channel in channels
    ]
    await asyncio.gather(*sends)
    assert len(zalo.state.sent.messages) == 20
    assert zalo.state.refreshes == 1
    stored = await TokenStore(store, ChannelName.ZALO).find_pair(zalo.state.oa_id)
    assert stored is not None
    assert (stored.access, stored.refresh) == (zalo.state.access_token, zalo.state.refresh_token)


async def test_dead_grant_stays_dead_for_every_process(zalo: Any, store: Store) -> None:
    first, second = await refreshers(zalo, store)
    zalo.state.token_faults.add(Fault(FaultKind.CODE, -14020))
    with pytest.raises(BadCredentialsError, match="oauth_-14020"):
        await first.refresh(stale="access-0")
    with pytest.raises(BadCredentialsError, match="no_token"):
        await second.refresh(stale="access-0")
    assert await TokenStore(store, ChannelName.ZALO).find_pair(zalo.state.oa_id) is None
    assert zalo.state.refreshes == 0
