"""The embedded PostgreSQL with a real server: places, users, locks, crashes."""

import asyncio
import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from time import monotonic

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from app.embedded import location
from app.embedded.binaries import find_binaries
from app.embedded.database import Database
from app.embedded.errors import EmbeddedPostgresBusyError, EmbeddedPostgresError
from app.embedded.location import PostgresHome, can_enter, prepare_home
from app.embedded.lock import ServerState
from app.embedded.postgres import EmbeddedPostgres, Step, attached
from app.processes import find_account, find_identity
from app.supervisor import Supervisor

ROOT = Path(__file__).parents[2]
AS_ROOT = os.geteuid() == 0
STRANGER = "nobody"


@pytest.fixture
def new_dir() -> Iterator[Path]:
    """A folder to be made that the server's user can reach; pytest's own are closed to others."""
    with _open_folder() as folder:
        yield folder / "data"


@pytest.fixture(scope="module")
async def data_dir() -> AsyncIterator[Path]:
    """A data folder with a database; each test leaves it without a running server."""
    with _open_folder() as folder:
        async with attached(folder / "data"):
            pass
        yield folder / "data"


@pytest.fixture(scope="module")
async def running() -> AsyncIterator[EmbeddedPostgres]:
    """One server for the tests that only look at it."""
    with _open_folder() as folder:
        postgres = EmbeddedPostgres(folder / "data")
        await postgres.start()
        yield postgres
        await postgres.stop()


@contextlib.contextmanager
def _open_folder() -> Iterator[Path]:
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
            if state and state.server:
                await until(lambda: find_identity(state.server.pid) is None)


# What the application gets


async def test_the_application_owns_its_database_but_not_the_server(
    running: EmbeddedPostgres,
) -> None:
    rows = await ask(
        running.database,
        "SELECT current_user, current_database(), rolsuper OR rolcreaterole OR rolcreatedb "
        "FROM pg_roles WHERE rolname = current_user",
    )
    assert rows == [("hoidap", "hoidap", False)]
    await ask(running.database, "CREATE TABLE mine (id int)")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        await ask(running.database, "COPY mine FROM PROGRAM 'id'")


async def test_vietnamese_and_khmer_are_plain_utf8(running: EmbeddedPostgres) -> None:
    query = "SELECT upper('đường'), length('ភាសាខ្មែរ'), pg_encoding_to_char(encoding), datlocale "
    rows = await ask(running.database, query + "FROM pg_database WHERE datname = 'hoidap'")
    assert rows == [("ĐƯỜNG", 9, "UTF8", "C.UTF-8")]


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("fsync", "on"),
        ("full_page_writes", "on"),
        ("listen_addresses", ""),
        ("TimeZone", "UTC"),
        ("data_directory_mode", "0700"),
        ("data_checksums", "on"),
    ],
)
async def test_settings_of_the_server(running: EmbeddedPostgres, setting: str, value: str) -> None:
    assert await ask(running.database, f"SHOW {setting}") == [(value,)]


async def test_the_address_works_with_sqlalchemy(running: EmbeddedPostgres) -> None:
    for url, user in ((running.url, "hoidap"), (running.admin_url, "postgres")):
        engine = create_async_engine(url)
        async with engine.connect() as connection:
            assert await connection.scalar(text("SELECT current_user")) == user
        await engine.dispose()


