"""Complaints, denunciations, reports of crimes, emergencies: kept out of every queue and search."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from store.tables import sealed_records
from store.vault import Vault

_ZONE = "Asia/Ho_Chi_Minh"


class SealedKind(StrEnum):
    COMPLAINT = "complaint"
    DENUNCIATION = "denunciation"
    CRIME_REPORT = "crime_report"
    #: Belongs to an alarm and is read with it.
    URGENT = "urgent"


#: What only those who receive citizens open.
GRAVE_KINDS = frozenset({SealedKind.COMPLAINT, SealedKind.DENUNCIATION, SealedKind.CRIME_REPORT})


@dataclass(frozen=True, slots=True)
class SealedRecord:
    """All that is known of a record without opening it."""

    id: str
    kind: SealedKind
    conversation_id: str
    created_at: datetime
    handled_by: str
    handled_at: datetime | None


def _record(found: Any) -> SealedRecord:
    return SealedRecord(
        id=found.id,
        kind=SealedKind(found.kind),
        conversation_id=found.conversation_id,
        created_at=found.created_at,
        handled_by=found.handled_by,
        handled_at=found.handled_at,
    )


class SealedRepository:
    """Each record has a key of its own; those of the first version have the service key alone."""

    def __init__(self, connection: AsyncConnection, vault: Vault) -> None:
        self._connection = connection
        self._vault = vault

    async def seal_text(
        self, record_id: str, kind: SealedKind, conversation_id: str, text: str, now: datetime
    ) -> None:
        """Keep a text that no queue, search or training may see."""
        key = self._vault.new_case_key()
        await self._connection.execute(
            insert(sealed_records).values(
                id=record_id,
                kind=kind,
                conversation_id=conversation_id,
                ciphertext=self._vault.case_box(key).encrypt(text.encode()),
                wrapped_key=key,
                created_at=now,
            )
        )

    async def open(self, record_id: str) -> str:
        """The text; the caller writes down who opened it and why.

        Raises:
            UnreadableSecretError: no configured key opens it.
        """
        query = select(sealed_records.c.ciphertext, sealed_records.c.wrapped_key)
        found = (
            await self._connection.execute(query.where(sealed_records.c.id == record_id))
        ).one()
        if found.wrapped_key is None:
            return self._vault.open(found.ciphertext)
        return self._vault.case_box(found.wrapped_key).decrypt(found.ciphertext).decode()

    async def find(self, record_id: str) -> SealedRecord | None:
        query = select(sealed_records).where(sealed_records.c.id == record_id)
        found = (await self._connection.execute(query)).first()
        return None if found is None else _record(found)

    async def waiting(self) -> list[SealedRecord]:
        """Grave records nobody dealt with, oldest first."""
        query = select(sealed_records).where(
            sealed_records.c.kind.in_(GRAVE_KINDS), sealed_records.c.handled_at.is_(None)
        )
        query = query.order_by(sealed_records.c.created_at, sealed_records.c.id)
        return [_record(found) for found in await self._connection.execute(query)]

    async def handled(self, limit: int = 50) -> list[SealedRecord]:
        """Grave records, the last one dealt with first."""
        query = select(sealed_records).where(
            sealed_records.c.kind.in_(GRAVE_KINDS), sealed_records.c.handled_at.is_not(None)
        )
        query = query.order_by(sealed_records.c.handled_at.desc()).limit(limit)
        return [_record(found) for found in await self._connection.execute(query)]

    async def count_waiting(self) -> int:
        query = select(func.count()).where(
            sealed_records.c.kind.in_(GRAVE_KINDS), sealed_records.c.handled_at.is_(None)
        )
        return int((await self._connection.execute(query)).scalar_one())

    async def handle(self, record_id: str, staff_id: str, now: datetime) -> bool:
        """False when it was dealt with already."""
        handled = (
            update(sealed_records)
            .where(sealed_records.c.id == record_id, sealed_records.c.handled_at.is_(None))
            .values(handled_by=staff_id, handled_at=now)
            .returning(sealed_records.c.id)
        )
        return (await self._connection.execute(handled)).first() is not None

    async def count_by_month(
        self, kinds: Collection[SealedKind] = GRAVE_KINDS
    ) -> dict[tuple[str, SealedKind], int]:
        """(Vietnam month as `2026-11`, kind) → how many came."""
        month = func.to_char(func.timezone(_ZONE, sealed_records.c.created_at), "YYYY-MM").label(
            "month"
        )
        query = select(month, sealed_records.c.kind, func.count().label("number"))
        query = query.where(sealed_records.c.kind.in_(kinds))
        found = await self._connection.execute(query.group_by("month", sealed_records.c.kind))
        return {(row.month, SealedKind(row.kind)): row.number for row in found}
