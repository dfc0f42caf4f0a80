"""The sandbox as one sub-application: pages, stream and the two provider stand-ins."""

from collections.abc import AsyncIterator, Awaitable, Callable

from aiohttp import web

from delivery.messages import ChannelName
from store.clock import Clock
from store.unit_of_work import Store
from webhooks.sandbox.accounts import FACEBOOK_STANDIN, PREFIX, ZALO_STANDIN, SandboxAccounts
from webhooks.sandbox.cast import load_cast
from webhooks.sandbox.clock import SandboxClock
from webhooks.sandbox.courier import Courier
from webhooks.sandbox.facebook_events import FacebookEvents
from webhooks.sandbox.guard import add_headers
from webhooks.sandbox.outage import Outage
from webhooks.sandbox.pages import Pages
from webhooks.sandbox.player import Player, Provider
from webhooks.sandbox.screens import Screens
from webhooks.sandbox.standin_facebook import FacebookState, make_facebook_standin
from webhooks.sandbox.standin_zalo import ZaloState, make_zalo_standin
from webhooks.sandbox.stream import Stream
from webhooks.sandbox.trace import Explain
from webhooks.sandbox.view import Renderer
from webhooks.sandbox.zalo_events import ZaloEvents

_Signal = Callable[[web.Application], Awaitable[None]]


def make_sandbox(
    *,
    accounts: SandboxAccounts,
    base_url: Callable[[], str],
    store: Store,
    clock: SandboxClock,
    explain: Explain | None = None,
) -> web.Application:
    """The application to mount at `PREFIX`.

    Args:
        accounts: what server and worker are configured with (`accounts.environment`).
        base_url: this server as it reaches itself; asked when the first event is posted.
        store: read only, to show what our service did.
        clock: time of providers and phones; starts as real time.
        explain: reads a text as the service does, for turns that recorded no intent.
    """
    zalo_outage, facebook_outage = Outage(), Outage()
    zalo = _zalo_state(accounts, clock, zalo_outage)
    facebook = _facebook_state(accounts, clock, facebook_outage)
    courier = Courier(accounts, base_url)
    providers = {
        ChannelName.ZALO: Provider(zalo, ZaloEvents(accounts), zalo_outage),
        ChannelName.FACEBOOK: Provider(facebook, FacebookEvents(accounts), facebook_outage),
    }
    player = Player(providers=providers, courier=courier, clock=clock, screens=Screens())
    app = _showing(accounts, store, player, courier, explain)
    app.add_subapp(f"/{ZALO_STANDIN}", make_zalo_standin(zalo))
    app.add_subapp(f"/{FACEBOOK_STANDIN}", make_facebook_standin(facebook))
    app.on_response_prepare.append(add_headers)
    app.cleanup_ctx.append(_running(courier, player))
    return app


def _showing(
    accounts: SandboxAccounts,
    store: Store,
    player: Player,
    courier: Courier,
    explain: Explain | None,
) -> web.Application:
    """The pages with their phones, and what keeps them up to date."""
    cast = load_cast()
    renderer = Renderer(cast, prefix=PREFIX)
    stream = Stream(player, store, renderer, explain)
    pages = Pages(
        accounts=accounts,
        player=player,
        store=store,
        cast=cast,
        renderer=renderer,
        stream=stream,
        url=courier.url,
    )
    app = web.Application()
    app.add_routes(pages.routes())
    app.on_startup.append(_restoring(pages))
    app.on_shutdown.append(_ending(stream, player))
    return app


def _running(courier: Courier, player: Player) -> Callable[[web.Application], AsyncIterator[None]]:
    async def running(_app: web.Application) -> AsyncIterator[None]:
        courier.start()
        yield
        await player.close()
        await courier.close()

    return running


def _restoring(pages: Pages) -> _Signal:
    async def restore(_app: web.Application) -> None:
        await pages.load_all()

    return restore


def _ending(stream: Stream, player: Player) -> _Signal:
    async def end(_app: web.Application) -> None:
        """The server waits for open answers before it cleans up, so the streams end first."""
        stream.closing = True
        player.screens.touch_all()

    return end


def _zalo_state(accounts: SandboxAccounts, clock: Clock, outage: Outage) -> ZaloState:
    return ZaloState(
        clock,
        app_id=accounts.zalo_app_id,
        app_secret=accounts.zalo_app_secret,
        oa_id=accounts.zalo_oa_id,
        access_token=accounts.zalo_access_token,
        refresh_token=accounts.zalo_refresh_token,
        faults=outage,
    )


def _facebook_state(accounts: SandboxAccounts, clock: Clock, outage: Outage) -> FacebookState:
    return FacebookState(
        clock,
        page_id=accounts.facebook_page_id,
        app_id=accounts.facebook_app_id,
        app_secret=accounts.facebook_app_secret,
        page_token=accounts.facebook_page_token,
        faults=outage,
    )
