"""SIGTERM under load: everything ends in time, and the next start answers what was left."""

import asyncio
import time
from collections.abc import Callable

from tests.bench.processes import tree
from tests.crash import ledger
from tests.crash.citizens import Town
from tests.crash.running import Running, until_gone

Note = Callable[[str], None]


async def test_stop_under_load_and_start_in_another_locale(
    running: Running, town: Town, note: Note
) -> None:
    streaming = asyncio.create_task(town.stream(40))
    await asyncio.sleep(3)
    family = set(tree(running.pid))
    stopped = await running.stop()
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
