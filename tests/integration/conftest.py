"""A real Chromium for pages on a server of the test itself."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser

from tests.fakes.chromium import open_chromium


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
