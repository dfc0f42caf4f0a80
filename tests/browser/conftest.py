"""The demo as a newcomer starts it, and a real Chromium."""

import os
import re
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from playwright.async_api import Browser, async_playwright

from tests.browser.walker import Demo, OpenWindow, Window
from tests.crash.models import trained_models
from tests.crash.running import Running

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
_FLAGS = [
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
#: Role, address, password; the agency may follow.
_ACCOUNT = re.compile(r"^  (\w+) +(\S+@\S+) +(\S+)", re.MULTILINE)


@pytest.fixture(scope="session")
async def demo() -> AsyncIterator[Demo]:
    folder = Path(tempfile.mkdtemp(prefix="hoidap-browser-", dir="/tmp"))
    data = folder / "data"
    data.mkdir()
    (data / "models").symlink_to(trained_models())
    running = Running(data, None, arguments=("serve", "--demo"))
    try:
        await running.start()
        accounts = _ACCOUNT.findall(running.said())
        # The first of a role is the one of Sở Xây dựng.
        found = {role: (email, word) for role, email, word in reversed(accounts)}
        yield Demo(running.url, found)
    finally:
        await running.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
async def chromium() -> AsyncIterator[Browser]:
    named = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, _NAMES)), None)
    flags = [*_FLAGS, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=named, args=flags)
        yield browser
        await browser.close()


@pytest.fixture(scope="session")
def pictures() -> Iterator[Path]:
    """`SCREENSHOTS` keeps them."""
    kept = os.environ.get("SCREENSHOTS")
    folder = Path(kept) if kept else Path(tempfile.mkdtemp(prefix="hoidap-pictures-"))
    folder.mkdir(parents=True, exist_ok=True)
    yield folder
    if not kept:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
async def open_window(demo: Demo, chromium: Browser, pictures: Path) -> AsyncIterator[OpenWindow]:
    """Each window is another person; at the end no browser complained."""
    windows: list[Window] = []
    async with AsyncExitStack() as stack:

        async def make() -> Window:
            context = await chromium.new_context(
                viewport={"width": 1280, "height": 800}, locale="vi-VN"
            )
            stack.push_async_callback(context.close)
            window = Window(await context.new_page(), demo.url, pictures)
            window.watch()
            windows.append(window)
            return window

        yield make
    assert [line for window in windows for line in window.complaints] == []
