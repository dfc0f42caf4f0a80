"""Refusals of the desk itself; the rules' own are in `casework.errors`."""

from casework.errors import CaseworkError


class UndeclaredRouteError(Exception):
    """A route of the desk does not say who may use it."""


class UnknownAgencyError(CaseworkError):
    """No agency with this code works today."""


class OfficerElsewhereError(CaseworkError):
    """The named officer does not answer for this agency."""


class ReasonMissingError(CaseworkError):
    """A draft goes back with a reason."""


class TextTooLongError(CaseworkError):
    """Longer than any answer needs to be."""


class UnreadWordsError(CaseworkError):
    """The citizen wrote on while an alarm was being handled."""


class ChiefEditorNeededError(CaseworkError):
    """So many agencies gave the case back that only the chief editor places it."""


class OtherAgencyError(CaseworkError):
    """Only editors give a case from one agency to another."""


class UnknownChoiceError(CaseworkError):
    """A value that no form of ours offers."""
