"""Rows that have served their purpose: counts, sessions and links nobody can use any more."""

from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncConnection

from store.tables import dossier_lookups, login_failures, staff_links, staff_sessions

#: Longer than any window in which they are counted.
_COUNTED_FOR = timedelta(days=2)


async def forget_spent_rows(connection: AsyncConnection, now: datetime) -> int:
    """Delete them; returns how many. Citizens' messages and cases are not touched."""
    long_ago = now - _COUNTED_FOR
    spent = (
        delete(login_failures).where(login_failures.c.at < long_ago),
        delete(dossier_lookups).where(dossier_lookups.c.at < long_ago),
        delete(staff_sessions).where(staff_sessions.c.expires_at < now),
        delete(staff_links).where(staff_links.c.expires_at < now),
    )
    return sum([(await connection.execute(statement)).rowcount for statement in spent])
