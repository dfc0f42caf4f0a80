"""The job queue in the worker: done once, tried again, given up, begun again after a death."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from time import monotonic
from typing import Any

import pytest
from procrastinate.jobs import Job as StoredJob
from sqlalchemy import text

from app.database import conninfo
from app.jobs import GivenUpError, JobRunner, Patience, Periodic, Task, TryAgainError, make_jobs
from store.jobs import QUEUE, Job
from store.unit_of_work import Store


@asynccontextmanager
async def running(
    url: str, tasks: Mapping[Job, Task], periodic: Mapping[str, Periodic] | None = None
) -> AsyncIterator[JobRunner]:
    runner = make_jobs(conninfo(url), tasks, periodic or {})
    ended = runner.start()
    try:
        yield runner
    finally:
        runner.stop()
        await asyncio.wait([ended], timeout=10)
        assert ended.done()


async def defer(store: Store, job: Job = Job.MAIL_ANSWER, **ids: str) -> None:
    async with store.work() as work:
        await work.jobs.defer(job, at=None, **ids)
        await work.commit()


async def rows(store: Store) -> list[tuple[str, int]]:
    """State and tries of our jobs; the chores go their own way."""
    query = "select status, attempts from procrastinate_jobs where task_name = 'mail_answer'"
    async with store.engine.connect() as connection:
        return [(found.status, found.attempts) for found in await connection.execute(text(query))]


async def until(condition: Callable[[], Awaitable[bool]], seconds: float = 10) -> None:
    async with asyncio.timeout(seconds):
        while not await condition():  # noqa: ASYNC110 - the database gives no event
            await asyncio.sleep(0.05)


async def test_a_deferred_job_is_done_at_once_and_leaves_nothing(
    store: Store, database_url: str
) -> None:
    done: list[str] = []

    async def work(case_id: str) -> None:
        done.append(case_id)

    async with running(database_url, {Job.MAIL_ANSWER: Task(work, tries=2)}):
        await defer(store, case_id="first")
        await until(lambda: _is(lambda: done == ["first"]))
        began = monotonic()
        await defer(store, case_id="second")
        await until(lambda: _is(lambda: done == ["first", "second"]))
        assert monotonic() - began < 2  # it was woken; looking by itself takes 5 s
        await until(lambda: _no_rows(store))


async def test_a_code_somebody_waits_for_goes_before_photos(
    store: Store, database_url: str
) -> None:
    done: list[str] = []

    async def fetch(attachment_id: str) -> None:
        done.append(attachment_id)

    async def mail(web_question_id: str) -> None:
        done.append(web_question_id)

    for number in range(3):
        await defer(store, Job.FETCH_ATTACHMENT, attachment_id=f"photo {number}")
    await defer(store, Job.MAIL_WEB_CODE, web_question_id="code")
    tasks = {
        Job.FETCH_ATTACHMENT: Task(fetch, tries=1),
        Job.MAIL_WEB_CODE: Task(mail, tries=1),
    }
    async with running(database_url, tasks):
        await until(lambda: _is(lambda: len(done) == 4))
    assert done == ["code", "photo 0", "photo 1", "photo 2"]


async def test_what_may_work_later_is_tried_again(store: Store, database_url: str) -> None:
    tries: list[str] = []

    async def work(case_id: str) -> None:
        tries.append(case_id)
        if len(tries) == 1:
            raise TryAgainError("busy")

    await defer(store, case_id="c")
    async with running(database_url, {Job.MAIL_ANSWER: Task(work, tries=3)}):
        await until(lambda: _no_rows(store), seconds=20)
    assert tries == ["c", "c"]


@pytest.mark.parametrize("error", [GivenUpError("no_mailbox"), ValueError("a person's words")])
async def test_what_cannot_work_stays_to_be_seen(
    store: Store, database_url: str, error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    async def work(case_id: str) -> None:
        raise error

    await defer(store, case_id="c")
    async with running(database_url, {Job.MAIL_ANSWER: Task(work, tries=1)}):
        await until(lambda: _failed(store))
    assert await rows(store) == [("failed", 1)]
    assert "job mail_answer" in caplog.text


async def test_a_stop_does_not_wait_for_a_long_job_and_does_not_lose_it(
    store: Store, database_url: str
) -> None:
    begun = asyncio.Event()

    async def work(case_id: str) -> None:
        begun.set()
        await asyncio.sleep(60)

    await defer(store, case_id="c")
    async with running(database_url, {Job.MAIL_ANSWER: Task(work, tries=2)}):
        await asyncio.wait_for(begun.wait(), 10)
        began = monotonic()
    assert monotonic() - began < 8
    assert [state for state, _ in await rows(store)] == ["todo"]


async def test_a_job_of_a_dead_process_is_begun_again(store: Store, database_url: str) -> None:
    done = asyncio.Event()

    async def work(case_id: str) -> None:
        done.set()

    await defer(store, case_id="c")
    await _die_with_the_job(store)
    async with running(database_url, {Job.MAIL_ANSWER: Task(work, tries=2)}):
        await asyncio.wait_for(done.wait(), 15)


async def test_a_job_that_kills_is_not_begun_for_ever(store: Store, database_url: str) -> None:
    async def work(case_id: str) -> None:
        raise AssertionError("not again")

    await defer(store, case_id="c")
    await _die_with_the_job(store, attempts=5)
    async with running(database_url, {Job.MAIL_ANSWER: Task(work, tries=9)}):
        await until(lambda: _failed(store), seconds=15)


async def test_a_chore_runs_at_the_start_and_not_again_in_the_same_hour(
    store: Store, database_url: str
) -> None:
    times: list[int] = []

    async def tidy() -> None:
        times.append(1)

    chores = {"tidy": Periodic("0 3 * * *", tidy)}
    for _ in range(2):
        async with running(database_url, {}, chores):
            await until(lambda: _is(lambda: times == [1]))
            await asyncio.sleep(0.5)
    assert times == [1]


async def test_old_failures_are_forgotten(store: Store, database_url: str) -> None:
    for age in (29, 31):
        await defer(store, case_id=str(age))
        await _change(
            store,
            "update procrastinate_jobs set status = 'failed' where args->>'case_id' = :id",
            id=str(age),
        )
        await _change(
            store,
            "update procrastinate_events set at = now() - make_interval(days => :age)"
            " where job_id in (select id from procrastinate_jobs where args->>'case_id' = :id)",
            id=str(age),
            age=age,
        )
    async with running(database_url, {}):
        await until(lambda: _is_one(store))
    assert await rows(store) == [("failed", 0)]


async def test_the_runner_outlives_its_connections(store: Store, database_url: str) -> None:
    done: list[str] = []

    async def work(case_id: str) -> None:
        done.append(case_id)

    async with running(database_url, {Job.MAIL_ANSWER: Task(work, tries=2)}):
        await defer(store, case_id="before")
        await until(lambda: _is(lambda: done == ["before"]))
        await _change(
            store,
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where application_name = 'hoidap jobs'",
        )
        await defer(store, case_id="after")
        await until(lambda: _is(lambda: "after" in done), seconds=30)


def test_waits_grow_have_a_cap_and_end() -> None:
    def wait(attempts: int) -> float:
        job = StoredJob(
            id=1, queue=QUEUE, lock=None, queueing_lock=None, task_name="x", attempts=attempts
        )
        before = asyncio.CancelledError()
        now = Patience(18).get_retry_decision(exception=before, job=job)
        later = Patience(18, lambda: 0.0).get_retry_decision(exception=OSError(), job=job)
        assert now is not None
        assert now.retry_at is not None
        if later is None or later.retry_at is None:
            return -1
        return (later.retry_at - now.retry_at).total_seconds()

    assert [round(wait(tries)) for tries in (0, 1, 2, 16, 17)] == [2, 4, 8, 1800, -1]


async def _is(look: Callable[[], bool]) -> bool:
    return look()


async def _no_rows(store: Store) -> bool:
    return await rows(store) == []


async def _is_one(store: Store) -> bool:
    return len(await rows(store)) == 1


async def _failed(store: Store) -> bool:
    return [state for state, _ in await rows(store)] == ["failed"]


async def _change(store: Store, statement: str, **values: Any) -> None:
    async with store.engine.begin() as connection:
        await connection.execute(text(statement), values)


async def _die_with_the_job(store: Store, attempts: int = 0) -> None:
    """What a killed worker leaves behind."""
    await _change(
        store,
        "with dead as (insert into procrastinate_workers (last_heartbeat)"
        " values (now() - interval '40 seconds') returning id)"
        " update procrastinate_jobs set status = 'doing', attempts = :attempts,"
        " worker_id = (select id from dead) where task_name = 'mail_answer'",
        attempts=attempts,
    )


async def test_a_stop_does_not_wait_for_a_database_that_is_away() -> None:
    runner = make_jobs("postgresql://hoidap@127.0.0.1:1/none", {}, {})
    ended = runner.start()
    await asyncio.sleep(1)
    assert not ended.done()
    began = monotonic()
    runner.stop()
    await asyncio.wait([ended], timeout=8)
    assert ended.done()
    assert monotonic() - began < 6
