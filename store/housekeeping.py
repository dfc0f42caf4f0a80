"""Rows that have served their purpose: counts, sessions and links nobody can use any more."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from casework.statuses import CaseStatus
from store.retention import KEPT_FOR, Kept
from store.tables import cases, dossier_lookups, login_failures, staff_links, staff_sessions


async def forget_spent_rows(connection: AsyncConnection, now: datetime) -> int:
    """Delete them; returns how many. Citizens' messages and cases are not touched."""
    long_ago = now - KEPT_FOR[Kept.COUNTS]
    spent = (
        delete(login_failures).where(login_failures.c.at < long_ago),
        delete(dossier_lookups).where(dossier_lookups.c.at < long_ago),
        delete(staff_sessions).where(staff_sessions.c.expires_at < now),
        delete(staff_links).where(staff_links.c.expires_at < now),
    )
    return sum([(await connection.execute(statement)).rowcount for statement in spent])


async def answered_before(connection: AsyncConnection, at: datetime, limit: int) -> list[str]:
    """Ids of cases whose answer has stood since then, the oldest first."""
    query = (
        select(cases.c.id)
        .where(cases.c.status == CaseStatus.ANSWERED, cases.c.answered_at <= at)
        .order_by(cases.c.answered_at)
        .limit(limit)
    )
    return list((await connection.execute(query)).scalars())
