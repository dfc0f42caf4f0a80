"""A backup brings an installation back, texts and all; anything wrong is said before harm."""

import asyncio
import io
import json
import os
import tarfile
import tracemalloc
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from urllib.parse import quote

import pytest
from psycopg.conninfo import conninfo_to_dict
from sqlalchemy import func, select, table, text

from app.backup import BackupError, _address, _extract, _load, back_up, bring_back, find_key
from app.data_folder import DataFolder, open_folder
from app.database import open_store
from app.embedded.postgres import attached
from app.settings import Settings, read_settings
from casework.cases import CaseKind, CaseSource, ContentKind
from casework.legal_clock import DayUnit, LegalRule
from casework.publication import PublicDocument
from casework.use_cases.open_case import OpenCase, open_case
from casework.use_cases.publish import start_document
from delivery.messages import AttachmentKind
from store.engine import make_engine
from store.jobs import Job
from store.migrate import upgrade
from store.sealed import SealedKind
from store.unit_of_work import Store
from store.web_questions import WebQuestion
from tests.fakes.clock import NOW

QUESTION = "Cấp sổ đỏ mất bao lâu?\nSET transaction_timeout = 0;\r\n\\. \t🇻🇳"
RULE = LegalRule("r", CaseKind.QUESTION, 15, DayUnit.WORKING, "", {"vi": "x"}, date(2020, 1, 1))
KEY, OTHER_KEY = "first-key-of-many-characters", "other-key-of-many-characters"


@dataclass
class Installation:
    settings: Settings
    folder: DataFolder
    url: str

    @property
    def store(self) -> Store:
        return open_store(self.settings, self.folder, self.url, name="test", pool_size=2)


def installation(path: Path, url: str = "", **environment: str) -> Installation:
    settings = read_settings({"HOIDAP_DATA": str(path), **environment})
    return Installation(settings, open_folder(settings), url)


def names_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


async def ask(one: Installation) -> str:
    store = one.store
    async with store.work() as work:
        await work.catalogue.save_rules([RULE])
        command = OpenCase(CaseKind.QUESTION, CaseSource.ZALO, "zalo:oa:1", QUESTION, NOW)
        opened = await open_case(work, command)
        await work.commit()
    await store.close()
    return opened.case.id


async def restore(one: Installation, source: Path) -> None:
    """As the command does."""
    key = await asyncio.to_thread(find_key, one.settings, one.folder, source)
    await bring_back(one.folder, one.url, source, key)


async def read(one: Installation, case_id: str) -> str:
    store = one.store
    async with store.work() as work:
        found = await work.cases.latest_content(case_id, ContentKind.QUESTION)
    await store.close()
    return found


@pytest.fixture
async def full(tmp_path: Path) -> AsyncIterator[Installation]:
    """A small installation with its own PostgreSQL and its own key."""
    path = tmp_path / "first"
    async with attached(path) as database:
        await asyncio.to_thread(upgrade, database.url)
        yield installation(path, database.url)


async def test_round_trip_into_an_empty_folder(full: Installation, tmp_path: Path) -> None:
    case_id = await ask(full)
    target = tmp_path / "backup.hoidap"
    await back_up(full.settings, full.folder, full.url, target)
    assert target.stat().st_mode & 0o777 == 0o600
    assert names_in(tmp_path) == {"first", target.name}

    new = installation(tmp_path / "second")
    async with attached(new.folder.path) as database:
        new.url = database.url
        await restore(new, target)
        assert new.folder.secret_key.stat().st_mode & 0o777 == 0o600
        await asyncio.to_thread(upgrade, database.url)
        assert await read(new, case_id) == QUESTION
        again = await ask(new)
        assert again != case_id

        # A database that holds something is left as it is.
        store = new.store
        async with store.work() as work:
            before = len(await work.cases.of_conversation("zalo:oa:1"))
        with pytest.raises(BackupError, match="already has our tables"):
            await restore(new, target)
        with pytest.raises(BackupError, match="already exists") as caught:
            await _load(database.url, target)
        assert "sổ đỏ" not in str(caught.value)
        async with store.work() as work:
            assert len(await work.cases.of_conversation("zalo:oa:1")) == before == 2
        await store.close()


