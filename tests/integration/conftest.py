"""What many of these tests begin with: an open desk, a real Chromium, a folder for a database."""

from collections.abc import AsyncIterator, Iterator
from datetime import date
from pathlib import Path

import pytest
from playwright.async_api import Browser

from app.embedded.postgres import attached
from casework.cases import CaseKind
from casework.legal_clock import DayUnit, LegalRule
from store.unit_of_work import Store
from tests.fakes.chromium import open_chromium
from tests.fakes.clock import NINE, StillClock
from tests.integration.desk_scene import Scene, open_desk
from tests.integration.embedded_scene import open_folder


@pytest.fixture
def clock(store: Store) -> StillClock:
    """The store's own, which stands still until it is told otherwise."""
    store.clock = found = StillClock(NINE)
    return found


@pytest.fixture
async def scene(store: Store) -> AsyncIterator[Scene]:
    """The desk; tests of something else open a scene of their own under this name."""
    async with open_desk(store) as found:
        yield found


@pytest.fixture
async def mailing(store: Store) -> AsyncIterator[Scene]:
    """The desk of an office that sends letters."""
    async with open_desk(store, mails=True, public_url="https://hoidap.tinh.gov.vn") as found:
        yield found


@pytest.fixture
async def still(store: Store) -> Store:
    """At a moment that does not pass, with one rule for questions."""
    found = Store(store.engine, store.vault, StillClock(), store.ids)
    rule = LegalRule(
        "q", CaseKind.QUESTION, 15, DayUnit.WORKING, "", {"vi": "15 ngày"}, date(2020, 1, 1)
    )
    async with found.work() as work:
        await work.catalogue.save_rules([rule])
        await work.commit()
    return found


@pytest.fixture(scope="session")
async def chromium() -> AsyncIterator[Browser]:
    async with open_chromium() as browser:
        yield browser


@pytest.fixture
async def browser(chromium: Browser) -> AsyncIterator[Browser]:
    """Started once; nothing of a test stays open for the next."""
    yield chromium
    for context in chromium.contexts:
        await context.close()


@pytest.fixture
def new_dir() -> Iterator[Path]:
    """A folder to be made that the server's user can reach; pytest's own are closed to others."""
    with open_folder() as folder:
        yield folder / "data"


@pytest.fixture(scope="module")
async def data_dir() -> AsyncIterator[Path]:
    """A data folder with a database; each test leaves it without a running server."""
    with open_folder() as folder:
        async with attached(folder / "data"):
            pass
        yield folder / "data"
