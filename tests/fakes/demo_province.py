"""The whole demo in an empty database, on a day of one's choice."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

from cryptography.fernet import Fernet

from app.base_data import seed
from app.demo.catalogues import load_demo_data
from app.demo.coming import load_coming
from app.demo.province import load_province
from app.demo.staff import add_demo_staff
from delivery.messages import ChannelName
from store.clock import random_id, system_clock
from store.engine import make_engine
from store.unit_of_work import Store
from store.vault import Vault
from tests.fakes.clock import NOW, StillClock
from tests.fakes.emptying import empty_tables

ACCOUNTS = {ChannelName.ZALO: "4000000000000000001", ChannelName.FACEBOOK: "100000000000001"}


async def no_hash(password: str) -> str:
    """Nobody signs in: hashing would take its time."""
    return f"hash of {len(password)} letters"


async def load_demo(store: Store, at: datetime = NOW) -> Store:
    """The store with a clock that stands still on that day."""
    on_day = Store(store.engine, store.vault, StillClock(at), store.ids)
    await seed(on_day)
    await load_demo_data(on_day)
    await load_coming(on_day)
    await add_demo_staff(on_day, no_hash)
    assert await load_province(on_day, ACCOUNTS)
    return on_day


@asynccontextmanager
async def demo_store(database_url: str, at: datetime = NOW) -> AsyncIterator[Store]:
    """A loaded store for tests that share one: loading it takes seconds."""
    engine = make_engine(database_url, pool_size=10, name="demo")
    await empty_tables(engine)
    store = Store(engine, Vault([Fernet.generate_key().decode()]), system_clock, random_id)
    yield await load_demo(store, at)
    await store.close()
