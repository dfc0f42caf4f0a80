"""The embedded PostgreSQL: for trial and for one small server.

`hoidap serve` owns one (`EmbeddedPostgres`); every other command uses `attached`, which takes the
running server or starts one for as long as the command needs it.
"""

import asyncio
import contextlib
import logging
import signal
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from time import monotonic

from app.embedded.binaries import find_binaries
from app.embedded.cluster import (
    SERVER_ENV,
    Cluster,
    check_version,
    create_cluster,
    make_socket_dir,
    remove_socket_dir,
)
from app.embedded.database import Database, ensure_application_database, is_answering
from app.embedded.errors import EmbeddedPostgresBusyError, EmbeddedPostgresError
from app.embedded.location import PostgresHome, prepare_home, reachable_binaries
from app.embedded.lock import FileLock, ServerState
from app.processes import current_process, find_identity
from app.supervisor import Child, ChildNotReadyError, Launch, Supervisor

#: Seconds: a server that recovers after a crash of the machine may need as long.
READY_WITHIN = 120.0
#: Seconds to wait for another process that has the database.
LOCK_WITHIN = 30.0
_POLL = 0.1
_STOP_GRACE = 5.0
_ORPHAN_PATIENCE = 5.0
_NAME = "postgres"

_log = logging.getLogger(__name__)


class Step(StrEnum):
    """What the start is doing; the command says it in the user's language."""

    WAITING_FOR_OTHER = "waiting_for_other"
    ENDING_LEFTOVER = "ending_leftover"
    CREATING_CLUSTER = "creating_cluster"
    STARTING = "starting"
    READY = "ready"


Progress = Callable[[Step], None]


def _quiet(step: Step) -> None:
    _log.debug("embedded PostgreSQL: %s", step)


