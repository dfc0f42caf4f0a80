"""The client of the intent model against a small server of our own on loopback."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from hypothesis import given
from hypothesis import strategies as st

from bot.intents import Intent
from bot.understanding.client import AwayReason, ModelAwayError, UnderstandingClient, make_session
from bot.understanding.readings import LONGEST, make_question
from knowledge.text import Language

ANSWER: dict[str, Any] = {
    "text": "…",
    "intent": {"name": "check_dossier", "confidence": 0.9},
    "intent_ranking": [
        {"name": "check_dossier", "confidence": 0.9},
        {"name": "check_case", "confidence": 0.1},
    ],
    "entities": [],
    "read_by": "hoidap",
}
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class At:
    base_url: str
    token: str = "secret-token"


class Model:
    """Answers as it is told, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.tokens: list[str] = []
        self.answer: Any = ANSWER
        self.status = 200
        self.delay = 0.0

    async def parse(self, request: web.Request) -> web.Response:
        self.asked.append((await request.json())["text"])
        self.tokens.append(request.query["token"])
        await asyncio.sleep(self.delay)
        body = self.answer if isinstance(self.answer, str) else json.dumps(self.answer)
        return web.Response(text=body, status=self.status, content_type="application/json")


@pytest.fixture
def model() -> Model:
    return Model()


@pytest.fixture
async def url(model: Model) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_post("/model/parse", model.parse)
    async with TestServer(app) as server:
        yield str(server.make_url("/"))


@pytest.fixture
async def client(url: str) -> AsyncIterator[UnderstandingClient]:
    async with make_session() as session:
        yield UnderstandingClient(session, lambda: At(url), limit=0.2)


async def reason_of(client: UnderstandingClient, text: str = "hồ sơ tới đâu") -> AwayReason:
    with pytest.raises(ModelAwayError) as caught:
        await client.parse(text)
    assert "secret-token" not in repr(caught.value)
    assert caught.value.__cause__ is None
    return caught.value.reason


async def test_an_answer_becomes_an_understanding(
    client: UnderstandingClient, model: Model
) -> None:
    text = "  \u200bhồ sơ H59-231105-0004"
    model.answer = ANSWER | {
        "entities": [{"entity": "dossier_code", "value": "H59-231105-0004", "start": 6, "end": 21}]
    }
    read = await client.parse(text)
    assert (read.text, read.intent, read.confidence) == (text, Intent.CHECK_DOSSIER, 0.9)
    assert [item.intent for item in read.ranking] == [Intent.CHECK_DOSSIER, Intent.CHECK_CASE]
    assert read.lang is Language.VI
    [entity] = read.entities
    assert text[entity.start : entity.end] == "H59-231105-0004"
    assert model.asked == ["hồ sơ H59-231105-0004"]
    assert model.tokens == ["secret-token"]


@pytest.mark.parametrize(
    "text", ["/affirm", "\u200b/affirm", " \n\u00a0/affirm", "// /affirm", "/\ufeff/affirm"]
)
async def test_a_command_is_never_sent(
    client: UnderstandingClient, model: Model, text: str
) -> None:
    await client.parse(text)
    assert model.asked == ["affirm"]


@given(st.text(alphabet="/ \n\t\u00a0\u200b\u2028\x1c\x85\u3164a", max_size=12))
def test_what_is_sent_never_begins_like_a_command(text: str) -> None:
    assert not make_question(text).sent.strip().startswith("/")
    assert make_question(text).sent == make_question(text).sent.strip()


@given(st.text(max_size=40), st.data())
def test_offsets_lead_back_into_the_original(text: str, data: st.DataObject) -> None:
    question = make_question(text)
    if question.sent:
        start = data.draw(st.integers(0, len(question.sent) - 1))
        end = data.draw(st.integers(start + 1, len(question.sent)))
        first, last = question.span(start, end)
        assert 0 <= first < last <= len(text)


@pytest.mark.parametrize("text", ["", "  \n", "\u200b\u200e", "///"])
async def test_an_empty_text_is_not_sent(
    client: UnderstandingClient, model: Model, text: str
) -> None:
    read = await client.parse(text)
    assert (read.intent, read.confidence) == (Intent.OUT_OF_SCOPE, 0.0)
    assert model.asked == []


async def test_a_long_text_is_cut(client: UnderstandingClient, model: Model) -> None:
    await client.parse("đường hư " * 1000)
    assert len(model.asked[0]) <= LONGEST


@pytest.mark.parametrize(
    "answer",
    [
        {key: value for key, value in ANSWER.items() if key != "read_by"},
        ANSWER | {"intent": {"name": "drop_tables", "confidence": 1.0}},
        ANSWER | {"intent": None},
        ANSWER | {"intent_ranking": [{"name": "greet"}]},
        ANSWER | {"entities": [{"entity": "x", "value": "y", "start": 0, "end": 999}]},
        [],
        "null",
    ],
)
async def test_an_answer_our_model_does_not_give_is_refused(
    client: UnderstandingClient, model: Model, answer: Any
) -> None:
    model.answer = answer
    assert await reason_of(client) is AwayReason.UNBELIEVABLE


async def test_a_slow_model_is_away(client: UnderstandingClient, model: Model) -> None:
    model.delay = 1.0
    assert await reason_of(client) is AwayReason.TOO_SLOW


@pytest.mark.parametrize(
    ("status", "answer", "reason"),
    [
        (401, {}, AwayReason.REFUSED),
        (500, {}, AwayReason.REFUSED),
        (302, {}, AwayReason.REFUSED),
        (200, "{broken", AwayReason.UNREACHABLE),
    ],
)
async def test_other_failures_are_the_same_error(
    client: UnderstandingClient, model: Model, status: int, answer: Any, reason: AwayReason
) -> None:
    model.status, model.answer = status, answer
    assert await reason_of(client) is reason


async def test_after_three_failures_the_model_is_left_alone(
    client: UnderstandingClient, model: Model
) -> None:
    model.status = 500
    reasons = [await reason_of(client) for _ in range(5)]
    assert reasons == [AwayReason.REFUSED] * 3 + [AwayReason.RESTING] * 2
    assert len(model.asked) == 3
    assert client.is_resting


async def test_the_address_is_asked_for_each_text(url: str, model: Model) -> None:
    places: list[At | None] = [None, At("http://127.0.0.1:9"), At(url, "second")]
    async with make_session() as session:
        client = UnderstandingClient(session, lambda: places.pop(0))
        assert await reason_of(client) is AwayReason.NOT_STARTED
        assert await reason_of(client) is AwayReason.UNREACHABLE
        await client.parse("xin chào")
    assert model.tokens == ["second"]


async def test_a_caller_that_goes_away_is_no_failure(
    client: UnderstandingClient, model: Model
) -> None:
    model.delay = 0.1
    for _ in range(4):
        task = asyncio.create_task(client.parse("xin chào"))
        await asyncio.sleep(0.02)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    assert not client.is_resting


async def test_many_texts_at_once(client: UnderstandingClient, model: Model) -> None:
    model.delay = 0.05
    await asyncio.gather(*(client.parse("xin chào") for _ in range(16)))
    assert len(model.asked) == 16
