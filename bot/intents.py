"""What the intent model can say a citizen wants."""

from enum import StrEnum


class Intent(StrEnum):
    GREET = "greet"
    GOODBYE = "goodbye"
    THANK = "thank"
    HELP = "help"
    ASK_PROCEDURE = "ask_procedure"
    ASK_INFO = "ask_info"
    CHECK_DOSSIER = "check_dossier"
    ASK_AGENCY = "ask_agency"
    REPORT_PROBLEM = "report_problem"
    CHECK_CASE = "check_case"
    ASK_SCHEDULE = "ask_schedule"
    COMMENT_DRAFT = "comment_draft"
    COMPLAIN_DENOUNCE = "complain_denounce"
    REQUEST_HUMAN = "request_human"
    FEEDBACK_ANSWER = "feedback_answer"
    CHANGE_LANGUAGE = "change_language"
    DELETE_DATA = "delete_data"
    AFFIRM = "affirm"
    DENY = "deny"
    CANCEL = "cancel"
    OUT_OF_SCOPE = "out_of_scope"


#: What people come for, in the order it is offered and looked for; the rest is how they talk.
MATTERS = (
    Intent.ASK_PROCEDURE,
    Intent.ASK_INFO,
    Intent.CHECK_DOSSIER,
    Intent.ASK_AGENCY,
    Intent.REPORT_PROBLEM,
    Intent.CHECK_CASE,
    Intent.ASK_SCHEDULE,
    Intent.COMMENT_DRAFT,
    Intent.COMPLAIN_DENOUNCE,
    Intent.REQUEST_HUMAN,
    Intent.FEEDBACK_ANSWER,
    Intent.DELETE_DATA,
)