class EmbeddedPostgres:
    """A server that this process owns and keeps running until `stop`."""

    def __init__(
        self,
        data_dir: Path,
        *,
        supervisor: Supervisor | None = None,
        progress: Progress = _quiet,
        lock_within: float = LOCK_WITHIN,
    ) -> None:
        self._data_dir = data_dir
        self._supervisor = supervisor or Supervisor()
        self._progress = progress
        self._lock_within = lock_within
        self._home: PostgresHome | None = None
        self._lock: FileLock | None = None
        self._database: Database | None = None

    @property
    def is_started(self) -> bool:
        return self._database is not None

    @property
    def database(self) -> Database:
        if self._database is None:
            raise EmbeddedPostgresError("the embedded PostgreSQL has not been started")
        return self._database

    @property
    def url(self) -> str:
        """SQLAlchemy address of the application's database, for its role without privileges."""
        return self.database.url

    @property
    def admin_url(self) -> str:
        """The same for the superuser."""
        return self.database.admin_url

    async def start(self) -> None:
        """Start the server, make the application's role and database, wait until it answers.

        Raises:
            EmbeddedPostgresBusyError: another process has the database and keeps it.
            EmbeddedPostgresError: it cannot run here; the message says what to do.
        """
        self._home = prepare_home(self._data_dir)
        self._lock = FileLock(self._home, self._home.lock)
        await self._take_lock(self._home, self._lock)
        try:
            await self._start_locked(self._home, self._lock)
        except BaseException:
            await self.stop()
            raise

    async def start_if_free(self) -> bool:
        """Like `start`, but False at once when another process has the database."""
        self._home = prepare_home(self._data_dir)
        self._lock = FileLock(self._home, self._home.lock)
        if not self._lock.take():
            return False
        try:
            await self._start_locked(self._home, self._lock)
        except BaseException:
            await self.stop()
            raise
        return True

    async def stop(self) -> None:
        """Stop the server (fast shutdown) and let others have the database."""
        await self._supervisor.stop_child(_NAME)
        if self._home and self._database:
            self._home.state.unlink(missing_ok=True)
            remove_socket_dir(self._home, self._database.socket_dir)
        if self._lock:
            self._lock.release()
        self._database = None

    async def _take_lock(self, home: PostgresHome, lock: FileLock) -> None:
        began = monotonic()
        while not lock.take():
            waited = monotonic() - began
            state = ServerState.find(home)
            if waited > self._lock_within:
                holder = f"process {state.owner.pid}" if state else "another process"
                raise EmbeddedPostgresBusyError(
                    f"The embedded database in {self._data_dir} is used by {holder}. Stop that "
                    f"one first (or is `hoidap serve` already running?)."
                )
            self._progress(Step.WAITING_FOR_OTHER)
            if state and waited > _ORPHAN_PATIENCE / 10:
                self._end_orphan(state, waited)
            await asyncio.sleep(_POLL)

    def _end_orphan(self, state: ServerState, waited: float) -> None:
        """A server whose application was killed ends by itself; help it when it does not."""
        number = signal.SIGINT if waited < _ORPHAN_PATIENCE else signal.SIGQUIT
        if state.end_orphan(number):
            self._progress(Step.ENDING_LEFTOVER)

    async def _start_locked(self, home: PostgresHome, lock: FileLock) -> None:
        previous = ServerState.find(home)
        if previous:
            remove_socket_dir(home, previous.socket_dir)
        binaries = await asyncio.to_thread(reachable_binaries, find_binaries(), home)
        if not home.cluster.exists():
            self._progress(Step.CREATING_CLUSTER)
            await create_cluster(home, binaries)
        check_version(home, binaries)
        cluster = Cluster(home, binaries, make_socket_dir(home))
        self._database = Database(cluster.socket_dir)
        cluster.write_access_rules(self._database.role)
        state = ServerState(current_process(), cluster.socket_dir)
        state.save(home)
        self._progress(Step.STARTING)
        try:
            await self._supervisor.start(self._child(cluster, lock, state))
        except ChildNotReadyError as error:
            raise EmbeddedPostgresError(str(error)) from error
        await ensure_application_database(self._database)
        self._progress(Step.READY)

    def _child(self, cluster: Cluster, lock: FileLock, state: ServerState) -> Child:
        async def launch() -> Launch:
            cluster.remove_stale_files()
            return Launch(
                argv=cluster.argv(),
                env=SERVER_ENV,
                cwd=Path("/"),
                pass_fds=(lock.descriptor,),
                account=cluster.home.run_as,
            )

        def remember(pid: int) -> None:
            replace(state, server=find_identity(pid)).save(cluster.home)

        return Child(
            name=_NAME,
            launch=launch,
            ready=lambda: is_answering(self.database),
            ready_within=READY_WITHIN,
            on_spawn=remember,
            stop_signal=signal.SIGINT,
            orphan_signal=signal.SIGINT,
            kill_signal=signal.SIGQUIT,
            stop_grace=_STOP_GRACE,
        )


@contextlib.asynccontextmanager
async def attached(
    data_dir: Path, *, progress: Progress = _quiet, within: float = READY_WITHIN
) -> AsyncIterator[Database]:
    """Use the running server, or start one for as long as this and other commands need it.

    Raises:
        EmbeddedPostgresBusyError: another process has the database, but it does not answer.
        EmbeddedPostgresError: it cannot run here; the message says what to do.
    """
    home = prepare_home(data_dir)
    users = FileLock(home, home.users_lock)
    server = EmbeddedPostgres(data_dir, progress=progress)
    try:
        database = await _attach_or_start(home, users, server, progress, within)
        yield database
    finally:
        users.release()
        if server.is_started:
            await _wait_for_users(users, progress)
            await server.stop()
            users.release()


async def _attach_or_start(
    home: PostgresHome,
    users: FileLock,
    server: EmbeddedPostgres,
    progress: Progress,
    within: float,
) -> Database:
    until = monotonic() + within
    while monotonic() < until:
        if await server.start_if_free():
            return server.database
        state = ServerState.find(home)
        if state and users.take(shared=True):
            database = Database(state.socket_dir)
            if await is_answering(database):
                return database
            users.release()
        if state:
            state.end_orphan(signal.SIGINT)
        progress(Step.WAITING_FOR_OTHER)
        await asyncio.sleep(_POLL)
    raise EmbeddedPostgresBusyError(
        f"Another process has the embedded database in {home.folder}, but it does not answer."
    )


async def _wait_for_users(users: FileLock, progress: Progress) -> None:
    """Do not take the server away from commands that have attached to it meanwhile."""
    while not users.take():
        progress(Step.WAITING_FOR_OTHER)
        await asyncio.sleep(_POLL)
