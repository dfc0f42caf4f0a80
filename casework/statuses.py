"""Where a case stands and how it may move: one table."""

from enum import StrEnum

from casework.errors import MoveNotAllowedError


class CaseStatus(StrEnum):
    RECEIVED = "received"
    #: An editor has sorted it; no agency has it yet.
    TRIAGED = "triaged"
    ASSIGNED = "assigned"
    DRAFTED = "drafted"
    APPROVED = "approved"
    ANSWERED = "answered"
    #: Answered, and the time to say that it did not help is over.
    CLOSED = "closed"
    #: The agency says that it is not the responsible one.
    BOUNCED = "bounced"
    #: No agency of the province may answer it; the citizen was told why.
    NOT_ACCEPTED = "not_accepted"
    #: The citizen took it back.
    WITHDRAWN = "withdrawn"


class Command(StrEnum):
    TRIAGE = "triage"
    ASSIGN = "assign"
    SAVE_DRAFT = "save_draft"
    REJECT_DRAFT = "reject_draft"
    APPROVE = "approve"
    SEND = "send"
    BOUNCE = "bounce"
    NOT_ACCEPT = "not_accept"
    RESTORE = "restore"
    WITHDRAW = "withdraw"
    REOPEN = "reopen"
    CLOSE = "close"


S, C = CaseStatus, Command

#: Somebody still owes the citizen an answer.
OPEN = frozenset({S.RECEIVED, S.TRIAGED, S.ASSIGNED, S.DRAFTED, S.APPROVED, S.BOUNCED})
#: The citizen has the answer.
ANSWERED = frozenset({S.ANSWERED, S.CLOSED})

MOVES: dict[tuple[CaseStatus, Command], CaseStatus] = {
    (S.RECEIVED, C.TRIAGE): S.TRIAGED,
    (S.RECEIVED, C.ASSIGN): S.ASSIGNED,
    (S.RECEIVED, C.NOT_ACCEPT): S.NOT_ACCEPTED,
    (S.RECEIVED, C.WITHDRAW): S.WITHDRAWN,
    (S.TRIAGED, C.TRIAGE): S.TRIAGED,
    (S.TRIAGED, C.ASSIGN): S.ASSIGNED,
    (S.TRIAGED, C.NOT_ACCEPT): S.NOT_ACCEPTED,
    (S.TRIAGED, C.WITHDRAW): S.WITHDRAWN,
    (S.ASSIGNED, C.ASSIGN): S.ASSIGNED,
    (S.ASSIGNED, C.SAVE_DRAFT): S.DRAFTED,
    (S.ASSIGNED, C.BOUNCE): S.BOUNCED,
    (S.ASSIGNED, C.NOT_ACCEPT): S.NOT_ACCEPTED,
    (S.ASSIGNED, C.WITHDRAW): S.WITHDRAWN,
    (S.BOUNCED, C.TRIAGE): S.TRIAGED,
    (S.BOUNCED, C.ASSIGN): S.ASSIGNED,
    (S.BOUNCED, C.NOT_ACCEPT): S.NOT_ACCEPTED,
    (S.BOUNCED, C.WITHDRAW): S.WITHDRAWN,
    (S.DRAFTED, C.ASSIGN): S.ASSIGNED,
    (S.DRAFTED, C.SAVE_DRAFT): S.DRAFTED,
    (S.DRAFTED, C.REJECT_DRAFT): S.ASSIGNED,
    (S.DRAFTED, C.APPROVE): S.APPROVED,
    (S.DRAFTED, C.BOUNCE): S.BOUNCED,
    (S.DRAFTED, C.WITHDRAW): S.WITHDRAWN,
    # An approved text that is changed must be approved again.
    (S.APPROVED, C.SAVE_DRAFT): S.DRAFTED,
    (S.APPROVED, C.REJECT_DRAFT): S.ASSIGNED,
    (S.APPROVED, C.SEND): S.ANSWERED,
    (S.APPROVED, C.WITHDRAW): S.WITHDRAWN,
    (S.ANSWERED, C.REOPEN): S.ASSIGNED,
    (S.ANSWERED, C.CLOSE): S.CLOSED,
    (S.CLOSED, C.REOPEN): S.ASSIGNED,
    (S.NOT_ACCEPTED, C.RESTORE): S.RECEIVED,
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
