"""Which process has the embedded database, and whether any server process is still there.

Both are flocks on open files, which the kernel frees when the last process that has the file open
has gone, however it went. The application's lock is its own; the server's lock is inherited by
the server and each of its processes and kept by nobody else.
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
    """An flock on a file inside the folder of the database."""

    def __init__(self, home: PostgresHome, path: Path) -> None:
        self._home = home
        self._path = path
        self._descriptor: int | None = None

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

    def hand_over(self) -> int:
        """The descriptor that holds the lock, from now on the caller's."""
        if self._descriptor is None:
            raise RuntimeError(f"{self._path.name} is not held")
        descriptor, self._descriptor = self._descriptor, None
        return descriptor

    def release(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


@dataclass(frozen=True)
class ServerState:
    """What the holder of the lock tells the others."""

    owner: ProcessIdentity
    socket_dir: Path
    #: The owner keeps the server until somebody stops it: waiting for it is useless.
    lasting: bool
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
                lasting=fields["lasting"],
                server=ProcessIdentity(**server) if server else None,
            )
        except (OSError, ValueError, KeyError, TypeError):
            return None

    @property
    def is_owned(self) -> bool:
        return is_running(self.owner)

    def signal_orphan(self, number: signal.Signals) -> None:
        """Tell a server to end whose application has gone."""
        if self.server and not self.is_owned:
            signal_process(self.server, number)
