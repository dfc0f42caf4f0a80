"""Puts the parts together: channels from settings, turns from knowledge and model."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta

from aiohttp import ClientSession, TCPConnector

from app.settings import Settings
from delivery.channel import BadCredentialsError, Channel
from delivery.messages import ChannelName
from delivery.tokens import TokenPair
from store.alerts import AlertKind
from store.tokens import TokenStore
from store.unit_of_work import Store
from webhooks.facebook.client import FacebookChannel, FacebookPage
from webhooks.facebook.data_deletion import DataDeletion
from webhooks.sandbox.accounts import is_sandbox_address
from webhooks.zalo.account import ZaloAccount
from webhooks.zalo.client import ZaloChannel
from webhooks.zalo.tokens import TokenRefresher

log = logging.getLogger(__name__)

#: What a fresh access token lives; one from the settings may be older, the provider will say.
_TOKEN_LIFE = timedelta(hours=25)

Channels = dict[ChannelName, Channel]
Chore = Callable[[], Awaitable[None]]


def make_provider_session() -> ClientSession:
    """Connections that rest shorter than the providers let them.

    A message sent into a connection that was closed has an unknown outcome.
    """
    return ClientSession(connector=TCPConnector(keepalive_timeout=10, limit=40))


class ZaloParts:
    """The Zalo channel with what keeps its tokens alive."""

    def __init__(self, settings: Settings, store: Store, session: ClientSession) -> None:
        self._settings = settings
        self._store = store
        self._tokens = TokenStore(store, ChannelName.ZALO)
        account = ZaloAccount(
            app_id=settings.zalo_app_id,
            oa_id=settings.zalo_oa_id,
            oa_secret_key=settings.zalo_oa_secret_key,
            app_secret=settings.zalo_app_secret,
            api_url=settings.zalo_api_url,
            oauth_url=settings.zalo_oauth_url,
            prove_secret=bool(settings.zalo_app_secret),
        )
        self._refresher = TokenRefresher(account, self._tokens, session, store.clock)
        self.channel = ZaloChannel(account, session, self._refresher, store.clock)

    async def seed_tokens(self) -> None:
        """Put the tokens of the settings into the store, unless it has newer ones."""
        settings = self._settings
        now = self._store.clock()
        expires = now + _TOKEN_LIFE if settings.zalo_access_token else now
        pair = TokenPair(settings.zalo_access_token, settings.zalo_refresh_token, expires)
        # The sandbox's provider forgets with its process; the stored pair would be a stranger.
        replace = is_sandbox_address(settings.zalo_api_url)
        await self._tokens.seed(settings.zalo_oa_id, pair, replace=replace)

    async def refresh_if_due(self) -> None:
        """Early by time; a dead grant becomes an alert once."""
        if not self._settings.zalo_refresh_token:
            return
        try:
            await self._refresher.refresh_if_due()
        except BadCredentialsError as error:
            await self._tell_staff(error.code)

    async def finish_refresh(self) -> None:
        """Let an exchange under way be saved: its refresh token is already used up."""
        await self._refresher.drain()

    async def _tell_staff(self, code: str) -> None:
        async with self._store.work() as work:
            kind, channel = AlertKind.DEAD_CREDENTIALS, ChannelName.ZALO
            if not await work.alerts.is_open(kind, channel, code):
                await work.alerts.add(kind, work.clock(), detail=f"{channel}:{code}")
                await work.commit()


@dataclass(slots=True)
class ChannelSet:
    """The channels whose settings are given."""

    channels: Channels = field(default_factory=dict)
    #: Keep them alive, called regularly.
    chores: list[Chore] = field(default_factory=list)
    #: Called once before the store and the session close.
    closers: list[Chore] = field(default_factory=list)


async def make_channels(settings: Settings, store: Store, session: ClientSession) -> ChannelSet:
    made = ChannelSet()
    if not settings.missing_zalo:
        zalo = ZaloParts(settings, store, session)
        await zalo.seed_tokens()
        made.channels[ChannelName.ZALO] = zalo.channel
        made.chores.append(zalo.refresh_if_due)
        made.closers.append(zalo.finish_refresh)
    if not settings.missing_facebook:
        page = FacebookPage(
            page_id=settings.facebook_page_id,
            page_token=settings.facebook_page_token,
            app_secret=settings.facebook_app_secret,
            app_id=settings.facebook_app_id,
            graph_url=settings.facebook_graph_url,
            graph_version=settings.facebook_graph_version,
        )
        made.channels[ChannelName.FACEBOOK] = FacebookChannel(page, session, store.clock)
    return made


def make_data_deletion(settings: Settings, store: Store) -> DataDeletion | None:
    """None without a Facebook app."""
    if settings.missing_facebook:
        return None
    return DataDeletion(
        store,
        app_secret=settings.facebook_app_secret,
        page_id=settings.facebook_page_id,
        public_url=settings.public_url,
    )