async def rows(store: Store) -> dict[str, int]:
    """Table → how many rows, the queue's too."""
    listed = text("select tablename from pg_tables where schemaname = 'public'")
    async with store.engine.connect() as connection:
        found = {}
        for name in (await connection.execute(listed)).scalars().all():
            counted = select(func.count()).select_from(table(name))
            found[name] = (await connection.execute(counted)).scalar_one()
    return found


async def fill(store: Store) -> None:
    """Something of each kind that is more than rows: keys, files, jobs."""
    async with store.work() as work:
        now = work.clock()
        await work.attachments.add_kept("photo", AttachmentKind.IMAGE, "image/png", b"\x89P", now)
        await work.sealed.seal_text("s", SealedKind.COMPLAINT, "zalo:oa:1", QUESTION, now)
        await work.web_questions.add(WebQuestion(id="form", content=QUESTION), now)
        await work.handovers.ask("h", "zalo:oa:1", now)
        document = PublicDocument(title="Sổ đỏ", question="Bao lâu?", answer="30 ngày.")
        await start_document(work, document, "editor")
        await work.jobs.defer(Job.FETCH_ATTACHMENT, attachment_id="photo")
        await work.commit()


async def test_files_sealed_words_documents_and_jobs_come_back(
    full: Installation, tmp_path: Path
) -> None:
    store = full.store
    await fill(store)
    before = await rows(store)
    await store.close()
    target = tmp_path / "backup.hoidap"
    await back_up(full.settings, full.folder, full.url, target)
    new = installation(tmp_path / "second")
    async with attached(new.folder.path) as database:
        new.url = database.url
        await restore(new, target)
        store = new.store
        assert await rows(store) == before
        async with store.work() as work:
            assert await work.attachments.read("photo") == b"\x89P"
            assert await work.sealed.open("s") == QUESTION
            form = await work.web_questions.find("form")
            assert form is not None
            assert form.content == QUESTION
            # Counting goes on where it was: no number and no job twice.
            await work.jobs.defer(Job.FETCH_ATTACHMENT, attachment_id="photo")
            assert (await work.jobs.count()).waiting == 2
            assert await work.publications.next_number() == 2
        await store.close()


async def test_a_restore_that_fails_half_way_leaves_nothing(
    full: Installation, tmp_path: Path
) -> None:
    await ask(full)
    target = tmp_path / "backup"
    await back_up(full.settings, full.folder, full.url, target)
    new = installation(tmp_path / "second")
    async with attached(new.folder.path) as database:
        new.url = database.url
        engine = make_engine(database.url, pool_size=1)
        # The last table of the dump is in the way.
        async with engine.begin() as connection:
            await connection.execute(text("create table staff_sessions (id int)"))
        with pytest.raises(BackupError, match="staff_sessions"):
            await restore(new, target)
        assert not new.folder.secret_key.exists()
        async with engine.connect() as connection:
            found = await connection.execute(text("select to_regclass('cases')"))
            assert found.scalar_one() is None
        await engine.dispose()


async def test_keys_are_checked_before_anything_is_written(
    full: Installation, tmp_path: Path
) -> None:
    await ask(full)
    target = tmp_path / "own-key"
    await back_up(full.settings, full.folder, full.url, target)
    own = full.folder.secret_key.read_text()

    set_key = installation(tmp_path / "set", HOIDAP_SECRET_KEY=OTHER_KEY)
    with pytest.raises(BackupError, match="HOIDAP_SECRET_KEY does not open"):
        find_key(set_key.settings, set_key.folder, target)
    assert not set_key.folder.secret_key.exists()
    right = installation(tmp_path / "right", HOIDAP_SECRET_KEY=f"{OTHER_KEY},{own}")
    find_key(right.settings, right.folder, target)

    foreign = installation(tmp_path / "foreign")
    foreign.folder.secret_key.write_text("something else")
    with pytest.raises(BackupError, match="another key"):
        find_key(foreign.settings, foreign.folder, target)
    assert foreign.folder.secret_key.read_text() == "something else"

    same = installation(tmp_path / "same")
    assert find_key(same.settings, same.folder, target) == own
    assert not same.folder.secret_key.exists()
    same.folder.secret_key.write_text(own)
    assert find_key(same.settings, same.folder, target) is None


