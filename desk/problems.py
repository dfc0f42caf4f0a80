"""Refusals of the rules as the desk tells them: a name in the texts and an HTTP status."""

from dataclasses import dataclass
from enum import StrEnum

from casework.errors import CaseworkError, FourEyesError, MoveNotAllowedError, StaleCaseError
from casework.legal_clock import NoLegalRuleError
from casework.samples import EmptySampleError, NotShortenedError, StaleSampleError
from casework.use_cases.move_case import EmptyAnswerError, NoAgencyError
from casework.use_cases.moving import EmptyTextError
from desk.errors import (
    ChiefEditorNeededError,
    OfficerElsewhereError,
    OtherAgencyError,
    ReasonMissingError,
    TextTooLongError,
    UnknownAgencyError,
    UnknownChoiceError,
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
    NO_REASON = "no_reason"
    CHIEF_EDITOR = "chief_editor"
    OTHER_AGENCY = "other_agency"
    UNKNOWN_CHOICE = "unknown_choice"
    NO_RULE = "no_rule"
    DECIDED = "decided"
    NOT_SHORTENED = "not_shortened"
    TOO_LITTLE = "too_little"
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
    EmptyTextError: Problem(ProblemName.NO_REASON, _UNPROCESSABLE),
    ChiefEditorNeededError: Problem(ProblemName.CHIEF_EDITOR, _CONFLICT),
    OtherAgencyError: Problem(ProblemName.OTHER_AGENCY, _CONFLICT),
    UnknownChoiceError: Problem(ProblemName.UNKNOWN_CHOICE, _UNPROCESSABLE),
    NoLegalRuleError: Problem(ProblemName.NO_RULE, _CONFLICT),
    StaleSampleError: Problem(ProblemName.DECIDED, _CONFLICT),
    NotShortenedError: Problem(ProblemName.NOT_SHORTENED, _UNPROCESSABLE),
    EmptySampleError: Problem(ProblemName.TOO_LITTLE, _UNPROCESSABLE),
    UnreadWordsError: Problem(ProblemName.MORE_WORDS, _CONFLICT),
}


def problem_of(error: CaseworkError | None) -> Problem | None:
    if error is None:
        return None
    return PROBLEMS.get(type(error), Problem(ProblemName.OTHER, _CONFLICT))
