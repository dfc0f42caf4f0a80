"""What the public may see of a case: a second document with a life of its own."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from casework.errors import CaseworkError, NotFoundError


class PublicationNotFoundError(NotFoundError):
    """No such publication."""


class VisibilityMoveError(CaseworkError):
    """This command does not exist for a document that stands there."""


class Visibility(StrEnum):
    """Where the document that is worked on stands; what readers see is its `live` copy."""

    EDITED = "edited"
    #: A second person let it go; it appears on its day.
    RELEASED = "released"
    PUBLISHED = "published"
    TAKEN_DOWN = "taken_down"
    #: Decided, with a reason, that it stays between citizen and agency.
    NOT_FOR_PUBLICATION = "not_for_publication"


class VisibilityCommand(StrEnum):
    SAVE = "save"
    RELEASE = "release"
    PUBLISH = "publish"
    TAKE_DOWN = "take_down"
    KEEP_PRIVATE = "keep_private"


V, C = Visibility, VisibilityCommand

#: `None`: there is no document yet, the case is private.
VISIBILITY_MOVES: dict[tuple[Visibility | None, VisibilityCommand], Visibility] = {
    (None, C.SAVE): V.EDITED,
    (None, C.KEEP_PRIVATE): V.NOT_FOR_PUBLICATION,
    (V.EDITED, C.SAVE): V.EDITED,
    (V.EDITED, C.RELEASE): V.RELEASED,
    (V.EDITED, C.TAKE_DOWN): V.TAKEN_DOWN,  # a correction under way, and the live copy goes
    (V.EDITED, C.KEEP_PRIVATE): V.NOT_FOR_PUBLICATION,
    (V.RELEASED, C.SAVE): V.EDITED,
    (V.RELEASED, C.PUBLISH): V.PUBLISHED,
    (V.RELEASED, C.TAKE_DOWN): V.TAKEN_DOWN,
    (V.PUBLISHED, C.SAVE): V.EDITED,
    (V.PUBLISHED, C.TAKE_DOWN): V.TAKEN_DOWN,
    (V.TAKEN_DOWN, C.SAVE): V.EDITED,
    (V.TAKEN_DOWN, C.KEEP_PRIVATE): V.NOT_FOR_PUBLICATION,
    (V.NOT_FOR_PUBLICATION, C.SAVE): V.EDITED,
}


#: What can be taken down: readers see it, or may soon.
TAKEABLE = frozenset(at for at, command in VISIBILITY_MOVES if command is C.TAKE_DOWN)


def next_visibility(at: Visibility | None, command: VisibilityCommand) -> Visibility:
    """Look the move up.

    Raises:
        VisibilityMoveError: the table has no such row.
    """
    try:
        return VISIBILITY_MOVES[at, command]
    except KeyError:
        raise VisibilityMoveError(at, command) from None


class Basis(StrEnum):
    """Why question and answer may be shown to everybody."""

    #: Of general interest, and nobody can be recognised.
    DUTY = "duty"
    #: The asker agreed.
    CONSENT = "consent"


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicDocument:
    """What readers see. Dates are Vietnam dates; texts are plain, paragraphs by empty lines."""

    title: str
    question: str
    answer: str
    field: str = ""
    agency_code: str = ""
    asked_on: date | None = None
    answered_on: date | None = None
    legal_basis: str = ""
    #: Last day on which the answer holds.
    valid_until: date | None = None


#: Of a case that stays private, or whose texts were erased.
NO_WORDS = PublicDocument(title="", question="", answer="")


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """A document in one language; all languages of one answer share `id` and `number`."""

    id: str
    lang: str
    #: In the public address; counted from one.
    number: int
    status: Visibility
    draft: PublicDocument
    #: What readers see now; None: nothing.
    live: PublicDocument | None = None
    case_id: str = ""
    basis: Basis = Basis.DUTY
    edited_by: str = ""
    released_by: str = ""
    #: Vietnam date on which a released document appears.
    publish_on: date | None = None
    published_at: datetime | None = None
    taken_down_at: datetime | None = None
    #: Why it was taken down or kept private.
    reason: str = ""
    version: int = 1
    updated_at: datetime | None = None
