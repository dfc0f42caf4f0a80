"""Decisions of staff on their way to the citizen: nobody waits at the phone for these."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.replies import DEFAULT_LANGUAGE, Language, Replies
from bot.speech import compose
from delivery.channel import ChannelLimits
from delivery.messages import ChannelName, Choice, MessageClass, Speaker
from store.outbox import NewMessage
from store.unit_of_work import OUTBOX_READY, UnitOfWork


@dataclass(frozen=True, slots=True)
class Notice:
    """`header`: the line that says who speaks. Buttons only: numbers belong to the assistant."""

    text: str
    header: str
    speaker: Speaker
    choices: Sequence[Choice] = ()


async def language_of(work: UnitOfWork, conversation_id: str, replies: Replies) -> Language:
    """The language the citizen spoke last."""
    conversation = await work.conversations.find(conversation_id)
    return replies[conversation.lang if conversation else DEFAULT_LANGUAGE]


def channel_of(conversation_id: str) -> ChannelName:
    return ChannelName(conversation_id.split(":", 1)[0])


async def queue_notice(
    work: UnitOfWork,
    conversation_id: str,
    notice: Notice,
    *,
    limits: Mapping[ChannelName, ChannelLimits],
    case_id: str | None = None,
) -> None:
    """Queue it in the caller's transaction; it waits for the citizen when no window is open."""
    channel = channel_of(conversation_id)
    messages = compose(notice.header, [notice.text], limits[channel])
    messages[-1] = replace(messages[-1], choices=tuple(notice.choices))
    rows = [
        NewMessage(
            channel=channel,
            conversation_id=conversation_id,
            message=message,
            message_class=MessageClass.MUST_REACH,
            speaker=notice.speaker,
            tag=work.ids(),
            case_id=case_id,
        )
        for message in messages
    ]
    await work.outbox.add_all(rows, work.clock())
    await work.notify(OUTBOX_READY, conversation_id)


async def information_numbers(work: UnitOfWork) -> list[str]:
    """Telephone numbers of the province that answer questions."""
    rows = await work.catalogue.all("hotlines")
    return [str(row["number"]) for row in rows if "information" in (row.get("for") or ())]
