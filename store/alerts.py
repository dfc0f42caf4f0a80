"""What staff must know now: emergencies, dead messages, dead credentials."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from store.tables import alerts


class AlertKind(StrEnum):
    EMERGENCY = "emergency"
    CHILD = "child"
    #: A person asks for one of us, or a conversation needs one; `detail` says why.
    PERSON_NEEDED = "person_needed"
    DEAD_CREDENTIALS = "dead_credentials"
    NOT_SENT = "not_sent"
    #: Procedures name an agency (`detail`: its code) that has ended, its successor is not clear.
    AGENCY_ENDED = "agency_ended"


#: Somebody may be in danger: nothing may push these off a page.
URGENT_KINDS = frozenset({AlertKind.EMERGENCY, AlertKind.CHILD})


@dataclass(frozen=True, slots=True)
class Alert:
    id: int
    kind: AlertKind
    conversation_id: str
    detail: str
    created_at: datetime
    handled_at: datetime | None = None

    @property
    def is_urgent(self) -> bool:
        return self.kind in URGENT_KINDS


def _alert(found: Any) -> Alert:
    return Alert(
        id=found.id,
        kind=AlertKind(found.kind),
        conversation_id=found.conversation_id,
        detail=found.detail,
        created_at=found.created_at,
        handled_at=found.handled_at,
    )


class AlertRepository:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(
        self, kind: AlertKind, now: datetime, *, conversation_id: str = "", detail: str = ""
    ) -> None:
        """`detail` is a code, never a citizen's words."""
        await self._connection.execute(
            insert(alerts).values(
                kind=kind, conversation_id=conversation_id, detail=detail, created_at=now
            )
        )

    async def is_open(self, kind: AlertKind, channel: str, code: str) -> bool:
        """Whether staff were told already and nobody handled it yet."""
        query = select(alerts.c.id).where(
            alerts.c.kind == kind,
            alerts.c.detail == f"{channel}:{code}",
            alerts.c.handled_at.is_(None),
        )
        return (await self._connection.execute(query.limit(1))).first() is not None

    async def is_open_for(
        self, kind: AlertKind, conversation_id: str, detail: str | None = None
    ) -> bool:
        """Whether an alert of this conversation still waits; it stays so until the caller commits.

        The lock makes whoever handles it meanwhile see what the caller wrote.
        """
        query = select(alerts.c.id).where(
            alerts.c.kind == kind,
            alerts.c.conversation_id == conversation_id,
            alerts.c.handled_at.is_(None),
        )
        if detail is not None:
            query = query.where(alerts.c.detail == detail)
        query = query.order_by(alerts.c.id).with_for_update()
        return (await self._connection.execute(query)).first() is not None

    async def open(self, limit: int = 50) -> list[Alert]:
        """Every urgent alert, then the newest others, at most `limit` of them."""
        waits = alerts.c.handled_at.is_(None)
        urgent = alerts.c.kind.in_(URGENT_KINDS)
        return await self._newest(waits & urgent) + await self._newest(waits & ~urgent, limit)

    async def handled_urgent(self, since: datetime) -> list[Alert]:
        """Newest first."""
        return await self._newest(alerts.c.kind.in_(URGENT_KINDS) & (alerts.c.handled_at >= since))

    async def _newest(self, wanted: ColumnElement[bool], limit: int | None = None) -> list[Alert]:
        query = select(alerts).where(wanted).order_by(alerts.c.id.desc()).limit(limit)
        return [_alert(found) for found in await self._connection.execute(query)]

    async def find(self, alert_id: int, *, lock: bool = False) -> Alert | None:
        """`lock`: nobody adds to it or handles it until the caller commits."""
        query = select(alerts).where(alerts.c.id == alert_id)
        if lock:
            query = query.with_for_update()
        found = (await self._connection.execute(query)).first()
        return None if found is None else _alert(found)

    async def count_open(self) -> int:
        query = select(func.count()).select_from(alerts).where(alerts.c.handled_at.is_(None))
        return int((await self._connection.execute(query)).scalar_one())

    async def handle(self, alert_id: int, staff_id: str, now: datetime) -> None:
        await self._connection.execute(
            update(alerts)
            .where(alerts.c.id == alert_id, alerts.c.handled_at.is_(None))
            .values(handled_at=now, handled_by=staff_id)
        )

    async def reopen(self, alert_id: int) -> None:
        await self._connection.execute(
            update(alerts).where(alerts.c.id == alert_id).values(handled_at=None, handled_by="")
        )
