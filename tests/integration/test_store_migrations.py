"""Migrations: one line, up and down and up, the same as the tables, safe from two processes."""

import asyncio
import sys
from collections.abc import AsyncIterator
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, NullPool, create_engine, inspect, text
from sqlalchemy.engine import make_url

from store.migrate import _MIGRATION_LOCK, alembic_config, downgrade, upgrade
from store.tables import metadata
from store.unit_of_work import Store

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
