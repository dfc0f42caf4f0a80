"""However many changes come at once, the catalogues are read again twice at most."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from app.refreshing import Refresher


class Reader:
    """Reads as long as it is held, and fails as often as it is told."""

    def __init__(self) -> None:
        self.begun = self.done = self.at_once = 0
        self.failures: list[Exception] = []
        self.may_go_on = asyncio.Event()
        self.may_go_on.set()
        self._now = 0

    async def __call__(self) -> None:
        self.begun += 1
        self._now += 1
        self.at_once = max(self.at_once, self._now)
        try:
            await self.may_go_on.wait()
            if self.failures:
                raise self.failures.pop()
            self.done += 1
        finally:
            self._now -= 1


@asynccontextmanager
async def running(job: Callable[[], Awaitable[None]]) -> AsyncIterator[Refresher]:
    refresher = Refresher(job, pause=0)
    task = asyncio.create_task(refresher.run())
    yield refresher
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def settle() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


async def test_nothing_is_done_unasked() -> None:
    reader = Reader()
    async with running(reader):
        await settle()
    assert reader.begun == 0


async def test_twenty_at_once_are_one_run() -> None:
    reader = Reader()
    async with running(reader) as refresher:
        for _ in range(20):
            await refresher.ask("publications")
        await settle()
    assert reader.done == 1


async def test_all_who_ask_during_a_run_get_one_more() -> None:
    reader = Reader()
    reader.may_go_on.clear()
    async with running(reader) as refresher:
        await refresher.ask()
        await settle()
        for _ in range(20):
            await refresher.ask()
            await settle()
        assert reader.begun == 1
        reader.may_go_on.set()
        await settle()
    assert (reader.begun, reader.done, reader.at_once) == (2, 2, 1)


@pytest.mark.parametrize("failure", [OSError("away"), ValueError("a fault of the code")])
async def test_a_run_that_failed_is_tried_again(failure: Exception) -> None:
    reader = Reader()
    reader.failures = [failure, failure]
    async with running(reader) as refresher:
        await refresher.ask()
        await settle()
    assert (reader.begun, reader.done) == (3, 1)
