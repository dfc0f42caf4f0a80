"""What is kept of one conversation beside its cases: read as a whole, blanked as a whole."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, literal, select, text, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncConnection

from casework.cases import Satisfaction
from store.inbox import InboxStatus
from store.lanes import LaneKind, lock_key
from store.outbox import OutboxStatus
from store.tables import (
    attachments,
    conversations,
    data_requests,
    dossier_lookups,
    inbox,
    outbox,
    ratings,
    sealed_records,
    web_questions,
)

#: Never left, or waits for a person: nobody sends an empty message later.
_UNSENT = (OutboxStatus.PENDING, OutboxStatus.HELD, OutboxStatus.FAILED, OutboxStatus.MAYBE)
#: Who and which event: without them the row itself could not be read.
_OUTSIDE_WORDS = ("account_id", "user_id", "message_id")
#: In the `extra` of a message whose words were erased because its writer asked for it.
ERASED = "erased"
_MARK = literal({"extra": {ERASED: True}}, JSONB)


@dataclass(frozen=True, slots=True)
class Facts:
    """Rows of one conversation that have no repository of their own to read them."""

    ratings: dict[str, Satisfaction]
    lookups: list[tuple[datetime, str]]
    #: Kind and time; the words are opened by those who receive citizens only.
    sealed: list[tuple[str, datetime]]
    requests: list[dict[str, Any]]


class PersonalDataRepository:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def hold(self, conversation_id: str) -> None:
        """Nothing new comes in and no turn runs in this conversation until the caller commits."""
        for kind in (LaneKind.INTAKE, LaneKind.INBOX):
            await self._connection.execute(
                text("select pg_advisory_xact_lock(:key)"),
                {"key": lock_key(kind, conversation_id)},
            )

    async def blank(self, conversation_id: str) -> None:
        """Take every word out of messages and dialogue; what was sealed stays sealed."""
        await self._blank_inbox(conversation_id)
        await self._connection.execute(
            delete(outbox).where(
                outbox.c.conversation_id == conversation_id, outbox.c.status.in_(_UNSENT)
            )
        )
        await self._connection.execute(
            update(outbox)
            .where(outbox.c.conversation_id == conversation_id)
            .values(message={"text": ""})
        )
        await self._connection.execute(
            update(conversations).where(conversations.c.id == conversation_id).values(state={})
        )
        await self._connection.execute(
            delete(attachments).where(
                attachments.c.conversation_id == conversation_id,
                # Kept by law with their record.
                attachments.c.sealed_id.is_(None),
            )
        )

    async def forget_forms(self, case_ids: Collection[str]) -> None:
        """Take away the rows that led from a sent form to its case."""
        await self._connection.execute(
            delete(web_questions).where(web_questions.c.case_id.in_(case_ids))
        )

    async def _blank_inbox(self, conversation_id: str) -> None:
        kept = [part for name in _OUTSIDE_WORDS for part in (name, inbox.c.content[name])]
        bare = func.jsonb_strip_nulls(func.jsonb_build_object(*kept))
        await self._connection.execute(
            update(inbox)
            .where(
                inbox.c.conversation_id == conversation_id,
                inbox.c.status != InboxStatus.OPEN,
                inbox.c.content["extra"]["sealed"].is_(None),
            )
            .values(raw=b"", content=bare.concat(_MARK))
        )

    async def facts(self, conversation_id: str, case_ids: list[str]) -> Facts:
        rated = select(ratings.c.case_id, ratings.c.satisfaction)
        looked = select(dossier_lookups.c.at, dossier_lookups.c.code_prefix)
        sealed = select(sealed_records.c.kind, sealed_records.c.created_at)
        asked = select(*(data_requests.c[name] for name in _REQUEST))
        run = self._connection.execute
        return Facts(
            ratings={
                case_id: Satisfaction(said)
                for case_id, said in await run(rated.where(ratings.c.case_id.in_(case_ids)))
            },
            lookups=[
                (at, prefix)
                for at, prefix in await run(
                    looked.where(dossier_lookups.c.conversation_id == conversation_id)
                )
            ],
            sealed=[
                (kind, at)
                for kind, at in await run(
                    sealed.where(sealed_records.c.conversation_id == conversation_id)
                )
            ],
            requests=[
                dict(zip(_REQUEST, found, strict=True))
                for found in await run(
                    asked.where(data_requests.c.conversation_id == conversation_id)
                )
            ],
        )


_REQUEST = ("code", "kind", "source", "status", "created_at", "due_on", "decided_at", "reason")
