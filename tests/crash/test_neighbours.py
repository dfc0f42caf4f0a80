"""One citizen writes without end; the others do not notice."""

import asyncio
import time
from collections.abc import Callable

import aiohttp

from tests.bench.load import TEXTS
from tests.crash import ledger
from tests.crash.citizens import Stream, Town, prompt
from tests.crash.running import Running

_MESSAGES = 100


async def test_a_hundred_messages_of_one_citizen_delay_nobody(
    running: Running, town: Town, note: Callable[[str], None]
) -> None:
    talker, found = town.newcomer(), Stream()

    async def talk() -> None:
        async with aiohttp.ClientSession() as session:
            for number in range(_MESSAGES):
                event = town.event(talker, TEXTS[number % len(TEXTS)])
                await town.deliver(session, event, found)

    _, waits = await asyncio.gather(talk(), town.waits(50, 10))
    settled = await ledger.until_settled(running, time.monotonic() + 30) - found.taken[talker][-1]
    note(f"the others: {prompt(waits)}; the talker's last answer after {settled:.1f} s")
    await ledger.check(running, found, town.providers)
