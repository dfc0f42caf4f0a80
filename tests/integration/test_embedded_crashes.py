"""The embedded PostgreSQL among several commands, and after everything that can be killed was."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path
from time import monotonic

import pytest

from app.embedded.errors import EmbeddedPostgresBusyError, EmbeddedPostgresError
from app.embedded.postgres import EmbeddedPostgres, Step, attached
from app.processes import find_identity
from app.supervisor import Supervisor
from tests.integration.embedded_scene import (
    APPLICATION,
    application,
    ask,
    family,
    half_made,
    home_of,
    one_query,
    server_pid,
    spawn,
    until,
)


# One server, several commands
async def test_commands_attach_to_the_running_server(data_dir: Path) -> None:
    async with application(data_dir), attached(data_dir) as first, attached(data_dir) as second:
        assert first == second
        assert await ask(second, "SELECT 1") == [(1,)]


async def test_commands_without_a_server_share_one_they_start(data_dir: Path) -> None:
    """The one that started it ends first, and waits for the others."""
    order: list[str] = []
    begun = asyncio.Event()

    async def first() -> None:
        async with attached(data_dir):
            begun.set()
            await asyncio.sleep(0.2)
            order.append("first has finished its work")
        order.append("the server has stopped")

    async def second() -> None:
        await begun.wait()
        async with attached(data_dir) as database:
            await asyncio.sleep(0.8)
            assert await ask(database, "SELECT 1") == [(1,)]
            order.append("second has finished its work")

    await asyncio.gather(first(), second())
    assert order == [
        "first has finished its work",
        "second has finished its work",
        "the server has stopped",
    ]


async def test_many_commands_at_once_in_an_empty_folder(new_dir: Path) -> None:
    async def command(number: int) -> int:
        async with attached(new_dir) as database:
            rows = await ask(database, f"SELECT {number}")
            return int(str(rows[0][0]))

    assert await asyncio.gather(*(command(number) for number in range(5))) == [0, 1, 2, 3, 4]


async def test_a_second_owner_is_refused_at_once_and_told_who_has_it(data_dir: Path) -> None:
    async with application(data_dir) as other:
        began = monotonic()
        with pytest.raises(EmbeddedPostgresBusyError, match=f"process {other.pid}"):
            await EmbeddedPostgres(data_dir).start()
        assert monotonic() - began < 2


async def test_an_owner_waits_for_a_command(data_dir: Path) -> None:
    steps: list[Step] = []
    postgres = EmbeddedPostgres(data_dir, progress=steps.append)
    async with attached(data_dir):
        waiting = asyncio.create_task(postgres.start())
        await until(lambda: Step.WAITING_FOR_OTHER in steps)
    await waiting
    assert await ask(postgres.database, "SELECT 1") == [(1,)]
    await postgres.stop()
    assert steps[-1] is Step.READY


# Crashes
async def test_after_the_application_was_killed_nothing_is_lost(data_dir: Path) -> None:
    async with application(data_dir) as process:
        async with attached(data_dir) as database:
            await ask(database, "CREATE TABLE kept_by_server AS SELECT 7 AS number")
        server = server_pid(data_dir)
        process.kill()
        await asyncio.to_thread(process.wait)
        async with attached(data_dir) as database:
            assert await ask(database, "SELECT number FROM kept_by_server") == [(7,)]
            assert find_identity(server) is None


async def test_after_everything_was_killed_nothing_is_lost(data_dir: Path) -> None:
    async with application(data_dir) as process:
        async with attached(data_dir) as database:
            await ask(database, "CREATE TABLE recovered AS SELECT 7 AS number")
        for pid in (process.pid, *family(server_pid(data_dir))):
            # With the application its children may be gone already.
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        await asyncio.to_thread(process.wait)
        async with attached(data_dir) as database:
            assert await ask(database, "SELECT number FROM recovered") == [(7,)]


async def test_a_server_that_survived_its_application_is_ended(data_dir: Path) -> None:
    """A stopped process cannot follow its parent's death signal until it is told to go on."""
    async with application(data_dir) as process:
        server = server_pid(data_dir)
        os.kill(server, signal.SIGSTOP)
        process.kill()
        await asyncio.to_thread(process.wait)
        starting = asyncio.create_task(one_query(data_dir))
        await asyncio.sleep(0.5)
        assert not starting.done()
        os.kill(server, signal.SIGCONT)
        assert await starting == [(1,)]


async def test_a_killed_server_is_started_again(data_dir: Path) -> None:
    supervisor = Supervisor()
    postgres = EmbeddedPostgres(data_dir, supervisor=supervisor)
    await postgres.start()
    try:
        first = server_pid(data_dir)
        os.kill(first, signal.SIGKILL)
        await until(lambda: supervisor.status()["postgres"].pid not in {None, first})
        async with attached(data_dir) as database:
            assert await ask(database, "SELECT 1") == [(1,)]
    finally:
        await postgres.stop()


async def test_a_stale_pid_file_with_a_living_process_does_not_matter(data_dir: Path) -> None:
    async with attached(data_dir):
        home = home_of(data_dir)
        text = (home.cluster / "postmaster.pid").read_text()
    with spawn("sleep", "60") as sleeper:
        stale = home.cluster / "postmaster.pid"
        stale.write_text("\n".join([str(sleeper.pid), *text.splitlines()[1:]]))
        home.give(stale)
        try:
            assert await one_query(data_dir) == [(1,)]
            assert sleeper.poll() is None
        finally:
            sleeper.kill()


async def test_a_server_started_by_hand_is_not_disturbed(data_dir: Path) -> None:
    home = home_of(data_dir)
    with subprocess.Popen(["sleep", "60"], cwd=home.cluster) as other:  # noqa: ASYNC220, S607
        (home.cluster / "postmaster.pid").write_text(f"{other.pid}\n{home.cluster}\n")
        try:
            with pytest.raises(EmbeddedPostgresError, match=f"Process {other.pid} already runs"):
                await EmbeddedPostgres(data_dir).start()
        finally:
            other.kill()


async def test_an_interrupted_creation_is_not_fatal(new_dir: Path) -> None:
    with spawn(sys.executable, "-c", APPLICATION, str(new_dir)) as process:
        await until(lambda: half_made(new_dir))
        process.kill()
    assert not (new_dir / "postgres" / "cluster").exists()
    assert await one_query(new_dir) == [(1,)]
    assert not half_made(new_dir)


async def test_a_stop_leaves_nothing_running(data_dir: Path) -> None:
    postgres = EmbeddedPostgres(data_dir)
    await postgres.start()
    processes = family(server_pid(data_dir))
    began = monotonic()
    await postgres.stop()
    assert monotonic() - began < 5
    assert [find_identity(pid) for pid in processes] == [None] * len(processes)
    assert not (data_dir / "postgres" / "state.json").exists()
