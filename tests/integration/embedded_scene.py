"""Folders, processes and questions for the tests of the embedded PostgreSQL."""

import asyncio
import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from time import monotonic

import psycopg

from app.embedded.database import Database
from app.embedded.location import PostgresHome, prepare_home
from app.embedded.lock import ServerState
from app.embedded.postgres import attached
from app.processes import find_identity

ROOT = Path(__file__).parents[2]
AS_ROOT = os.geteuid() == 0
STRANGER = "nobody"


@contextlib.contextmanager
def open_folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="test-", dir="/tmp"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


async def ask(database: Database, query: str, *, admin: bool = False) -> list[tuple[object, ...]]:
    conninfo = database.maintenance_conninfo if admin else database.conninfo
    connection = await psycopg.AsyncConnection.connect(conninfo, autocommit=True)
    async with connection:
        cursor = await connection.execute(query.encode())
        return await cursor.fetchall() if cursor.description else []


async def until(condition: Callable[[], object], seconds: float = 15) -> None:
    end = monotonic() + seconds
    while not condition():
        assert monotonic() < end, "it never came true"
        await asyncio.sleep(0.02)


def home_of(data_dir: Path) -> PostgresHome:
    return prepare_home(data_dir)


def server_pid(data_dir: Path) -> int:
    state = ServerState.find(home_of(data_dir))
    assert state is not None
    assert state.server is not None
    return state.server.pid


def family(pid: int) -> list[int]:
    """A process and its children."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [pid, *(int(child) for child in children.split())]


def owner_of(pid: int) -> int:
    return Path(f"/proc/{pid}").stat().st_uid


def program_of(pid: int) -> Path:
    return Path(f"/proc/{pid}/exe").readlink()


def make_folder(path: Path, mode: int) -> None:
    path.mkdir()
    path.chmod(mode)


def mode_of(path: Path) -> int:
    return path.stat().st_mode & 0o777


def everything_in(folder: Path) -> list[Path]:
    return list(folder.rglob("*"))


def half_made(data_dir: Path) -> list[Path]:
    return list(data_dir.glob("postgres/cluster.new-*/base"))


def spawn(*argv: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(argv, cwd=ROOT, stdout=subprocess.PIPE, text=True)  # noqa: S603


APPLICATION = """
import asyncio, sys
from pathlib import Path
from app.embedded.postgres import EmbeddedPostgres

async def main():
    postgres = EmbeddedPostgres(Path(sys.argv[1]))
    await postgres.start()
    print("running", flush=True)
    await asyncio.sleep(600)

asyncio.run(main())
"""


@contextlib.asynccontextmanager
async def application(data_dir: Path) -> AsyncIterator["subprocess.Popen[str]"]:
    """Another process that owns the server until it is killed."""
    with spawn(sys.executable, "-c", APPLICATION, str(data_dir)) as process:
        assert process.stdout is not None
        try:
            assert await asyncio.to_thread(process.stdout.readline) == "running\n"
            yield process
        finally:
            state = ServerState.find(home_of(data_dir))
            process.kill()
            if state and (server := state.server):
                await until(lambda: find_identity(server.pid) is None)


async def one_query(data_dir: Path) -> list[tuple[object, ...]]:
    async with attached(data_dir) as database:
        return await ask(database, "SELECT 1")
