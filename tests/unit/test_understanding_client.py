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
        self.asked_together: list[list[str]] = []
        self.lost = 0
        self.tokens: list[str] = []
        self.answer: Any = ANSWER
        self.status = 200
        self.delay = 0.0

    async def parse(self, request: web.Request) -> web.Response:
        self.asked.append((await request.json())["text"])
        return await self._respond(request, self.answer)

    async def parse_many(self, request: web.Request) -> web.Response:
        texts = (await request.json())["texts"]
        self.asked_together.append(texts)
        return await self._respond(request, [self.answer] * (len(texts) - self.lost))

    async def _respond(self, request: web.Request, answer: Any) -> web.Response:
        self.tokens.append(request.query["token"])
        await asyncio.sleep(self.delay)
        body = answer if isinstance(answer, str) else json.dumps(answer)
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


async def test_of_a_long_text_both_ends_are_read(client: UnderstandingClient, model: Model) -> None:
    text = "Kính gửi. " + "đường hư " * 1000 + "hồ sơ H59-231105-0004"
    found = {"entity": "dossier_code", "value": "H59-231105-0004"}
    size = min(len(text), LONGEST)
    model.answer = ANSWER | {"entities": [found | {"start": size - 15, "end": size}]}
    read = await client.parse(text)
    [asked] = model.asked
    assert len(asked) == LONGEST
    assert asked.startswith("Kính gửi. đường hư")
    assert asked.endswith("hồ sơ H59-231105-0004")
    [entity] = read.entities
    assert text[entity.start : entity.end] == "H59-231105-0004"


@pytest.fixture
async def together(model: Model) -> AsyncIterator[UnderstandingClient]:
    """Of a model served by our launcher."""
    app = web.Application()
    app.router.add_post("/model/parse", model.parse)
    app.router.add_post("/model/parse_many", model.parse_many)
    async with TestServer(app) as server, make_session() as session:
        yield UnderstandingClient(session, lambda: At(str(server.make_url("/"))), limit=0.2)


SEVERAL = ["xin chào", "", "/affirm", "\u200b", "hồ sơ tới đâu"]


async def test_several_texts_need_one_request(together: UnderstandingClient, model: Model) -> None:
    read = await together.parse_many(SEVERAL)
    assert model.asked_together == [["xin chào", "affirm", "hồ sơ tới đâu"]]
    assert model.asked == []
    assert read == [await together.parse(text) for text in SEVERAL]
    assert model.tokens == ["secret-token"] * 4


async def test_nothing_to_read_needs_no_request(
    together: UnderstandingClient, model: Model
) -> None:
    assert [item.text for item in await together.parse_many(["", "///"])] == ["", "///"]
    assert await together.parse_many([]) == []
    assert model.asked_together == []


async def test_a_rasa_of_somebody_else_is_asked_one_by_one(
    client: UnderstandingClient, model: Model
) -> None:
    for _ in range(2):
        read = await client.parse_many(SEVERAL)
        assert [item.text for item in read] == SEVERAL
    assert model.asked == ["xin chào", "affirm", "hồ sơ tới đâu"] * 2
    assert not client.is_resting


async def test_an_answer_short_of_a_text_is_refused(
    together: UnderstandingClient, model: Model
) -> None:
    model.lost = 1
    with pytest.raises(ModelAwayError) as caught:
        await together.parse_many(SEVERAL)
    assert caught.value.reason is AwayReason.UNBELIEVABLE


async def test_several_texts_fail_as_one_does(together: UnderstandingClient, model: Model) -> None:
    model.status = 500
    for reason in (*[AwayReason.REFUSED] * 3, AwayReason.RESTING):
        with pytest.raises(ModelAwayError) as caught:
            await together.parse_many(SEVERAL)
        assert caught.value.reason is reason


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