async def test_a_refused_restore_leaves_no_foreign_key(full: Installation, tmp_path: Path) -> None:
    """With it the folder's own texts, or the next backup tried, could not be read."""
    target = tmp_path / "backup"
    await ask(full)
    await back_up(full.settings, full.folder, full.url, target)
    other = installation(tmp_path / "other", full.url)
    with pytest.raises(BackupError, match="already has our tables"):
        await restore(other, target)
    assert not other.folder.secret_key.exists()


async def test_a_key_made_meanwhile_is_kept(full: Installation, tmp_path: Path) -> None:
    target = tmp_path / "backup"
    await ask(full)
    await back_up(full.settings, full.folder, full.url, target)
    new = installation(tmp_path / "second")
    async with attached(new.folder.path) as database:
        key = find_key(new.settings, new.folder, target)
        new.folder.secret_key.write_text("of a service that was started at the same time")
        with pytest.raises(BackupError, match="has just got a key"):
            await bring_back(new.folder, database.url, target, key)
    assert new.folder.secret_key.read_text().startswith("of a service")


async def test_a_backup_without_its_database_changes_nothing(tmp_path: Path) -> None:
    source = tmp_path / "half"
    about = json.dumps({"format": 1}).encode()
    source.write_bytes(archive_of(about_json=about, secret_key=b"its-own-key"))
    new = installation(tmp_path / "second")
    async with attached(new.folder.path) as database:
        new.url = database.url
        with pytest.raises(BackupError, match="not a backup"):
            await restore(new, source)
    assert not new.folder.secret_key.exists()


async def test_a_large_dump_is_not_read_into_memory(tmp_path: Path) -> None:
    source, dump = tmp_path / "large", tmp_path / "dump"
    size = 64 << 20
    source.write_bytes(archive_of(database_dump=bytes(size)))
    tracemalloc.start()
    try:
        _extract(source, dump)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert dump.stat().st_size == size
    assert most < 4 << 20


PASSWORD = "p@ss w/ord:%1'"


