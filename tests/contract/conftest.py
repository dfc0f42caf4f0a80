"""Both channels on their stand-ins, each behind the same handful of levers."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

import pytest
from aiohttp import ClientSession, ClientTimeout
from aiohttp.test_utils import TestServer, unused_port

from delivery.channel import Channel
from delivery.messages import ChannelName, Envelope, Outbound, Speaker
from delivery.tokens import TokenPair
from tests.fakes.clock import NOW, StillClock
from webhooks.facebook.client import FacebookChannel, FacebookPage
from webhooks.sandbox.faults import Faults
from webhooks.sandbox.memory_vault import MemoryTokenVault
from webhooks.sandbox.sent import Sent, SentMessage
from webhooks.sandbox.standin_facebook import FacebookState, make_facebook_standin
from webhooks.sandbox.standin_zalo import ZaloState, make_zalo_standin
from webhooks.zalo.account import ZaloAccount
from webhooks.zalo.client import ZaloChannel
from webhooks.zalo.tokens import TokenRefresher

CITIZEN = "9000000000000000001"
QUICK = ClientTimeout(total=3, connect=1, sock_connect=1, sock_read=0.15)
OA_SECRET = "OaSecretKeySample01"


@dataclass(frozen=True, slots=True)
class Line:
    """One channel, its stand-in and the clock both go by."""

    channel: Channel
    state: ZaloState | FacebookState
    clock: StillClock

    @property
    def sent(self) -> list[SentMessage]:
        return self.state.sent.messages

    @property
    def faults(self) -> Faults:
        return self.state.faults

    @property
    def outbox(self) -> Sent:
        return self.state.sent

    def envelope(self, message: Outbound | str, user_id: str = CITIZEN, **kind: bool) -> Envelope:
        outbound = Outbound(message) if isinstance(message, str) else message
        account = self.state.oa_id if isinstance(self.state, ZaloState) else self.state.page_id
        return Envelope(account, user_id, outbound, Speaker.BOT, tag="row-1", **kind)


@dataclass(frozen=True, slots=True)
class ZaloDesk:
    """A Zalo stand-in with channel and refresher over one token vault."""

    channel: ZaloChannel
    state: ZaloState
    clock: StillClock
    tokens: TokenRefresher
    vault: MemoryTokenVault
    account: ZaloAccount
    session: ClientSession


@pytest.fixture
def clock() -> StillClock:
    return StillClock(NOW)


@pytest.fixture
async def session() -> AsyncIterator[ClientSession]:
    async with ClientSession() as opened:
        yield opened


@asynccontextmanager
async def open_zalo(
    clock: StillClock, session: ClientSession, *, prove_secret: bool = False
) -> AsyncIterator[ZaloDesk]:
    state = ZaloState(clock, prove_secret=prove_secret)
    state.faults.hold = state.token_faults.hold = 0.4
    state.citizen_wrote(CITIZEN)
    async with TestServer(make_zalo_standin(state)) as server:
        url = str(server.make_url("/"))
        account = ZaloAccount(
            state.app_id, state.oa_id, OA_SECRET, state.app_secret, url, url, prove_secret
        )
        pair = TokenPair(state.access_token, state.refresh_token, NOW + timedelta(hours=25))
        vault = MemoryTokenVault({state.oa_id: pair})
        tokens = TokenRefresher(account, vault, session, clock)
        channel = ZaloChannel(account, session, tokens, clock, timeout=QUICK)
        yield ZaloDesk(channel, state, clock, tokens, vault, account, session)


@pytest.fixture
async def zalo(clock: StillClock, session: ClientSession) -> AsyncIterator[ZaloDesk]:
    async with open_zalo(clock, session) as desk:
        yield desk


@pytest.fixture
async def proving_zalo(clock: StillClock, session: ClientSession) -> AsyncIterator[ZaloDesk]:
    async with open_zalo(clock, session, prove_secret=True) as desk:
        yield desk


@asynccontextmanager
async def open_facebook(
    clock: StillClock, session: ClientSession
) -> AsyncIterator[tuple[FacebookChannel, FacebookState]]:
    state = FacebookState(clock)
    state.faults.hold = 0.4
    state.citizen_wrote(CITIZEN)
    async with TestServer(make_facebook_standin(state)) as server:
        url = str(server.make_url("/"))
        page = FacebookPage(
            state.page_id, state.page_token, state.app_secret, state.app_id, graph_url=url
        )
        yield FacebookChannel(page, session, clock, timeout=QUICK), state


@pytest.fixture
async def facebook(
    clock: StillClock, session: ClientSession
) -> AsyncIterator[tuple[FacebookChannel, FacebookState]]:
    async with open_facebook(clock, session) as opened:
        yield opened


@pytest.fixture(params=list(ChannelName))
async def line(
    request: pytest.FixtureRequest, clock: StillClock, session: ClientSession
) -> AsyncIterator[Line]:
    if request.param is ChannelName.ZALO:
        async with open_zalo(clock, session) as desk:
            yield Line(desk.channel, desk.state, clock)
    else:
        async with open_facebook(clock, session) as (channel, state):
            yield Line(channel, state, clock)


@pytest.fixture
def unreachable(clock: StillClock, session: ClientSession) -> Callable[[ChannelName], Channel]:
    """Builds a channel whose provider does not listen."""
    url = f"http://127.0.0.1:{unused_port()}"

    def build(name: ChannelName) -> Channel:
        if name is ChannelName.FACEBOOK:
            page = FacebookPage("1", "token", "secret", graph_url=url)
            return FacebookChannel(page, session, clock, timeout=QUICK)
        account = ZaloAccount("1", "2", "secret", "secret", url, url)
        pair = TokenPair("access", "refresh", NOW + timedelta(hours=25))
        tokens = TokenRefresher(account, MemoryTokenVault({"2": pair}), session, clock)
        return ZaloChannel(account, session, tokens, clock, timeout=QUICK)

    return build
