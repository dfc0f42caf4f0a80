"""What the pages of publishing show: lists, and one document with all that belongs to it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from casework.cases import Case
from casework.errors import CaseworkError, FourEyesError, StaleCaseError
from casework.legal_clock import vietnam_date
from casework.publication import (
    Basis,
    Publication,
    PublicationNotFoundError,
    PublicDocument,
    Visibility,
    VisibilityMoveError,
)
from casework.redaction import MaskKind, public_forms
from casework.use_cases.move_document import ORIGINAL
from casework.use_cases.moving import EmptyTextError
from casework.use_cases.publish import (
    DocumentExistsError,
    NotAnsweredError,
    NothingToTranslateError,
    ObjectedError,
    PastDayError,
    PersonalDataError,
    UncheckedPlacesError,
)
from desk.case_texts import read_texts
from desk.changes import changes_between
from desk.document_forms import BadFieldError, Typed
from desk.errors import TextTooLongError
from desk.excerpt import excerpt
from desk.lists import as_code
from desk.masking import Piece, Place, masked_text, pieces_of, places_in
from desk.words import Words
from store.unit_of_work import UnitOfWork

#: Rows of a page.
PAGE_SIZE = 25
#: Fields of the form whose texts are masked against their original.
MASKED = ("title", "question", "text", "legal_basis")


_NUMBER = re.compile(r"(?:BÀI)?(\d{1,9})")


class TabName(StrEnum):
    READY = "ready"
    EDITING = "editing"
    REVIEW = "review"
    SCHEDULED = "scheduled"
    PUBLISHED = "published"
    ENDED = "ended"


#: A document that asks for a second person has a day, and its status is still `EDITED`.
#: None: with a day or without.
_TABS: dict[TabName, tuple[tuple[Visibility, ...], bool | None]] = {
    TabName.EDITING: ((Visibility.EDITED,), False),
    TabName.REVIEW: ((Visibility.EDITED,), True),
    TabName.SCHEDULED: ((Visibility.RELEASED,), None),
    TabName.PUBLISHED: ((Visibility.PUBLISHED,), None),
    TabName.ENDED: ((Visibility.TAKEN_DOWN, Visibility.NOT_FOR_PUBLICATION), None),
}


class PublicationProblem(StrEnum):
    """Name in the texts."""

    STALE = "stale"
    MOVED_ON = "moved_on"
    FOUR_EYES = "four_eyes"
    OBJECTED = "objected"
    PERSONAL_DATA = "personal_data"
    UNCHECKED = "unchecked"
    PAST_DAY = "past_day"
    EMPTY = "empty"
    BAD_FIELD = "bad_field"
    EXISTS = "exists"
    NOT_ANSWERED = "not_answered"
    NOT_PUBLISHED = "not_published"
    TOO_LONG = "too_long"


_CONFLICT, _UNPROCESSABLE = 409, 422
_PROBLEMS: dict[type[CaseworkError], tuple[PublicationProblem, int]] = {
    StaleCaseError: (PublicationProblem.STALE, _CONFLICT),
    VisibilityMoveError: (PublicationProblem.MOVED_ON, _CONFLICT),
    FourEyesError: (PublicationProblem.FOUR_EYES, _CONFLICT),
    ObjectedError: (PublicationProblem.OBJECTED, _CONFLICT),
    DocumentExistsError: (PublicationProblem.EXISTS, _CONFLICT),
    NotAnsweredError: (PublicationProblem.NOT_ANSWERED, _CONFLICT),
    NothingToTranslateError: (PublicationProblem.NOT_PUBLISHED, _CONFLICT),
    PersonalDataError: (PublicationProblem.PERSONAL_DATA, _UNPROCESSABLE),
    UncheckedPlacesError: (PublicationProblem.UNCHECKED, _UNPROCESSABLE),
    PastDayError: (PublicationProblem.PAST_DAY, _UNPROCESSABLE),
    EmptyTextError: (PublicationProblem.EMPTY, _UNPROCESSABLE),
    BadFieldError: (PublicationProblem.BAD_FIELD, _UNPROCESSABLE),
    TextTooLongError: (PublicationProblem.TOO_LONG, _UNPROCESSABLE),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """`detail`: the field it is about, where it is about one."""

    name: PublicationProblem
    status: int
    detail: str = ""


def problem_of(error: CaseworkError | None) -> Problem | None:
    """What the page says.

    Raises:
        CaseworkError: the error itself, when these pages have no words for it.
    """
    if error is None:
        return None
    if type(error) not in _PROBLEMS:
        raise error
    name, status = _PROBLEMS[type(error)]
    fields = isinstance(error, BadFieldError | EmptyTextError)
    return Problem(name, status, str(error.args[0]) if fields and error.args else "")


@dataclass(frozen=True, slots=True)
class ReadyRow:
    """An answered case without a document."""

    case: Case
    question: str
    agency: str


async def count_tabs(work: UnitOfWork) -> dict[TabName, int]:
    counts = await work.publications.count_each()
    found = {
        tab: sum(
            number
            for (status, has_day), number in counts.items()
            if status in statuses and dated in (None, has_day)
        )
        for tab, (statuses, dated) in _TABS.items()
    }
    return {TabName.READY: await work.publications.count_unpublished_cases(), **found}


async def ready_rows(work: UnitOfWork, agencies: Mapping[str, str], number: int) -> list[ReadyRow]:
    ids = await work.publications.unpublished_cases(PAGE_SIZE, (number - 1) * PAGE_SIZE)
    told = await work.cases.first_questions(ids)
    found = await work.cases.many(ids)
    return [
        ReadyRow(case, excerpt(told.get(case.id, "")), agencies.get(case.agency_code, ""))
        for case in (found[case_id] for case_id in ids)
    ]


async def tab_rows(work: UnitOfWork, tab: TabName, number: int) -> list[Publication]:
    """Last changed first."""
    statuses, dated = _TABS[tab]
    return await work.publications.in_status(
        *statuses, dated=dated, limit=PAGE_SIZE, offset=(number - 1) * PAGE_SIZE
    )


async def find_document(work: UnitOfWork, typed: str) -> Publication | None:
    """By its number ("Bài 12", "12"), or by the code of the case it was made from."""
    written = as_code(typed)
    if number := _NUMBER.fullmatch(written):
        found = await work.publications.of_number(int(number[1]))
    else:
        case = await work.cases.find_by_code(written)
        found = await work.publications.of_case(case.id) if case else []
    return found[0] if found else None


@dataclass(frozen=True, slots=True)
class Originals:
    """What the public text was made from; empty for an answer that came by letter."""

    question: str = ""
    answer: str = ""
    title: str = ""
    legal_basis: str = ""
    readable: bool = True

    def of(self, name: str) -> str:
        return {
            "title": self.title,
            "question": self.question,
            "text": self.answer,
            "legal_basis": self.legal_basis,
        }[name]


@dataclass(frozen=True, slots=True)
class Sources:
    """All that a document stands on."""

    case: Case | None
    originals: Originals
    labels: Mapping[MaskKind, str]
    allowed: frozenset[str]


async def read_sources(
    work: UnitOfWork, words: Words, case_id: str = "", publication: Publication | None = None
) -> Sources:
    """Read. A translation stands on the Vietnamese text that readers see.

    Raises:
        CaseNotFoundError: no such case.
    """
    case = await work.cases.get(case_id) if case_id else None
    translated = publication is not None and publication.lang != ORIGINAL
    if publication is not None and translated:
        originals = await _vietnamese(work, publication.id)
    else:
        originals = await _asked(work, case)
    labels: dict[MaskKind, str] = {kind: words["publication"]["mask"][kind] for kind in MaskKind}
    return Sources(case, originals, labels, await _allowed(work))


async def _vietnamese(work: UnitOfWork, publication_id: str) -> Originals:
    try:
        found = await work.publications.get(publication_id, ORIGINAL)
    except PublicationNotFoundError:
        return Originals()
    document = found.live or found.draft
    return Originals(document.question, document.answer, document.title, document.legal_basis)


async def _asked(work: UnitOfWork, case: Case | None) -> Originals:
    if case is None:
        return Originals()
    texts = await read_texts(work, case, await work.cases.events(case.id))
    question = "\n\n".join([texts.question, *(more.text for more in texts.further)])
    return Originals(question.strip(), texts.answer, readable=texts.readable)


async def _allowed(work: UnitOfWork) -> frozenset[str]:
    """Telephones and addresses that agencies say of themselves."""
    agencies = await work.catalogue.all("agencies")
    hotlines = await work.catalogue.all("hotlines")
    said = [str(row.get(name) or "") for row in agencies for name in ("phone", "email", "website")]
    return public_forms([*said, *(str(row.get("number") or "") for row in hotlines)])


def first_typed(sources: Sources) -> Typed:
    """How a new document begins: the original with everything masked."""
    case, originals = sources.case, sources.originals
    masked = {
        name: masked_text(originals.of(name), sources.labels, sources.allowed)
        for name in ("question", "text")
    }
    if case is None:
        return Typed(**masked)
    document = PublicDocument(
        title="",
        question=masked["question"],
        answer=masked["text"],
        field=case.field,
        agency_code=case.agency_code,
        asked_on=case.asked_on,
        answered_on=_answered_on(case),
    )
    return Typed.of(document, Basis.DUTY)


def _answered_on(case: Case) -> date | None:
    return vietnam_date(case.answered_at) if case.answered_at else None


@dataclass(frozen=True, slots=True)
class Side:
    """One masked text of the form."""

    name: str
    places: list[Place]
    pieces: list[Piece]
    #: Against the original, word by word.
    changes: list[tuple[str, str]]


def sides_of(typed: Typed, sources: Sources) -> dict[str, Side]:
    sides = {}
    for name in MASKED:
        public, original = getattr(typed, name), sources.originals.of(name)
        places = places_in(name, public, original, sources.labels, sources.allowed)
        changes = changes_between(original, public) if original else []
        sides[name] = Side(name, places, pieces_of(public, places), changes)
    return sides
