"""Pictures, recordings and files a citizen sent, on their way to a case."""

from datetime import timedelta

from bot.context import Turn
from bot.talk import Flow
from casework.cases import Case
from delivery.messages import Attachment, AttachmentKind
from store.attachments import NewAttachment
from store.inbox import InboxRow
from store.jobs import Job

K = AttachmentKind

#: Kinds that go with a case.
KEPT = frozenset({K.IMAGE, K.VIDEO, K.AUDIO, K.FILE})


#: Of one text; more than any report needs, and few enough to be looked at.
MOST_MEDIA = 30


def media_of(row: InboxRow) -> list[Attachment]:
    """What of a message can go with a case, in its order."""
    return [item for item in row.event.attachments if item.kind in KEPT and item.url]


async def seal_media(turn: Turn, record_id: str, row: InboxRow) -> int:
    """Give what came with a message to a sealed record; returns how many there are."""
    return await _keep(turn, row, sealed_id=record_id)


async def keep_media(turn: Turn, case: Case, row: InboxRow) -> int:
    """Give what came with a message to a case; returns how many there are."""
    return await _keep(turn, row, case_id=case.id)


async def _keep(
    turn: Turn, row: InboxRow, *, case_id: str | None = None, sealed_id: str | None = None
) -> int:
    """Fetched once the turn is committed, and kept encrypted.

    A message that was kept before is not kept twice.
    """
    work = turn.work
    if await work.attachments.of_inbox_rows([row.id]):
        return 0
    found = media_of(row)
    for place, item in enumerate(found):
        kept = NewAttachment(
            id=work.ids(),
            conversation_id=row.conversation_id,
            kind=item.kind,
            source_url=item.url,
            inbox_id=row.id,
            case_id=case_id,
            sealed_id=sealed_id,
        )
        # They are listed by time: the order in which they were sent stays.
        await work.attachments.add(kept, row.received_at + timedelta(microseconds=place))
        await work.jobs.defer(Job.FETCH_ATTACHMENT, attachment_id=kept.id)
    return len(found)


async def keep_flow_media(turn: Turn, flow: Flow, case: Case) -> int:
    """Give everything that was sent for a text to its case, in the order it came."""
    kept = 0
    for row_id in dict.fromkeys(row for row, _ in flow.media):
        row = await turn.work.inbox.find(turn.conversation_id, row_id)
        if row is not None:
            kept += await keep_media(turn, case, row)
    return kept


def note_media(turn: Turn) -> None:
    """Keep what came with this message until a text takes it."""
    found = media_of(turn.row)
    if found:
        turn.talk.keep_loose([(turn.row.id, item.kind.value) for item in found], turn.now)


def take_media(turn: Turn, flow: Flow) -> int:
    """Give a text what was sent for it, as far as it has room; returns how many fitted."""
    found = turn.talk.take_loose()
    taken = found[: MOST_MEDIA - len(flow.media)]
    flow.media = (*flow.media, *taken)
    return len(taken)
