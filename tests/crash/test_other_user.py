"""After root an ordinary user starts the service: own folder, no home."""

import asyncio
import os
import pwd
import shutil
from collections.abc import Callable
from pathlib import Path

from tests.crash.citizens import Town
from tests.crash.providers import Providers
from tests.crash.running import Running


def as_ordinary_user(folder: Path) -> tuple[str, ...]:
    """The words before the command; nothing when this is an ordinary user already."""
    if os.geteuid() != 0:
        return ()
    account = pwd.getpwnam("nobody")
    os.chown(folder, account.pw_uid, account.pw_gid)
    ids = (f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}")
    return ("setpriv", *ids, "--clear-groups", "--inh-caps=-all")


async def test_an_ordinary_user_without_a_home(
    folder: Path, models: Path, providers: Providers, note: Callable[[str], None]
) -> None:
    data = folder / "ordinary"
    data.mkdir()
    shutil.copytree(models, data / "models")
    running = Running(data, providers.accounts, before=as_ordinary_user(data))
    running.environment.pop("HOME", None)
    try:
        # The interpreter of the model may lie in root's home; then the menu answers.
        started = await running.start(model=False)
        town = Town(running.url, providers)
        waits = await town.waits(5, 5)
        note(f"accepts {started:.1f} s, slowest answer {max(waits):.2f} s")
        await asyncio.sleep(3)
        assert running.is_running
        assert await running.answers("/healthz")
    finally:
        await running.stop()
