"""Which cases a list shows and in which order, as conditions of a query."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, func, select

from casework.cases import PREFIXES
from casework.statuses import CaseStatus
from store.outbox import UNDELIVERED
from store.tables import cases, outbox


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """What a list shows; empty fields do not narrow."""

    statuses: tuple[CaseStatus, ...] = ()
    kind: str = ""
    field: str = ""
    source: str = ""
    agency_code: str = ""
    officer_id: str = ""
    without_officer: bool = False
    late_on: date | None = None
    #: First and last day counted as "soon due".
    due_from: date | None = None
    due_until: date | None = None
    #: A whole code, or the last digits of one.
    code: str = ""
    #: Only what could not be brought to the citizen, and no way since has.
    undelivered: bool = False


class CaseOrder(StrEnum):
    """What stands first in a list."""

    #: The nearest legal date.
    DUE = "due"
    #: The newest answer.
    ANSWERED = "answered"
    #: What changed last.
    CHANGED = "changed"


_PREFIXES = frozenset(PREFIXES.values())
_EQUAL = ("kind", "field", "source", "agency_code", "officer_id")
#: The second column makes the order the same every time.
ORDERS: dict[CaseOrder, tuple[ColumnElement[Any], ...]] = {
    CaseOrder.DUE: (cases.c.due_on.asc(), cases.c.code.asc()),
    CaseOrder.ANSWERED: (cases.c.answered_at.desc(), cases.c.code.desc()),
    CaseOrder.CHANGED: (cases.c.updated_at.desc(), cases.c.code.desc()),
}


def conditions_of(wanted: CaseFilter) -> list[ColumnElement[bool]]:
    columns = cases.c
    found = [columns[name] == value for name in _EQUAL if (value := getattr(wanted, name))]
    if wanted.statuses:
        found.append(columns.status.in_(wanted.statuses))
    if wanted.without_officer:
        found.append(columns.officer_id == "")
    if wanted.late_on:
        found.append(columns.due_on < wanted.late_on)
    if wanted.due_from:
        found.append(columns.due_on >= wanted.due_from)
    if wanted.due_until:
        found.append(columns.due_on <= wanted.due_until)
    if wanted.code:
        found.append(_has_code(wanted.code))
    if wanted.undelivered:
        found.append(columns.id.in_(select(outbox.c.case_id).where(UNDELIVERED)))
    return found


def _has_code(written: str) -> ColumnElement[bool]:
    """A whole code is looked up; the last digits are the first of an index of codes reversed."""
    if written.partition("-")[0] in _PREFIXES:
        return cases.c.code == written
    return func.reverse(cases.c.code).startswith(written[::-1], autoescape=True)
