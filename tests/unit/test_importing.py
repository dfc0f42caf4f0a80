"""Files of catalogues as offices send them: good rows load, bad ones are named."""

import io
import json
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.worksheet.worksheet import Worksheet

from app.importing import BadLine, read_catalogue

AGENCIES_CSV = (
    "code,name,kind,phone\r\n"
    "H61.SXD,Sở Xây dựng,department,0270\r\n"
    "H61.XX,,department,\r\n"
    "H61.YY,Sở Không có,ministry,\r\n"
    '"H61.SYT","Sở Y tế\nhai dòng",department,\r\n'
    "H61.ZZ,Sở,department,1,2,3\r\n"
)


def read(kind: str, name: str, content: bytes) -> tuple[list[dict[str, Any]], list[BadLine]]:
    found = list(read_catalogue(kind, name, io.BytesIO(content)))
    rows = [item for item in found if not isinstance(item, BadLine)]
    return rows, [item for item in found if isinstance(item, BadLine)]


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_good_rows_of_a_csv_load_and_bad_ones_are_named(mark: bytes) -> None:
    rows, bad = read("agencies", "a.csv", mark + AGENCIES_CSV.encode())
    assert [row["code"] for row in rows] == ["H61.SXD", "H61.SYT"]
    assert rows[0]["name"] == "Sở Xây dựng"
    assert [line.number for line in bad] == [3, 4, 7]
    assert "name" in bad[0].reason
    assert "ministry" in bad[1].reason
    assert "cells" in bad[2].reason


def test_semicolons_of_an_office_suite(tmp_path: Path) -> None:
    rows, bad = read(
        "agencies", "A.CSV", "code;name;kind\nH61.SXD;Sở Xây dựng;department\n".encode()
    )
    assert (rows[0]["code"], bad) == ("H61.SXD", [])


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_json_lines(mark: bytes) -> None:
    good = {"code": "H61.SXD", "name": "Sở", "kind": "department", "fields": ["construction"]}
    lines = [json.dumps(good, ensure_ascii=False), "", "{broken", '["list"]', '{"code": "X1"}']
    rows, bad = read("agencies", "a.jsonl", mark + "\n".join(lines).encode())
    assert rows == [good]
    assert [line.number for line in bad] == [3, 4, 5]
    assert ["JSON" in line.reason for line in bad] == [True, True, False]


def workbook(*rows: list[Any]) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    for row in rows:
        sheet.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_dates_of_a_workbook_are_kept_as_text() -> None:
    header = ["code", "status", "received_on", "due_on", "note", "spent"]
    content = workbook(
        header,
        ["000.00.12.H59-231105-0004", 4, datetime(2026, 11, 5),  # noqa: DTZ001 - cells have none
         date(2026, 12, 1), time(7, 30),
         timedelta(hours=30)],
        ["000.00.12.H59-231105-0005", 11, None, None, None, None],
        [None] * 6,
        ["000.00.12.H59-231105-0006", 4, "31/02/2026", None, None, None],
    )  # fmt: skip
    rows, bad = read("dossiers", "d.xlsx", content)
    assert [line.number for line in bad] == [3, 5]
    (row,) = rows
    assert row["code"] == "000.00.12.H59-231105-0004"
    assert row["received_on"].startswith("2026-11-05")
    assert row["due_on"].startswith("2026-12-01")
    json.dumps(row)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.pdf", b"%PDF"),
        ("noending", b""),
        ("a.xlsx", b"no workbook"),
        ("a.csv", "tên,mã\nSở".encode("utf-16")),
    ],
)
def test_a_file_that_is_none_is_one_bad_line(name: str, content: bytes) -> None:
    rows, bad = read("agencies", name, content)
    assert rows == []
    assert [line.number for line in bad] == [0]


def test_what_the_database_cannot_hold_is_taken_out() -> None:
    line = rb'{"code": "H61.SXD", "name": "S\u0000\ud83d", "kind": "department", '
    line += rb'"x": NaN, "y": [1e999]}'
    ((row,), bad) = read("agencies", "a.jsonl", line)
    assert bad == []
    assert (row["name"], row["x"], row["y"]) == ("S", None, [None])


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(codec=None)),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
COLUMNS = st.sampled_from(
    ["code", "name", "kind", "fields", "successors", "valid_from", "status", "id", "lang",
     "question", "answer", "other"]
)  # fmt: skip


@given(
    kind=st.sampled_from(["agencies", "procedures", "faqs", "dossiers"]),
    row=st.dictionaries(COLUMNS, JSON, max_size=8),
)
def test_no_row_stops_the_reading_and_every_good_row_is_storable(
    kind: str, row: dict[str, Any]
) -> None:
    goods: dict[str, dict[str, object]] = {
        "agencies": {"code": "H61.SXD", "name": "Sở", "kind": "department"},
        "dossiers": {"code": "000.00.12.H59-231105-0004", "status": 4},
        "faqs": {"id": "f1", "question": "Hỏi?", "answer": "Đáp."},
        "procedures": {"code": "1.000001", "name": "Thủ tục"},
    }
    good = goods[kind]
    lines = [json.dumps(row), json.dumps({**row, **good})]
    found = list(read_catalogue(kind, "f.jsonl", io.BytesIO("\n".join(lines).encode())))
    assert len(found) == 2
    for item in found:
        if not isinstance(item, BadLine):
            text = json.dumps(item, ensure_ascii=False, allow_nan=False)
            assert "\0" not in text
            assert "\\u0000" not in text
            text.encode()
