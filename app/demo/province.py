"""A province that is alive: cases in every state, answers to read, people who wait.

All of it is one transaction through the use cases of the product, with a clock that moves: it is
there as a whole or not at all, and it is made once.
"""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import func, select

from app.demo.clock import MovingClock
from app.demo.files import read_texts
from app.demo.learning import add_samples
from app.demo.publishing import Publisher
from app.demo.staff import read_desk
from app.demo.stories import Story, Timetable, make_timetable, read_stories
from app.demo.talks import Talks
from app.demo.telling import Setting, Teller
from app.demo.waiting import add_waiting
from bot.replies import Replies
from casework.cases import Case
from casework.legal_clock import vietnam_date
from delivery.messages import ChannelName
from store.tables import cases
from store.unit_of_work import Store, UnitOfWork

#: Votes a published answer has got, helpful and not, over and over again.
_VOTES = ((4, 0), (2, 1), (0, 0), (3, 0), (1, 1))


async def load_province(store: Store, accounts: Mapping[ChannelName, str]) -> bool:
    """Fill a database that has no case yet; False when it has some.

    `accounts`: ids of the province's accounts, by channel. Catalogues, legal rules and the people
    of the desk must be there.

    Raises:
        DemoDataError: the files name somebody or something that is not there.
    """
    now = store.clock()
    clock = MovingClock(now)
    moving = Store(store.engine, store.vault, clock, store.ids)
    async with moving.work() as work:
        if await _has_cases(work):
            return False
        talks = Talks(accounts, read_texts(), Replies())
        setting = Setting(work, clock, await read_desk(work), talks)
        told = await _tell_all(setting, now)
        await _publish_all(setting, told, now)
        await add_waiting(setting, now)
        await add_samples(setting, now)
        await work.commit()
    return True


async def _has_cases(work: UnitOfWork) -> bool:
    count = await work.connection.execute(select(func.count()).select_from(cases))
    return bool(count.scalar_one())


async def _tell_all(setting: Setting, now: datetime) -> list[tuple[Story, Case]]:
    """In the order in which they were asked: codes count upwards."""
    rules = await setting.work.catalogue.rules()
    calendar = await setting.work.catalogue.calendar()
    planned: list[tuple[Story, Timetable]] = [
        (story, make_timetable(story, rules, calendar, now)) for story in read_stories()
    ]
    planned.sort(key=lambda item: item[1].asked_at)
    return [(story, await Teller(setting, story, table).tell()) for story, table in planned]


async def _publish_all(setting: Setting, told: list[tuple[Story, Case]], now: datetime) -> None:
    """The oldest first: numbers count upwards."""
    publisher = Publisher(setting, now)
    public = [(story, case) for story, case in told if story.publication]
    public.sort(key=lambda item: -_days_ago(item[0]))
    for number, (story, case) in enumerate(public):
        await publisher.publish(story, case)
        if _days_ago(story):
            await _vote(setting, case, now, *_VOTES[number % len(_VOTES)])


def _days_ago(story: Story) -> int:
    return story.publication.published_days_ago if story.publication else 0


async def _vote(setting: Setting, case: Case, now: datetime, helpful: int, unhelpful: int) -> None:
    shown = (await setting.work.publications.of_case(case.id))[0]
    for choice, count in ((True, helpful), (False, unhelpful)):
        for _ in range(count):
            await setting.work.publications.vote(shown.id, vietnam_date(now), helpful=choice)
