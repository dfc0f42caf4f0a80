"""A person of ours talks with a citizen in place of the assistant."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from bot.replies import Replies
from bot.speech import compose
from delivery.channel import ChannelLimits
from delivery.messages import ChannelName, MessageClass, Outbound, Speaker
from delivery.windows import Way, choose_way
from store.conversations import Conversation
from store.handovers import Handover, HandoverStatus
from store.outbox import NewMessage
from store.unit_of_work import OUTBOX_READY, UnitOfWork

#: A person who says nothing for so long has left the conversation.
SILENCE_GIVES_BACK = timedelta(hours=12)


class ConversationClosedError(Exception):
    """The channel takes nothing more until the citizen writes again."""


async def say_as_staff(
    work: UnitOfWork,
    handover: Handover,
    text: str,
    staff_name: str,
    *,
    replies: Replies,
    limits: Mapping[ChannelName, ChannelLimits],
) -> None:
    """Queue a person's words for the citizen; the caller commits.

    Raises:
        ConversationClosedError: the citizen was silent for too long, nothing was queued.
    """
    conversation = await work.conversations.find(handover.conversation_id)
    if conversation is None:
        raise ConversationClosedError(handover.conversation_id)
    message_class = _class_of(work, conversation, limits[conversation.channel])
    header = replies[conversation.lang].text("header_staff", {"agency": staff_name})
    messages = compose(header, [text], limits[conversation.channel])
    await _queue(work, conversation, messages, message_class, Speaker.STAFF)


def _class_of(work: UnitOfWork, conversation: Conversation, limits: ChannelLimits) -> MessageClass:
    """A reply, unless only the longer window for a person's own words is still open."""
    way = choose_way(
        limits,
        last_inbound_at=conversation.last_inbound_at,
        message_class=MessageClass.MUST_REACH,
        speaker=Speaker.STAFF,
        now=work.clock(),
    )
    if way in (Way.HOLD, Way.DROP):
        raise ConversationClosedError(conversation.id)
    return MessageClass.MUST_REACH if way is Way.SEND_AS_PERSON else MessageClass.REPLY


async def give_back(
    work: UnitOfWork,
    handover: Handover,
    *,
    replies: Replies,
    limits: Mapping[ChannelName, ChannelLimits],
) -> None:
    """The person is done: the assistant answers again, and says so; the caller commits."""
    if not await work.handovers.finish(handover.id, work.clock()):
        return
    conversation = await work.conversations.find(handover.conversation_id)
    if conversation is None:
        return
    if conversation.paused_until is not None:
        await work.conversations.save(replace(conversation, paused_until=None), work.clock())
    words = replies[conversation.lang]
    told = [words.text("given_back", {})]
    messages = compose(words.text("header_bot", {}), told, limits[conversation.channel])
    await _queue(work, conversation, messages, MessageClass.REPLY, Speaker.BOT)


async def is_with_person(work: UnitOfWork, handover: Handover | None, now: datetime) -> bool:
    """Whether a person has the conversation, and said something lately."""
    if handover is None or handover.status is not HandoverStatus.TAKEN:
        return False
    said = handover.taken_at or handover.created_at
    if now - said > SILENCE_GIVES_BACK:
        said = await _last_word(work, handover.conversation_id) or said
    return now - said <= SILENCE_GIVES_BACK


async def _last_word(work: UnitOfWork, conversation_id: str) -> datetime | None:
    """When one of us last wrote to the citizen."""
    history = await work.outbox.history(conversation_id)
    by_us = (row.created_at for row in reversed(history) if row.speaker is Speaker.STAFF)
    return next(by_us, None)


async def _queue(
    work: UnitOfWork,
    conversation: Conversation,
    messages: list[Outbound],
    message_class: MessageClass,
    speaker: Speaker,
) -> None:
    rows = [
        NewMessage(
            channel=conversation.channel,
            conversation_id=conversation.id,
            message=message,
            message_class=message_class,
            speaker=speaker,
            tag=work.ids(),
        )
        for message in messages
    ]
    await work.outbox.add_all(rows, work.clock())
    await work.notify(OUTBOX_READY, conversation.id)
