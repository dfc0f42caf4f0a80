"""The database goes away: 503 until it is back, never 200 for what is not stored."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from app.embedded.postgres import EmbeddedPostgres
from tests.crash import ledger
from tests.crash.citizens import Town
from tests.crash.providers import Providers
from tests.crash.running import Running

AWAY = 6.0
#: Zalo gives two seconds; a little more is for a busy machine.
_ANSWER_WITHIN = 2.5

Note = Callable[[str], None]
Away = Callable[[], Awaitable[None]]


async def outage(
    running: Running, town: Town, note: Note, away: Away, *, after: float = 3.0
) -> None:
    streaming = asyncio.create_task(town.stream(20))
    await asyncio.sleep(after)
    began = time.monotonic()
    await away()
    back = time.monotonic()
    stream = await streaming
    settled = await ledger.until_settled(running, back + 60) - back
    account = await ledger.check(running, stream, town.providers)
    note(
        f"away {back - began:.1f} s, all answered {settled:.1f} s after, {account}, webhook "
        f"{dict(stream.statuses)}, slowest {stream.slowest:.2f} s"
    )
    assert set(stream.statuses) == {200, 503}
    assert stream.slowest < _ANSWER_WITHIN


async def test_the_embedded_server_is_killed(running: Running, town: Town, note: Note) -> None:
    async def away() -> None:
        await running.kill(running.parts()["PostgreSQL"])
        await running.until_answering(model=True)

    await outage(running, town, note, away)


async def test_the_server_hangs(running: Running, town: Town, note: Note) -> None:
    async def away() -> None:
        frozen = running.parts()["PostgreSQL"]
        for pid in frozen:
            os.kill(pid, signal.SIGSTOP)
        try:
            await asyncio.sleep(AWAY)
        finally:
            for pid in frozen:
                os.kill(pid, signal.SIGCONT)

    await outage(running, town, note, away)


@pytest.fixture
async def outside_server(folder: Path) -> AsyncIterator[EmbeddedPostgres]:
    """A server the application does not look after."""
    data = folder / "pg"
    data.mkdir()
    server = EmbeddedPostgres(data)
    await server.start()
    yield server
    await server.stop()


async def test_a_server_of_somebody_else_is_away(
    outside_server: EmbeddedPostgres, folder: Path, providers: Providers, note: Note
) -> None:
    data = folder / "beside"
    data.mkdir()
    running = Running(
        data,
        providers.accounts,
        arguments=("serve", "--no-rasa"),
        environment={"DATABASE_URL": outside_server.url},
    )

    async def away() -> None:
        await outside_server.stop()
        await asyncio.sleep(AWAY)
        await outside_server.start()

    running.prepare()
    await running.start(model=False)
    try:
        # The door is open before the worker stands: the first outage falls between the two.
        await outage(running, Town(running.url, providers), note, away, after=0.2)
        await outage(running, Town(running.url, providers), note, away)
    finally:
        await running.stop()
