"""Jobs are written with what they belong to, or not at all."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import text

from store.jobs import Job
from store.unit_of_work import Store

TOMORROW = datetime(2099, 3, 1, 8, tzinfo=UTC)


async def waiting(store: Store) -> list[Any]:
    query = "select queue_name, task_name, args, status, scheduled_at from procrastinate_jobs"
    async with store.engine.connect() as connection:
        return [tuple(found) for found in await connection.execute(text(query + " order by id"))]


async def test_a_job_exists_when_its_transaction_commits(store: Store) -> None:
    async with store.work() as work:
        await work.jobs.defer(Job.MAIL_ANSWER, case_id="c1")
        assert await waiting(store) == []
        await work.commit()
    assert await waiting(store) == [("hoidap", "mail_answer", {"case_id": "c1"}, "todo", None)]


async def test_a_job_goes_with_its_transaction(store: Store) -> None:
    async with store.work() as work:
        await work.jobs.defer(Job.MAIL_ANSWER, case_id="c1")
    assert await waiting(store) == []


async def test_a_job_may_wait_for_its_time(store: Store) -> None:
    async with store.work() as work:
        await work.jobs.defer(Job.FETCH_ATTACHMENT, at=TOMORROW, attachment_id="a1")
        await work.commit()
    [(_, task, ids, _, at)] = await waiting(store)
    assert (task, ids, at) == ("fetch_attachment", {"attachment_id": "a1"}, TOMORROW)


async def test_what_waits_and_what_failed_is_counted(store: Store) -> None:
    async with store.work() as work:
        counts = await work.jobs.count()
        assert (counts.waiting, counts.failed, counts.oldest) == (0, 0, None)
        for case_id in ("c1", "c2", "c3"):
            await work.jobs.defer(Job.MAIL_ANSWER, case_id=case_id)
        await work.jobs.defer(Job.MAIL_ANSWER, at=TOMORROW, case_id="c4")
        await work.connection.execute(
            text("update procrastinate_jobs set status = 'failed' where args->>'case_id' = 'c1'")
        )
        counts = await work.jobs.count()
    assert (counts.waiting, counts.failed) == (2, 1)
    assert counts.oldest is not None
    assert abs(counts.oldest - store.clock()) < timedelta(minutes=5)
