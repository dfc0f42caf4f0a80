"""The HTTP side: one aiohttp application made of webhooks, desk, portal and sandbox."""

import asyncio
import hmac
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, Gauge, generate_latest
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from app.static_files import add_static_files
from portal.api.app import PREFIX, make_api
from portal.app import add_portal, not_found
from portal.context import Portal
from store.inbox import InboxStatus
from store.outbox import WAITING
from store.tables import inbox, outbox
from store.unit_of_work import Store
from webhooks.facebook.data_deletion import DataDeletion
from webhooks.inbound import Inbounds

STATIC = Path(__file__).parent / "static"

_STATIC_SECONDS = 86_400

_OPEN_EVENTS = Gauge("hoidap_inbox_open", "Events that wait for their turn")
_WAITING = Gauge("hoidap_outbox_waiting", "Messages that wait to be sent")

#: Whether a part of the service does its work now.
Probe = Callable[[], Awaitable[bool]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What the server is put together from."""

    store: Store
    inbounds: Inbounds
    desk: web.Application
    portal: Portal
    #: Parts beside the database that `/readyz` asks: name → probe.
    parts: Mapping[str, Probe]
    metrics_token: str = ""
    sandbox: web.Application | None = None
    #: Only beside a Facebook app.
    data_deletion: DataDeletion | None = None


def make_server(site: Site) -> web.Application:
    app = web.Application(middlewares=[_security_headers, _polite_not_found])
    app.add_routes(site.inbounds.routes())
    if site.data_deletion is not None:
        app.add_routes(site.data_deletion.routes())
    add_portal(app, site.portal)
    app.add_subapp(PREFIX, make_api())
    app.add_routes(_Operations(site).routes())
    add_static_files(app, "/static/", STATIC)
    app.on_response_prepare.append(_cache_static)
    app.add_subapp("/desk/", site.desk)
    app.router.add_get("/desk", _to_desk)
    if site.sandbox is not None:
        app.add_subapp("/sandbox/", site.sandbox)
        app.router.add_get("/sandbox", _to_sandbox)
    return app


async def _to_desk(_request: web.Request) -> web.Response:
    raise web.HTTPFound("/desk/")


async def _to_sandbox(_request: web.Request) -> web.Response:
    raise web.HTTPFound("/sandbox/")


@web.middleware
async def _security_headers(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    response = await handler(request)
    if not response.prepared:
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
    return response


@web.middleware
async def _polite_not_found(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """A person who mistyped an address gets a page; programs get the bare answer."""
    unknown = isinstance(request.match_info.http_exception, web.HTTPNotFound)
    if unknown and request.method == "GET" and "text/html" in request.headers.get("Accept", ""):
        return not_found(request)
    return await handler(request)


async def _cache_static(request: web.Request, response: web.StreamResponse) -> None:
    """A day, then asked again by ETag: fonts and styles change with a release."""
    if request.path.startswith("/static/"):
        response.headers.setdefault("Cache-Control", f"public, max-age={_STATIC_SECONDS}")
        if request.path.endswith(".woff2"):
            response.headers["Content-Type"] = "font/woff2"


class _Operations:
    """Health for machines: alive, ready, measured."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/healthz", self.alive),
            web.get("/readyz", self.ready),
            web.get("/metrics", self.metrics),
        ]

    async def alive(self, _request: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})

    async def ready(self, _request: web.Request) -> web.Response:
        """503 until every part works; the body says which does not."""
        probes = {"database": self._database_ready, **self._site.parts}
        found = await asyncio.gather(*(probe() for probe in probes.values()))
        status = 200 if all(found) else 503
        return web.json_response(dict(zip(probes, found, strict=True)), status=status)

    async def _database_ready(self) -> bool:
        try:
            async with asyncio.timeout(2), self._site.store.engine.connect() as connection:
                await connection.execute(select(1))
        except (SQLAlchemyError, OSError, TimeoutError):
            return False
        return True

    async def metrics(self, request: web.Request) -> web.Response:
        """Always with the token; without a configured one there are no metrics."""
        token = self._site.metrics_token
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if not token or not hmac.compare_digest(given.encode(), token.encode()):
            raise web.HTTPUnauthorized
        await self._count_queues()
        return web.Response(body=generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})

    async def _count_queues(self) -> None:
        async with self._site.store.engine.connect() as connection:
            waiting = select(func.count()).select_from(outbox).where(outbox.c.status.in_(WAITING))
            opened = (
                select(func.count()).select_from(inbox).where(inbox.c.status == InboxStatus.OPEN)
            )
            _WAITING.set((await connection.execute(waiting)).scalar_one())
            _OPEN_EVENTS.set((await connection.execute(opened)).scalar_one())
