"""Where the embedded PostgreSQL lives: any folder, as whichever user, and nobody else gets in."""

import asyncio
import contextlib
import os
import pwd
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.embedded import location
from app.embedded.errors import EmbeddedPostgresError
from app.embedded.location import can_enter, prepare_home
from app.embedded.postgres import EmbeddedPostgres, attached
from app.processes import find_account
from tests.integration.embedded_scene import (
    AS_ROOT,
    STRANGER,
    ask,
    everything_in,
    make_folder,
    mode_of,
    one_query,
    owner_of,
    program_of,
    server_pid,
)


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
    assert await one_query(data_dir) == [(1,)]
