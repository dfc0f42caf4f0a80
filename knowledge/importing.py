"""Rows of an import file: CSV, XLSX or JSON lines, from an open binary stream."""

import csv
import io
import json
import zipfile
from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum
from typing import Any, BinaryIO

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from knowledge.rows import Row, RowError

#: Line number as an editor or a spreadsheet shows it (first line 1), and the row or what is wrong.
Line = tuple[int, Row | RowError]


class FileFormat(StrEnum):
    CSV = "csv"
    XLSX = "xlsx"
    JSON_LINES = "jsonl"


_FORMATS = {
    ".csv": FileFormat.CSV,
    ".xlsx": FileFormat.XLSX,
    ".jsonl": FileFormat.JSON_LINES,
    ".ndjson": FileFormat.JSON_LINES,
    ".json": FileFormat.JSON_LINES,
}


def find_format(filename: str) -> FileFormat | None:
    """Tell the format by the ending of the name."""
    dot = filename.rfind(".")
    return _FORMATS.get(filename[dot:].lower()) if dot >= 0 else None


def read_rows(stream: BinaryIO, file_format: FileFormat) -> Iterator[Line]:
    """Yield the rows one by one; a bad row does not end the reading.

    Raises:
        RowError: the file as a whole is not of this format.
    """
    return _READERS[file_format](stream)


def _read_json_lines(stream: BinaryIO) -> Iterator[Line]:
    for number, raw in enumerate(stream, 1):
        line = raw.removeprefix(b"\xef\xbb\xbf").strip()
        if line:
            yield number, _json_row(line)


def _json_row(line: bytes) -> Row | RowError:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return RowError("is not JSON")
    return value if isinstance(value, dict) else RowError("is not a JSON object")


def _read_csv(stream: BinaryIO) -> Iterator[Line]:
    text = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="")
    try:
        sample = text.readline()
        delimiter = max(",;\t", key=sample.count)
        reader = csv.reader(_chained(sample, text), delimiter=delimiter, strict=True)
        header: list[str] = []
        start = 1
        for cells in reader:
            number, start = start, reader.line_num + 1
            if not header:
                header = _header(cells)
            elif any(cell.strip() for cell in cells):
                yield number, _row(header, cells)
    except UnicodeDecodeError:
        raise RowError("the file is not UTF-8; save it as “CSV UTF-8”") from None
    except csv.Error as error:
        raise RowError(f"line {reader.line_num}: {error}") from None
    finally:
        text.detach()


def _chained(first: str, rest: Iterable[str]) -> Iterator[str]:
    yield first
    yield from rest


def _read_xlsx(stream: BinaryIO) -> Iterator[Line]:
    try:
        book = openpyxl.load_workbook(stream, read_only=True, data_only=True)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, OSError):
        raise RowError("the file is not an XLSX workbook") from None
    try:
        header: list[str] = []
        for number, cells in enumerate(book.worksheets[0].iter_rows(values_only=True), 1):
            if all(cell is None or cell == "" for cell in cells):
                continue
            if not header:
                header = _header(cells)
            else:
                yield number, _row(header, cells)
    finally:
        book.close()


def _header(cells: Iterable[Any]) -> list[str]:
    return ["" if cell is None else str(cell).strip().lower() for cell in cells]


def _row(header: list[str], cells: Iterable[Any]) -> Row | RowError:
    values = list(cells)
    if any(value not in (None, "") for value in values[len(header) :]):
        return RowError(f"has {len(values)} cells, the header has {len(header)}")
    return {name: value for name, value in zip(header, values, strict=False) if name}


_READERS: dict[FileFormat, Callable[[BinaryIO], Iterator[Line]]] = {
    FileFormat.CSV: _read_csv,
    FileFormat.XLSX: _read_xlsx,
    FileFormat.JSON_LINES: _read_json_lines,
}
