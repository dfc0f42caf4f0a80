"""The console of staff, put together."""

from collections.abc import Sequence

from aiohttp import web
from aiohttp.web_urldispatcher import AbstractRoute

from casework.permissions import Permission
from desk.context import DESK, Desk
from desk.guard import PERMISSIONS, admit, check_routes, finish
from desk.pages import set_up_templates
from desk.routes import ROUTES, Route


def make_desk(desk: Desk, *, routes: Sequence[Route] = ROUTES) -> web.Application:
    """An application to be mounted under a prefix of its own.

    Raises:
        UndeclaredRouteError: a route does not say who may use it.
    """
    app = web.Application(middlewares=[finish, admit])
    app[DESK] = desk
    app[PERMISSIONS] = _add_routes(app, routes)
    check_routes(app)
    app.on_startup.append(_check_again)
    set_up_templates(app)
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
