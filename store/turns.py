"""The end of a turn in one statement.

The event is consumed, the conversation kept, the answers queued, and what waited for the citizen to
write again is released.

On the hot path each journey to the server costs more than the work it does there. The statement
does all or nothing, so an ordinary turn, which writes nothing else, needs no BEGIN and COMMIT.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncConnection

from store.conversations import Conversation
from store.inbox import InboxStatus
from store.outbox import NewMessage, OutboxStatus, dump_message

_FINISH = text("""
with taken as (
    update inbox set status = :done, done_at = :now, without_model = :unread
    where id = :row and status = :open
    returning id
), kept as (
    insert into conversations (id, channel, account_id, user_id, lang, state, last_inbound_at,
                               paused_until, created_at, updated_at)
    select :conversation, :channel, :account, :citizen, :lang, :state, :wrote_at, :paused_until,
           :now, :now
    from taken
    on conflict (id) do update
    set lang = excluded.lang, state = excluded.state, last_inbound_at = excluded.last_inbound_at,
        paused_until = excluded.paused_until, updated_at = excluded.updated_at
), queued as (
    insert into outbox (channel, conversation_id, message_class, speaker, message, tag, case_id,
                        inbox_id, status, due_at, created_at)
    select :channel, :conversation, item->>'class', item->>'speaker', item->'message',
           item->>'tag', item->>'case', taken.id, :pending, :now, :now
    from taken, jsonb_array_elements(:messages) with ordinality as listed(item, position)
    order by position
), released as (
    update outbox set status = :pending, due_at = :now, attempts = 0
    where conversation_id = :conversation and status = :held and exists (select from taken)
)
select count(*) from taken
""").bindparams(bindparam("state", type_=JSONB), bindparam("messages", type_=JSONB))


async def finish_turn(
    connection: AsyncConnection,
    row_id: int,
    conversation: Conversation,
    messages: list[NewMessage],
    *,
    without_model: bool,
    now: datetime,
) -> bool:
    """Write the outcome of a turn; False, and nothing written, when the row is no longer open."""
    found = await connection.execute(
        _FINISH,
        {
            "row": row_id,
            "open": InboxStatus.OPEN,
            "done": InboxStatus.DONE,
            "unread": without_model,
            "now": now,
            "conversation": conversation.id,
            "channel": conversation.channel,
            "account": conversation.account_id,
            "citizen": conversation.user_id,
            "lang": conversation.lang,
            "state": conversation.state,
            "wrote_at": conversation.last_inbound_at,
            "paused_until": conversation.paused_until,
            "pending": OutboxStatus.PENDING,
            "held": OutboxStatus.HELD,
            "messages": [_item(message) for message in messages],
        },
    )
    return bool(found.scalar_one())


def _item(message: NewMessage) -> dict[str, Any]:
    return {
        "class": message.message_class,
        "speaker": message.speaker,
        "message": dump_message(message.message),
        "tag": message.tag,
        "case": message.case_id,
    }
