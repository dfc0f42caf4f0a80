"""SIGTERM under load: everything ends in time, and the next start answers what was left."""

import asyncio
import time
from collections.abc import Callable

from tests.bench.processes import tree
from tests.crash import ledger
from tests.crash.citizens import Town
from tests.crash.running import Running, until_gone

Note = Callable[[str], None]

#: Seconds; a little less than the worker waits for what it has in hand.
SLOW = 7.0


def noted(running: Running) -> set[str]:
    """What `serve` wrote down of its children, and they of themselves."""
    files = (running.data / "run").iterdir()
    return {path.name for path in files if path.suffix == ".pid" or "worker" in path.name}


async def test_stop_under_load_and_start_in_another_locale(
    running: Running, town: Town, note: Note
) -> None:
    streaming = asyncio.create_task(town.stream(40))
    await asyncio.sleep(3)
    family = set(tree(running.pid))
    assert {"rasa.pid", "worker.pid"} <= noted(running)
    stopped = await running.stop()
    assert noted(running) == set()
    await until_gone(family, within=0.5)
    began = time.monotonic()
    running.environment.update(LC_ALL="C", LANG="C")
    started = await running.start()
    stream = await streaming
    settled = await ledger.until_settled(running, began + 60) - began
    account = await ledger.check(running, stream, town.providers)
    note(
        f"stopped {stopped:.1f} s, started {started:.1f} s, all answered {settled:.1f} s, {account}"
    )
    assert stopped < 15
    assert started < 25
    assert account.doubles == 0, "an orderly stop leaves no send in doubt"


async def test_a_send_in_hand_gets_its_time(running: Running, town: Town, note: Note) -> None:
    """A slow provider, and somebody who does not hang up: the send must not stay in doubt."""
    host, port = "127.0.0.1", running.port
    _, hanging = await asyncio.open_connection(host, port)
    hanging.write(b"POST /webhooks/zalo HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n")
    town.providers.slow = SLOW
    try:
        stream = await town.at_once(1)
        await town.until_answered(stream.taken, 1, within=10)
        stopped = await running.stop()
    finally:
        town.providers.slow = 0.0
        hanging.close()
    await running.start()
    account = await ledger.check(running, stream, town.providers)
    note(f"stopped {stopped:.1f} s, {account}")
    assert SLOW - 1 < stopped < 15
    assert account.doubtful == 0


async def test_a_stop_during_the_start_is_an_orderly_one(running: Running) -> None:
    await running.stop()
    served = running.said().count("Serving at")
    running.begin()
    until = time.monotonic() + 60
    while "rasa.pid" not in noted(running):
        assert time.monotonic() < until
        await asyncio.sleep(0.05)
    stopped = await running.stop()
    assert running.said().count("Serving at") == served, "it came too late to be tried"
    assert running.ended_with == 0
    assert noted(running) == set()
    assert stopped < 15
