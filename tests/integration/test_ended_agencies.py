"""Procedures that name an agency which has ended, as they are imported."""

import argparse
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from app.cli.command import Context
from app.cli.doctor_command import WARN, _ended_agencies
from app.cli.import_command import COMMANDS
from app.data_folder import DataFolder
from app.ended_agencies import FLAGS, flag_procedures
from app.settings import read_settings
from store.alerts import AlertKind
from store.unit_of_work import Store

NEW = {"code": "H61.SNNMT", "name": "Sở Nông nghiệp và Môi trường tỉnh X", "kind": "department"}
ROADS = {"code": "H61.SXD", "name": "Sở Xây dựng tỉnh X", "kind": "department"}
POLICE = {"code": "H61.CAT", "name": "Công an tỉnh X", "kind": "branch"}
ENDED = {
    "code": "H61.STNMT",
    "name": "Sở Tài nguyên và Môi trường tỉnh X (đã kết thúc)",
    "kind": "department",
    "valid_to": "2025-02-28",
    "successors": [{"to": "H61.SNNMT", "from": "2025-03-01"}],
}
SPLIT = {
    "code": "H61.SGTVT",
    "name": "Sở Giao thông vận tải tỉnh X (đã kết thúc)",
    "kind": "department",
    "valid_to": "2025-02-28",
    "successors": [
        {"to": "H61.SXD", "field": "transport", "from": "2025-03-01"},
        {"to": "H61.CAT", "field": "public_security", "from": "2025-03-01"},
    ],
}
AGENCIES: list[dict[str, Any]] = [NEW, ROADS, POLICE, ENDED, SPLIT]
PROCEDURES: list[dict[str, Any]] = [
    {"code": "1.000001", "text": "Tách thửa", "agency": "Sở Tài nguyên và Môi trường"},
    {"code": "1.000002", "text": "Cấp phép xe", "agency": "Sở Giao thông vận tải"},
    {"code": "1.000003", "text": "Cấp phép xây", "agency": "Sở Xây dựng"},
    {
        "code": "1.000004",
        "text": "Đường",
        "competent_agency": "SỞ GIAO THÔNG VẬN TẢI",
        "routing_field": "transport",
    },
]


@dataclass
class Office:
    """Imports files as the office does, into the database of the test."""

    context: Context
    folder: Path

    async def imports(self, kind: str, rows: list[dict[str, Any]]) -> int:
        path = self.folder / f"{kind}.jsonl"
        lines = [json.dumps(row, ensure_ascii=False) for row in rows]
        path.write_text("\n".join(lines), encoding="utf-8")
        arguments = argparse.Namespace(kind=kind, file=path)
        return await COMMANDS["import"].run(self.context, arguments)


@pytest.fixture
def office(store: Store, database_url: str, tmp_path: Path) -> Office:
    assert store
    environment = {"DATABASE_URL": database_url}
    return Office(Context(read_settings(environment), DataFolder(tmp_path), environment), tmp_path)


async def flags(store: Store) -> dict[str, list[list[str]]]:
    async with store.work() as work:
        rows = await work.catalogue.all("procedures")
    return {row["code"]: [one["heirs"] for one in row[FLAGS]] for row in rows if FLAGS in row}


async def alerts(store: Store) -> list[str]:
    async with store.work() as work:
        found = await work.alerts.open()
    return [one.detail for one in found if one.kind is AlertKind.AGENCY_ENDED]


FLAGGED = {
    "1.000001": [["H61.SNNMT"]],
    "1.000002": [["H61.SXD", "H61.CAT"]],
    "1.000004": [["H61.SXD"]],
}


async def test_the_import_tells_line_and_old_and_new_agency(
    office: Office, store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    await office.imports("agencies", AGENCIES)
    assert await office.imports("procedures", PROCEDURES) == 0
    said = capsys.readouterr()
    assert "4 procedures loaded, 0 bad rows" in said.out
    assert "3 times the catalogue names an agency that has ended: 2 lead to its successor, 1" in (
        said.out
    )
    first, second, third = said.err.splitlines()
    assert first == (
        "procedures.jsonl, line 1: 1.000001 names Sở Tài nguyên và Môi trường tỉnh X (H61.STNMT), "
        "which has ended; now Sở Nông nghiệp và Môi trường tỉnh X (H61.SNNMT)"
    )
    assert second.startswith("procedures.jsonl, line 2: 1.000002 names Sở Giao thông vận tải")
    assert "an editor decides: Sở Xây dựng tỉnh X (H61.SXD); Công an tỉnh X (H61.CAT)" in second
    assert "line 4: 1.000004" in third
    assert await flags(store) == FLAGGED


async def test_agencies_that_come_later_flag_what_is_there(
    office: Office, store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    await office.imports("procedures", PROCEDURES)
    assert capsys.readouterr().err == ""
    assert await flags(store) == {}
    await office.imports("agencies", AGENCIES)
    assert await flags(store) == FLAGGED
    assert capsys.readouterr().err.startswith("1.000001 names Sở Tài nguyên")


async def test_twice_is_as_once_and_an_editor_is_told_once(office: Office, store: Store) -> None:
    for _ in range(2):
        await office.imports("agencies", AGENCIES)
        await office.imports("procedures", PROCEDURES)
    assert await flags(store) == FLAGGED
    assert await alerts(store) == ["H61.SGTVT"]
    async with store.work() as work:
        [(state, words)] = await _ended_agencies(work)
    assert (state, words) == (
        WARN,
        "procedures that name an ended agency, successor not clear: 1.000002",
    )


async def test_a_directory_put_right_takes_the_flag_away(office: Office, store: Store) -> None:
    await office.imports("agencies", AGENCIES)
    await office.imports("procedures", PROCEDURES)
    await office.imports("agencies", [{**SPLIT, "valid_to": None}])
    assert await flags(store) == {"1.000001": [["H61.SNNMT"]]}
    async with store.work() as work:
        assert await _ended_agencies(work) == []


async def test_no_successor_is_told_as_such(office: Office, store: Store) -> None:
    await office.imports("agencies", [{**ENDED, "successors": []}])
    await office.imports("procedures", PROCEDURES[:1])
    async with store.work() as work:
        [found] = await flag_procedures(work)
    assert "does not say who took over" in str(found)
    assert await alerts(store) == ["H61.STNMT"]
