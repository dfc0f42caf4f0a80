"""Counts dossier look-ups, so that codes cannot be tried one after the other."""

from datetime import datetime

from sqlalchemy import delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from store.tables import dossier_lookups


class LookupRepository:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def note(self, conversation_id: str, code_prefix: str, at: datetime) -> None:
        await self._connection.execute(
            insert(dossier_lookups).values(
                conversation_id=conversation_id, code_prefix=code_prefix, at=at
            )
        )

    async def count_by_citizen(self, conversation_id: str, since: datetime) -> int:
        return await self._count(dossier_lookups.c.conversation_id == conversation_id, since)

    async def count_by_prefix(self, code_prefix: str, since: datetime) -> int:
        return await self._count(dossier_lookups.c.code_prefix == code_prefix, since)

    async def forget(self, conversation_id: str) -> None:
        """Erase who looked what up."""
        await self._connection.execute(
            delete(dossier_lookups).where(dossier_lookups.c.conversation_id == conversation_id)
        )

    async def _count(self, condition: object, since: datetime) -> int:
        query = (
            select(func.count())
            .select_from(dossier_lookups)
            .where(condition, dossier_lookups.c.at >= since)  # type: ignore[arg-type]
        )
        return int((await self._connection.execute(query)).scalar_one())
