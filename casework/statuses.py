"""Where a case stands and how it may move: one table."""

from enum import StrEnum

from casework.errors import MoveNotAllowedError


class CaseStatus(StrEnum):
    RECEIVED = "received"
    ASSIGNED = "assigned"
    DRAFTED = "drafted"
    APPROVED = "approved"
    ANSWERED = "answered"


class Command(StrEnum):
    ASSIGN = "assign"
    SAVE_DRAFT = "save_draft"
    REJECT_DRAFT = "reject_draft"
    APPROVE = "approve"
    SEND = "send"


S, C = CaseStatus, Command

MOVES: dict[tuple[CaseStatus, Command], CaseStatus] = {
    (S.RECEIVED, C.ASSIGN): S.ASSIGNED,
    (S.ASSIGNED, C.ASSIGN): S.ASSIGNED,
    (S.ASSIGNED, C.SAVE_DRAFT): S.DRAFTED,
    (S.DRAFTED, C.ASSIGN): S.ASSIGNED,
    (S.DRAFTED, C.SAVE_DRAFT): S.DRAFTED,
    (S.DRAFTED, C.REJECT_DRAFT): S.ASSIGNED,
    (S.DRAFTED, C.APPROVE): S.APPROVED,
    # An approved text that is changed must be approved again.
    (S.APPROVED, C.SAVE_DRAFT): S.DRAFTED,
    (S.APPROVED, C.REJECT_DRAFT): S.ASSIGNED,
    (S.APPROVED, C.SEND): S.ANSWERED,
}


def next_status(status: CaseStatus, command: Command) -> CaseStatus:
    """Look the move up.

    Raises:
        MoveNotAllowedError: the table has no such row.
    """
    try:
        return MOVES[status, command]
    except KeyError:
        raise MoveNotAllowedError(status, command) from None


def allowed_commands(status: CaseStatus) -> frozenset[Command]:
    return frozenset(command for at, command in MOVES if at is status)
