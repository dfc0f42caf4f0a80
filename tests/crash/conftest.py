"""One installation for all trials: each leaves it running, or the next one starts it again."""

import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from tests.crash.citizens import Town
from tests.crash.models import trained_models
from tests.crash.providers import Providers
from tests.crash.running import Running

_FIGURES = pytest.StashKey[list[str]]()
#: The trials run where it is hardest: a long path with spaces and letters outside ASCII.
_PATH_CHARS = 150


def pytest_configure(config: pytest.Config) -> None:
    config.stash[_FIGURES] = []


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    if config.stash[_FIGURES]:
        terminalreporter.section("measured")
        for line in config.stash[_FIGURES]:
            terminalreporter.write_line(line)


@pytest.fixture
def note(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Figures of a trial, shown at the end."""
    name = request.node.name

    def add(line: str) -> None:
        request.config.stash[_FIGURES].append(f"{name}: {line}")

    return add


@pytest.fixture(scope="session")
def folder() -> Iterator[Path]:
    """Any user may come through; the test runner's own temporary folders are closed to others."""
    found = Path(tempfile.mkdtemp(prefix="hoidap-crash-", dir="/tmp"))
    found.chmod(0o755)
    yield found
    shutil.rmtree(found, ignore_errors=True)


@pytest.fixture(scope="session")
def models() -> Path:
    return trained_models()


@pytest.fixture(scope="session")
async def providers() -> AsyncIterator[Providers]:
    found = Providers()
    await found.start()
    yield found
    await found.stop()


@pytest.fixture(scope="session")
async def installation(folder: Path, models: Path, providers: Providers) -> AsyncIterator[Running]:
    data = folder / "thư mục dữ liệu "
    data = data.with_name(data.name + "x" * (_PATH_CHARS - len(os.fsencode(data))))
    data.mkdir()
    (data / "models").symlink_to(models)
    running = Running(data, providers.accounts, log=folder / "service.log")
    running.prepare()
    yield running
    await running.stop()


@pytest.fixture
async def running(installation: Running) -> Running:
    """The service, up and with its model."""
    if not installation.is_running:
        await installation.start()
    await installation.until_answering(model=True)
    return installation


@pytest.fixture
def town(running: Running, providers: Providers) -> Town:
    return Town(running.url, providers)