async def test_the_password_of_the_database_is_in_no_process_list(tmp_path: Path) -> None:
    """Every user of the machine can read arguments; the variables only we."""
    connected, ended = asyncio.Event(), asyncio.Event()

    async def say_nothing(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connected.set()
        await ended.wait()
        writer.close()

    server = await asyncio.start_server(say_nothing, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    url = f"postgresql+psycopg://me:{quote(PASSWORD, safe='')}@127.0.0.1:{port}/n?sslmode=disable"
    one = installation(tmp_path / "data")
    dumping = asyncio.create_task(back_up(one.settings, one.folder, url, tmp_path / "backup"))
    try:
        await asyncio.wait_for(connected.wait(), 10)
        [(arguments, variables)] = programs("pg_dump")
    finally:
        ended.set()
        with pytest.raises(BackupError) as caught:
            await dumping
        server.close()
    assert "ss w" not in arguments
    assert quote(PASSWORD, safe="") not in arguments
    assert f"PGPASSWORD={PASSWORD}\0" in variables
    assert "ss w" not in str(caught.value)


def programs(name: str) -> list[tuple[str, str]]:
    """Arguments and variables of our own children with this name."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            stat = (process / "stat").read_text()
            if f"({name})" in stat and int(stat.rpartition(")")[2].split()[1]) == os.getpid():
                texts = [(process / part).read_text() for part in ("cmdline", "environ")]
                found.append((texts[0], texts[1]))
        except (OSError, ValueError):
            continue
    return found


@pytest.mark.parametrize(
    ("url", "kept", "password"),
    [
        ("u:secret@h:6/n", {"user": "u", "host": "h", "port": "6", "dbname": "n"}, "secret"),
        ("u@/n?host=%2Frun%2Fpg&port=7", {"host": "/run/pg", "port": "7"}, None),
        ("u:a%40b@h/n?sslmode=require&connect_timeout=3", {"sslmode": "require"}, "a@b"),
        ("u@h/n?password=secret&application_name=x%20y", {"application_name": "x y"}, "secret"),
        ("u:secret@h1:1,h2:2/n", {"host": "h1,h2", "port": "1,2"}, "secret"),
        ("u:secret@[::1]:5/n", {"host": "::1", "port": "5"}, "secret"),
    ],
)
def test_all_but_the_password_stays_in_the_address(
    url: str, kept: dict[str, str], password: str | None
) -> None:
    [argument], variables = _address(f"postgresql+psycopg://{url}")
    parts = conninfo_to_dict(argument.removeprefix("--dbname="))
    assert kept.items() <= parts.items()
    assert variables == ({} if password is None else {"PGPASSWORD": password})
    assert "secret" not in argument
    assert "password" not in parts


async def test_a_backup_made_with_a_set_key_holds_no_key(
    full: Installation, tmp_path: Path
) -> None:
    settings = read_settings({"HOIDAP_DATA": "x", "HOIDAP_SECRET_KEY": KEY})
    target = tmp_path / "set-key"
    await back_up(settings, full.folder, full.url, target)
    with tarfile.open(target) as archive:
        assert "secret.key" not in archive.getnames()
    assert KEY.encode() not in target.read_bytes()
    for keys, reason in [
        ("", "set the same key"),
        (OTHER_KEY, "does not open"),
        (f"{OTHER_KEY},{KEY}", ""),
        (KEY, ""),
    ]:
        new = installation(tmp_path / f"new-{len(keys)}", HOIDAP_SECRET_KEY=keys)
        if reason:
            with pytest.raises(BackupError, match=reason):
                find_key(new.settings, new.folder, target)
        else:
            find_key(new.settings, new.folder, target)
        assert not new.folder.secret_key.exists()


async def test_a_place_that_cannot_be_written_is_said_and_leaves_nothing(
    full: Installation, tmp_path: Path
) -> None:
    with pytest.raises(BackupError, match="cannot be written"):
        await back_up(full.settings, full.folder, full.url, tmp_path / "none" / "backup")
    taken = full.folder.path
    with pytest.raises(BackupError, match="cannot be written"):
        await back_up(full.settings, full.folder, full.url, taken)
    assert names_in(tmp_path) == {"first"}


async def test_a_database_that_is_away_is_said(tmp_path: Path) -> None:
    one = installation(tmp_path / "data")
    with pytest.raises(BackupError, match="pg_dump"):
        await back_up(
            one.settings, one.folder, "postgresql+psycopg://n@127.0.0.1:9/n", tmp_path / "b"
        )
    assert not (tmp_path / "b").exists()
    with pytest.raises(BackupError, match="does not answer"):
        await bring_back(one.folder, "postgresql+psycopg://n@127.0.0.1:9/n", tmp_path / "b", "key")
    assert not one.folder.secret_key.exists()


def archive_of(**members: bytes) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        for name, content in members.items():
            member = tarfile.TarInfo(name.replace("_", "."))
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return stream.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"just words",
        archive_of(other_txt=b"x"),
        archive_of(about_json=b"not json"),
        archive_of(about_json=b"[1]"),
        archive_of(about_json=json.dumps({"format": 99}).encode()),
        archive_of(about_json=b"{}", secret_key=b"\xff\xfe"),
    ],
)
def test_a_file_that_is_no_backup_of_ours(tmp_path: Path, content: bytes) -> None:
    source = tmp_path / "file"
    source.write_bytes(content)
    one = installation(tmp_path / "data")
    with pytest.raises(BackupError, match=r"backup|version"):
        find_key(one.settings, one.folder, source)
    with pytest.raises(BackupError, match="backup"):
        _extract(source, tmp_path / "dump")
    assert not one.folder.secret_key.exists()


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    one = installation(tmp_path / "data")
    with pytest.raises(BackupError):
        find_key(one.settings, one.folder, tmp_path / "none")
