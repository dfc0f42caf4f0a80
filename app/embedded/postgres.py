"""The embedded PostgreSQL: for trial and for one small server.

`hoidap serve` owns one (`EmbeddedPostgres`); every other command uses `attached`, which takes the
running server or starts one for as long as the command needs it.
"""

import asyncio
import contextlib
import logging
import os
import signal
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from time import monotonic

from app.embedded.binaries import PostgresBinaries, find_binaries
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
from app.processes import Launch, current_process, find_identity
from app.supervisor import Child, ChildNotReadyError, Supervisor

#: Seconds: a server that recovers after a crash of the machine may need as long.
READY_WITHIN = 120.0
#: Seconds to wait for another process that has the database.
LOCK_WITHIN = 30.0
_POLL = 0.1
_STOP_GRACE = 5.0
#: After this a left-over server is told to end without a checkpoint.
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
        home = await asyncio.to_thread(prepare_home, self._data_dir)
        until = monotonic() + self._lock_within
        while not await self.start_in(home, lasting=True):
            holder = ServerState.find(home)
            keeps = holder is not None and holder.is_owned and holder.lasting
            if keeps or monotonic() > until:
                raise EmbeddedPostgresBusyError(_busy(home, holder))
            self._progress(Step.WAITING_FOR_OTHER)
            await asyncio.sleep(_POLL)

    async def start_in(self, home: PostgresHome, *, lasting: bool) -> bool:
        """Like `start`, but False at once when another process has the database."""
        lock = FileLock(home, home.lock)
        if not lock.take():
            return False
        self._home, self._lock = home, lock
        try:
            await self._start_locked(home, lasting=lasting)
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

    async def _start_locked(self, home: PostgresHome, *, lasting: bool) -> None:
        await self._end_leftover(home)
        original = find_binaries()
        binaries = await asyncio.to_thread(reachable_binaries, original, home)
        if not home.cluster.exists():
            self._progress(Step.CREATING_CLUSTER)
            await self._create(home, binaries)
        # Asked of the original, which root may run: the copy belongs to the server's user.
        check_version(home, await asyncio.to_thread(original.version))
        cluster = Cluster(home, binaries, make_socket_dir(home))
        self._database = Database(cluster.socket_dir)
        cluster.write_access_rules(self._database.role)
        self._progress(Step.STARTING)
        state = ServerState(current_process(), cluster.socket_dir, lasting=lasting)
        try:
            await self._supervisor.start(self._child(cluster, state))
        except ChildNotReadyError as error:
            raise EmbeddedPostgresError(str(error)) from error
        await ensure_application_database(self._database)
        self._progress(Step.READY)

    async def _end_leftover(self, home: PostgresHome) -> None:
        """Wait for the server of a killed application, which ends by itself; help it if not."""
        previous = ServerState.find(home)
        began = monotonic()
        while not _is_unused(home):
            waited = monotonic() - began
            self._progress(Step.ENDING_LEFTOVER)
            if waited > self._lock_within:
                raise EmbeddedPostgresError(_in_use(home))
            if previous and waited > _POLL:
                ask = signal.SIGINT if waited < _ORPHAN_PATIENCE else signal.SIGQUIT
                previous.signal_orphan(ask)
            await asyncio.sleep(_POLL)
        if previous:
            remove_socket_dir(home, previous.socket_dir)

    async def _create(self, home: PostgresHome, binaries: PostgresBinaries) -> None:
        lock = _take_server_lock(home)
        try:
            await create_cluster(home, binaries, lock)
        finally:
            os.close(lock)

    def _child(self, cluster: Cluster, state: ServerState) -> Child:
        home = cluster.home

        async def launch() -> Launch:
            lock = _take_server_lock(home)
            try:
                cluster.remove_stale_files()
            except BaseException:
                os.close(lock)
                raise
            return Launch(
                argv=cluster.argv(),
                env=SERVER_ENV,
                cwd=Path("/"),
                pass_fds=(lock,),
                close_fds=(lock,),
                account=home.run_as,
            )

        def remember(pid: int) -> None:
            replace(state, server=find_identity(pid)).save(home)

        return Child(
            name=_NAME,
            launch=launch,
            ready=lambda: is_answering(self.database.maintenance_conninfo),
            ready_within=READY_WITHIN,
            on_spawn=remember,
            stop_signal=signal.SIGINT,
            orphan_signal=signal.SIGINT,
            kill_signal=signal.SIGQUIT,
            stop_grace=_STOP_GRACE,
        )


def _take_server_lock(home: PostgresHome) -> int:
    lock = FileLock(home, home.server_lock)
    if not lock.take():
        raise EmbeddedPostgresError(_in_use(home))
    return lock.hand_over()


def _in_use(home: PostgresHome) -> str:
    return f"Processes of an earlier PostgreSQL still use {home.folder}."


def _is_unused(home: PostgresHome) -> bool:
    lock = FileLock(home, home.server_lock)
    is_free = lock.take()
    lock.release()
    return is_free


def _busy(home: PostgresHome, holder: ServerState | None) -> str:
    who = f"process {holder.owner.pid}" if holder and holder.is_owned else "another process"
    return (
        f"The embedded database in {home.folder} is used by {who}. "
        f"Stop that one first; perhaps `hoidap serve` is already running."
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
    home = await asyncio.to_thread(prepare_home, data_dir)
    users = FileLock(home, home.users_lock)
    server = EmbeddedPostgres(data_dir, progress=progress)
    try:
        yield await _attach_or_start(home, users, server, within)
    finally:
        users.release()
        if server.is_started:
            await _wait_for_users(users, progress)
            await server.stop()
            users.release()


async def _attach_or_start(
    home: PostgresHome, users: FileLock, server: EmbeddedPostgres, within: float
) -> Database:
    until = monotonic() + within
    while monotonic() < until:
        if await server.start_in(home, lasting=False):
            return server.database
        database = await _find_running(home, users)
        if database:
            return database
        await asyncio.sleep(_POLL)
    raise EmbeddedPostgresBusyError(_busy(home, ServerState.find(home)))


async def _find_running(home: PostgresHome, users: FileLock) -> Database | None:
    """The server another process runs, if it answers; then registered as in use by us."""
    state = ServerState.find(home)
    if state is None or not state.is_owned or not users.take(shared=True):
        return None
    database = Database(state.socket_dir)
    # As the application: right after the first start its role and database are still being made.
    if await is_answering(database.conninfo):
        return database
    users.release()
    return None


async def _wait_for_users(users: FileLock, progress: Progress) -> None:
    """Do not take the server away from commands that have attached to it meanwhile."""
    while not users.take():
        progress(Step.WAITING_FOR_OTHER)
        await asyncio.sleep(_POLL)
