"""What staff must know now: emergencies, dead messages, dead credentials."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from store.tables import alerts, sealed_records
from store.vault import Vault


class AlertKind(StrEnum):
    EMERGENCY = "emergency"
    CHILD = "child"
    #: A person asks for one of us, or a conversation needs one; `detail` says why.
    PERSON_NEEDED = "person_needed"
    DEAD_CREDENTIALS = "dead_credentials"
    NOT_SENT = "not_sent"


class SealedKind(StrEnum):
    COMPLAINT = "complaint"
    DENUNCIATION = "denunciation"
    CRIME_REPORT = "crime_report"
    URGENT = "urgent"


@dataclass(frozen=True, slots=True)
class Alert:
    id: int
    kind: AlertKind
    conversation_id: str
    detail: str
    created_at: datetime


class AlertRepository:
    def __init__(self, connection: AsyncConnection, vault: Vault) -> None:
        self._connection = connection
        self._vault = vault

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

    async def open(self, limit: int = 50) -> list[Alert]:
        query = select(alerts).where(alerts.c.handled_at.is_(None))
        query = query.order_by(alerts.c.id.desc()).limit(limit)
        return [
            Alert(
                id=found.id,
                kind=AlertKind(found.kind),
                conversation_id=found.conversation_id,
                detail=found.detail,
                created_at=found.created_at,
            )
            for found in await self._connection.execute(query)
        ]

    async def count_open(self) -> int:
        query = select(func.count()).select_from(alerts).where(alerts.c.handled_at.is_(None))
        return int((await self._connection.execute(query)).scalar_one())

    async def handle(self, alert_id: int, staff_id: str, now: datetime) -> None:
        await self._connection.execute(
            update(alerts)
            .where(alerts.c.id == alert_id, alerts.c.handled_at.is_(None))
            .values(handled_at=now, handled_by=staff_id)
        )

    async def seal_text(
        self, record_id: str, kind: SealedKind, conversation_id: str, text: str, now: datetime
    ) -> None:
        """Keep a text that no queue, search or training may see."""
        await self._connection.execute(
            insert(sealed_records).values(
                id=record_id,
                kind=kind,
                conversation_id=conversation_id,
                ciphertext=self._vault.seal(text),
                created_at=now,
            )
        )
