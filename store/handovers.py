"""Citizens who wait for a person, and who of us talks to them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from store.rows import made_of
from store.tables import handovers


class HandoverStatus(StrEnum):
    WAITING = "waiting"
    TAKEN = "taken"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Handover:
    id: str
    conversation_id: str
    status: HandoverStatus
    taken_by: str
    created_at: datetime
    taken_at: datetime | None
    done_at: datetime | None


def _handover(found: Row[Any]) -> Handover:
    return made_of(Handover, found, status=HandoverStatus)


class HandoverRepository:
    """A conversation has at most one that is not done."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def ask(self, handover_id: str, conversation_id: str, now: datetime) -> bool:
        """Put the conversation into the queue; False when it is there already."""
        asked = (
            insert(handovers)
            .values(
                id=handover_id,
                conversation_id=conversation_id,
                status=HandoverStatus.WAITING,
                created_at=now,
            )
            .on_conflict_do_nothing()
            .returning(handovers.c.id)
        )
        return (await self._connection.execute(asked)).first() is not None

    async def find(self, handover_id: str) -> Handover | None:
        query = select(handovers).where(handovers.c.id == handover_id)
        found = (await self._connection.execute(query)).first()
        return None if found is None else _handover(found)

    async def find_open(self, conversation_id: str) -> Handover | None:
        query = select(handovers).where(
            handovers.c.conversation_id == conversation_id,
            handovers.c.status != HandoverStatus.DONE,
        )
        found = (await self._connection.execute(query)).first()
        return None if found is None else _handover(found)

    async def open(self, limit: int = 100) -> list[Handover]:
        """Who waits longest comes first."""
        query = select(handovers).where(handovers.c.status != HandoverStatus.DONE)
        query = query.order_by(handovers.c.created_at).limit(limit)
        return [_handover(found) for found in await self._connection.execute(query)]

    async def count_waiting(self) -> int:
        query = select(func.count()).where(handovers.c.status == HandoverStatus.WAITING)
        return int((await self._connection.execute(query)).scalar_one())

    async def take(
        self, handover_id: str, staff_id: str, now: datetime, *, after: str = ""
    ) -> bool:
        """False when a colleague was faster or it is done.

        `after`: who has it and says nothing any more; empty: it must wait.
        """
        status = HandoverStatus.TAKEN if after else HandoverStatus.WAITING
        taken = (
            update(handovers)
            .where(
                handovers.c.id == handover_id,
                handovers.c.status == status,
                handovers.c.taken_by == after,
            )
            .values(status=HandoverStatus.TAKEN, taken_by=staff_id, taken_at=now)
            .returning(handovers.c.id)
        )
        return (await self._connection.execute(taken)).first() is not None

    async def release(self, staff_id: str) -> int:
        """What this person took goes back to the queue; returns how many."""
        back = (
            update(handovers)
            .where(handovers.c.taken_by == staff_id, handovers.c.status == HandoverStatus.TAKEN)
            .values(status=HandoverStatus.WAITING, taken_by="", taken_at=None)
            .returning(handovers.c.id)
        )
        return len((await self._connection.execute(back)).all())

    async def finish(self, handover_id: str, now: datetime) -> bool:
        """False when it was done already."""
        done = (
            update(handovers)
            .where(handovers.c.id == handover_id, handovers.c.status != HandoverStatus.DONE)
            .values(status=HandoverStatus.DONE, done_at=now)
            .returning(handovers.c.id)
        )
        return (await self._connection.execute(done)).first() is not None
