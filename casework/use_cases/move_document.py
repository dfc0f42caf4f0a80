"""What every step of a public document does: read it, move it, write it with its trace."""

from dataclasses import dataclass, replace

from casework.ports import PublicationWork
from casework.publication import Publication, VisibilityCommand, next_visibility
from casework.use_cases.moving import EmptyTextError

#: The language in which agencies answer; the others are translations of it.
ORIGINAL = "vi"


@dataclass(frozen=True, slots=True)
class DocumentMove:
    """Who does something with which document; `version` is the one shown when they decided."""

    publication_id: str
    lang: str
    version: int
    staff_id: str


async def moved(
    work: PublicationWork, move: DocumentMove, command: VisibilityCommand
) -> Publication:
    """The document as it will be, not saved yet.

    Raises:
        PublicationNotFoundError: no such document.
        VisibilityMoveError: the table has no such move.
    """
    publication = await work.publications.get(move.publication_id, move.lang)
    status = next_visibility(publication.status, command)
    # The version the person saw goes into the save, so that a change in between is noticed.
    return replace(publication, status=status, version=move.version)


async def save_moved(
    work: PublicationWork, publication: Publication, command: VisibilityCommand, actor: str
) -> Publication:
    await work.audit.note_publication(command, actor, work.clock(), publication)
    return await written(work, publication)


async def written(work: PublicationWork, publication: Publication) -> Publication:
    """Raises StaleCaseError when somebody changed it since it was read."""
    await work.publications.save(publication, work.clock())
    return replace(publication, version=publication.version + 1)


def worded(text: str, what: str) -> str:
    if not text.strip():
        raise EmptyTextError(what)
    return text.strip()
