"""A case and what is known of it."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from casework.statuses import OPEN, CaseStatus


class CaseKind(StrEnum):
    """What the citizen wants, with the letters of its code."""

    QUESTION = "question"
    REPORT = "report"
    ADMIN_FEEDBACK = "admin_feedback"
    PROPOSAL = "proposal"


PREFIXES = {
    CaseKind.QUESTION: "HD",
    CaseKind.REPORT: "PA",
    CaseKind.ADMIN_FEEDBACK: "PK",
    CaseKind.PROPOSAL: "DX",
}


class CaseSource(StrEnum):
    ZALO = "zalo"
    FACEBOOK = "facebook"
    TERMINAL = "terminal"
    WEB = "web"
    PHONE = "phone"
    LETTER = "letter"
    IN_PERSON = "in_person"
    EMAIL = "email"


#: What staff type in for somebody.
TYPED_IN = frozenset({CaseSource.PHONE, CaseSource.LETTER, CaseSource.IN_PERSON, CaseSource.EMAIL})
#: Asked in a chat: the answer goes back there.
CHATS = frozenset({CaseSource.ZALO, CaseSource.FACEBOOK, CaseSource.TERMINAL})


class Refusal(StrEnum):
    """Why a case is not accepted; the citizen is told in these terms."""

    #: A complaint, denunciation or lawsuit: another law, another addressee.
    OTHER_LAW = "other_law"
    #: No agency of the province decides on it.
    OUTSIDE_PROVINCE = "outside_province"
    #: Nobody can tell what is asked, and the asker does not say.
    UNCLEAR = "unclear"
    #: Insults, advertising, nothing asked.
    NO_QUESTION = "no_question"
    #: The same person asked the same before.
    ASKED_BEFORE = "asked_before"


class Satisfaction(StrEnum):
    """How the citizen found the answer."""

    SATISFIED = "satisfied"
    NEUTRAL = "neutral"
    UNSATISFIED = "unsatisfied"


class OnBehalf(StrEnum):
    """For whom the citizen asks."""

    SELF = "self"
    RELATIVE = "relative"
    BUSINESS = "business"


class EventKind(StrEnum):
    """History of a case. Events carry no citizen text; they may point to a content row."""

    OPENED = "opened"
    TRIAGED = "triaged"
    ASSIGNED = "assigned"
    DRAFT_SAVED = "draft_saved"
    DRAFT_REJECTED = "draft_rejected"
    APPROVED = "approved"
    ANSWER_SENT = "answer_sent"
    CITIZEN_ASKED = "citizen_asked"
    #: The citizen said more to a case that waits; `data` names the inbox row.
    CITIZEN_ADDED = "citizen_added"
    #: The channel took the answer; whether it reached the phone is another fact.
    TAKEN = "taken"
    REACHED = "reached"
    NOT_REACHED = "not_reached"
    BOUNCED = "bounced"
    NOT_ACCEPTED = "not_accepted"
    RESTORED = "restored"
    WITHDRAWN = "withdrawn"
    REOPENED = "reopened"
    CLOSED = "closed"
    #: The citizen does not want it published, or wants no longer that it is not.
    OBJECTED = "objected"
    OBJECTION_LIFTED = "objection_lifted"
    #: The answer was read on its page, with the code.
    PICKED_UP = "picked_up"
    #: No message came through: staff called, and wrote down what was told.
    TOLD_BY_PHONE = "told_by_phone"
    #: An officer wrote down what a recording or a photo says.
    TRANSCRIBED = "transcribed"
    #: Somebody looked at who asked, with a reason.
    ASKER_REVEALED = "asker_revealed"
    #: Days off or rules were loaded later: the legal date is another one.
    DUE_MOVED = "due_moved"
    #: Work of a colleague who left.
    HANDED_OVER = "handed_over"
    #: The texts are gone for good; dates and codes stay.
    ERASED = "erased"


class ContentKind(StrEnum):
    """Encrypted texts of a case."""

    QUESTION = "question"
    DRAFT = "draft"
    ANSWER = "answer"
    NOTE = "note"
    #: What a recording or a photo says, written down by an officer.
    TRANSCRIPT = "transcript"
    #: JSON of `Contact`.
    CONTACT = "contact"
    #: Six digits that open the answer together with the case code.
    PICKUP_CODE = "pickup_code"


class ActorKind(StrEnum):
    CITIZEN = "citizen"
    STAFF = "staff"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Contact:
    """Who asked, as far as they said; kept encrypted and shown for a reason only."""

    name: str = ""
    phone: str = ""
    email: str = ""
    address: str = ""


#: Nothing was said about who asks.
NOBODY = Contact()


@dataclass(frozen=True, slots=True)
class Case:
    """A row of `cases`. Dates are Vietnam dates, times aware UTC."""

    id: str
    code: str
    kind: CaseKind
    status: CaseStatus
    source: CaseSource
    conversation_id: str
    asked_on: date
    due_on: date
    promised_on: date
    legal_basis: str
    created_at: datetime
    updated_at: datetime
    #: Grows by one with each change; two editors at once meet here.
    version: int = 1
    field: str = ""
    place: str = ""
    on_behalf: OnBehalf = OnBehalf.SELF
    agency_code: str = ""
    officer_id: str = ""
    drafted_by: str = ""
    #: Last time an answer was released.
    answered_at: datetime | None = None
    #: How often an agency said that it is not the responsible one.
    bounces: int = 0
    #: The citizen does not want question and answer published.
    objected: bool = False

    def is_late(self, today: date) -> bool:
        return self.status in OPEN and self.due_on < today


def make_code(kind: CaseKind, year: int, number: int) -> str:
    """`HD-2026-000123`."""
    return f"{PREFIXES[kind]}-{year}-{number:06d}"