async def test_what_citizens_write_stays_out_of_the_log(
    running: EmbeddedPostgres, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    await ask(running.database, "CREATE TABLE once (word text PRIMARY KEY)")
    await ask(running.database, "INSERT INTO once VALUES ('0912345678')")
    for failing in ("INSERT INTO once VALUES ('0912345678')", "SELECT '0912345678x'::int"):
        with pytest.raises(psycopg.Error, match="0912345678"):
            await ask(running.database, failing)
    await asyncio.sleep(0.3)
    assert "0912345678" not in caplog.text


# Who may connect


async def test_only_we_may_enter_the_folders(running: EmbeddedPostgres) -> None:
    socket_dir = running.database.socket_dir
    for folder in (socket_dir, socket_dir.parent, socket_dir.parent / "cluster"):
        assert folder.stat().st_mode & 0o777 == 0o700
    for name in ("hba.conf", "ident.conf", "state.json", "lock"):
        assert (socket_dir.parent / name).stat().st_mode & 0o077 == 0


async def test_another_user_is_refused_even_at_an_open_door(running: EmbeddedPostgres) -> None:
    """Peer authentication holds although the permissions of the folders have been lost."""
    socket_dir = running.database.socket_dir
    psql = find_binaries().program("psql")
    command = [str(psql), "--no-password", running.database.conninfo, "-c", "SELECT 1"]
    if not AS_ROOT:  # we cannot become somebody else: the rule itself has to name only us
        ident = (socket_dir.parent / "ident.conf").read_text()
        names = {line.split('"')[1] for line in ident.splitlines()}
        assert names == {"root", pwd.getpwuid(os.geteuid()).pw_name}
        return
    as_stranger = ["setpriv", f"--reuid={STRANGER}", "--regid=nogroup", "--clear-groups", *command]
    assert "Permission denied" in await _errors_of(as_stranger)
    for place in (socket_dir.parent, socket_dir, socket_dir / ".s.PGSQL.5432"):
        place.chmod(0o777)
    try:
        assert "Peer authentication failed" in await _errors_of(as_stranger)
        assert await _errors_of(command) == ""
    finally:
        for place in (socket_dir / ".s.PGSQL.5432", socket_dir, socket_dir.parent):
            place.chmod(0o700)


async def _errors_of(command: list[str]) -> str:
    process = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE
    )
    _, errors = await process.communicate()
    return errors.decode()


async def test_the_server_is_never_root_and_has_no_other_group(running: EmbeddedPostgres) -> None:
    state = running.database.socket_dir.parent / "state.json"
    pid = int(state.read_text().split('"server": {"pid": ')[1].split(",")[0])
    status = dict(
        line.split(":\t", 1) for line in _process_file(pid, "status").splitlines() if ":\t" in line
    )
    assert "0" not in status["Uid"].split()
    if AS_ROOT:
        assert "0" not in status["Gid"].split()
        assert status["Groups"].split() == []


def _process_file(pid: int, name: str) -> str:
    return Path(f"/proc/{pid}/{name}").read_text()


# Where it lives


@pytest.mark.parametrize("name", ["có dấu và khoảng trắng", "x" * 150, "a,b@c'd\"e%f"])
async def test_any_folder_will_do(new_dir: Path, name: str) -> None:
    async with attached(new_dir / name) as database:
        assert await ask(database, "SELECT 1") == [(1,)]
        socket_dir = database.socket_dir
        assert len(str(socket_dir / ".s.PGSQL.5432")) <= 107
        assert socket_dir.stat().st_mode & 0o777 == 0o700
    assert socket_dir.parent == (new_dir / name / "postgres") or not socket_dir.exists()


