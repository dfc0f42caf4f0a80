"""What is due by the clock, for all workers together once."""

import logging
from collections.abc import Mapping

from app.jobs import Periodic
from casework.errors import MoveNotAllowedError, StaleCaseError
from casework.legal_clock import vietnam_date
from casework.publication import Publication
from casework.use_cases.follow_case import CLOSES_AFTER, by_service, close_case
from casework.use_cases.publish import publish_released
from store.housekeeping import answered_before, forget_spent_rows
from store.retention import forget_handovers, forget_unclaimed_media, forget_words
from store.unit_of_work import Store

log = logging.getLogger(__name__)

#: Cases closed in one run; what is left waits for the next.
_MOST_CLOSED = 500
#: Rows emptied in one transaction, so that no conversation waits for its own.
_AT_ONCE = 1000


class Chores:
    """All may run twice or too late without harm."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def periodic(self) -> Mapping[str, Periodic]:
        return {
            "publish_due": Periodic("*/5 * * * *", self.publish_due),
            "close_answered_cases": Periodic("20 * * * *", self.close_answered),
            "forget_spent_rows": Periodic("10 * * * *", self.forget_spent),
            "forget_old_words": Periodic("30 */6 * * *", self.forget_words),
        }

    async def publish_due(self) -> None:
        """Released documents whose day has come. Each stands for itself."""
        async with self._store.work() as work:
            due = await work.publications.due(vietnam_date(work.clock()))
        published = [await self._publish(publication) for publication in due].count(True)
        if published:
            log.info("published on their day: %d", published)

    async def _publish(self, publication: Publication) -> bool:
        async with self._store.work() as work:
            try:
                published = await publish_released(work, publication.id, publication.lang)
                await work.commit()
            except StaleCaseError:  # another worker or an editor was quicker
                return False
        return published

    async def close_answered(self) -> None:
        """Answers to which nobody objected in time are final. Each case stands for itself."""
        async with self._store.work() as work:
            before = work.clock() - CLOSES_AFTER
            found = await answered_before(work.connection, before, _MOST_CLOSED)
        for case_id in found:
            async with self._store.work() as work:
                try:
                    await close_case(work, by_service(await work.cases.get(case_id)))
                    await work.commit()
                except (MoveNotAllowedError, StaleCaseError):  # somebody was quicker
                    continue
        if found:
            log.info("cases closed: %d", len(found))

    async def forget_spent(self) -> None:
        """Media, unsent questions, counts, sessions and links that have served their purpose."""
        async with self._store.work() as work:
            now = work.clock()
            media = await work.attachments.purge_due(now)
            media += await forget_unclaimed_media(work.connection, now)
            rows = await work.web_questions.purge(now)
            rows += await forget_handovers(work.connection, now)
            rows += await forget_spent_rows(work.connection, now)
            rows += await work.samples.purge(now)
            await work.commit()
        log.info("housekeeping: %d spent rows and %d media forgotten", rows, media)

    async def forget_words(self) -> None:
        """Messages older than they are kept."""
        emptied, last = 0, -1
        while last != 0:
            async with self._store.work() as work:
                last = await forget_words(work.connection, work.clock(), _AT_ONCE)
                await work.commit()
            emptied += last
        if emptied:
            log.info("retention: %d old messages emptied", emptied)
