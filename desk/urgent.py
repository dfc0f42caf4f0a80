"""The words of an emergency: sealed away from lists and search, opened by whoever handles it."""

import contextlib
import logging
from datetime import datetime, timedelta

from sqlalchemy import select

from store.alerts import Alert, AlertKind, SealedKind
from store.staff import StaffMember
from store.tables import sealed_records
from store.unit_of_work import UnitOfWork
from store.vault import UnreadableSecretError

_log = logging.getLogger(__name__)
_URGENT = frozenset({AlertKind.EMERGENCY, AlertKind.CHILD})
#: Further messages of one emergency raise no alarm of their own; they belong to the first.
_TOGETHER = timedelta(hours=1)


async def open_urgent(
    work: UnitOfWork, alert: Alert, member: StaffMember
) -> list[tuple[datetime, str]]:
    """What the citizen wrote at and after an alarm, oldest first; each opening is logged.

    Complaints and denunciations are sealed in the same table and never come out here.
    """
    if alert.kind not in _URGENT:
        return []
    at = sealed_records.c.created_at
    query = (
        select(sealed_records.c.id, at, sealed_records.c.ciphertext)
        .where(sealed_records.c.kind == SealedKind.URGENT)
        .where(sealed_records.c.conversation_id == alert.conversation_id)
        .where(at >= alert.created_at, at < alert.created_at + _TOGETHER)
        .order_by(at, sealed_records.c.id)
    )
    found = []
    for row in await work.connection.execute(query):
        _log.info("urgent record %s opened by %s", row.id, member.id)
        with contextlib.suppress(UnreadableSecretError):
            found.append((row.created_at, work.vault.open(row.ciphertext)))
    return found
