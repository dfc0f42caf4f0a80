"""Where all cases stand, in numbers."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from casework.statuses import OPEN, CaseStatus
from store.tables import cases


@dataclass(frozen=True, slots=True)
class AgencyLoad:
    """`late`: of the open ones, those whose day has passed."""

    agency_code: str
    open: int
    late: int
    soon: int


async def count_by_status(connection: AsyncConnection) -> dict[CaseStatus, int]:
    query = select(cases.c.status, func.count()).group_by(cases.c.status)
    return {CaseStatus(status): count for status, count in await connection.execute(query)}


async def count_by_agency(
    connection: AsyncConnection, today: date, soon_until: date
) -> list[AgencyLoad]:
    """Of open cases, the agency with most late ones first; cases without an agency under ""."""
    late = func.count().filter(cases.c.due_on < today).label("late")
    soon = func.count().filter(cases.c.due_on.between(today, soon_until)).label("soon")
    query = (
        select(cases.c.agency_code, func.count().label("open"), late, soon)
        .where(cases.c.status.in_(OPEN))
        .group_by(cases.c.agency_code)
        .order_by(late.desc(), func.count().desc(), cases.c.agency_code)
    )
    return [AgencyLoad(*found) for found in await connection.execute(query)]


async def count_answered(connection: AsyncConnection, since: datetime) -> int:
    query = select(func.count()).select_from(cases).where(cases.c.answered_at >= since)
    return int((await connection.execute(query)).scalar_one())
