"""Which process has the embedded database.

The lock is an flock on an open file that every server process inherits: the kernel frees it when
the application *and* the last PostgreSQL process have gone, however they went.
"""

import fcntl
import json
import os
import signal
from dataclasses import asdict, dataclass
from pathlib import Path

from app.embedded.location import PostgresHome
from app.processes import ProcessIdentity, is_running, signal_process


class FileLock:
    """An flock that is held until `release` or until all processes with the descriptor are gone."""

    def __init__(self, home: PostgresHome, path: Path) -> None:
        self._home = home
        self._path = path
        self._descriptor: int | None = None

    @property
    def descriptor(self) -> int:
        if self._descriptor is None:
            raise RuntimeError(f"{self._path.name} is not held")
        return self._descriptor

    @property
    def is_held(self) -> bool:
        return self._descriptor is not None

    def take(self, *, shared: bool = False) -> bool:
        """Take the lock if it is free now."""
        # Read access is enough for flock and works whoever made the file.
        flags = os.O_RDONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
        descriptor = os.open(self._path, flags, 0o600)
        try:
            self._home.give(self._path)
            fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return False
        self._descriptor = descriptor
        return True

    def release(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


@dataclass(frozen=True)
class ServerState:
    """What the holder of the lock tells the others."""

    owner: ProcessIdentity
    socket_dir: Path
    server: ProcessIdentity | None = None

    def save(self, home: PostgresHome) -> None:
        fields = asdict(self) | {"socket_dir": str(self.socket_dir)}
        home.write(home.state, json.dumps(fields))

    @staticmethod
    def find(home: PostgresHome) -> "ServerState | None":
        try:
            fields = json.loads(home.state.read_text())
            server = fields["server"]
            return ServerState(
                owner=ProcessIdentity(**fields["owner"]),
                socket_dir=Path(fields["socket_dir"]),
                server=ProcessIdentity(**server) if server else None,
            )
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def end_orphan(self, number: signal.Signals) -> bool:
        """Signal a server whose application has gone; False when there is none."""
        orphaned = self.server is not None and not is_running(self.owner)
        if orphaned and self.server:
            signal_process(self.server, number)
        return orphaned
