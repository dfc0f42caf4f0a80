"""Administrative procedures: the national catalogue's facts and what the province adds."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from knowledge.codes import CodeKind, normalise
from knowledge.fields import Field
from knowledge.rows import Cells, Row, RowError
from knowledge.text import Language

#: Codes outside the national catalogue, given by the province itself.
_OWN_CODE = re.compile(r"[\w./-]{2,40}")
_CHANNEL_PARTS = ("channel", "time", "fee")


@dataclass(frozen=True, slots=True)
class SubmissionChannel:
    """One way to hand the papers in; time and fee are the catalogue's own words."""

    channel: str
    time: str = ""
    fee: str = ""


@dataclass(frozen=True, slots=True)
class Procedure:
    """One row of the catalogue. `text` is the official title, `level` may name several levels."""

    code: str
    text: str
    field: str = ""
    level: str = ""
    agency: str = ""
    competent_agency: str = ""
    ministry: str = ""
    subjects: str = ""
    channels: tuple[SubmissionChannel, ...] = ()
    result: str = ""
    decision: str = ""
    url: str = ""
    lang: Language = Language.VI
    routing_field: Field | None = None
    aliases: tuple[str, ...] = ()
    papers: tuple[str, ...] = ()
    fee: str = ""
    time: str = ""
    place: str = ""
    online_url: str = ""
    form: str = ""
    legal_basis: str = ""
    source: str = ""
    source_date: date | None = None
    summary: str = ""


_PLAIN = (
    *("field", "level", "agency", "competent_agency", "ministry", "subjects", "result"),
    *("decision", "url", "fee", "time", "place", "online_url", "form", "legal_basis"),
    *("source", "summary"),
)


def parse_procedure_row(row: Row) -> Procedure:
    """Read one row.

    Raises:
        RowError: title or code is missing, or a value is not what its column holds.
    """
    cells = Cells(row)
    return Procedure(
        code=_code(row, cells),
        text=cells.required("text"),
        lang=cells.language("lang"),
        channels=tuple(_channel(item) for item in cells.items("channels")),
        routing_field=cells.one_of("routing_field", Field),
        aliases=cells.texts("aliases"),
        papers=cells.texts("papers"),
        source_date=cells.date("source_date"),
        **{column: cells.text(column) for column in _PLAIN},
    )


def _code(row: Row, cells: Cells) -> str:
    value = row.get("code")
    # A spreadsheet that took 2.000200 for a number has dropped its zeros.
    text = f"{value:.6f}" if isinstance(value, float) else cells.required("code")
    code = normalise(text, CodeKind.PROCEDURE) or text
    if not _OWN_CODE.fullmatch(code):
        raise RowError(f"is not a code: {text!r}", "code")
    return code


def _channel(item: Any) -> SubmissionChannel:
    """Read an object, or "channel; time; fee" of a spreadsheet."""
    if isinstance(item, dict):
        parts = [str(item.get(part) or "").strip() for part in _CHANNEL_PARTS]
    else:
        parts = [part.strip() for part in str(item).split(";", 2)]
    if not parts[0]:
        raise RowError("a channel has no name", "channels")
    return SubmissionChannel(*parts)
