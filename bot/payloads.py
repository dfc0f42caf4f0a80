"""What buttons send back: `#verb|argument|argument`. Never shown to the intent model."""

from enum import StrEnum

MARK = "#"
_SEPARATOR = "|"
#: Digits of a number that is surely one of a row; more are no button of ours, whoever typed them.
_MOST_DIGITS = 18


class Verb(StrEnum):
    """First word of a payload; buttons in old messages keep working, so names never change."""

    MENU = "menu"
    PROCEDURES = "procedures"
    PROCEDURE = "proc"  # code, aspect
    FAQ = "faq"  # id
    AGENCY = "agency"  # code
    DOSSIER = "dossier"
    ASK = "ask"  # case kind
    ASK_THIS = "askthis"  # inbox row with the question
    PERSON = "person"
    LEAVE_QUEUE = "unqueue"  # wait for a person no longer
    INTENDED = "yes"  # the automatic answer was what was meant
    NOT_INTENDED = "no"  # inbox row with the question
    SEND = "send"  # flow
    EDIT = "edit"  # flow, part
    KIND = "kind"  # flow, case kind
    IN_PICTURE = "inpicture"  # flow
    DROP = "drop"  # flow
    SKIP = "skip"  # flow, step
    BEHALF = "behalf"  # flow, whom
    RESUME = "resume"  # flow
    ADD = "add"  # flow, inbox row with the words
    CASE = "case"  # code
    CASES = "cases"
    GRAVE = "grave"  # what the citizen wants, inbox row with the words
    LANGUAGE = "lang"  # language
    INTENT = "intent"  # intent the citizen chose, inbox row with the words
    FORGET = "forget"
    UNSOLVED = "unsolved"  # case code
    REOPEN = "reopen"  # case code
    RATE = "rate"  # case code, satisfaction
    ADD_TO = "addto"  # case code
    WITHDRAW = "withdraw"  # case code
    WITHDRAW_NOW = "withdrawnow"  # case code
    PUBLIC = "public"  # case code, objects or not
    PICKUP = "pickup"  # case code
    DATA = "data"  # kind of the request
    DATA_NOW = "datanow"  # kind of the request
    DRAFTS = "drafts"  # first one shown
    DRAFT = "draft"  # id
    COMMENT = "comment"  # id of the draft
    CONTACT = "contact"  # case code
    CONTACT_SAVE = "contactsave"  # flow


def make_payload(verb: Verb, *arguments: object) -> str:
    return MARK + _SEPARATOR.join([verb, *(str(item) for item in arguments)])


def read_payload(text: str) -> tuple[Verb, tuple[str, ...]] | None:
    """The verb and its arguments; None when the text is no payload of ours."""
    if not text.startswith(MARK):
        return None
    verb, *arguments = text[1:].strip().split(_SEPARATOR)
    if any(item.isdecimal() and len(item) > _MOST_DIGITS for item in arguments):
        return None
    try:
        return Verb(verb), tuple(arguments)
    except ValueError:
        return None
