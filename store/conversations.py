"""Where each conversation stands."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, exists, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from delivery.messages import ChannelName
from store.tables import conversations, handovers


@dataclass(frozen=True, slots=True)
class Conversation:
    id: str
    channel: ChannelName
    account_id: str
    user_id: str
    lang: str = "vi"
    state: dict[str, Any] = field(default_factory=dict)
    last_inbound_at: datetime | None = None
    paused_until: datetime | None = None
    #: Whether it waits for a person or has one; read with the row, never written with it.
    has_handover: bool = False


_FIND = select(
    conversations.c.id,
    conversations.c.channel,
    conversations.c.account_id,
    conversations.c.user_id,
    conversations.c.lang,
    conversations.c.state,
    conversations.c.last_inbound_at,
    conversations.c.paused_until,
    # Read here because a journey more on every message would be felt.
    exists(
        select(handovers.c.id).where(
            handovers.c.conversation_id == conversations.c.id,
            # A literal: the partial index covers exactly this.
            handovers.c.status != text("'done'"),
        )
    ).label("has_handover"),
).where(conversations.c.id == bindparam("conversation"))

_NEW = insert(conversations)
_CHANGING = ("lang", "state", "last_inbound_at", "paused_until", "updated_at")
_SAVE = _NEW.on_conflict_do_update(
    index_elements=["id"], set_={name: _NEW.excluded[name] for name in _CHANGING}
)


class ConversationRepository:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def find(self, conversation_id: str) -> Conversation | None:
        values = {"conversation": conversation_id}
        found = (await self._connection.execute(_FIND, values)).first()
        return None if found is None else _conversation(found)

    async def save(self, conversation: Conversation, now: datetime) -> None:
        """Insert or replace."""
        values = {
            "id": conversation.id,
            "channel": conversation.channel,
            "account_id": conversation.account_id,
            "user_id": conversation.user_id,
            "lang": conversation.lang,
            "state": conversation.state,
            "last_inbound_at": conversation.last_inbound_at,
            "paused_until": conversation.paused_until,
            "created_at": now,
            "updated_at": now,
        }
        await self._connection.execute(_SAVE, values)


def _conversation(found: Any) -> Conversation:
    return Conversation(
        id=found.id,
        channel=ChannelName(found.channel),
        account_id=found.account_id,
        user_id=found.user_id,
        lang=found.lang,
        state=found.state,
        last_inbound_at=found.last_inbound_at,
        paused_until=found.paused_until,
        has_handover=found.has_handover,
    )
