"""Rights over one's own data: the date of the answer, and what erasing reaches."""

import secrets
from datetime import date, timedelta
from enum import StrEnum

from casework.legal_clock import WorkCalendar

#: Working days in which a request is decided.
DECIDED_WITHIN = 2

#: Letters and digits nobody mistakes for another.
_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_GROUPS, _GROUP = 2, 5


def decision_due(asked_on: date, calendar: WorkCalendar) -> date:
    """Last day to decide: day 1 is the next working day after the Vietnam date of the request."""
    day = asked_on
    for _ in range(DECIDED_WITHIN):
        day = calendar.next_working(day + timedelta(days=1))
    return day


def make_request_code() -> str:
    """`DL-7F3K9-QX2MB`: opens the status page, so nobody may guess it."""
    groups = ("".join(secrets.choice(_LETTERS) for _ in range(_GROUP)) for _ in range(_GROUPS))
    return "-".join(["DL", *groups])


class DataKind(StrEnum):
    """What is kept of somebody who wrote to us."""

    CASE_TEXTS = "case_texts"
    ATTACHMENTS = "attachments"
    MESSAGES = "messages"
    DIALOGUE = "dialogue"
    LOOKUPS = "lookups"
    RATINGS = "ratings"
    CASE_HISTORY = "case_history"
    SEALED_RECORDS = "sealed_records"
    PUBLICATIONS = "publications"
    DATA_REQUESTS = "data_requests"
    #: Texts that were not understood; once exported they are nobody's.
    TRAINING_SAMPLES = "training_samples"


class Treatment(StrEnum):
    ERASE = "erase"
    #: Somebody still owes an answer: the person takes the question back, or waits.
    KEEP_UNTIL_ANSWERED = "keep_until_answered"
    #: Dates, codes and counts without anything a person said.
    KEEP_NAMELESS = "keep_nameless"
    #: Another law says how long.
    KEEP_BY_LAW = "keep_by_law"
    #: Proof that the right was honoured.
    KEEP_AS_PROOF = "keep_as_proof"


K, T = DataKind, Treatment

#: (what, does somebody still owe an answer) → what becomes of it.
TREATMENTS: dict[tuple[DataKind, bool], Treatment] = {
    (K.CASE_TEXTS, False): T.ERASE,
    (K.CASE_TEXTS, True): T.KEEP_UNTIL_ANSWERED,
    (K.ATTACHMENTS, False): T.ERASE,
    (K.ATTACHMENTS, True): T.KEEP_UNTIL_ANSWERED,
    # The officer reads the talk beside the question.
    (K.MESSAGES, False): T.ERASE,
    (K.MESSAGES, True): T.KEEP_UNTIL_ANSWERED,
    (K.DIALOGUE, False): T.ERASE,
    (K.DIALOGUE, True): T.KEEP_UNTIL_ANSWERED,
    (K.LOOKUPS, False): T.ERASE,
    # They guard the dossiers of others for a day, and erasing waits anyway.
    (K.LOOKUPS, True): T.KEEP_UNTIL_ANSWERED,
    (K.RATINGS, False): T.KEEP_NAMELESS,
    (K.RATINGS, True): T.KEEP_NAMELESS,
    (K.CASE_HISTORY, False): T.KEEP_NAMELESS,
    (K.CASE_HISTORY, True): T.KEEP_NAMELESS,
    (K.PUBLICATIONS, False): T.KEEP_NAMELESS,
    (K.PUBLICATIONS, True): T.KEEP_NAMELESS,
    (K.SEALED_RECORDS, False): T.KEEP_BY_LAW,
    (K.SEALED_RECORDS, True): T.KEEP_BY_LAW,
    (K.DATA_REQUESTS, False): T.KEEP_AS_PROOF,
    (K.DATA_REQUESTS, True): T.KEEP_AS_PROOF,
    (K.TRAINING_SAMPLES, False): T.ERASE,
    (K.TRAINING_SAMPLES, True): T.KEEP_UNTIL_ANSWERED,
}


def treatment(kind: DataKind, *, owed: bool) -> Treatment:
    return TREATMENTS[kind, owed]


def waits(*, owed: bool) -> bool:
    """Whether erasing has to wait: it is done as a whole, so that nobody gets half of it."""
    return any(treatment(kind, owed=owed) is T.KEEP_UNTIL_ANSWERED for kind in K)
