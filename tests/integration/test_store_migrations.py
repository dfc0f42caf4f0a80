"""Migrations: one line, up and down and up, the same as the tables, safe from two processes."""

import asyncio
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, NullPool, create_engine, inspect, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import create_async_engine

from casework.cases import CaseKind, ContentKind
from store.clock import random_id, system_clock
from store.migrate import _MIGRATION_LOCK, alembic_config, downgrade, upgrade
from store.tables import metadata
from store.unit_of_work import Store
from store.vault import Vault

SCHEMA = "migration_test"
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
async def empty_url(store: Store, database_url: str) -> AsyncIterator[str]:
    """An address whose tables are in a schema of their own."""
    async with store.engine.begin() as connection:
        await connection.execute(text(f"drop schema if exists {SCHEMA} cascade"))
        await connection.execute(text(f"create schema {SCHEMA}"))
    url = make_url(database_url).update_query_dict({"options": f"-csearch_path={SCHEMA}"})
    yield url.render_as_string(hide_password=False)
    async with store.engine.begin() as connection:
        await connection.execute(text(f"drop schema {SCHEMA} cascade"))


def look(url: str, question: Any) -> Any:
    engine = create_engine(url, poolclass=NullPool)
    with engine.connect() as connection:
        return question(connection)


def tables(connection: Connection) -> set[str]:
    return set(inspect(connection).get_table_names(schema=SCHEMA))


#: Made by procrastinate's own schema, which our tables do not describe.
QUEUE = "procrastinate_"
#: Writes names as they stand in the database.
IDS = postgresql.dialect().identifier_preparer  # type: ignore[no-untyped-call]
OURS = {table.name for table in metadata.sorted_tables} | {
    f"{QUEUE}{name}" for name in ("events", "jobs", "periodic_defers", "workers")
}


def test_there_is_one_head() -> None:
    script = ScriptDirectory.from_config(alembic_config())
    assert len(script.get_heads()) == 1
    assert len(script.get_bases()) == 1


def test_the_queue_of_the_last_revision_is_the_installed_one() -> None:
    """A newer procrastinate wants a revision of its own before its version is allowed."""
    kept = max((ROOT / "store/migrations/versions").glob("*_procrastinate*.sql"))
    installed = resources.files("procrastinate") / "sql" / "schema.sql"
    assert kept.read_text() == installed.read_text()


async def test_up_down_and_up_again(empty_url: str) -> None:
    await asyncio.to_thread(upgrade, empty_url)
    assert look(empty_url, tables) == OURS | {"alembic_version"}
    await asyncio.to_thread(upgrade, empty_url)
    await asyncio.to_thread(downgrade, empty_url, "base")
    assert look(empty_url, tables) == {"alembic_version"}
    await asyncio.to_thread(upgrade, empty_url)
    assert look(empty_url, tables) == OURS | {"alembic_version"}


async def test_each_revision_goes_down_and_up(empty_url: str) -> None:
    await asyncio.to_thread(upgrade, empty_url)
    script = ScriptDirectory.from_config(alembic_config())
    for revision in list(script.walk_revisions()):
        below = revision.down_revision or "base"
        assert isinstance(below, str)
        await asyncio.to_thread(downgrade, empty_url, below)
        await asyncio.to_thread(upgrade, empty_url, revision.revision)
        await asyncio.to_thread(downgrade, empty_url, below)
    assert look(empty_url, tables) == {"alembic_version"}


async def test_the_migrated_database_is_what_the_tables_say(empty_url: str) -> None:
    await asyncio.to_thread(upgrade, empty_url)

    def differences(connection: Connection) -> list[object]:
        options = {
            "compare_type": True,
            "compare_server_default": True,
            "include_name": lambda name, kind, _: kind != "table" or not name.startswith(QUEUE),
        }
        return list(
            compare_metadata(MigrationContext.configure(connection, opts=options), metadata)
        )

    assert look(empty_url, differences) == []

    def conditions(connection: Connection) -> dict[str, str]:
        query = "select indexname, indexdef from pg_indexes where schemaname = :schema"
        found = connection.execute(text(query), {"schema": SCHEMA})
        return {name: made for name, made in found if " WHERE " in made and QUEUE not in made}

    partial = {
        str(index.name)
        for table in metadata.sorted_tables
        for index in table.indexes
        if index.dialect_kwargs.get("postgresql_where") is not None
    }
    assert set(look(empty_url, conditions)) == partial

    def references(connection: Connection) -> set[str]:
        query = (
            "select conname from pg_constraint join pg_namespace space on space.oid = connamespace "
            "where contype = 'f' and nspname = :of"
        )
        found = connection.execute(text(query), {"of": SCHEMA}).scalars()
        return {name for name in found if QUEUE not in name}

    named = {
        str(IDS.format_constraint(key))
        for table in metadata.sorted_tables
        for key in table.foreign_key_constraints
    }
    assert look(empty_url, references) == named


