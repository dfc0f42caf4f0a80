"""What can go wrong in casework, in words staff understand through their templates."""


class CaseworkError(Exception):
    """Base of all refusals by a rule."""


class MoveNotAllowedError(CaseworkError):
    """This command does not exist for a case in this status."""


class NotFoundError(CaseworkError):
    """What is asked for is not there, or not for this person: a page says the same of both."""


class CaseNotFoundError(NotFoundError):
    """No case with this id or code that the person may see."""


class StaleCaseError(CaseworkError):
    """Somebody else changed the case since it was read."""


class FourEyesError(CaseworkError):
    """The person who wrote an answer may not approve it at this agency."""
