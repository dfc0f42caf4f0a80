"""Catalogue rows from the files people have."""

import dataclasses
import io
import json
from datetime import date
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.agencies import AgencyKind, parse_agency_row
from knowledge.dossiers import DEGREES, Degree, DossierStatus, parse_dossier_row
from knowledge.faqs import parse_faq_row
from knowledge.fields import Field
from knowledge.importing import FileFormat, find_format, read_rows
from knowledge.procedures import SubmissionChannel, parse_procedure_row
from knowledge.rows import RowError
from knowledge.text import Language


def rows(content: bytes, kind: FileFormat) -> list[tuple[int, Any]]:
    return list(read_rows(io.BytesIO(content), kind))


def workbook(*lines: list[Any]) -> bytes:
    book = openpyxl.Workbook()
    assert book.active is not None
    for line in lines:
        book.active.append(line)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_a_csv_of_excel_with_marks_semicolons_and_line_ends_in_cells() -> None:
    content = '\ufeffCode;Text;aliases\n1.012275;"Đăng ký\nhành nghề";a|b\n\nx;y;z\n'
    assert rows(content.encode(), FileFormat.CSV) == [
        (2, {"code": "1.012275", "text": "Đăng ký\nhành nghề", "aliases": "a|b"}),
        (5, {"code": "x", "text": "y", "aliases": "z"}),
    ]


def test_a_bad_line_is_reported_and_the_next_one_read() -> None:
    content = b'{"id": "a"}\n{broken\n[1]\n\n{"id": "b"}\n'
    read = rows(content, FileFormat.JSON_LINES)
    assert [(number, str(row)) for number, row in read if isinstance(row, RowError)] == [
        (2, "is not JSON"),
        (3, "is not a JSON object"),
    ]
    assert read[-1] == (5, {"id": "b"})
    [(number, error)] = rows(b"a,b\n1,2,3\n", FileFormat.CSV)
    assert (number, str(error)) == (2, "has 3 cells, the header has 2")


def test_a_workbook_keeps_dates_and_repairs_codes_taken_for_numbers() -> None:
    content = workbook(
        ["code", "text", "source_date", "papers", None],
        [2.0002, "Cấp bản sao", date(2026, 11, 20), "Đơn|Căn cước\nẢnh", None],
        [None, None, None, None, None],
        ["1.012275.H36", "Đăng ký hành nghề", "20/11/2026", None, None],
    )
    (first_line, first), (second_line, second) = rows(content, FileFormat.XLSX)
    assert (first_line, second_line) == (2, 4)
    procedure = parse_procedure_row(first)
    assert procedure.code == "2.000200"
    assert procedure.papers == ("Đơn", "Căn cước", "Ảnh")
    assert procedure.source_date == parse_procedure_row(second).source_date == date(2026, 11, 20)


@pytest.mark.parametrize(
    ("content", "kind", "reason"),
    [
        (b"not a zip", FileFormat.XLSX, "not an XLSX"),
        ("mã;tên\nx;Đường".encode("cp1258", "replace"), FileFormat.CSV, "not UTF-8"),
    ],
)
def test_a_file_of_another_format_is_refused(content: bytes, kind: FileFormat, reason: str) -> None:
    with pytest.raises(RowError, match=reason):
        rows(content, kind)


@given(st.binary(max_size=200), st.sampled_from(FileFormat))
def test_no_file_makes_anything_but_a_row_error(content: bytes, kind: FileFormat) -> None:
    try:
        found = rows(content, kind)
    except RowError:
        return
    assert all(isinstance(row, RowError | dict) for _, row in found)


def test_formats_by_name() -> None:
    assert find_format("Danh mục.XLSX") is FileFormat.XLSX
    assert find_format("rows.jsonl") is FileFormat.JSON_LINES
    assert find_format("rows.pdf") is None


def test_a_procedure_with_everything() -> None:
    procedure = parse_procedure_row(
        {
            "text": " Đăng ký khai sinh ",
            "code": "1.001193.000.00.00.h36",
            "channels": [{"channel": "Trực tiếp", "time": "Trong ngày", "fee": ""}],
            "routing_field": "justice",
            "aliases": ["khai sanh", ""],
            "lang": "vi",
            "unknown_column": "ignored",
        }
    )
    assert procedure.code == "1.001193.000.00.00.H36"
    assert procedure.text == "Đăng ký khai sinh"
    assert procedure.channels == (SubmissionChannel("Trực tiếp", "Trong ngày"),)
    assert procedure.routing_field is Field.JUSTICE
    assert procedure.aliases == ("khai sanh",)
    assert parse_procedure_row({"code": "VL.028", "text": "x"}).code == "VL.028"


