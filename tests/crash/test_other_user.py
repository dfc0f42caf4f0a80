"""After root an ordinary user starts the service: own folder, no home."""

import asyncio
import os
import pwd
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Callable
from pathlib import Path

from tests.crash.citizens import Town
from tests.crash.providers import Providers
from tests.crash.running import HOIDAP, ROOT, Running

_ENVIRONMENT = "environment"


def ordinary_user() -> tuple[str, ...]:
    """The words that turn root into nobody."""
    account = pwd.getpwnam("nobody")
    ids = (f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}")
    return ("setpriv", *ids, "--clear-groups", "--inh-caps=-all")


def may_use(*paths: Path) -> bool:
    """Asked by a shell of that user: the first program after `setpriv` still has root's rights."""
    tests = " && ".join(f"test -r '{path}'" for path in paths)
    asked = [*ordinary_user(), "sh", "-c", tests]
    return not subprocess.run(asked, check=False).returncode  # noqa: S603 - paths of our own


def command_for_everybody(folder: Path) -> tuple[str, ...] | None:
    """`hoidap` on an interpreter outside root's home, with the libraries of this one."""
    libraries = Path(sysconfig.get_path("purelib"))
    # An environment may hold a copy of the interpreter whose home is closed to others.
    own = Path(sys.base_prefix, "bin", f"python3.{sys.version_info.minor}").resolve()
    for python in (own, Path("/usr/bin", own.name)):
        if python.is_file() and may_use(python, libraries, ROOT / "app" / "service.py"):
            made = folder / _ENVIRONMENT
            making = [str(python), "-m", "venv", "--without-pip", str(made)]
            subprocess.run(making, check=True)  # noqa: S603 - our own command
            site = next(made.glob("lib/python3*/site-packages"))
            (site / "hoidap.pth").write_text(f"{libraries}\n{ROOT}\n")
            return (str(made / "bin" / "python"), "-m", "app.cli")
    return None


async def test_an_ordinary_user_without_a_home(
    folder: Path, models: Path, providers: Providers, note: Callable[[str], None]
) -> None:
    data = folder / "ordinary"
    data.mkdir()
    shutil.copytree(models, data / "models")
    before: tuple[str, ...] = ()
    command: tuple[str, ...] = (str(HOIDAP),)
    if os.geteuid() == 0 and (found := command_for_everybody(folder)):
        before, command = ordinary_user(), found
        os.chown(data, pwd.getpwnam("nobody").pw_uid, -1)
    running = Running(data, providers.accounts, before=before, command=command)
    running.environment.pop("HOME")
    try:
        # The interpreter of the model may lie in root's home; then the menu answers.
        started = await running.start(model=False)
        waits = await Town(running.url, providers).waits(5, 5)
        who = (data / "secret.key").parent.owner()
        note(f"{who} accepts {started:.1f} s, slowest answer {max(waits):.2f} s")
        await asyncio.sleep(2)
        assert running.is_running
    finally:
        await running.stop()
