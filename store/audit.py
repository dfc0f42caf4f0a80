"""Who did what with accounts, sealed records, data requests and publications."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from casework.publication import Publication, VisibilityCommand
from store.tables import audit_log

#: Actor of what nobody at the desk did: the service itself, or a command on its machine.
BY_SERVICE = ""


class AuditAction(StrEnum):
    """Append here; a name never changes its meaning."""

    USER_INVITED = "user_invited"
    USER_RESET = "user_reset"
    USER_CHANGED = "user_changed"
    USER_LEFT = "user_left"
    USER_RETURNED = "user_returned"
    USER_UNLOCKED = "user_unlocked"
    SESSIONS_ENDED = "sessions_ended"
    SEALED_OPENED = "sealed_opened"
    SEALED_HANDLED = "sealed_handled"
    ASKER_REVEALED = "asker_revealed"
    DATA_REQUEST_DECIDED = "data_request_decided"
    #: All that is kept about a citizen was read out, to be handed over.
    DATA_READ_OUT = "data_read_out"
    PUBLICATION_SAVED = "publication_saved"
    PUBLICATION_RELEASED = "publication_released"
    PUBLICATION_TAKEN_DOWN = "publication_taken_down"
    PUBLICATION_REFUSED = "publication_refused"
    CONVERSATION_TAKEN = "conversation_taken"
    CONVERSATION_GIVEN_BACK = "conversation_given_back"
    PUBLICATION_PUBLISHED = "publication_published"
    #: A one-time link was made by a command on the machine.
    USER_LINKED = "user_linked"
    #: The words of an emergency were read.
    URGENT_OPENED = "urgent_opened"
    #: Somebody said that a picture shows an identity paper, or took that back.
    IDENTITY_MARKED = "identity_marked"
    IDENTITY_UNMARKED = "identity_unmarked"


_OF_PUBLICATIONS = {
    VisibilityCommand.SAVE: AuditAction.PUBLICATION_SAVED,
    VisibilityCommand.RELEASE: AuditAction.PUBLICATION_RELEASED,
    VisibilityCommand.PUBLISH: AuditAction.PUBLICATION_PUBLISHED,
    VisibilityCommand.TAKE_DOWN: AuditAction.PUBLICATION_TAKEN_DOWN,
    VisibilityCommand.KEEP_PRIVATE: AuditAction.PUBLICATION_REFUSED,
}


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """`subject`: id of what it is about; `data`: codes and reasons of staff, no citizen's words."""

    id: int
    at: datetime
    actor_id: str
    action: AuditAction
    subject: str
    data: dict[str, Any]


class AuditRepository:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def note(
        self,
        action: AuditAction,
        actor_id: str,
        now: datetime,
        *,
        subject: str = "",
        data: dict[str, Any] | None = None,
    ) -> None:
        await self.note_all(action, actor_id, now, {subject: data or {}})

    async def note_all(
        self, action: AuditAction, actor_id: str, now: datetime, about: Mapping[str, dict[str, Any]]
    ) -> None:
        """The same done to several: subject → data."""
        rows = [
            {"at": now, "actor_id": actor_id, "action": action, "subject": subject, "data": data}
            for subject, data in about.items()
        ]
        if rows:
            await self._connection.execute(insert(audit_log), rows)

    async def note_publication(
        self, command: VisibilityCommand, actor_id: str, now: datetime, publication: Publication
    ) -> None:
        data: dict[str, Any] = {"number": publication.number, "lang": publication.lang}
        if publication.reason:
            data["reason"] = publication.reason
        if publication.publish_on is not None:
            data["publish_on"] = publication.publish_on.isoformat()
        action = _OF_PUBLICATIONS[command]
        await self.note(action, actor_id, now, subject=publication.id, data=data)

    async def newest(
        self,
        limit: int = 100,
        *,
        before: int | None = None,
        action: AuditAction | None = None,
        subjects: Collection[str] = (),
    ) -> list[AuditEntry]:
        """`before`: only entries with a smaller id; empty `subjects` do not narrow."""
        query = select(audit_log).order_by(audit_log.c.id.desc()).limit(limit)
        if before is not None:
            query = query.where(audit_log.c.id < before)
        if action is not None:
            query = query.where(audit_log.c.action == action)
        if subjects:
            query = query.where(audit_log.c.subject.in_(subjects))
        return [
            AuditEntry(
                found.id,
                found.at,
                found.actor_id,
                AuditAction(found.action),
                found.subject,
                found.data,
            )
            for found in await self._connection.execute(query)
        ]
