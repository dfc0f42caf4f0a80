"""The embedded PostgreSQL with a real server: what the application gets, and who may connect."""

import asyncio
import os
import pwd
from collections.abc import AsyncIterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from app.embedded.binaries import find_binaries
from app.embedded.postgres import EmbeddedPostgres
from tests.integration.embedded_scene import AS_ROOT, STRANGER, ask, open_folder


@pytest.fixture(scope="module")
async def running() -> AsyncIterator[EmbeddedPostgres]:
    """One server for the tests that only look at it."""
    with open_folder() as folder:
        postgres = EmbeddedPostgres(folder / "data")
        await postgres.start()
        yield postgres
        await postgres.stop()


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
