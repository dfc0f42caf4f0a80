"""The directory of agencies, with the time each existed and who took its work over."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from knowledge.fields import Field
from knowledge.rows import Cells, Row, RowError, member, readable

_CODE = re.compile(r"[A-Za-z0-9Đđ][\w.-]{1,39}")


class AgencyKind(StrEnum):
    PROVINCE = "province"
    DEPARTMENT = "department"
    #: Branch of a ministry in the province, e.g. tax or social insurance.
    BRANCH = "branch"
    CENTRE = "centre"
    DISTRICT = "district"
    COMMUNE = "commune"


@dataclass(frozen=True, slots=True)
class Successor:
    """(this agency, field or any, area) went to agency `to` on a day."""

    to: str
    field: Field | None = None
    area: str = ""
    #: First and last day (Vietnam); None is open.
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class Agency:
    code: str
    name: str
    short_name: str
    kind: AgencyKind
    area: str = ""
    fields: tuple[Field, ...] = ()
    address: str = ""
    phone: str = ""
    email: str = ""
    hours: str = ""
    website: str = ""
    #: First and last day (Vietnam) of existence; None is open.
    valid_from: date | None = None
    valid_to: date | None = None
    successors: tuple[Successor, ...] = ()
    source: str = ""
    source_date: date | None = None
    #: Too small for four eyes: whoever drafts may also approve.
    one_person: bool = False

    def exists_on(self, day: date) -> bool:
        return not (
            (self.valid_from and day < self.valid_from) or (self.valid_to and day > self.valid_to)
        )


def readable_agencies(rows: Iterable[Row]) -> Iterator[Agency]:
    return readable(rows, parse_agency_row)


def parse_agency_row(row: Row) -> Agency:
    """Read one row.

    Raises:
        RowError: code, name or kind is missing, or a value is not what its column holds.
    """
    cells = Cells(row)
    name = cells.required("name")
    valid_from, valid_to = cells.date("valid_from"), cells.date("valid_to")
    if valid_from and valid_to and valid_to < valid_from:
        raise RowError("is before valid_from", "valid_to")
    return Agency(
        code=_code(cells.required("code"), "code"),
        name=name,
        short_name=cells.text("short_name") or name,
        kind=member(AgencyKind, cells.required("kind"), "kind"),
        fields=tuple(member(Field, text, "fields") for text in cells.texts("fields")),
        valid_from=valid_from,
        valid_to=valid_to,
        successors=tuple(_successor(item) for item in cells.items("successors")),
        source_date=cells.date("source_date"),
        one_person=cells.flag("one_person"),
        **{column: cells.text(column) for column in _PLAIN},
    )


_PLAIN = ("area", "address", "phone", "email", "hours", "website", "source")
_SUCCESSOR_PARTS = ("to", "field", "area", "from", "until")


def _code(text: str, column: str) -> str:
    if not _CODE.fullmatch(text):
        raise RowError(f"is not a code: {text!r}", column)
    return text


def _successor(item: Any) -> Successor:
    """Read an object, or "to; field; area; from; until" of a spreadsheet."""
    parts = item if isinstance(item, Mapping) else _split(str(item))
    cells = Cells(parts)
    try:
        return Successor(
            to=_code(cells.required("to"), "to"),
            field=cells.one_of("field", Field),
            area=cells.text("area"),
            valid_from=cells.date("from"),
            valid_to=cells.date("until"),
        )
    except RowError as error:
        raise RowError(str(error), "successors") from None


def _split(text: str) -> dict[str, str]:
    return dict(zip(_SUCCESSOR_PARTS, text.split(";"), strict=False))
