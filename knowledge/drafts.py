"""Drafts of legal documents on which everybody may comment."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from knowledge.rows import Cells, Row, RowError

_ID = re.compile(r"[\w.:-]{1,80}")


@dataclass(frozen=True, slots=True)
class Draft:
    """Open for comments on both days and between (Vietnam dates)."""

    id: str
    title: str
    opens_on: date
    closes_on: date
    agency_code: str = ""
    url: str = ""
    summary: str = ""

    def is_open(self, day: date) -> bool:
        return self.opens_on <= day <= self.closes_on


def parse_draft_row(row: Row) -> Draft:
    """Read one row.

    Raises:
        RowError: id, title or a date is missing, or a value is not what its column holds.
    """
    cells = Cells(row)
    ref = cells.required("id")
    if not _ID.fullmatch(ref):
        raise RowError(f"is not an id: {ref!r}", "id")
    opens_on, closes_on = cells.required_date("opens_on"), cells.required_date("closes_on")
    if closes_on < opens_on:
        raise RowError("is before opens_on", "closes_on")
    url = cells.text("url")
    if url and not url.startswith(("https://", "http://")):
        raise RowError(f"is not a web address: {url!r}", "url")
    return Draft(
        id=ref,
        title=cells.required("title"),
        opens_on=opens_on,
        closes_on=closes_on,
        agency_code=cells.text("agency_code"),
        url=url,
        summary=cells.text("summary"),
    )


def open_drafts(drafts: Iterable[Draft], today: date) -> list[Draft]:
    """Those that close first come first."""
    found = [draft for draft in drafts if draft.is_open(today)]
    return sorted(found, key=lambda draft: (draft.closes_on, draft.id))
