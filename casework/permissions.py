"""Who may do what: one table."""

from enum import StrEnum


class Role(StrEnum):
    OFFICER = "officer"
    LEAD = "lead"
    EDITOR = "editor"
    ADMIN = "admin"


class Permission(StrEnum):
    """Named once; every desk route declares one."""

    PUBLIC = "public"  # log-in page, static files: no account needed
    SIGNED_IN = "signed_in"  # own account
    SEE_OWN_AGENCY = "see_own_agency"
    SEE_ALL_CASES = "see_all_cases"
    ASSIGN_CASE = "assign_case"
    DRAFT_ANSWER = "draft_answer"
    APPROVE_ANSWER = "approve_answer"
    SEND_ANSWER = "send_answer"
    SEE_ALERTS = "see_alerts"
    MANAGE_USERS = "manage_users"


P = Permission

GRANTS: dict[Role, frozenset[Permission]] = {
    Role.OFFICER: frozenset({P.SIGNED_IN, P.SEE_OWN_AGENCY, P.DRAFT_ANSWER}),
    Role.LEAD: frozenset(
        {
            P.SIGNED_IN,
            P.SEE_OWN_AGENCY,
            P.ASSIGN_CASE,
            P.DRAFT_ANSWER,
            P.APPROVE_ANSWER,
            P.SEND_ANSWER,
        }
    ),
    Role.EDITOR: frozenset(
        {P.SIGNED_IN, P.SEE_OWN_AGENCY, P.SEE_ALL_CASES, P.ASSIGN_CASE, P.SEND_ANSWER, P.SEE_ALERTS}
    ),
    Role.ADMIN: frozenset(
        {
            P.SIGNED_IN,
            P.SEE_OWN_AGENCY,
            P.SEE_ALL_CASES,
            P.ASSIGN_CASE,
            P.SEE_ALERTS,
            P.MANAGE_USERS,
        }
    ),
}


def may(role: Role, permission: Permission) -> bool:
    return permission is Permission.PUBLIC or permission in GRANTS[role]
