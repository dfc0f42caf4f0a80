"""Pictures, recordings and files of citizens: private, encrypted, each with its own key."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from delivery.messages import AttachmentKind
from store.rows import made_of
from store.tables import attachments
from store.vault import Vault


class AttachmentStatus(StrEnum):
    #: The provider has it; it is still to be fetched.
    WAITING = "waiting"
    KEPT = "kept"
    #: Too large, of a kind nobody opens, or from an address that is not the provider's.
    REFUSED = "refused"
    #: The provider did not give it (any more).
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class NewAttachment:
    """To be fetched from `source_url` in the background."""

    id: str
    conversation_id: str
    kind: AttachmentKind
    source_url: str
    inbox_id: int | None = None
    case_id: str | None = None
    sealed_id: str | None = None


@dataclass(frozen=True, slots=True)
class StoredAttachment:
    """Without its bytes."""

    id: str
    conversation_id: str
    inbox_id: int | None
    case_id: str | None
    #: Of a sealed record: shown to those who may open that, and kept as long.
    sealed_id: str | None
    kind: AttachmentKind
    status: AttachmentStatus
    media_type: str
    size: int
    attempts: int
    error: str
    created_at: datetime
    purge_at: datetime | None


_COLUMNS = tuple(attachments.c[name] for name in StoredAttachment.__slots__)


def _stored(found: Row[Any]) -> StoredAttachment:
    return made_of(StoredAttachment, found, kind=AttachmentKind, status=AttachmentStatus)


class AttachmentRepository:
    def __init__(self, connection: AsyncConnection, vault: Vault) -> None:
        self._connection = connection
        self._vault = vault

    async def add(self, item: NewAttachment, now: datetime) -> None:
        await self._connection.execute(
            insert(attachments).values(
                id=item.id,
                conversation_id=item.conversation_id,
                inbox_id=item.inbox_id,
                case_id=item.case_id,
                sealed_id=item.sealed_id,
                kind=item.kind,
                status=AttachmentStatus.WAITING,
                source=self._vault.seal(item.source_url),
                created_at=now,
            )
        )

    async def add_kept(
        self, attachment_id: str, kind: AttachmentKind, media_type: str, data: bytes, now: datetime
    ) -> None:
        """Keep something that was uploaded to us; it belongs to no case yet."""
        await self._connection.execute(
            insert(attachments).values(
                id=attachment_id,
                conversation_id="",
                kind=kind,
                created_at=now,
                **self._sealed(media_type, data),
            )
        )

    async def find(self, attachment_id: str) -> StoredAttachment | None:
        query = select(*_COLUMNS).where(attachments.c.id == attachment_id)
        found = (await self._connection.execute(query)).first()
        return None if found is None else _stored(found)

    async def of_case(self, case_id: str) -> list[StoredAttachment]:
        """In the order they came."""
        query = select(*_COLUMNS).where(attachments.c.case_id == case_id)
        query = query.order_by(attachments.c.created_at, attachments.c.id)
        return [_stored(found) for found in await self._connection.execute(query)]

    async def of_sealed(self, record_id: str) -> list[StoredAttachment]:
        """In the order they came."""
        query = select(*_COLUMNS).where(attachments.c.sealed_id == record_id)
        query = query.order_by(attachments.c.created_at, attachments.c.id)
        return [_stored(found) for found in await self._connection.execute(query)]

    async def of_inbox_rows(self, inbox_ids: list[int]) -> list[StoredAttachment]:
        query = select(*_COLUMNS).where(attachments.c.inbox_id.in_(inbox_ids))
        query = query.order_by(attachments.c.created_at, attachments.c.id)
        return [_stored(found) for found in await self._connection.execute(query)]

    async def give_to_case(self, attachment_ids: list[str], case_id: str) -> None:
        """Those that belong to no case yet."""
        await self._connection.execute(
            update(attachments)
            .where(attachments.c.id.in_(attachment_ids), attachments.c.case_id.is_(None))
            .where(attachments.c.sealed_id.is_(None))
            .values(case_id=case_id, purge_at=None)
        )

    async def give_to_sealed(self, attachment_ids: list[str], record_id: str) -> None:
        """Those that belong to no case: kept from now on as long as the record."""
        await self._connection.execute(
            update(attachments)
            .where(attachments.c.id.in_(attachment_ids), attachments.c.case_id.is_(None))
            .values(sealed_id=record_id, purge_at=None)
        )

    async def source_of(self, attachment_id: str) -> str:
        """The provider's address, empty once it was fetched or given up."""
        query = select(attachments.c.source).where(attachments.c.id == attachment_id)
        sealed = (await self._connection.execute(query)).scalar_one_or_none()
        return self._vault.open(sealed) if sealed else ""

    async def oldest_waiting(self) -> datetime | None:
        """Since when the one that waits longest is to be fetched."""
        query = select(func.min(attachments.c.created_at))
        query = query.where(attachments.c.status == AttachmentStatus.WAITING)
        found: datetime | None = (await self._connection.execute(query)).scalar_one()
        return found

    async def keep(self, attachment_id: str, media_type: str, data: bytes) -> None:
        """Store the bytes, encrypted, and forget the provider's address."""
        # A film takes a tenth of a second.
        sealed = await asyncio.to_thread(self._sealed, media_type, data)
        await self._fetched(attachment_id, error="", **sealed)

    async def give_up(self, attachment_id: str, status: AttachmentStatus, error: str) -> None:
        await self._fetched(attachment_id, status=status, error=error)

    async def note_attempt(self, attachment_id: str, error: str) -> None:
        await self._change(attachment_id, attempts=attachments.c.attempts + 1, error=error)

    async def read(self, attachment_id: str) -> bytes | None:
        """The bytes; None while they are not here.

        Raises:
            UnreadableSecretError: written with a key that is no longer configured.
        """
        query = select(attachments.c.wrapped_key, attachments.c.ciphertext)
        found = (
            await self._connection.execute(query.where(attachments.c.id == attachment_id))
        ).first()
        if found is None or found.ciphertext is None:
            return None
        return self._vault.case_box(found.wrapped_key).decrypt(bytes(found.ciphertext))

    async def purge_on(self, attachment_id: str, at: datetime | None) -> None:
        await self._change(attachment_id, purge_at=at)

    async def purge_due(self, now: datetime) -> int:
        """Delete what was only to be kept until now; returns how many."""
        purged = (
            delete(attachments).where(attachments.c.purge_at <= now).returning(attachments.c.id)
        )
        return len((await self._connection.execute(purged)).all())

    def _sealed(self, media_type: str, data: bytes) -> dict[str, Any]:
        key = self._vault.new_case_key()
        return {
            "status": AttachmentStatus.KEPT,
            "media_type": media_type,
            "size": len(data),
            "wrapped_key": key,
            "ciphertext": self._vault.case_box(key).encrypt(data),
        }

    async def _fetched(self, attachment_id: str, **values: Any) -> None:
        """What waited does so no more; a job that runs twice does not undo what it has done."""
        waiting = attachments.c.status == AttachmentStatus.WAITING
        await self._connection.execute(
            update(attachments)
            .where(attachments.c.id == attachment_id, waiting)
            .values(source=None, **values)
        )

    async def _change(self, attachment_id: str, **values: Any) -> None:
        await self._connection.execute(
            update(attachments).where(attachments.c.id == attachment_id).values(**values)
        )
