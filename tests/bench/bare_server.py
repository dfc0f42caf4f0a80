"""The peer of the accept benchmark: a bare aiohttp handler with one durable insert."""

import sys

from aiohttp import web
from psycopg_pool import AsyncConnectionPool

_TABLE = "create table if not exists bench_bare (id bigserial primary key, body bytea not null)"
_INSERT = "insert into bench_bare (body) values (%s)"


async def _accept(request: web.Request) -> web.Response:
    body = await request.read()
    async with request.app["pool"].connection() as connection:
        await connection.execute(_INSERT, (body,))
    return web.Response(text="{}")


async def _open(app: web.Application) -> None:
    pool = AsyncConnectionPool(
        app["url"], min_size=16, max_size=16, open=False, kwargs={"autocommit": True}
    )
    await pool.open(wait=True)
    async with pool.connection() as connection:
        await connection.execute(_TABLE)
    app["pool"] = pool


def main(url: str, port: int) -> None:
    app = web.Application()
    app["url"] = url
    app.router.add_post("/", _accept)
    app.on_startup.append(_open)
    web.run_app(app, host="127.0.0.1", port=port, access_log=None, print=None)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
