"""A call to a provider never carries its token anywhere else."""

from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer

from webhooks.calls import post


async def test_redirect_is_not_followed(session: ClientSession) -> None:
    reached: list[str] = []

    async def elsewhere(request: web.Request) -> web.Response:
        reached.append(request.headers.get("access_token", ""))
        return web.json_response({})

    async def redirect(_request: web.Request) -> web.Response:
        raise web.HTTPTemporaryRedirect("/elsewhere")

    app = web.Application()
    app.router.add_post("/send", redirect)
    app.router.add_post("/elsewhere", elsewhere)
    async with TestServer(app) as server:
        headers = {"access_token": "secret"}
        reply = await post(session, str(server.make_url("/send")), json={}, headers=headers)
    assert (reply.status, reply.body, reached) == (307, None, [])
