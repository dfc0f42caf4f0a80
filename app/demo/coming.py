"""Receptions, working days and drafts of the coming weeks: always seen from today."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from app.demo.files import read_lines
from casework.legal_clock import WorkCalendar, vietnam_date
from store.unit_of_work import Store


async def load_coming(store: Store) -> None:
    """Insert the dates, or move those of an earlier start to the weeks that come now."""
    async with store.work() as work:
        now = work.clock()
        today, calendar = vietnam_date(now), await work.catalogue.calendar()
        schedules = [_dated(row, today, calendar) for row in read_lines("schedules")]
        await work.catalogue.save("schedules", schedules, now)
        drafts = [_open(row, today) for row in read_lines("drafts")]
        await work.catalogue.save("drafts", drafts, now)
        await work.commit()


def _dated(row: Mapping[str, Any], today: date, calendar: WorkCalendar) -> dict[str, Any]:
    """`week` 0 is this week, `weekday` 0 its Monday; a day off moves on."""
    monday = today - timedelta(days=today.weekday())
    day = calendar.next_working(monday + timedelta(weeks=row["week"], days=row["weekday"]))
    kept = {name: value for name, value in row.items() if name not in ("week", "weekday")}
    return {**kept, "day": day.isoformat()}


def _open(row: Mapping[str, Any], today: date) -> dict[str, Any]:
    kept = {name: value for name, value in row.items() if not name.endswith("_in")}
    return kept | {
        f"{end}_on": (today + timedelta(days=row[f"{end}_in"])).isoformat()
        for end in ("opens", "closes")
    }
