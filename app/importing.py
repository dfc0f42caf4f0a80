"""From an import file to checked rows as the store keeps them."""

import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, time
from enum import Enum
from typing import Any, BinaryIO

from app.base_data import parse_hotline, parse_rule
from bot.hours import parse_hours_row
from knowledge.agencies import parse_agency_row
from knowledge.dossiers import parse_dossier_row
from knowledge.drafts import parse_draft_row
from knowledge.faqs import parse_faq_row
from knowledge.importing import find_format, read_rows
from knowledge.procedures import parse_procedure_row
from knowledge.rows import Cells, RowError
from knowledge.schedules import parse_schedule_row
from store.catalogue import CALENDAR, CATALOGUES, CalendarDay
from store.unit_of_work import UnitOfWork

RULES = "rules"
HOURS = "hours"


def parse_calendar_row(row: Mapping[str, Any]) -> CalendarDay:
    """Read one row.

    Raises:
        RowError: no day, or it is not said whether it is worked.
    """
    cells = Cells(row)
    cells.required("working")
    return CalendarDay(
        cells.required_date("day"), cells.flag("working"), reason=cells.text("reason")
    )


#: Checks a row; the names are those of the command.
KINDS: Mapping[str, Callable[[Mapping[str, Any]], object]] = {
    "procedures": parse_procedure_row,
    "agencies": parse_agency_row,
    "faqs": parse_faq_row,
    "dossiers": parse_dossier_row,
    "hotlines": parse_hotline,
    "schedules": parse_schedule_row,
    "drafts": parse_draft_row,
    RULES: parse_rule,
    HOURS: parse_hours_row,
    CALENDAR: parse_calendar_row,
}
#: Of the store, where it is called otherwise.
_CATALOGUES = {HOURS: "office_hours"}

#: Columns that name a row.
_KEYS = {
    RULES: ("id",),
    CALENDAR: ("day",),
    HOURS: ("weekday",),
    **{name: keys for name, (_, keys) in CATALOGUES.items()},
}

#: After these the legal dates of open cases are reckoned again.
MOVES_DATES = frozenset({RULES, CALENDAR})

#: NUL and lone surrogates.
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class BadLine:
    """Line as a spreadsheet shows it; 0 speaks of the whole file."""

    number: int
    reason: str


def read_catalogue(kind: str, name: str, stream: BinaryIO) -> Iterator[dict[str, Any] | BadLine]:
    """Good rows and bad lines in the order of the file."""
    for _, item in read_lines(kind, name, stream):
        yield item


def read_lines(
    kind: str, name: str, stream: BinaryIO
) -> Iterator[tuple[int, dict[str, Any] | BadLine]]:
    """Likewise, each with its line."""
    file_format = find_format(name)
    if file_format is None:
        yield 0, BadLine(0, "the name must end in .csv, .xlsx or .jsonl")
        return
    try:
        for number, row in read_rows(stream, file_format):
            yield number, _checked(kind, number, row)
    except RowError as error:
        yield 0, BadLine(0, str(error))


def row_key(kind: str, row: Mapping[str, Any]) -> tuple[str, ...]:
    """What names a row that `read_catalogue` gave: the last of several with one name is kept."""
    return tuple(str(row[key]) for key in _KEYS[kind])


async def save_rows(work: UnitOfWork, kind: str, rows: list[dict[str, Any]]) -> int:
    """Insert or replace what `read_catalogue` gave; the caller commits. Returns how many."""
    if kind == RULES:
        return await work.catalogue.save_rules([parse_rule(row) for row in rows])
    if kind == CALENDAR:
        return await work.catalogue.save_calendar([parse_calendar_row(row) for row in rows])
    return await work.catalogue.save(_CATALOGUES.get(kind, kind), rows, work.clock())


def _checked(kind: str, number: int, row: Mapping[str, Any] | RowError) -> dict[str, Any] | BadLine:
    if isinstance(row, RowError):
        return BadLine(number, str(row))
    try:
        found = KINDS[kind](row)
    except RowError as error:
        return BadLine(number, str(error))
    plain = {
        _plain(str(name)).strip(): _plain(value) for name, value in row.items() if value is not None
    }
    return plain | {key: _key_text(getattr(found, key)) for key in _KEYS[kind]}


def _key_text(value: Any) -> str:
    """A language is "en", not "Language.EN"."""
    return str(value.value) if isinstance(value, Enum) else str(value)


def _plain(value: Any) -> Any:
    """Only what jsonb holds: spreadsheets give dates and durations, JSON files NUL and NaN."""
    if isinstance(value, str):
        return value if value.isprintable() else _UNSTORABLE.sub("", value)
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {_plain(str(name)): _plain(item) for name, item in value.items()}
    if isinstance(value, date | time):
        return value.isoformat()
    return _plain_scalar(value)


def _plain_scalar(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value if isinstance(value, int | None) else str(value)
