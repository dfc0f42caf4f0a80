"""The words of an emergency: sealed away from lists and search, opened by whoever handles it."""

import contextlib
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select

from store.alerts import Alert
from store.audit import AuditAction
from store.sealed import SealedKind
from store.staff import StaffMember
from store.tables import sealed_records
from store.unit_of_work import UnitOfWork
from store.vault import UnreadableSecretError

#: A handled alarm can be read again this long.
READABLE = timedelta(hours=24)


def is_readable(alert: Alert, now: datetime) -> bool:
    handled = alert.handled_at
    return handled is None or (alert.is_urgent and now - handled < READABLE)


async def open_urgent(
    work: UnitOfWork, alert: Alert, member: StaffMember
) -> list[tuple[datetime, str]]:
    """What the citizen wrote from an alarm until it was handled, oldest first.

    Who read each is written down; the caller commits. Complaints and denunciations are sealed in
    the same table and never come out here.
    """
    if not alert.is_urgent:
        return []
    at = sealed_records.c.created_at
    query = select(sealed_records.c.id, at).where(_of(alert)).order_by(at, sealed_records.c.id)
    found, about = [], {}
    for row in (await work.connection.execute(query)).all():
        about[row.id] = {"kind": SealedKind.URGENT}
        with contextlib.suppress(UnreadableSecretError):
            found.append((row.created_at, await work.sealed.open(row.id)))
    await work.audit.note_all(AuditAction.URGENT_OPENED, member.id, work.clock(), about)
    return found


async def count_urgent(work: UnitOfWork, alert: Alert) -> int:
    """How many messages belong to an alarm, without opening them."""
    if not alert.is_urgent:
        return 0
    query = select(func.count()).select_from(sealed_records).where(_of(alert))
    return int((await work.connection.execute(query)).scalar_one())


def _of(alert: Alert) -> ColumnElement[bool]:
    """While an alarm waits, further messages raise no other: they belong to it."""
    at = sealed_records.c.created_at
    belongs = (
        (sealed_records.c.kind == SealedKind.URGENT)
        & (sealed_records.c.conversation_id == alert.conversation_id)
        & (at >= alert.created_at)
    )
    return belongs if alert.handled_at is None else belongs & (at <= alert.handled_at)
