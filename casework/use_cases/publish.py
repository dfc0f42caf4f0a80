"""The way of a public answer: written, let go by a second person, shown."""

from collections.abc import Container, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from casework.errors import CaseworkError, FourEyesError
from casework.legal_clock import vietnam_date
from casework.ports import PublicationWork
from casework.publication import (
    NO_WORDS,
    Basis,
    Publication,
    PublicDocument,
    Visibility,
    VisibilityCommand,
    next_visibility,
)
from casework.redaction import Mask, MaskKind, remaining
from casework.statuses import ANSWERED
from casework.use_cases.move_document import (
    ORIGINAL,
    DocumentMove,
    moved,
    save_moved,
    worded,
    written,
)

_READ = ("title", "question", "answer", "legal_basis")


class NotAnsweredError(CaseworkError):
    """A case without an answer has nothing to publish."""


class DocumentExistsError(CaseworkError):
    """Somebody else has begun the document of this case."""


class ObjectedError(CaseworkError):
    """The asker does not want it published."""


class NothingToTranslateError(CaseworkError):
    """Only what readers see in Vietnamese is translated, and shown in another language."""


class PersonalDataError(CaseworkError):
    """Numbers or addresses that tell who asked are still readable."""


class UncheckedPlacesError(CaseworkError):
    """Names or places are still readable, and nobody said that they may be."""


