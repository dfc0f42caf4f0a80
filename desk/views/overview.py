"""Where all questions stand: numbers of today, no report."""

from datetime import timedelta

from aiohttp import web

from casework.cases import Satisfaction
from casework.statuses import OPEN, CaseStatus
from desk.casefile import agency_names
from desk.context import desk_of
from desk.lists import make_reader
from desk.pages import member_of, page
from store.overview import count_answered, count_by_agency, count_by_status

#: Days that answers and ratings are counted over.
DAYS = 90


async def show_overview(request: web.Request) -> web.Response:
    async with desk_of(request).store.work() as work:
        reader = await make_reader(work, member_of(request))
        since = work.clock() - timedelta(days=DAYS)
        statuses = await count_by_status(work.connection)
        loads = await count_by_agency(work.connection, reader.today, reader.soon_until)
        answered = await count_answered(work.connection, since)
        undelivered = await work.outbox.count_undelivered()
        ratings = await work.ratings.totals(since)
        names = await agency_names(work)
    return await page(
        request,
        "overview.html",
        statuses=[(status, statuses.get(status, 0)) for status in CaseStatus if status in OPEN],
        loads=loads,
        late=sum(load.late for load in loads),
        soon=sum(load.soon for load in loads),
        answered=answered,
        undelivered=undelivered,
        ratings=[(said, ratings.get(said, 0)) for said in Satisfaction] if ratings else [],
        agency_names=names,
        days=DAYS,
    )
