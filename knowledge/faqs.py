"""Questions with a ready answer: from the editors, or published answers of agencies."""

import re
from dataclasses import dataclass
from datetime import date

from knowledge.fields import Field
from knowledge.rows import Cells, Row, RowError
from knowledge.text import Language

_ID = re.compile(r"[\w.:-]{1,80}")


@dataclass(frozen=True, slots=True)
class Faq:
    """`answer` is the short text for chats, `detail` what "more" shows."""

    id: str
    lang: Language
    question: str
    answer: str
    aliases: tuple[str, ...] = ()
    detail: str = ""
    routing_field: Field | None = None
    source: str = ""
    source_date: date | None = None
    #: Last day (Vietnam) on which the answer may be given.
    valid_until: date | None = None


def parse_faq_row(row: Row) -> Faq:
    """Read one row.

    Raises:
        RowError: id, question or answer is missing, or a value is not what its column holds.
    """
    cells = Cells(row)
    return Faq(
        id=_id(cells),
        lang=cells.language("lang"),
        question=cells.required("question"),
        answer=cells.required("answer"),
        aliases=cells.texts("aliases"),
        detail=cells.text("detail"),
        routing_field=cells.one_of("routing_field", Field),
        source=cells.text("source"),
        source_date=cells.date("source_date"),
        valid_until=cells.date("valid_until"),
    )


def _id(cells: Cells) -> str:
    text = cells.required("id")
    if not _ID.fullmatch(text):
        raise RowError(f"is not an id: {text!r}", "id")
    return text