class PastDayError(CaseworkError):
    """A document cannot appear in the past."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseCheck:
    """What the second person confirms, and what counts as public anyway.

    `seen`: every name and place that is still readable may be read. `labels`: words that stand
    where something was masked. `allowed`: numbers and addresses of agencies.
    """

    seen: bool = False
    labels: Mapping[MaskKind, str] = field(default_factory=dict)
    allowed: Container[str] = frozenset()


async def start_document(
    work: PublicationWork,
    document: PublicDocument,
    staff_id: str,
    *,
    case_id: str = "",
    basis: Basis = Basis.DUTY,
) -> Publication:
    """Begin the document of a case, or of an answer that came by letter.

    Raises:
        DocumentExistsError: the case has one.
        EmptyTextError: title, question or answer has no words.
        NotAnsweredError: the case has no answer yet.
    """
    publication = Publication(
        id=work.ids(),
        lang=ORIGINAL,
        number=await work.publications.next_number(),
        status=next_visibility(None, VisibilityCommand.SAVE),
        draft=_checked(document),
        case_id=case_id,
        basis=basis,
        edited_by=staff_id,
    )
    return await _begin(work, publication, VisibilityCommand.SAVE)


async def keep_case_private(
    work: PublicationWork, case_id: str, staff_id: str, reason: str
) -> Publication:
    """Decide that a case without a document stays between citizen and agency.

    Raises:
        DocumentExistsError: the case has a document.
        EmptyTextError: no reason.
        NotAnsweredError: the case has no answer yet.
    """
    publication = Publication(
        id=work.ids(),
        lang=ORIGINAL,
        number=await work.publications.next_number(),
        status=next_visibility(None, VisibilityCommand.KEEP_PRIVATE),
        draft=NO_WORDS,
        case_id=case_id,
        edited_by=staff_id,
        reason=worded(reason, case_id),
    )
    return await _begin(work, publication, VisibilityCommand.KEEP_PRIVATE)


async def _begin(
    work: PublicationWork, publication: Publication, command: VisibilityCommand
) -> Publication:
    # The number was taken before: whoever began at the same time has committed by now.
    if publication.case_id:
        case = await work.cases.get(publication.case_id)
        if case.status not in ANSWERED:
            raise NotAnsweredError(case.id)
        if await work.publications.of_case(case.id):
            raise DocumentExistsError(case.id)
    now = work.clock()
    await work.publications.add(publication, now)
    await work.audit.note_publication(command, publication.edited_by, now, publication)
    return publication


async def start_translation(
    work: PublicationWork, publication_id: str, lang: str, document: PublicDocument, staff_id: str
) -> Publication:
    """Begin a document in another language under the same number.

    Raises:
        DocumentExistsError: somebody began this language.
        EmptyTextError: title, question or answer has no words.
        NothingToTranslateError: readers do not see the Vietnamese document.
        PublicationNotFoundError: no such document.
    """
    await work.publications.next_number()  # one beginning at a time
    original = await work.publications.get(publication_id, ORIGINAL)
    if original.live is None or lang == ORIGINAL:
        raise NothingToTranslateError(publication_id, lang)
    if any(one.lang == lang for one in await work.publications.languages(publication_id)):
        raise DocumentExistsError(publication_id, lang)
    publication = Publication(
        id=publication_id,
        lang=lang,
        number=original.number,
        status=next_visibility(None, VisibilityCommand.SAVE),
        draft=_checked(document),
        case_id=original.case_id,
        basis=original.basis,
        edited_by=staff_id,
    )
    now = work.clock()
    await work.publications.add(publication, now)
    await work.audit.note_publication(VisibilityCommand.SAVE, staff_id, now, publication)
    return publication


async def save_document(
    work: PublicationWork, move: DocumentMove, document: PublicDocument, basis: Basis
) -> Publication:
    """Change what is worked on. What readers see stays until the change is let go."""
    publication = await moved(work, move, VisibilityCommand.SAVE)
    publication = replace(
        publication,
        draft=_checked(document),
        basis=basis,
        edited_by=move.staff_id,
        released_by="",
        publish_on=None,
        reason="",
    )
    return await save_moved(work, publication, VisibilityCommand.SAVE, move.staff_id)


async def ask_release(work: PublicationWork, move: DocumentMove, publish_on: date) -> Publication:
    """The editor is done: a second person may let it go, for this day.

    Raises:
        PastDayError: the day is over.
    """
    publication = await work.publications.get(move.publication_id, move.lang)
    next_visibility(publication.status, VisibilityCommand.RELEASE)
    _check_day(publish_on, work.clock())
    publication = replace(publication, version=move.version, publish_on=publish_on)
    return await save_moved(work, publication, VisibilityCommand.SAVE, move.staff_id)


async def release_document(
    work: PublicationWork,
    move: DocumentMove,
    check: ReleaseCheck,
    publish_on: date | None = None,
) -> Publication:
    """Let a document go; today or without a day it is published in the same transaction.

    Raises:
        FourEyesError: the same person wrote it.
        NothingToTranslateError: readers do not see the Vietnamese document any more.
        ObjectedError: the asker does not want it published.
        PastDayError: the day is over.
        PersonalDataError: hard hits in what is published as a duty.
        UncheckedPlacesError: other hits, and `check.seen` was not said.
    """
    publication = await moved(work, move, VisibilityCommand.RELEASE)
    if publication.edited_by == move.staff_id:
        raise FourEyesError(publication.id)
    now = work.clock()
    day = publish_on or vietnam_date(now)
    _check_day(day, now)
    await _check_may_appear(work, publication)
    _check_masks(publication, check)
    publication = replace(publication, released_by=move.staff_id, publish_on=day)
    await work.audit.note_publication(VisibilityCommand.RELEASE, move.staff_id, now, publication)
    if day > vietnam_date(now):
        return await written(work, publication)
    return await _publish(work, publication, move.staff_id)


async def publish_released(work: PublicationWork, publication_id: str, lang: str) -> bool:
    """Publish a released document whose day has come; False when it is not to appear (yet).

    A document whose asker objected meanwhile waits for an editor, as does a translation of what
    was taken down.

    Raises:
        StaleCaseError: somebody changed it at the same moment.
    """
    publication = await work.publications.get(publication_id, lang)
    day = publication.publish_on
    if publication.status is not Visibility.RELEASED or day is None:
        return False
    if day > vietnam_date(work.clock()):
        return False
    try:
        await _check_may_appear(work, publication)
    except (ObjectedError, NothingToTranslateError):
        return False
    await _publish(work, publication, publication.released_by)
    return True


def hits_in(document: PublicDocument, check: ReleaseCheck) -> list[Mask]:
    """Everything in the document that may tell who asked, field by field."""
    return [
        mask
        for name in _READ
        for mask in remaining(getattr(document, name), check.labels, check.allowed)
    ]


def _check_masks(publication: Publication, check: ReleaseCheck) -> None:
    found = hits_in(publication.draft, check)
    if publication.basis is Basis.DUTY and any(mask.kind.is_hard for mask in found):
        raise PersonalDataError(publication.id)
    if found and not check.seen:
        raise UncheckedPlacesError(publication.id)


async def _check_may_appear(work: PublicationWork, publication: Publication) -> None:
    if publication.case_id and (await work.cases.get(publication.case_id)).objected:
        raise ObjectedError(publication.id)
    if publication.lang != ORIGINAL:
        original = await work.publications.get(publication.id, ORIGINAL)
        if original.live is None:
            raise NothingToTranslateError(publication.id, publication.lang)


def _check_day(day: date, now: datetime) -> None:
    if day < vietnam_date(now):
        raise PastDayError(day)


def _checked(document: PublicDocument) -> PublicDocument:
    for name in ("title", "question", "answer"):
        worded(getattr(document, name), name)
    return document


async def _publish(work: PublicationWork, publication: Publication, actor: str) -> Publication:
    now = work.clock()
    publication = replace(
        publication,
        status=next_visibility(publication.status, VisibilityCommand.PUBLISH),
        live=publication.draft,
        published_at=publication.published_at or now,
        taken_down_at=None,
        reason="",
    )
    return await save_moved(work, publication, VisibilityCommand.PUBLISH, actor)
