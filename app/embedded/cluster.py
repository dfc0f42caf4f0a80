"""Making and checking the files of the embedded PostgreSQL cluster."""

import asyncio
import os
import secrets
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from signal import SIGKILL

from app.embedded.binaries import PostgresBinaries
from app.embedded.errors import EmbeddedPostgresError
from app.embedded.location import PostgresHome
from app.processes import child_hook, find_account

SUPERUSER = "postgres"
PORT = 5432
_SOCKET_NAME = f".s.PGSQL.{PORT}"
#: sun_path of a Unix socket is 108 bytes with its closing NUL.
_SOCKET_PATH_LIMIT = 107
_SHORT = Path("/tmp")  # noqa: S108 - only for folders made by mkdtemp
_SHORT_PREFIX = "hoidap-"
#: libpq takes a comma for a list of hosts and a leading @ for another kind of socket.
_NOT_IN_SOCKET_PATH = frozenset(",@\"'\\%")
_INITDB = (
    "--encoding=UTF8",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--locale=C",
    "--auth-local=peer",
    "--auth-host=reject",
    f"--username={SUPERUSER}",
    "--no-instructions",
)
#: The database decides for itself; nothing of the caller's locale or PG* variables gets in.
SERVER_ENV = {"LC_ALL": "C", "TZ": "UTC", "PATH": "/usr/bin:/bin"}
_SETTINGS = {
    "listen_addresses": "",
    "port": str(PORT),
    "unix_socket_permissions": "0700",
    "fsync": "on",
    "shared_buffers": "64MB",
    "max_connections": "60",
    "work_mem": "4MB",
    "maintenance_work_mem": "64MB",
    "effective_cache_size": "256MB",
    "max_wal_size": "256MB",
    # One small server: no helper processes, and nothing in /dev/shm (64 MB in a container).
    "io_method": "sync",
    "max_parallel_workers_per_gather": "0",
    "max_parallel_maintenance_workers": "0",
    "max_wal_senders": "0",
    "max_logical_replication_workers": "0",
    "wal_level": "minimal",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "lc_messages": "C",
    # A failed statement carries what citizens wrote. The client gets the error; the log gets
    # only LOG and above (which in this order is above ERROR), never a statement or a detail.
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_statement": "none",
    "log_checkpoints": "off",
    "log_line_prefix": "",
    "logging_collector": "off",
}


@dataclass(frozen=True)
class Cluster:
    """The files of one server and how it is started."""

    home: PostgresHome
    binaries: PostgresBinaries
    socket_dir: Path

    def argv(self) -> list[str]:
        settings = _SETTINGS | {
            "unix_socket_directories": f'"{self.socket_dir}"',
            "hba_file": str(self.home.hba),
            "ident_file": str(self.home.ident),
        }
        switches = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        program = str(self.binaries.program("postgres"))
        return [program, "-D", str(self.home.cluster), *switches]

    def write_access_rules(self, role: str) -> None:
        """Let in root and the user of the server, whom the kernel names to us, and nobody else."""
        self.home.write(self.home.hba, "local all all peer map=owner\nhost all all all reject\n")
        root = find_account(0)
        users = {self.home.account.name, root.name if root else "root"}
        lines = [f'owner "{user}" {name}' for user in sorted(users) for name in (role, SUPERUSER)]
        self.home.write(self.home.ident, "\n".join(lines) + "\n")

    def remove_stale_files(self) -> None:
        """Clear what a killed server left behind.

        PostgreSQL trusts postmaster.pid as soon as *any* process has that number. Every server
        of ours holds our lock until its last process has gone; the caller has that lock, so only
        a server started by hand can still be there.

        Raises:
            EmbeddedPostgresError: such a server runs.
        """
        pid_file = self.home.cluster / "postmaster.pid"
        pid = _find_pid(pid_file)
        if pid and _works_in(pid, self.home.cluster):
            raise EmbeddedPostgresError(
                f"Process {pid} already runs PostgreSQL on {self.home.cluster}; stop it first."
            )
        pid_file.unlink(missing_ok=True)
        for name in (_SOCKET_NAME, f"{_SOCKET_NAME}.lock"):
            (self.socket_dir / name).unlink(missing_ok=True)


def _find_pid(pid_file: Path) -> int | None:
    try:
        return int(pid_file.read_text().split("\n", 1)[0])
    except (OSError, ValueError):
        return None


def _works_in(pid: int, folder: Path) -> bool:
    """Whether a process has this working folder, as a PostgreSQL server has its cluster."""
    try:
        return Path(f"/proc/{pid}/cwd").samefile(folder)
    except OSError:  # gone, or of another user, who could not use our cluster anyway
        return False


def make_socket_dir(home: PostgresHome) -> Path:
    """A folder only the server's user can enter, short enough for a socket's path."""
    folder = home.folder / "run"
    if _fits(folder):
        folder.mkdir(mode=0o700, exist_ok=True)
        home.give(folder)
        return folder
    short = Path(tempfile.mkdtemp(prefix=_SHORT_PREFIX, dir=_SHORT))
    home.give(short)
    return short


def remove_socket_dir(home: PostgresHome, folder: Path) -> None:
    """Remove a short-lived folder again; the one inside our own folder stays.

    The path may come from a file the server's user can write: root must not remove anything else.
    """
    if folder.parent == _SHORT and folder.name.startswith(_SHORT_PREFIX) and _is_of(home, folder):
        shutil.rmtree(folder, ignore_errors=True)


def _is_of(home: PostgresHome, folder: Path) -> bool:
    try:
        return folder.lstat().st_uid == home.account.uid
    except OSError:
        return False


def _fits(folder: Path) -> bool:
    path = str(folder / _SOCKET_NAME)
    short = len(os.fsencode(path)) <= _SOCKET_PATH_LIMIT
    return short and path.isascii() and not _NOT_IN_SOCKET_PATH & set(path)


def check_version(home: PostgresHome, version: str) -> None:
    """Raises EmbeddedPostgresError when the files are of another major version."""
    made_by = (home.cluster / "PG_VERSION").read_text().strip()
    if made_by != version.split(".", maxsplit=1)[0]:
        raise EmbeddedPostgresError(
            f"{home.cluster} was made by PostgreSQL {made_by}, the installed programs are "
            f"{version}. Make a backup with the earlier release of Hỏi Đáp (`hoidap backup`), "
            f"move the folder away and restore into a new one (`hoidap restore`)."
        )


async def create_cluster(home: PostgresHome, binaries: PostgresBinaries, lock: int) -> None:
    """Run initdb beside the final place, then rename, so an interrupted run leaves nothing.

    `lock` is the descriptor of the server's lock: initdb starts servers that may outlive it.
    """
    for left in home.folder.glob("cluster.new-*"):
        shutil.rmtree(left)
    fresh = home.folder / f"cluster.new-{secrets.token_hex(4)}"
    process = await asyncio.create_subprocess_exec(
        str(binaries.program("initdb")),
        *_INITDB,
        f"--pgdata={fresh}",
        env=SERVER_ENV,
        cwd="/",
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        pass_fds=(lock,),
        start_new_session=True,
        preexec_fn=child_hook(SIGKILL, home.run_as),
    )
    output, _ = await process.communicate()
    if process.returncode:
        shutil.rmtree(fresh, ignore_errors=True)
        text = output.decode(errors="replace").strip()
        raise EmbeddedPostgresError(f"initdb failed in {home.folder}:\n{text}")
    fresh.rename(home.cluster)