async def test_a_process_waits_for_another_that_migrates(store: Store, empty_url: str) -> None:
    async with store.engine.connect() as connection:
        lock = {"key": _MIGRATION_LOCK}
        await connection.execute(text("select pg_advisory_lock(:key)"), lock)
        waiting = asyncio.create_task(asyncio.to_thread(upgrade, empty_url))
        await asyncio.sleep(0.5)
        assert not waiting.done()
        assert look(empty_url, tables) == set()
        await connection.execute(text("select pg_advisory_unlock(:key)"), lock)
    await waiting
    assert look(empty_url, tables) == OURS | {"alembic_version"}


_UPGRADE = "import sys; from store.migrate import upgrade; upgrade(sys.argv[1])"


async def test_two_processes_that_start_at_once_migrate_once(empty_url: str) -> None:
    processes = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-c", _UPGRADE, empty_url, cwd=ROOT, stderr=asyncio.subprocess.PIPE
        )
        for _ in range(3)
    ]
    found = await asyncio.gather(*(process.communicate() for process in processes))
    assert [process.returncode for process in processes] == [0, 0, 0], found
    assert look(empty_url, tables) == OURS | {"alembic_version"}


_FIRST = "0001"
#: A case as the first version wrote it, answered, with its key, and a sealed text beside it.
_OF_THE_FIRST = """
insert into cases (id, code, kind, status, source, conversation_id, asked_on, due_on, promised_on,
  created_at, updated_at)
values ('c', 'HD-2026-000007', 'question', 'answered', 'zalo', 'talk', '2026-11-02', '2026-11-23',
  '2026-11-23', '2026-11-02 UTC', '2026-11-20 UTC');
insert into case_keys (case_id, wrapped_key) values ('c', :key);
insert into case_contents (id, case_id, kind, ciphertext, created_at)
values ('t', 'c', 'question', :words, '2026-11-02 UTC');
insert into case_counters (prefix, year, last_number) values ('HD', 2026, 7);
insert into sealed_records (id, kind, conversation_id, ciphertext, created_at)
values ('s', 'complaint', 'talk', :sealed, '2026-11-02 UTC')
"""


async def test_what_the_first_version_wrote_is_read_by_this_one(
    empty_url: str, vault: Vault
) -> None:
    await asyncio.to_thread(upgrade, empty_url, _FIRST)
    key = vault.new_case_key()
    words = vault.case_box(key).encrypt(b"Bao lau?")
    values = {":key": key, ":words": words, ":sealed": vault.seal("Kín")}

    def write(connection: Connection) -> None:
        for statement in _OF_THE_FIRST.split(";"):
            named = {name[1:]: value for name, value in values.items() if name in statement}
            connection.execute(text(statement), named)
        connection.commit()

    look(empty_url, write)
    await asyncio.to_thread(upgrade, empty_url)
    await read_what_the_first_wrote(empty_url, vault)
    # A revision that is taken back costs only what it brought.
    await asyncio.to_thread(downgrade, empty_url, _FIRST)
    await asyncio.to_thread(upgrade, empty_url)
    await read_what_the_first_wrote(empty_url, vault)


async def read_what_the_first_wrote(url: str, vault: Vault) -> None:
    store = Store(create_async_engine(url, poolclass=NullPool), vault, system_clock, random_id)
    async with store.work() as work:
        case = await work.cases.get("c")
        assert case.answered_at == datetime(2026, 11, 20, tzinfo=UTC)
        assert await work.cases.latest_content("c", ContentKind.QUESTION) == "Bao lau?"
        assert await work.sealed.open("s") == "Kín"
        assert await work.cases.next_code(CaseKind.QUESTION, 2026) == "HD-2026-000008"
    await store.close()
