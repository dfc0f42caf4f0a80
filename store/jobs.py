"""Work that is done later, by the worker: at least once, with ids as its only arguments.

The queue is procrastinate's; a job is written through its SQL function on the connection of the
unit of work, so it exists when and only when the transaction commits.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

QUEUE = "hoidap"


class Job(StrEnum):
    """Names of tasks; those of rows that wait in a database may not change."""

    #: `web_question_id`
    MAIL_WEB_CODE = "mail_web_code"
    #: `case_id`
    MAIL_ANSWER = "mail_answer"
    #: `staff_id`
    MAIL_STAFF_LINK = "mail_staff_link"
    #: `attachment_id`
    FETCH_ATTACHMENT = "fetch_attachment"


#: What somebody sits waiting for goes first; all else in its order.
_PRIORITIES = {Job.MAIL_WEB_CODE: 10, Job.MAIL_STAFF_LINK: 5}

_DEFER = text(
    "select procrastinate_defer_jobs_v1(array[row("
    "cast(:queue as varchar), cast(:task as varchar), cast(:priority as integer), null, null, "
    "cast(:args as jsonb), cast(:at as timestamptz)"
    ")]::procrastinate_job_to_defer_v1[])"
)


@dataclass(frozen=True, slots=True)
class JobCounts:
    #: Could run now, or run.
    waiting: int
    #: Given up; they stay a month to be seen.
    failed: int
    #: Since when the oldest of the waiting could have run.
    oldest: datetime | None


_COUNT = text(
    "select count(*) filter (where open and due) as waiting, "
    "count(*) filter (where status = 'failed') as failed, "
    "min(since) filter (where open and due) as oldest "
    "from (select status, status in ('todo', 'doing') as open, "
    "coalesce(scheduled_at, first.at) as since, coalesce(scheduled_at <= now(), true) as due "
    "from procrastinate_jobs jobs left join lateral (select min(at) as at "
    "from procrastinate_events where job_id = jobs.id) first on true) found"
)


class JobRepository:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def defer(self, job: Job, *, at: datetime | None = None, **ids: str) -> None:
        """To be done soon after this commits, or not before `at`."""
        values = {
            "queue": QUEUE,
            "task": job.value,
            "priority": _PRIORITIES.get(job, 0),
            "args": json.dumps(ids),
            "at": at,
        }
        await self._connection.execute(_DEFER, values)

    async def count(self) -> JobCounts:
        found = (await self._connection.execute(_COUNT)).one()
        return JobCounts(found.waiting, found.failed, found.oldest)
