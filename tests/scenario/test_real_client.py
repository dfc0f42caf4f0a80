"""A turn with the real client of the intent model, against a stand-in that answers like Rasa."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.understanding.client import UnderstandingClient, make_session
from bot.understanding.components.mark import MARK, MARK_VALUE
from tests.scenario.chat import Chat


@dataclass(frozen=True)
class Place:
    base_url: str
    token: str = "t"


async def _parse(request: web.Request) -> web.Response:
    text = (await request.json())["text"]
    intent = {"name": "greet", "confidence": 0.97}
    rest = {"name": "thank", "confidence": 0.03}
    answer = {"text": text, "intent": intent, "entities": [], "intent_ranking": [intent, rest]}
    return web.json_response({**answer, MARK: MARK_VALUE})


@pytest.fixture
async def server() -> AsyncIterator[TestServer]:
    app = web.Application()
    app.router.add_post("/model/parse", _parse)
    server = TestServer(app, host="127.0.0.1")
    await server.start_server()
    yield server
    await server.close()


async def test_a_greeting_through_the_wire(chat: Chat, server: TestServer) -> None:
    async with make_session() as session:
        place = Place(f"http://127.0.0.1:{server.port}")
        chat.runner._understanding = UnderstandingClient(session, lambda: place)
        await chat.says("xin chào buổi sáng")
    chat.hears("Em là trợ lý tự động")


async def test_a_model_that_is_gone(chat: Chat) -> None:
    async with make_session() as session:
        chat.runner._understanding = UnderstandingClient(
            session, lambda: Place("http://127.0.0.1:9")
        )
        await chat.says("xin chào buổi sáng")
    chat.hears("chưa hiểu được câu viết tự do")
