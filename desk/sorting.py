"""What an editor chooses from when a case is sorted and placed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

from casework.cases import Case, CaseKind
from casework.permissions import Permission, may
from casework.use_cases.sort_case import needs_chief_editor
from desk.access import sees_all
from desk.casefile import Agency, works_on
from desk.errors import ChiefEditorNeededError, OtherAgencyError, UnknownChoiceError
from desk.excerpt import one_line
from knowledge.fields import Field
from knowledge.text.folding import fold
from store.staff import StaffMember

E = TypeVar("E", bound=StrEnum)
#: A place is named, not described.
LONGEST_PLACE = 200


@dataclass(frozen=True, slots=True)
class Choices:
    """Agencies that list the field of the case stand first."""

    fitting: tuple[Agency, ...]
    others: tuple[Agency, ...]
    fields: tuple[Field, ...] = tuple(Field)
    kinds: tuple[CaseKind, ...] = tuple(CaseKind)


@dataclass(frozen=True, slots=True)
class Sorted:
    """A sent form, checked."""

    kind: CaseKind
    field: str
    place: str


def choices_of(rows: Sequence[dict[str, Any]], field: str, today: date) -> Choices:
    """`rows`: the directory as it is stored."""
    working = (_agency(row) for row in rows if works_on(row, today))
    agencies = sorted(working, key=lambda one: fold(one.name))
    return Choices(
        fitting=tuple(one for one in agencies if field and field in one.fields),
        others=tuple(one for one in agencies if not field or field not in one.fields),
    )


def _agency(row: dict[str, Any]) -> Agency:
    return Agency(row["code"], row.get("name") or row["code"], tuple(row.get("fields") or ()))


def read_sorted(kind: str, field: str, place: str) -> Sorted:
    """Check what a form says.

    Raises:
        UnknownChoiceError: a kind or field nobody offers, or a place longer than a name.
    """
    clean = one_line(place)
    if len(clean) > LONGEST_PLACE:
        raise UnknownChoiceError(len(clean))
    return Sorted(member(CaseKind, kind), member(Field, field) if field else "", clean)


def member(choices: type[E], written: str) -> E:
    """The choice of this value.

    Raises:
        UnknownChoiceError: there is none.
    """
    try:
        return choices(written)
    except ValueError:
        raise UnknownChoiceError(choices.__name__) from None


def may_place(person: StaffMember, case: Case) -> bool:
    """Whether this person may say which agency has the case.

    A lead hands out the cases of the own agency; what belongs elsewhere goes back to the editors.
    """
    if not may(person.role, Permission.ASSIGN_CASE) or not sees_all(person):
        return False
    return not needs_chief_editor(case) or may(person.role, Permission.SETTLE_BOUNCED)


def check_placing(person: StaffMember, case: Case, agency_code: str) -> None:
    """Handing a case to an officer of the agency that has it is no placing.

    Raises:
        OtherAgencyError: only editors give a case to another agency.
        ChiefEditorNeededError: too many agencies gave it back.
    """
    if agency_code == case.agency_code or may_place(person, case):
        return
    if sees_all(person):
        raise ChiefEditorNeededError(case.id)
    raise OtherAgencyError(case.id)
