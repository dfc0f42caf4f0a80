"""Asks the intent model. Whatever goes wrong, the answer is one error: the model is away."""

import asyncio
import time
from collections.abc import Callable, Sequence
from enum import StrEnum
from http import HTTPStatus
from typing import Any, Protocol

import aiohttp

from bot.understanding.breaker import Breaker
from bot.understanding.readings import (
    Entity,
    Question,
    Ranked,
    UnbelievableError,
    Understanding,
    make_question,
    nothing_said,
    read_answer,
)

__all__ = [
    "AwayReason",
    "Endpoint",
    "Entity",
    "ModelAwayError",
    "Ranked",
    "Understanding",
    "UnderstandingClient",
    "make_session",
]

#: Seconds for one request, waiting for a free connection included.
LIMIT = 2.0
_ONE = "/model/parse"
#: Not of Rasa itself: our launcher adds it.
_MANY = "/model/parse_many"
_CONNECTIONS = 16
#: The model's server drops idle connections after 5 seconds; ours are dropped before that.
_KEEP_ALIVE = 4.0


class AwayReason(StrEnum):
    """For metrics and the log; no text of a citizen, no address."""

    NOT_STARTED = "not_started"
    RESTING = "resting"
    TOO_SLOW = "too_slow"
    UNREACHABLE = "unreachable"
    REFUSED = "refused"
    UNBELIEVABLE = "unbelievable"


class ModelAwayError(Exception):
    """The intent model gave no answer that can be used."""

    def __init__(self, reason: AwayReason) -> None:
        self.reason = reason
        super().__init__(reason.value)


class Endpoint(Protocol):
    """Where the model listens now; address and token change together at each of its starts."""

    @property
    def base_url(self) -> str: ...

    @property
    def token(self) -> str: ...


def make_session() -> aiohttp.ClientSession:
    """Make the pool of connections to the model; the caller closes it."""
    connector = aiohttp.TCPConnector(limit=_CONNECTIONS, keepalive_timeout=_KEEP_ALIVE)
    return aiohttp.ClientSession(connector=connector)


class UnderstandingClient:
    def __init__(
        self,
        session: aiohttp.ClientSession,
        find_endpoint: Callable[[], Endpoint | None],
        *,
        limit: float = LIMIT,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`find_endpoint` is asked for every text; `limit` is in seconds."""
        self._session = session
        self._find_endpoint = find_endpoint
        self._limit = limit
        self._breaker = Breaker(clock)
        self._takes_many = True

    @property
    def is_resting(self) -> bool:
        """Whether the last answers failed and the model is left alone for now."""
        return self._breaker.is_open

    async def parse(self, text: str) -> Understanding:
        """Read one text.

        Raises:
            ModelAwayError: there is no answer, or none that can be believed.
        """
        question = make_question(text)
        if not question.sent:
            return nothing_said(text)
        return _believed(question, await self._guarded(_ONE, {"text": question.sent}))

    async def parse_many(self, texts: Sequence[str]) -> list[Understanding]:
        """Read several texts at the price of one request, with the same results.

        A server without our launcher is asked for one text after the other.

        Raises:
            ModelAwayError: for one of them there is no answer, or none that can be believed.
        """
        questions = [make_question(text) for text in texts]
        sent = [question.sent for question in questions if question.sent]
        found = await self._guarded(_MANY, {"texts": sent}) if self._takes_many and sent else []
        if found is None:
            self._takes_many = False
        if not self._takes_many:
            return [await self.parse(text) for text in texts]
        if not isinstance(found, list) or len(found) != len(sent):
            raise ModelAwayError(AwayReason.UNBELIEVABLE)
        answers = iter(found)
        return [
            _believed(question, next(answers)) if question.sent else nothing_said(question.original)
            for question in questions
        ]

    async def _guarded(self, path: str, body: dict[str, Any]) -> Any:
        endpoint = self._find_endpoint()
        if endpoint is None:
            raise ModelAwayError(AwayReason.NOT_STARTED)
        if not self._breaker.allows():
            raise ModelAwayError(AwayReason.RESTING)
        try:
            answer = await self._within_limit(endpoint, path, body)
        except ModelAwayError:
            self._breaker.failed()
            raise
        except BaseException:
            self._breaker.gave_up()
            raise
        self._breaker.succeeded()
        return answer

    async def _within_limit(self, endpoint: Endpoint, path: str, body: dict[str, Any]) -> Any:
        # The errors of aiohttp show the address with the token in it, so they are not chained.
        try:
            async with asyncio.timeout(self._limit):
                return await self._ask_again_if_dropped(endpoint, path, body)
        except TimeoutError:
            raise ModelAwayError(AwayReason.TOO_SLOW) from None
        except (aiohttp.ClientError, OSError, ValueError):
            raise ModelAwayError(AwayReason.UNREACHABLE) from None

    async def _ask_again_if_dropped(
        self, endpoint: Endpoint, path: str, body: dict[str, Any]
    ) -> Any:
        try:
            return await self._ask(endpoint, path, body)
        except (aiohttp.ServerDisconnectedError, ConnectionResetError):
            # A kept connection the server closed in the same moment; reading twice does no harm.
            return await self._ask(endpoint, path, body)

    async def _ask(self, endpoint: Endpoint, path: str, body: dict[str, Any]) -> Any:
        """Post; None says that this server takes no several texts."""
        async with self._session.post(
            f"{endpoint.base_url.rstrip('/')}{path}",
            params={"token": endpoint.token},
            json=body,
            allow_redirects=False,
        ) as response:
            if response.status == HTTPStatus.NOT_FOUND and path == _MANY:
                return None
            if response.status != HTTPStatus.OK:
                raise ModelAwayError(AwayReason.REFUSED)
            return await response.json()


def _believed(question: Question, answer: Any) -> Understanding:
    try:
        return read_answer(question, answer)
    except UnbelievableError:
        raise ModelAwayError(AwayReason.UNBELIEVABLE) from None
