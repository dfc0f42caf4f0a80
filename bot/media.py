"""Pictures, recordings and files a citizen sent, on their way to a case."""

from bot.context import Turn
from casework.cases import Case
from delivery.messages import Attachment, AttachmentKind
from store.attachments import NewAttachment
from store.inbox import InboxRow
from store.jobs import Job

K = AttachmentKind

#: Kinds that go with a case.
KEPT = frozenset({K.IMAGE, K.VIDEO, K.AUDIO, K.FILE})


def media_of(row: InboxRow) -> list[Attachment]:
    """What of a message can go with a case, in its order."""
    return [item for item in row.event.attachments if item.kind in KEPT and item.url]


async def keep_media(turn: Turn, case: Case, row: InboxRow) -> int:
    """Give what came with a message to a case; it is fetched once the turn is committed.

    Returns how many there are. A message that was kept before is not kept twice.
    """
    work = turn.work
    if await work.attachments.of_inbox_rows([row.id]):
        return 0
    found = media_of(row)
    for item in found:
        kept = NewAttachment(
            id=work.ids(),
            conversation_id=row.conversation_id,
            kind=item.kind,
            source_url=item.url,
            inbox_id=row.id,
            case_id=case.id,
        )
        await work.attachments.add(kept, turn.now)
        await work.jobs.defer(Job.FETCH_ATTACHMENT, attachment_id=kept.id)
    return len(found)
