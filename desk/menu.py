"""What the frame of every page leads to: one table. Words stand in `texts/`, under `menu`."""

from dataclasses import dataclass

from casework.permissions import Permission

P = Permission


@dataclass(frozen=True, slots=True)
class MenuItem:
    """`name`: of the route, and of its word."""

    name: str
    permission: Permission


MENU = (MenuItem("cases", P.SEE_OWN_AGENCY),)