async def test_the_callers_environment_does_not_matter(
    new_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    strange = {"LC_ALL": "C", "LANG": "xx_YY", "TZ": "Asia/Tokyo", "PGDATA": "/nowhere"}
    strange |= {"PGPORT": "1", "PGUSER": "x", "PGDATABASE": "x", "PGHOST": "203.0.113.1"}
    for variable, value in strange.items():
        monkeypatch.setenv(variable, value)
    async with attached(new_dir) as database:
        rows = await ask(database, "SELECT current_setting('TimeZone'), upper('ệ')")
    assert rows == [("UTC", "Ệ")]


async def test_permissions_of_other_folders_stay_as_they_are(new_dir: Path) -> None:
    make_folder(new_dir, 0o751)
    secret = new_dir / "secret"
    secret.write_text("key")
    secret.chmod(0o600)
    watched = (new_dir.parent, new_dir, secret)
    before = [(place.stat().st_mode, place.stat().st_uid) for place in watched]
    async with attached(new_dir):
        pass
    assert [(place.stat().st_mode, place.stat().st_uid) for place in watched] == before


async def test_a_folder_only_root_can_enter_gets_a_link(
    new_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As root below /root: the database goes to a system folder. Others just use the folder."""
    monkeypatch.setattr(location, "_SYSTEM_FOLDER", new_dir.parent / "var")
    make_folder(new_dir, 0o700)
    for _ in range(2):
        async with attached(new_dir) as database:
            assert await ask(database, "SELECT 1") == [(1,)]
    assert mode_of(new_dir) == 0o700
    assert (new_dir / "postgres").is_symlink() is AS_ROOT
    if AS_ROOT:
        shutil.rmtree(new_dir.parent / "var")
        with pytest.raises(EmbeddedPostgresError, match="which is not there"):
            prepare_home(new_dir)


def test_who_may_enter_is_read_from_the_mode_bits(tmp_path: Path) -> None:
    ours = find_account(os.geteuid())
    assert ours is not None
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    stranger = find_account(STRANGER)
    assert stranger is not None
    assert can_enter(ours, closed)
    assert not can_enter(stranger, closed)
    assert can_enter(stranger, Path("/usr/bin"))


async def test_programs_out_of_reach_are_copied(
    new_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when the project lies below /root; an ordinary user always reaches its own programs."""
    monkeypatch.setattr(location, "can_enter", lambda _account, folder: folder == new_dir)
    async with attached(new_dir) as database:
        rows = await ask(database, "SELECT current_setting('data_directory')", admin=True)
        pid = server_pid(new_dir)
        program = program_of(pid)
    assert rows == [(str(new_dir / "postgres" / "cluster"),)]
    copied = new_dir / "postgres" in program.parents
    assert copied is AS_ROOT


async def test_root_runs_it_as_the_owner_of_the_folder(new_dir: Path) -> None:
    """So that the owner can go on without root later."""
    stranger = find_account(STRANGER)
    assert stranger is not None
    expected = stranger.uid if AS_ROOT else os.geteuid()
    if AS_ROOT:
        os.chown(new_dir.parent, stranger.uid, stranger.gid)
    async with attached(new_dir):
        assert owner_of(server_pid(new_dir)) == expected
    assert {path.lstat().st_uid for path in everything_in(new_dir.parent)} == {expected}


async def test_another_users_database_is_explained(data_dir: Path) -> None:
    cluster_owner = (data_dir / "postgres").stat().st_uid
    if AS_ROOT:
        context: contextlib.AbstractContextManager[None] = _effective_user(STRANGER)
    else:
        context = _no_access(data_dir / "postgres")
    with context, pytest.raises(EmbeddedPostgresError, match=r"sudo chown -R .*postgres"):
        prepare_home(data_dir)
    assert (data_dir / "postgres").stat().st_uid == cluster_owner


@contextlib.contextmanager
def _effective_user(name: str) -> Iterator[None]:
    os.seteuid(pwd.getpwnam(name).pw_uid)
    try:
        yield
    finally:
        os.seteuid(0)


@contextlib.contextmanager
def _no_access(folder: Path) -> Iterator[None]:
    folder.chmod(0)
    try:
        yield
    finally:
        folder.chmod(0o700)


async def test_a_copy_made_by_root_is_taken_over(data_dir: Path) -> None:
    async with attached(data_dir) as database:
        await ask(database, "CREATE TABLE copied AS SELECT 7 AS number")
    copy = data_dir.parent / "copy"
    await asyncio.to_thread(shutil.copytree, data_dir, copy)
    async with attached(copy) as database:
        assert await ask(database, "SELECT number FROM copied") == [(7,)]


async def test_a_cluster_of_another_version_is_explained(data_dir: Path) -> None:
    version = data_dir / "postgres" / "cluster" / "PG_VERSION"
    ours = version.read_text()
    version.write_text("15\n")
    for part in ("made by PostgreSQL 15", "hoidap restore"):  # also the lock is free again
        with pytest.raises(EmbeddedPostgresError, match=part):
            await EmbeddedPostgres(data_dir, lock_within=1).start()
    version.write_text(ours)
    assert await _one_query(data_dir) == [(1,)]


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
        starting = asyncio.create_task(_one_query(data_dir))
        await asyncio.sleep(0.5)
        assert not starting.done()
        os.kill(server, signal.SIGCONT)
        assert await starting == [(1,)]


async def _one_query(data_dir: Path) -> list[tuple[object, ...]]:
    async with attached(data_dir) as database:
        return await ask(database, "SELECT 1")


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
            assert await _one_query(data_dir) == [(1,)]
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
    assert await _one_query(new_dir) == [(1,)]
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
