"""What people ask for their own data, and what was decided."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from store.rows import made_of
from store.tables import data_requests


class DataRequestKind(StrEnum):
    ACCESS = "access"
    CORRECT = "correct"
    ERASE = "erase"
    #: Not to be published or used for improving the assistant.
    OBJECT = "object"


class DataRequestSource(StrEnum):
    CHAT = "chat"
    #: The person withdrew consent in the provider's own settings.
    ZALO = "zalo"
    FACEBOOK = "facebook"
    WEB = "web"


class DataRequestStatus(StrEnum):
    RECEIVED = "received"
    DONE = "done"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class DataRequest:
    """`due_on`: Vietnam date. `code` opens the public status page."""

    id: str
    code: str
    kind: DataRequestKind
    source: DataRequestSource
    status: DataRequestStatus
    conversation_id: str
    due_on: date
    decided_by: str
    reason: str
    created_at: datetime
    decided_at: datetime | None


def _request(found: Row[Any]) -> DataRequest:
    return made_of(
        DataRequest,
        found,
        kind=DataRequestKind,
        source=DataRequestSource,
        status=DataRequestStatus,
    )


class DataRequestRepository:
    """A conversation has at most one open request of a kind."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, request: DataRequest) -> DataRequest:
        """The request, or the open one of the same kind that was there before."""
        values = {name: getattr(request, name) for name in DataRequest.__slots__}
        added = insert(data_requests).values(**values).on_conflict_do_nothing()
        new = (await self._connection.execute(added.returning(data_requests.c.id))).first()
        return request if new else await self._open_one(request)

    async def _open_one(self, request: DataRequest) -> DataRequest:
        query = select(data_requests).where(
            data_requests.c.conversation_id == request.conversation_id,
            data_requests.c.kind == request.kind,
            data_requests.c.status == DataRequestStatus.RECEIVED,
        )
        return _request((await self._connection.execute(query)).one())

    async def find(self, request_id: str) -> DataRequest | None:
        query = select(data_requests).where(data_requests.c.id == request_id)
        found = (await self._connection.execute(query)).first()
        return None if found is None else _request(found)

    async def find_by_code(self, code: str) -> DataRequest | None:
        query = select(data_requests).where(data_requests.c.code == code)
        found = (await self._connection.execute(query)).first()
        return None if found is None else _request(found)

    async def find_last(self, conversation_id: str, kind: DataRequestKind) -> DataRequest | None:
        """The newest of this person and kind, also one that was decided."""
        query = select(data_requests).where(
            data_requests.c.conversation_id == conversation_id, data_requests.c.kind == kind
        )
        query = query.order_by(data_requests.c.created_at.desc()).limit(1)
        found = (await self._connection.execute(query)).first()
        return None if found is None else _request(found)

    async def open(self) -> list[DataRequest]:
        """Nearest date first."""
        query = select(data_requests).where(data_requests.c.status == DataRequestStatus.RECEIVED)
        query = query.order_by(data_requests.c.due_on, data_requests.c.created_at)
        return [_request(found) for found in await self._connection.execute(query)]

    async def decided(self, limit: int = 50) -> list[DataRequest]:
        """Newest first."""
        query = select(data_requests).where(data_requests.c.status != DataRequestStatus.RECEIVED)
        query = query.order_by(data_requests.c.decided_at.desc()).limit(limit)
        return [_request(found) for found in await self._connection.execute(query)]

    async def count_open(self) -> int:
        query = select(func.count()).where(data_requests.c.status == DataRequestStatus.RECEIVED)
        return int((await self._connection.execute(query)).scalar_one())

    async def decide(
        self, request_id: str, status: DataRequestStatus, staff_id: str, reason: str, now: datetime
    ) -> bool:
        """False when somebody decided it already."""
        decided = (
            update(data_requests)
            .where(
                data_requests.c.id == request_id,
                data_requests.c.status == DataRequestStatus.RECEIVED,
            )
            .values(status=status, decided_by=staff_id, reason=reason, decided_at=now)
            .returning(data_requests.c.id)
        )
        return (await self._connection.execute(decided)).first() is not None
