"""The console of staff, put together."""

from collections.abc import Sequence

from aiohttp import web
from aiohttp.web_urldispatcher import AbstractRoute

from casework.permissions import Permission
from desk.context import (
    DESK,
    Desk,
    FourEyes,
    OwnData,
    SendAnswer,
    Talks,
    TellRefused,
    TellRestored,
)
from desk.guard import PERMISSIONS, admit, check_routes, finish
from desk.pages import set_up_templates
from desk.passwords import Passwords
from desk.routes import ROUTES, Route
from desk.words import load_words
from store.addresses import networks
from store.unit_of_work import Store, UnitOfWork


async def _always(_work: UnitOfWork, _agency_code: str) -> bool:
    return True


def make_desk(
    *,
    store: Store,
    send_answer: SendAnswer,
    tell_refused: TellRefused,
    tell_restored: TellRestored,
    talks: Talks,
    own_data: OwnData,
    secure_cookies: bool,
    trusted_proxies: tuple[str, ...] = (),
    four_eyes: FourEyes = _always,
    public_url: str = "",
    mails: bool = False,
    static_url: str = "/static",
    routes: Sequence[Route] = ROUTES,
) -> web.Application:
    """An application to be mounted under a prefix of its own.

    Raises:
        UndeclaredRouteError: a route does not say who may use it.
    """
    app = web.Application(middlewares=[finish, admit])
    app[DESK] = Desk(
        store=store,
        send_answer=send_answer,
        tell_refused=tell_refused,
        tell_restored=tell_restored,
        talks=talks,
        own_data=own_data,
        four_eyes=four_eyes,
        passwords=Passwords(),
        words=load_words(),
        secure_cookies=secure_cookies,
        trusted_proxies=networks(trusted_proxies),
        public_url=public_url,
        mails=mails,
    )
    app[PERMISSIONS] = _add_routes(app, routes)
    check_routes(app)
    app.on_startup.append(_check_again)
    set_up_templates(app, static_url)
    return app


def _add_routes(app: web.Application, routes: Sequence[Route]) -> dict[AbstractRoute, Permission]:
    return {
        app.router.add_route(
            route.method, route.path, route.handler, name=route.name
        ): route.permission
        for route in routes
    }


async def _check_again(app: web.Application) -> None:
    """Also what was added after the application was made needs a permission."""
    check_routes(app)