def test_channels_of_a_spreadsheet_cell() -> None:
    cell = "Trực tiếp; 5 ngày; 10.000|Trực tuyến"
    procedure = parse_procedure_row({"code": "VL.1", "text": "x", "channels": cell})
    assert procedure.channels == (
        SubmissionChannel("Trực tiếp", "5 ngày", "10.000"),
        SubmissionChannel("Trực tuyến"),
    )


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"code": "1.012275"}, "text: is missing"),
        ({"text": "x"}, "code: is missing"),
        ({"text": "x", "code": "two words"}, "code: is not a code: 'two words'"),
        ({"text": "x", "code": "a1", "source_date": "31/02/2026"}, "source_date: is not a date"),
        ({"text": "x", "code": "a1", "routing_field": "roads"}, "'roads' is none of land"),
        ({"text": "x", "code": "a1", "lang": "fr"}, "lang: 'fr' is none of vi, en, km"),
        ({"text": {"a": 1}, "code": "a1"}, "text: expected text"),
    ],
)
def test_a_bad_procedure_says_what_is_wrong(row: dict[str, Any], message: str) -> None:
    with pytest.raises(RowError, match=message):
        parse_procedure_row(row)


def test_an_agency_with_successors() -> None:
    agency = parse_agency_row(
        {
            "code": "H59.SGTVT",
            "name": "Sở Giao thông vận tải",
            "kind": "department",
            "fields": "transport|public_security",
            "valid_to": "2025-06-30",
            "successors": [{"to": "H61.SXD", "field": None, "from": "2025-07-01"}],
        }
    )
    assert agency.kind is AgencyKind.DEPARTMENT
    assert agency.short_name == agency.name
    assert agency.fields == (Field.TRANSPORT, Field.PUBLIC_SECURITY)
    assert agency.successors[0].to == "H61.SXD"
    assert agency.exists_on(date(2025, 6, 30))
    assert not agency.exists_on(date(2025, 7, 1))
    with pytest.raises(RowError, match="successors: to: is missing"):
        parse_agency_row({"code": "A1", "name": "x", "kind": "centre", "successors": [{}]})


def test_an_faq() -> None:
    faq = parse_faq_row({"id": "FAQ-1", "lang": "KM", "question": "?", "answer": "a\nb"})
    assert (faq.lang, faq.answer, faq.valid_until) == (Language.KM, "a\nb", None)
    with pytest.raises(RowError, match="answer: is missing"):
        parse_faq_row({"id": "FAQ-1", "question": "?"})


@pytest.mark.parametrize("status", list(DossierStatus))
def test_each_dossier_status_has_a_degree(status: DossierStatus) -> None:
    dossier = parse_dossier_row({"code": "000 00 12 h59 231105 0004", "status": str(int(status))})
    assert dossier.code == "000.00.12.H59-231105-0004"
    assert dossier.degree is DEGREES[status]


def test_no_degree_is_without_a_status() -> None:
    assert set(DEGREES.values()) == set(Degree)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"code": "000.00.12", "status": 1}, "not a dossier code"),
        ({"code": "H59-231105-0004", "status": 11}, "not a number from 1 to 10"),
        ({"code": "H59-231105-0004", "status": "done"}, "not a number from 1 to 10"),
    ],
)
def test_a_bad_dossier_says_what_is_wrong(row: dict[str, Any], message: str) -> None:
    with pytest.raises(RowError, match=message):
        parse_dossier_row(row)


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=12) | st.dates(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=4,
)
COLUMNS = (
    *("code", "text", "channels", "aliases", "source_date", "routing_field", "lang", "id"),
    *("name", "kind", "fields", "successors", "status", "question", "answer"),
)


@given(st.dictionaries(st.sampled_from(COLUMNS), JSON_VALUES))
def test_no_row_makes_anything_but_a_row_error(row: dict[str, Any]) -> None:
    parsers = (parse_procedure_row, parse_agency_row, parse_faq_row, parse_dossier_row)
    for parse in parsers:
        try:
            parsed = parse(row)
        except RowError:
            continue
        assert dataclasses.is_dataclass(parsed)
        json.dumps(dataclasses.asdict(parsed), default=str)
