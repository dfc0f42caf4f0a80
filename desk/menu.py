"""What the frame of every page leads to: one table. Words stand in `texts/`, under `menu`."""

from dataclasses import dataclass

from casework.permissions import Permission, Role, may
from store.waiting import Waiting

P = Permission


@dataclass(frozen=True, slots=True)
class MenuItem:
    """`name`: of the route, and of its word. `waiting`: what is counted beside it."""

    name: str
    permission: Permission
    waiting: Waiting | None = None


MENU = (
    MenuItem("cases", P.SEE_OWN_AGENCY, Waiting.CASES),
    MenuItem("publications", P.EDIT_PUBLICATION, Waiting.TO_RELEASE),
    MenuItem("translations", P.TRANSLATE_PUBLICATION),
    MenuItem("people", P.TALK_TO_CITIZENS, Waiting.PEOPLE),
    MenuItem("entry", P.ENTER_CASE),
    MenuItem("sealed", P.OPEN_SEALED, Waiting.SEALED),
    MenuItem("data_requests", P.HANDLE_DATA_REQUESTS, Waiting.DATA_REQUESTS),
    MenuItem("samples", P.LABEL_SAMPLES, Waiting.SAMPLES),
    MenuItem("overview", P.TRIAGE_CASE),
    MenuItem("accounts", P.MANAGE_USERS),
    MenuItem("audit", P.SEE_AUDIT),
)

#: Counted at the top, away from the menu.
ALERTS = (
    MenuItem("alerts", P.SEE_ALERTS, Waiting.ALERTS),
    MenuItem("alerts", P.SEE_FAULTS, Waiting.FAULTS),
)


def counted_for(role: Role) -> list[Waiting]:
    """What the frame counts for a person of this role."""
    alarms = next((item for item in ALERTS if may(role, item.permission)), None)
    items = [item for item in MENU if may(role, item.permission)]
    return [item.waiting for item in (*items, alarms) if item and item.waiting]


def home_of(role: Role) -> str:
    """The route a person of this role begins on."""
    return next((item.name for item in MENU if may(role, item.permission)), "account")
