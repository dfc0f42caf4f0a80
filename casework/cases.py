"""A case and what is known of it."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from casework.statuses import CaseStatus


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


class OnBehalf(StrEnum):
    """For whom the citizen asks."""

    SELF = "self"
    RELATIVE = "relative"
    BUSINESS = "business"


class EventKind(StrEnum):
    """History of a case. Events carry no citizen text; they may point to a content row."""

    OPENED = "opened"
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


class ContentKind(StrEnum):
    """Encrypted texts of a case."""

    QUESTION = "question"
    DRAFT = "draft"
    ANSWER = "answer"
    NOTE = "note"


class ActorKind(StrEnum):
    CITIZEN = "citizen"
    STAFF = "staff"
    SYSTEM = "system"


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

    def is_late(self, today: date) -> bool:
        return self.status is not CaseStatus.ANSWERED and self.due_on < today


def make_code(kind: CaseKind, year: int, number: int) -> str:
    """`HD-2026-000123`."""
    return f"{PREFIXES[kind]}-{year}-{number:06d}"
