"""kill -9 in the middle of a stream of messages: nothing is lost, nothing happens twice."""

import asyncio
import os
import signal
import time
from collections.abc import Callable

import pytest

from tests.bench.processes import tree
from tests.crash import ledger
from tests.crash.citizens import Stream, Town, prompt
from tests.crash.running import Running, until_gone

RATE = 20.0
ANSWERED_WITHIN = 60.0
#: People who write once just before: no later message of theirs wakes anybody.
SILENT = 60
ROUNDS = 3 if os.environ.get("SOAK") else 1

Note = Callable[[str], None]


async def unheard(running: Running, town: Town) -> Stream:
    """Messages that are stored while the worker stands still, so only a look at the rows helps."""
    for pid in running.parts()["worker"]:
        os.kill(pid, signal.SIGSTOP)
    return await town.at_once(SILENT)


@pytest.mark.parametrize("round_number", range(ROUNDS))
@pytest.mark.parametrize(
    "parts",
    [
        ("server",),
        ("server", "intent model"),
        ("server", "worker", "intent model", "PostgreSQL"),
    ],
    ids=["the application", "application and model", "every process"],
)
async def test_the_restarted_service_answers_everything(
    running: Running, town: Town, note: Note, parts: tuple[str, ...], round_number: int
) -> None:
    streaming = asyncio.create_task(town.stream(RATE))
    await asyncio.sleep(4 + round_number)
    family = set(tree(running.pid))
    victims = [pid for part in parts for pid in running.parts()[part]]
    silent = await unheard(running, town)
    await running.kill(victims)
    alone = await until_gone(family, within=15)
    began = time.monotonic()
    accepting = await running.start(model=False)
    stream = await streaming
    settled = await ledger.until_settled(running, began + ANSWERED_WITHIN) - began
    await running.until_answering(model=True)
    understands = time.monotonic() - began
    account = await ledger.check(running, stream, town.providers)
    doubtful = await ledger.check(running, silent, town.providers)
    fresh = prompt(await town.waits(40, 10))
    note(
        f"children gone {alone:.1f} s, accepts {accepting:.1f} s, all answered {settled:.1f} s, "
        f"model {understands:.1f} s, {stream.messages} messages, {account} and {doubtful}, {fresh}"
    )
    assert set(stream.statuses) <= {200, 503, 0}


@pytest.mark.parametrize("round_number", range(ROUNDS))
async def test_a_killed_worker_comes_back(
    running: Running, town: Town, note: Note, round_number: int
) -> None:
    streaming = asyncio.create_task(town.stream(RATE))
    await asyncio.sleep(4 + round_number)
    before = running.parts()["worker"]
    silent = await unheard(running, town)
    began = time.monotonic()
    await running.kill(before)
    # It accepts, and says that nobody works on it.
    assert await running.answers("/healthz")
    await running.until_not_ready()
    stream = await streaming
    settled = await ledger.until_settled(running, began + ANSWERED_WITHIN) - began
    await running.until_answering(model=True)
    assert not before & running.parts()["worker"]
    account = await ledger.check(running, stream, town.providers)
    doubtful = await ledger.check(running, silent, town.providers)
    fresh = prompt(await town.waits(40, 10))
    note(f"all answered {settled:.1f} s after the kill, {account} and {doubtful}, {fresh}")
    assert set(stream.statuses) == {200}
