"""Refusals of the rules as the desk tells them: a name in the texts and an HTTP status."""

from dataclasses import dataclass
from enum import StrEnum

from casework.errors import CaseworkError, FourEyesError, MoveNotAllowedError, StaleCaseError
from casework.use_cases.move_case import EmptyAnswerError, NoAgencyError
from desk.errors import (
    OfficerElsewhereError,
    ReasonMissingError,
    TextTooLongError,
    UnknownAgencyError,
    UnreadWordsError,
)

_CONFLICT = 409
_UNPROCESSABLE = 422


class ProblemName(StrEnum):
    STALE = "stale"
    MOVED_ON = "moved_on"
    FOUR_EYES = "four_eyes"
    EMPTY_ANSWER = "empty_answer"
    NO_AGENCY = "no_agency"
    UNKNOWN_AGENCY = "unknown_agency"
    OFFICER_ELSEWHERE = "officer_elsewhere"
    REASON_MISSING = "reason_missing"
    TOO_LONG = "too_long"
    MORE_WORDS = "more_words"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Problem:
    name: ProblemName
    status: int


PROBLEMS: dict[type[CaseworkError], Problem] = {
    StaleCaseError: Problem(ProblemName.STALE, _CONFLICT),
    MoveNotAllowedError: Problem(ProblemName.MOVED_ON, _CONFLICT),
    FourEyesError: Problem(ProblemName.FOUR_EYES, _CONFLICT),
    EmptyAnswerError: Problem(ProblemName.EMPTY_ANSWER, _UNPROCESSABLE),
    NoAgencyError: Problem(ProblemName.NO_AGENCY, _UNPROCESSABLE),
    UnknownAgencyError: Problem(ProblemName.UNKNOWN_AGENCY, _UNPROCESSABLE),
    OfficerElsewhereError: Problem(ProblemName.OFFICER_ELSEWHERE, _UNPROCESSABLE),
    ReasonMissingError: Problem(ProblemName.REASON_MISSING, _UNPROCESSABLE),
    TextTooLongError: Problem(ProblemName.TOO_LONG, _UNPROCESSABLE),
    UnreadWordsError: Problem(ProblemName.MORE_WORDS, _CONFLICT),
}


def problem_of(error: CaseworkError | None) -> Problem | None:
    if error is None:
        return None
    return PROBLEMS.get(type(error), Problem(ProblemName.OTHER, _CONFLICT))
