"""Rows of schedules and drafts, and what of them is told today."""

import json
from datetime import date, time
from io import BytesIO
from typing import Any

import pytest

from app.importing import BadLine, read_catalogue
from knowledge.drafts import Draft, open_drafts, parse_draft_row
from knowledge.rows import RowError
from knowledge.schedules import Schedule, ScheduleKind, by_title, parse_schedule_row, upcoming

ROW: dict[str, Any] = {
    "id": "tcd-1",
    "kind": "reception",
    "who": "Chủ tịch UBND tỉnh",
    "agency_code": "H61.VPUB",
    "day": "15/12/2026",
    "from": "7h30",
    "to": "11:00",
    "place": "Trụ sở Tiếp công dân tỉnh",
}
DRAFT: dict[str, Any] = {
    "id": "nq-1",
    "title": "Nghị quyết về học phí",
    "opens_on": "2026-12-01",
    "closes_on": "2026-12-20",
}


def entry(day: int, who: str = "Chủ tịch UBND tỉnh", begins: int = 8) -> Schedule:
    when = date(2026, 12, day)
    return Schedule(f"{day}-{begins}", ScheduleKind.RECEPTION, who, when, time(begins), time(11))


def test_a_row_is_read() -> None:
    found = parse_schedule_row(ROW)
    assert (found.day, found.begins, found.ends) == (date(2026, 12, 15), time(7, 30), time(11))
    assert found.kind is ScheduleKind.RECEPTION


@pytest.mark.parametrize("clock", ["7:30", "07:30:00", "7h30", "7 h 30"])
def test_times_as_people_write_them(clock: str) -> None:
    assert parse_schedule_row({**ROW, "from": clock}).begins == time(7, 30)


def test_a_spreadsheets_own_time_is_read() -> None:
    assert parse_schedule_row({**ROW, "from": time(7, 30)}).begins == time(7, 30)


def test_a_table_of_each_kind_is_loaded_and_its_bad_rows_are_named() -> None:
    head = "id,kind,who,agency_code,day,from,to,place,note\n"
    rows = "a,reception,Chủ tịch,H61.VPUB,15/12/2026,7h30,11h00,Trụ sở,\nb,reception,,,,,,,\n"
    good, bad = read_catalogue("schedules", "lich.csv", BytesIO((head + rows).encode()))
    assert isinstance(good, dict)
    assert parse_schedule_row(good).begins == time(7, 30)
    assert isinstance(bad, BadLine)
    assert bad.number == 3
    line = json.dumps(DRAFT).encode()
    [kept] = read_catalogue("drafts", "du-thao.jsonl", BytesIO(line))
    assert isinstance(kept, dict)
    assert parse_draft_row(kept).closes_on == date(2026, 12, 20)


@pytest.mark.parametrize(
    "change",
    [
        {"id": ""},
        {"id": "a b"},
        {"kind": "party"},
        {"who": ""},
        {"day": ""},
        {"day": "31/02/2026"},
        {"from": ""},
        {"from": "sáng"},
        {"from": "25:00"},
        {"to": "7:00"},
    ],
)
def test_a_bad_schedule_is_refused(change: dict[str, str]) -> None:
    with pytest.raises(RowError):
        parse_schedule_row({**ROW, **change})


@pytest.mark.parametrize(
    "change",
    [
        {"title": ""},
        {"closes_on": "2026-11-30"},
        {"opens_on": ""},
        {"url": "javascript:alert(1)"},
        {"id": "x y"},
    ],
)
def test_a_bad_draft_is_refused(change: dict[str, str]) -> None:
    with pytest.raises(RowError):
        parse_draft_row({**DRAFT, **change})


def test_what_is_over_is_not_told() -> None:
    entries = [entry(15), entry(1, begins=7), entry(1, begins=10), entry(2)]
    kind, today = ScheduleKind.RECEPTION, date(2026, 12, 1)
    left = upcoming(entries, kind, today, time(10, 59))
    assert [item.day.day for item in left] == [1, 1, 2, 15]
    left = upcoming(entries, kind, today, time(11))
    assert [item.day.day for item in left] == [2, 15]
    assert upcoming(entries, ScheduleKind.WORK, today, time(0)) == []


def test_the_chairman_is_not_his_deputy() -> None:
    chairman, deputy = entry(1), entry(2, "Phó Chủ tịch UBND tỉnh")
    both = [chairman, deputy]
    assert by_title(both, "khi nào chủ tịch tiếp dân") == [chairman]
    assert by_title(both, "pho chu tich tiep dan ngay nao") == [deputy]
    assert by_title(both, "when does the chairman receive citizens") == [chairman]
    assert by_title(both, "lịch tiếp dân") == both
    assert by_title(both, "giám đốc sở tiếp dân ngày nào") == []


def test_a_draft_is_open_on_both_its_days() -> None:
    draft = parse_draft_row(DRAFT)
    days = [date(2026, 11, 30), date(2026, 12, 1), date(2026, 12, 20), date(2026, 12, 21)]
    assert [draft.is_open(day) for day in days] == [False, True, True, False]
    sooner = Draft("b", "B", date(2026, 12, 1), date(2026, 12, 10))
    assert open_drafts([draft, sooner], days[1]) == [sooner, draft]
