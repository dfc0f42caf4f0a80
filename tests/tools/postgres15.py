"""Starts Debian's PostgreSQL 15 in a temporary folder for the tests."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_PROGRAMS = Path("/usr/lib/postgresql/15/bin")


def find_programs() -> Path | None:
    return _PROGRAMS if (_PROGRAMS / "initdb").exists() else None


@contextmanager
def running_server() -> Iterator[str]:
    """The address of an empty database; the server ends with the block."""
    folder = Path(tempfile.mkdtemp(prefix="pg15-", dir="/tmp"))
    as_user = _as_user(folder)
    data, log = folder / "data", folder / "log"
    try:
        # The database the handbook asks for, whatever the locale of who runs the tests.
        kind = ["-E", "UTF8", "--locale=C.UTF-8", "-A", "trust", "-U", "test"]
        _run([*as_user, str(_PROGRAMS / "initdb"), *kind, "-D", str(data)])
        options = f"-c listen_addresses= -c unix_socket_directories={folder}"
        control = [*as_user, str(_PROGRAMS / "pg_ctl"), "-w", "-D", str(data)]
        _run([*control, "-l", str(log), "-o", options, "start"])
        try:
            yield f"postgresql+psycopg://test@/postgres?host={folder}"
        finally:
            _run([*control, "-m", "immediate", "stop"])
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _as_user(folder: Path) -> list[str]:
    """PostgreSQL refuses to run as root."""
    folder.chmod(0o755)
    if os.geteuid() != 0:
        return []
    account = pwd.getpwnam("postgres")
    os.chown(folder, account.pw_uid, account.pw_gid)
    return ["setpriv", f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}", "--clear-groups"]


def _run(command: list[str]) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd="/")
