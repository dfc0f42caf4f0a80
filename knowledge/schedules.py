"""When leaders receive citizens, and where they work on which day."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum

from knowledge.rows import Cells, Row, RowError, member
from knowledge.text import fold

_ID = re.compile(r"[\w.:-]{1,80}")
_CLOCK = re.compile(r"(\d{1,2})\s*[:hg.]\s*(\d{2})?(?::\d{2})?")
_NO_HOUR = 24

#: How a title is said, folded, and the title as it stands in a schedule; the longest said first.
_TITLES: tuple[tuple[str, str], ...] = (
    ("vice chairman", "pho chu tich"),
    ("deputy director", "pho giam doc"),
    ("pho chu tich", "pho chu tich"),
    ("pho giam doc", "pho giam doc"),
    ("pho bi thu", "pho bi thu"),
    ("truong cong an", "truong cong an"),
    ("chairman", "chu tich"),
    ("director", "giam doc"),
    ("chu tich", "chu tich"),
    ("giam doc", "giam doc"),
    ("bi thu", "bi thu"),
)
_DEPUTY = "pho "


class ScheduleKind(StrEnum):
    RECEPTION = "reception"
    WORK = "work"


@dataclass(frozen=True, slots=True)
class Schedule:
    """One entry on a Vietnam date; times of day are Vietnam time."""

    id: str
    kind: ScheduleKind
    who: str
    day: date
    begins: time
    ends: time | None = None
    agency_code: str = ""
    place: str = ""
    note: str = ""


def parse_schedule_row(row: Row) -> Schedule:
    """Read one row.

    Raises:
        RowError: id, kind, who, day or from is missing, or a value is not what its column holds.
    """
    cells = Cells(row)
    begins, until = _time_of(row, "from"), _time_of(row, "to")
    if begins is None:
        raise RowError("is missing", "from")
    if until is not None and until <= begins:
        raise RowError("is not after from", "to")
    ref = cells.required("id")
    if not _ID.fullmatch(ref):
        raise RowError(f"is not an id: {ref!r}", "id")
    return Schedule(
        id=ref,
        kind=member(ScheduleKind, cells.required("kind"), "kind"),
        who=cells.required("who"),
        day=cells.required_date("day"),
        begins=begins,
        ends=until,
        agency_code=cells.text("agency_code"),
        place=cells.text("place"),
        note=cells.text("note"),
    )


def _time_of(row: Row, column: str) -> time | None:
    """A spreadsheet gives times of day as such."""
    value = row.get(column)
    if isinstance(value, time):
        return value
    text = Cells(row).text(column)
    return _clock(text, column) if text else None


def _clock(text: str, column: str) -> time:
    """`7:30`, `7h30`, `07:30:00`, `7h`."""
    found = _CLOCK.fullmatch(text.strip().lower())
    hour, minute = (int(found[1]), int(found[2] or 0)) if found else (_NO_HOUR, 0)
    try:
        return time(hour, minute)
    except ValueError:
        raise RowError(f"is not a time of day: {text!r}", column) from None


def upcoming(
    schedules: Iterable[Schedule], kind: ScheduleKind, today: date, now: time
) -> list[Schedule]:
    """What is not over yet, the next one first."""
    left = [
        item
        for item in schedules
        if item.kind is kind
        and (item.day > today or (item.day == today and (item.ends or item.begins) > now))
    ]
    return sorted(left, key=lambda item: (item.day, item.begins, item.id))


def by_title(schedules: Iterable[Schedule], text: str) -> list[Schedule]:
    """Those of the title named in the text; all when it names none."""
    said = f" {' '.join(fold(text).split())} "
    title = next((title for form, title in _TITLES if f" {form} " in said), "")
    return [item for item in schedules if not title or _bears(fold(item.who), title)]


def _bears(who: str, title: str) -> bool:
    """The chairman is not his deputy."""
    return title in who and (title.startswith(_DEPUTY) or f"{_DEPUTY}{title}" not in who)
