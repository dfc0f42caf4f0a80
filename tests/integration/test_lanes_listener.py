"""The listener hears what others commit, and comes back after every failure."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import text

import app.listener
from app.database import conninfo
from app.listener import Listener
from store.unit_of_work import Store


@asynccontextmanager
async def hearing(listener: Listener) -> AsyncIterator["asyncio.Task[None]"]:
    task = asyncio.create_task(listener.run())
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def say(store: Store, channel: str, payload: str) -> None:
    async with store.work() as work:
        await work.notify(channel, payload)
        await work.commit()


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110 - looks into the database
            await asyncio.sleep(0.02)


def connected(times: list[int]) -> Callable[[], Awaitable[None]]:
    async def note() -> None:
        times.append(1)

    return note


async def test_a_notice_comes_with_the_commit_and_only_then(
    store: Store, database_url: str
) -> None:
    heard: list[str] = []
    times: list[int] = []
    listener = Listener(
        conninfo(database_url), {"test_one": heard.append}, on_connect=connected(times)
    )
    async with hearing(listener):
        await until(lambda: bool(times))
        async with store.work() as work:
            await work.notify("test_one", "rolled back")
        await say(store, "test_two", "for others")
        await say(store, "test_one", "ế\nb")
        await until(lambda: bool(heard))
    assert heard == ["ế\nb"]


async def test_after_a_killed_connection_it_hears_again(
    store: Store, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app.listener, "_PAUSE", 0.05)
    heard: list[str] = []
    times: list[int] = []
    listener = Listener(
        conninfo(database_url), {"test_one": heard.append}, on_connect=connected(times)
    )
    async with hearing(listener):
        await until(lambda: len(times) == 1)
        async with store.engine.begin() as connection:
            await connection.execute(
                text(
                    "select pg_terminate_backend(pid) from pg_stat_activity"
                    " where application_name = 'hoidap listener'"
                )
            )
        await until(lambda: len(times) == 2)
        await say(store, "test_one", "again")
        await until(lambda: bool(heard))
    assert heard == ["again"]


async def test_a_handler_that_fails_does_not_deafen(store: Store, database_url: str) -> None:
    heard: list[str] = []
    times: list[int] = []

    async def fail_first(payload: str) -> None:
        heard.append(payload)
        if len(heard) == 1:
            raise ValueError

    listener = Listener(conninfo(database_url), {"test_one": fail_first}, connected(times))
    async with hearing(listener):
        await until(lambda: bool(times))
        await say(store, "test_one", "1")
        await say(store, "test_one", "2")
        await until(lambda: len(heard) == 2)
    assert len(times) == 1


async def test_an_on_connect_that_fails_is_tried_again(
    store: Store, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app.listener, "_PAUSE", 0.05)
    times: list[int] = []

    async def fail_first() -> None:
        times.append(1)
        if len(times) == 1:
            raise ValueError

    async with hearing(Listener(conninfo(database_url), {}, fail_first)) as task:
        await until(lambda: len(times) == 2)
        assert not task.done()
