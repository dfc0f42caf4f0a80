"""What the frame of every page leads to: one table. Words stand in `texts/`, under `menu`."""

from dataclasses import dataclass

from casework.permissions import Permission, Role, may

P = Permission


@dataclass(frozen=True, slots=True)
class MenuItem:
    """`name`: of the route, and of its word."""

    name: str
    permission: Permission


MENU = (
    MenuItem("cases", P.SEE_OWN_AGENCY),
    MenuItem("publications", P.EDIT_PUBLICATION),
    MenuItem("translations", P.TRANSLATE_PUBLICATION),
    MenuItem("people", P.TALK_TO_CITIZENS),
    MenuItem("entry", P.ENTER_CASE),
    MenuItem("sealed", P.OPEN_SEALED),
    MenuItem("data_requests", P.HANDLE_DATA_REQUESTS),
    MenuItem("accounts", P.MANAGE_USERS),
    MenuItem("audit", P.SEE_AUDIT),
)


def home_of(role: Role) -> str:
    """The route a person of this role begins on."""
    return next((item.name for item in MENU if may(role, item.permission)), "account")
