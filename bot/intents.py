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
