"""A provider that stays down until somebody switches it on again."""

from dataclasses import dataclass
from enum import StrEnum

from webhooks.sandbox.faults import Fault, FaultKind, Faults


class OutageKind(StrEnum):
    NONE = "none"
    #: HTTP 500 to every send.
    ERRORS = "errors"
    #: Takes the message, shows it to the citizen, and never answers: the outcome is unknown.
    SILENT = "silent"


_FAULTS = {
    OutageKind.ERRORS: Fault(FaultKind.HTTP, code=500),
    OutageKind.SILENT: Fault(FaultKind.LOST_ANSWER),
}
#: Seconds before the connection breaks; shorter than any client's patience.
_SILENCE = 8.0


@dataclass(slots=True)
class Outage(Faults):
    """Put in the place of a stand-in's faults; single faults still come when it is up."""

    hold: float = _SILENCE
    kind: OutageKind = OutageKind.NONE

    def take(self) -> Fault | None:
        return _FAULTS.get(self.kind) or Faults.take(self)
