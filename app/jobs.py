"""The job queue inside the worker: runs what was deferred, and the periodic chores.

A job runs at least once. One that fails waits longer each time; one whose process died is begun
again by `rescue_stalled`; one that failed for good stays to be seen for `KEEP_FAILED`.
"""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
from procrastinate import App, BaseRetryStrategy, PsycopgConnector, RetryDecision
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Job as StoredJob
from procrastinate.jobs import Status
from sqlalchemy.exc import SQLAlchemyError

from delivery.retry import wait_before
from store.engine import LIVENESS
from store.jobs import QUEUE, Job

log = logging.getLogger(__name__)

#: Jobs under way at once in a worker.
SLOTS = 4
#: Connections of the queue itself, used for a moment; one more listens. Jobs use the store's.
CONNECTIONS = 1
#: Seconds: a worker that said nothing for so long is dead.
_SILENT = 30
#: Seconds for jobs in hand at a stop; what takes longer is begun again later.
_FINISH_WITHIN = 4.0
#: Seconds to wait before looking for a database that went away, at most.
_LONGEST_PAUSE = 30.0
#: A job that so many processes died of is not begun once more.
_MOST_DEATHS = 5
#: A chore missed while nothing ran is made up for at the start, when it is not older than this.
_MADE_UP_FOR = timedelta(days=1)
KEEP_FAILED = timedelta(days=30)

Chore = Callable[[], Awaitable[None]]


class GivenUpError(Exception):
    """Trying again would not help; the message is a code, nothing of a person."""


class TryAgainError(Exception):
    """It may work later; the message is a code, nothing of a person."""


@dataclass(frozen=True, slots=True)
class Task:
    """What runs for a job, called with its ids."""

    run: Callable[..., Awaitable[None]]
    #: With waits of 2 s, 4 s … 30 min: 9 take nine minutes, 18 four to five hours.
    tries: int


@dataclass(frozen=True, slots=True)
class Periodic:
    """Run once for all workers together, at the times of `cron` (UTC)."""

    cron: str
    run: Chore


class Patience(BaseRetryStrategy):
    def __init__(self, tries: int, jitter: Callable[[], float] = random.random) -> None:
        self._tries = tries
        self._jitter = jitter

    def get_retry_decision(
        self, *, exception: BaseException, job: StoredJob
    ) -> RetryDecision | None:
        if isinstance(exception, asyncio.CancelledError):  # the worker stops
            return RetryDecision(retry_at=datetime.now(UTC))
        attempt = job.attempts + 1
        if isinstance(exception, GivenUpError) or attempt >= self._tries:
            return None
        return RetryDecision(
            retry_at=datetime.now(UTC) + wait_before(attempt, None, self._jitter())
        )


def make_jobs(
    address: str, tasks: Mapping[Job, Task], periodic: Mapping[str, Periodic], *, slots: int = SLOTS
) -> "JobRunner":
    """`address`: libpq."""
    connector = PsycopgConnector(
        conninfo=address,
        min_size=1,
        max_size=CONNECTIONS,
        timeout=5,
        kwargs={"application_name": "hoidap jobs", "connect_timeout": 5, **LIVENESS},
    )
    app = App(connector=connector, periodic_defaults={"max_delay": _MADE_UP_FOR.total_seconds()})
    for job, task in tasks.items():
        retry = Patience(task.tries)
        app.task(name=job.value, queue=QUEUE, retry=retry)(_watched(job.value, task.run))
    for name, item in {**periodic, **_own_chores(app)}.items():
        # A lock would stay with a dead process, and the rescue is a chore itself.
        added = app.task(name=name, queue=QUEUE, queueing_lock=name)(_timed(name, item.run))
        app.periodic(cron=item.cron)(added)
    return JobRunner(app, slots)


def _own_chores(app: App) -> dict[str, Periodic]:
    async def rescue() -> None:
        await rescue_stalled(app)

    async def forget() -> None:
        hours = int(KEEP_FAILED.total_seconds() // 3600)
        await app.job_manager.delete_old_jobs(
            nb_hours=hours, include_failed=True, include_cancelled=True, include_aborted=True
        )

    return {
        "rescue_stalled_jobs": Periodic("* * * * *", rescue),
        "forget_old_jobs": Periodic("40 * * * *", forget),
    }


async def rescue_stalled(app: App) -> None:
    """Begin again what a process that is gone had in hand."""
    manager = app.job_manager
    for job in await manager.get_stalled_jobs(queue=QUEUE, seconds_since_heartbeat=_SILENT):
        log.warning("job %s: its process is gone", job.task_name)
        if job.queueing_lock:  # a chore: its next time comes by itself
            await manager.finish_job(job, Status.FAILED, delete_job=True)
        elif job.attempts >= _MOST_DEATHS:
            await manager.finish_job(job, Status.FAILED, delete_job=False)
        else:
            await manager.retry_job(job, retry_at=datetime.now(UTC))


class JobRunner:
    """Works until it is stopped; a database that goes away only interrupts it."""

    def __init__(self, app: App, slots: int) -> None:
        self.app = app
        self._slots = slots
        self._stopping = False
        self._task: asyncio.Task[None] | None = None

    def start(self) -> "asyncio.Task[None]":
        self._task = asyncio.create_task(self._run(), name="jobs")
        return self._task

    def stop(self) -> None:
        """Take nothing more; the task of `start` ends within a few seconds."""
        self._stopping = True
        if self._task is not None:
            self._task.cancel()

    async def _run(self) -> None:
        pause = 1.0
        while not self._stopping:
            began = asyncio.get_running_loop().time()
            try:
                await self._work()
            except (ConnectorException, psycopg.Error, OSError) as error:
                log.warning("jobs: interrupted (%s)", type(error).__name__)
            except Exception:
                log.exception("jobs: interrupted")
            if self._stopping or (self._task is not None and self._task.cancelling()):
                # What the queue met while it closed may have come in place of the cancellation.
                return
            worked = asyncio.get_running_loop().time() - began > _LONGEST_PAUSE
            pause = 1.0 if worked else min(pause * 2, _LONGEST_PAUSE)
            await asyncio.sleep(pause)

    async def _work(self) -> None:
        try:
            await self.app.open_async()
            await self.app.run_worker_async(
                queues=[QUEUE],
                concurrency=self._slots,
                install_signal_handlers=False,
                shutdown_graceful_timeout=_FINISH_WITHIN,
                delete_jobs="successful",
            )
        finally:
            await self.app.close_async()


def _watched(name: str, run: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[None]]:
    """The task with a log line for what goes wrong: procrastinate's own would tell everything."""

    async def watched(**ids: Any) -> None:
        try:
            await run(**ids)
        except (GivenUpError, TryAgainError) as error:
            log.warning("job %s: %s", name, error)
            raise
        except (SQLAlchemyError, ConnectorException, psycopg.Error, OSError) as error:
            log.warning("job %s: %s", name, type(error).__name__)
            raise
        except Exception:
            log.exception("job %s failed", name)
            raise

    return watched


def _timed(name: str, run: Chore) -> Callable[..., Awaitable[None]]:
    async def timed(timestamp: int) -> None:  # noqa: ARG001 - procrastinate passes the planned time
        await run()

    return _watched(name, timed)
