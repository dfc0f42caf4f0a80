"""Reading one row of an import file: cells of spreadsheets and values of JSON alike."""

import contextlib
import datetime as dt
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import StrEnum
from typing import Any, TypeVar

from knowledge.text import Language, clean

#: A row as it came from a file. Spreadsheets give text, numbers and dates; JSON also lists.
Row = Mapping[str, Any]

_YES = frozenset({"1", "x", "có", "true", "yes"})
_NO = frozenset({"", "0", "không", "false", "no"})
_SEPARATORS = re.compile(r"[|\n]")
E = TypeVar("E", bound=StrEnum)
T = TypeVar("T")

_DAY_FIRST = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")


class RowError(Exception):
    """A row that cannot be loaded; the text names the column and the reason."""

    def __init__(self, reason: str, column: str | None = None) -> None:
        self.reason = reason
        self.column = column
        super().__init__(f"{column}: {reason}" if column else reason)


class Cells:
    """The values of one row, read by column.

    Every reader raises RowError for a value that is not what the column holds.
    """

    def __init__(self, row: Row) -> None:
        self._row = {str(key).strip(): value for key, value in row.items() if key is not None}

    def text(self, column: str) -> str:
        """Cleaned text; "" when the cell is empty."""
        value = self._row.get(column)
        if value is None:
            return ""
        if isinstance(value, float) and value.is_integer():
            return str(int(value))
        if isinstance(value, str | int | float):
            return clean(str(value)).strip()
        if isinstance(value, dt.date):
            return value.isoformat()
        raise RowError(f"expected text, found {_shown(value)}", column)

    def required(self, column: str) -> str:
        text = self.text(column)
        if not text:
            raise RowError("is missing", column)
        return text

    def flag(self, column: str) -> bool:
        """Yes in the ways people write it; an empty cell is no.

        Raises:
            RowError: neither yes nor no.
        """
        said = self.text(column).casefold()
        if said in _YES:
            return True
        if said in _NO:
            return False
        raise RowError(f"is neither yes nor no: {_shown(said)}", column)

    def texts(self, column: str) -> tuple[str, ...]:
        """List of texts; in a spreadsheet cell separated by "|" or line ends."""
        return tuple(clean(str(item)).strip() for item in self.items(column) if str(item).strip())

    def items(self, column: str) -> list[Any]:
        value = self._row.get(column)
        if value is None:
            return []
        if isinstance(value, list):
            return value
        text = self.text(column)
        if text.startswith("["):
            return _json_list(text, column)
        return [part.strip() for part in _SEPARATORS.split(text) if part.strip()]

    def date(self, column: str) -> dt.date | None:
        """Read 2026-11-20 or 20/11/2026; a time of day is dropped."""
        value = self._row.get(column)
        if isinstance(value, dt.datetime):
            return value.date()
        if isinstance(value, dt.date):
            return value
        text = self.text(column)
        if not text:
            return None
        try:
            if match := _DAY_FIRST.match(text):
                day, month, year = map(int, match.groups())
                return dt.date(year, month, day)
            return dt.date.fromisoformat(text[:10])
        except ValueError:
            raise RowError(f"is not a date: {_shown(text)}", column) from None

    def required_date(self, column: str) -> dt.date:
        found = self.date(column)
        if found is None:
            raise RowError("is missing", column)
        return found

    def one_of(self, column: str, kind: type[E]) -> E | None:
        text = self.text(column)
        return member(kind, text, column) if text else None

    def language(self, column: str) -> Language:
        """Vietnamese when the cell is empty."""
        text = self.text(column).lower() or Language.VI.value
        try:
            return Language(text)
        except ValueError:
            known = ", ".join(lang.value for lang in Language)
            raise RowError(f"{_shown(text)} is none of {known}", column) from None


def member(kind: type[E], text: str, column: str) -> E:
    """Look a word of a fixed list up.

    Raises:
        RowError: it is not on the list.
    """
    try:
        return kind(text.strip().lower())
    except ValueError:
        known = ", ".join(kind)
        raise RowError(f"{_shown(text)} is none of {known}", column) from None


def readable(rows: Iterable[Row], parse: Callable[[Row], T]) -> Iterator[T]:
    """Rows as they are stored: one that got in unchecked is left out, it must not stop the rest."""
    for row in rows:
        with contextlib.suppress(RowError):
            yield parse(row)


def _json_list(text: str, column: str) -> list[Any]:
    try:
        value = json.loads(text)
    except ValueError:
        raise RowError(f"is not a list: {_shown(text)}", column) from None
    return value if isinstance(value, list) else [value]


def _shown(value: object) -> str:
    """Quote a value for a message, shortened: rows may hold long texts."""
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."  # noqa: PLR2004 - width of a message
