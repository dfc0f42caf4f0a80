"""The way back of a public answer: readers see it no longer, or never."""

from dataclasses import replace

from casework.ports import PublicationWork
from casework.publication import TAKEABLE, Publication, Visibility, VisibilityCommand
from casework.use_cases.move_document import (
    ORIGINAL,
    DocumentMove,
    moved,
    save_moved,
    worded,
)


async def take_down(work: PublicationWork, move: DocumentMove, reason: str) -> Publication:
    """Readers see it no longer. With the Vietnamese document its translations go too.

    Raises:
        EmptyTextError: no reason.
    """
    reason = worded(reason, move.publication_id)
    publication = await moved(work, move, VisibilityCommand.TAKE_DOWN)
    taken = await _take(work, publication, reason, move.staff_id)
    if move.lang == ORIGINAL:
        await _take_translations(work, move, reason)
    return taken


async def _take_translations(work: PublicationWork, move: DocumentMove, reason: str) -> None:
    for other in await work.publications.languages(move.publication_id):
        if other.lang != ORIGINAL and other.status in TAKEABLE:
            gone = replace(other, status=Visibility.TAKEN_DOWN)
            await _take(work, gone, reason, move.staff_id)


async def _take(
    work: PublicationWork, publication: Publication, reason: str, staff_id: str
) -> Publication:
    publication = replace(
        publication, live=None, taken_down_at=work.clock(), publish_on=None, reason=reason
    )
    return await save_moved(work, publication, VisibilityCommand.TAKE_DOWN, staff_id)


async def keep_private(work: PublicationWork, move: DocumentMove, reason: str) -> Publication:
    """Decide against publishing; a version that readers still see goes at once.

    With the Vietnamese document its translations go too.

    Raises:
        EmptyTextError: no reason.
    """
    reason = worded(reason, move.publication_id)
    publication = await moved(work, move, VisibilityCommand.KEEP_PRIVATE)
    gone = publication.taken_down_at if publication.live is None else work.clock()
    publication = replace(
        publication, live=None, taken_down_at=gone, publish_on=None, reason=reason
    )
    kept = await save_moved(work, publication, VisibilityCommand.KEEP_PRIVATE, move.staff_id)
    if move.lang == ORIGINAL:
        await _take_translations(work, move, reason)
    return kept
