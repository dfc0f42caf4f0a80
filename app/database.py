"""The database every command works with: the one of the settings, else the embedded one."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from app.base_data import seed
from app.data_folder import DataFolder, read_keys
from app.embedded.postgres import attached
from app.settings import Settings
from store.clock import Clock, random_id, system_clock
from store.engine import make_engine
from store.migrate import upgrade
from store.unit_of_work import Store
from store.vault import Vault


def conninfo(url: str) -> str:
    """SQLAlchemy's address as psycopg and libpq want it."""
    return url.replace("postgresql+psycopg://", "postgresql://", 1)


@asynccontextmanager
async def database_url(settings: Settings, folder: DataFolder) -> AsyncIterator[str]:
    """An address that answers for as long as the block runs."""
    if settings.database_url:
        yield str(settings.database_url)
        return
    async with attached(folder.path) as database:
        yield database.url


def open_store(
    settings: Settings,
    folder: DataFolder,
    url: str,
    *,
    name: str,
    pool_size: int = 10,
    clock: Clock = system_clock,
) -> Store:
    engine = make_engine(url, pool_size=pool_size, name=f"hoidap {name}")
    return Store(engine, Vault(read_keys(settings, folder)), clock, random_id)


@asynccontextmanager
async def command_store(settings: Settings, folder: DataFolder) -> AsyncIterator[Store]:
    """A migrated store for a command that works and ends."""
    async with database_url(settings, folder) as url:
        await asyncio.to_thread(upgrade, url)
        store = open_store(settings, folder, url, name="command", pool_size=3)
        try:
            await seed(store)
            yield store
        finally:
            await store.close()
