"""The demo as a newcomer starts it, and a real Chromium."""

import asyncio
import os
import re
import shutil
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from playwright.async_api import Browser, StorageState

from tests.browser.pages import DeskPages, Found, crawl
from tests.browser.tables import DESK
from tests.browser.walker import Demo, OpenWindow, Window, log_in
from tests.crash.models import trained_models
from tests.crash.running import Running
from tests.fakes.chromium import open_chromium

#: Role, address, password; the agency may follow.
_ACCOUNT = re.compile(r"^  (\w+) +(\S+@\S+) +(\S+)", re.MULTILINE)
_ADDRESS = re.compile(r"(http://\S+)/sandbox/")


def _accounts(said: str) -> dict[str, tuple[str, str]]:
    found: dict[str, tuple[str, str]] = {}
    for role, email, word in _ACCOUNT.findall(said):
        found[f"{role}2" if role in found else role] = (email, word)
    return found


@pytest.fixture(scope="session")
async def demo() -> AsyncIterator[Demo]:
    """`DEMO_LOG`, what a running demo wrote to its terminal, takes that one instead."""
    if log := os.environ.get("DEMO_LOG"):
        said = await asyncio.to_thread(Path(log).read_text)
        yield Demo(_ADDRESS.findall(said)[-1], _accounts(said))
        return
    folder = Path(tempfile.mkdtemp(prefix="hoidap-browser-", dir="/tmp"))
    data = folder / "data"
    data.mkdir()
    (data / "models").symlink_to(trained_models())
    running = Running(data, None, arguments=("serve", "--demo"))
    try:
        await running.start()
        yield Demo(running.url, _accounts(running.said()))
    finally:
        await running.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
async def chromium() -> AsyncIterator[Browser]:
    async with open_chromium() as browser:
        yield browser


@pytest.fixture(scope="session")
def pictures() -> Iterator[Path]:
    """`SCREENSHOTS` keeps them."""
    kept = os.environ.get("SCREENSHOTS")
    folder = Path(kept) if kept else Path(tempfile.mkdtemp(prefix="hoidap-pictures-"))
    folder.mkdir(parents=True, exist_ok=True)
    yield folder
    if not kept:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def signed_in(demo: Demo, chromium: Browser) -> Callable[[str], Awaitable[StorageState]]:
    """The cookies of a role; each signs in once in a run."""
    known: dict[str, StorageState] = {}

    async def cookies(role: str) -> StorageState:
        if role not in known:
            context = await chromium.new_context()
            page = await context.new_page()
            await log_in(page, demo, role)
            known[role] = await context.storage_state()
            await context.close()
        return known[role]

    return cookies


@pytest.fixture(scope="session")
def desk_pages(
    demo: Demo, chromium: Browser, signed_in: Callable[[str], Awaitable[StorageState]]
) -> DeskPages:
    known: dict[str, list[Found]] = {}

    async def pages(role: str) -> list[Found]:
        if role not in known:
            context = await chromium.new_context(storage_state=await signed_in(role))
            known[role] = await crawl(context.request, demo.url, "/desk/", DESK)
            await context.close()
        return known[role]

    return pages


@pytest.fixture
async def open_window(
    demo: Demo,
    chromium: Browser,
    pictures: Path,
    signed_in: Callable[[str], Awaitable[StorageState]],
) -> AsyncIterator[OpenWindow]:
    """Each window is another person; at the end no browser complained."""
    windows: list[Window] = []
    async with AsyncExitStack() as stack:

        async def make(role: str = "", *, watched: bool = True, scripts: bool = True) -> Window:
            context = await chromium.new_context(
                viewport={"width": 1280, "height": 800},
                locale="vi-VN",
                reduced_motion="reduce",
                java_script_enabled=scripts,
                storage_state=await signed_in(role) if role else None,
            )
            stack.push_async_callback(context.close)
            window = Window(await context.new_page(), demo.url, pictures)
            if watched:
                window.watch()
            windows.append(window)
            return window

        yield make
    assert [line for window in windows for line in window.complaints] == []
