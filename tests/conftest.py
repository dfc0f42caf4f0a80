"""Shared fixtures: a real database for the session, empty tables for every test."""

import asyncio
import os
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from app.embedded.postgres import attached
from store.clock import random_id, system_clock
from store.engine import make_engine
from store.migrate import upgrade
from store.unit_of_work import Store
from store.vault import Vault
from tests.fakes.emptying import empty_tables


@pytest.fixture(scope="session")
async def database_url() -> AsyncIterator[str]:
    """The embedded PostgreSQL, or the server TEST_DATABASE_URL names, with our tables."""
    if url := os.environ.get("TEST_DATABASE_URL"):
        await asyncio.to_thread(upgrade, url)
        await asyncio.to_thread(_hurry, url)
        yield url
        return
    # Not pytest's own folder: only root may pass that one, so the server could not live there.
    with tempfile.TemporaryDirectory(prefix="hoidap-test-") as name:
        folder = Path(name)
        await asyncio.to_thread(folder.chmod, 0o755)
        async with attached(folder) as database:
            await asyncio.to_thread(upgrade, database.url)
            await asyncio.to_thread(_hurry, database.url)
            yield database.url


def _hurry(url: str) -> None:
    """Commits wait for no disk: what survives a crash is tried with servers of its own."""
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text("alter role current_user set synchronous_commit to off"))
    engine.dispose()


@pytest.fixture
def vault() -> Vault:
    return Vault([Fernet.generate_key().decode()])


@pytest.fixture
async def store(database_url: str, vault: Vault) -> AsyncIterator[Store]:
    """A store over empty tables."""
    engine = make_engine(database_url, pool_size=10, name="test")
    await empty_tables(engine)
    found = Store(engine, vault, system_clock, random_id)
    yield found
    await found.close()
