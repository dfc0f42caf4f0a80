"""Who may do what: one table."""

from enum import StrEnum


class Role(StrEnum):
    """What a person at the desk is there for."""

    OFFICER = "officer"
    LEAD = "lead"
    EDITOR = "editor"
    CHIEF_EDITOR = "chief_editor"
    #: Receives citizens in person; alone opens sealed complaints.
    RECEPTION = "reception"
    TRANSLATOR = "translator"
    ADMIN = "admin"
    AUDITOR = "auditor"


class Permission(StrEnum):
    """Named once; every desk route declares one."""

    PUBLIC = "public"  # log-in page, static files: no account needed
    SIGNED_IN = "signed_in"  # own account
    SEE_OWN_AGENCY = "see_own_agency"
    SEE_ALL_CASES = "see_all_cases"
    TRIAGE_CASE = "triage_case"
    ASSIGN_CASE = "assign_case"
    BOUNCE_CASE = "bounce_case"
    #: A case that bounced twice is placed by these only.
    SETTLE_BOUNCED = "settle_bounced"
    NOT_ACCEPT_CASE = "not_accept_case"
    ENTER_CASE = "enter_case"  # for somebody who phoned, wrote or came
    DRAFT_ANSWER = "draft_answer"
    APPROVE_ANSWER = "approve_answer"
    SEND_ANSWER = "send_answer"
    TRANSCRIBE = "transcribe"
    REVEAL_ASKER = "reveal_asker"
    TALK_TO_CITIZENS = "talk_to_citizens"
    SEE_ALERTS = "see_alerts"
    #: Alarms about the service itself: nobody's words.
    SEE_FAULTS = "see_faults"
    EDIT_PUBLICATION = "edit_publication"
    TRANSLATE_PUBLICATION = "translate_publication"
    RELEASE_PUBLICATION = "release_publication"
    TAKE_DOWN_PUBLICATION = "take_down_publication"
    OPEN_SEALED = "open_sealed"
    HANDLE_DATA_REQUESTS = "handle_data_requests"
    MANAGE_USERS = "manage_users"
    SEE_AUDIT = "see_audit"
    #: What the assistant did not understand, masked: says what it was.
    LABEL_SAMPLES = "label_samples"


P = Permission

_OWN = frozenset({P.SIGNED_IN, P.SEE_OWN_AGENCY})
_ANSWERING = _OWN | {P.DRAFT_ANSWER, P.BOUNCE_CASE, P.TRANSCRIBE, P.REVEAL_ASKER}
_EDITING = _OWN | {
    P.SEE_ALL_CASES,
    P.TRIAGE_CASE,
    P.ASSIGN_CASE,
    P.NOT_ACCEPT_CASE,
    P.ENTER_CASE,
    P.SEND_ANSWER,
    P.TRANSCRIBE,
    P.REVEAL_ASKER,
    P.TALK_TO_CITIZENS,
    P.SEE_ALERTS,
    P.SEE_FAULTS,
    P.EDIT_PUBLICATION,
    P.RELEASE_PUBLICATION,
    P.TAKE_DOWN_PUBLICATION,
    P.HANDLE_DATA_REQUESTS,
    P.LABEL_SAMPLES,
}

GRANTS: dict[Role, frozenset[Permission]] = {
    Role.OFFICER: _ANSWERING,
    Role.LEAD: _ANSWERING | {P.ASSIGN_CASE, P.APPROVE_ANSWER, P.SEND_ANSWER},
    Role.EDITOR: _EDITING,
    Role.CHIEF_EDITOR: _EDITING | {P.SETTLE_BOUNCED, P.TRANSLATE_PUBLICATION, P.SEE_AUDIT},
    Role.RECEPTION: frozenset({P.SIGNED_IN, P.ENTER_CASE, P.TALK_TO_CITIZENS, P.OPEN_SEALED}),
    Role.TRANSLATOR: frozenset({P.SIGNED_IN, P.TRANSLATE_PUBLICATION}),
    # Keeps the service running; what citizens wrote is none of their work.
    Role.ADMIN: frozenset({P.SIGNED_IN, P.MANAGE_USERS, P.SEE_FAULTS}),
    Role.AUDITOR: frozenset({P.SIGNED_IN, P.SEE_AUDIT}),
}


def may(role: Role, permission: Permission) -> bool:
    return permission is Permission.PUBLIC or permission in GRANTS[role]
