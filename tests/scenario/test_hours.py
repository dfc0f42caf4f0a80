"""When somebody reads: hours and days off as rows, told honestly outside of them."""

import io
import json
from datetime import UTC, date, datetime
from typing import Any

import psycopg
import pytest

from app.database import conninfo
from app.importing import BadLine, read_catalogue, save_rows
from bot.hours import Closed, Hours, parse_hours_row
from bot.intents import Intent
from bot.knowledge_holder import KnowledgeHolder
from casework.legal_clock import WorkCalendar
from knowledge.rows import RowError
from store.catalogue import CATALOGUE_CHANGED
from tests.scenario.chat import Chat

QUESTION = "Đường tỉnh 915 đoạn qua xã Long Đức bao giờ mở rộng?"
_DAYTIME = ["07:00-11:00", "13:00-17:00"]


def hours(**days: list[str]) -> Hours:
    """`d6=[…]`: Saturday has these hours; Monday to Friday have the ordinary ones."""
    said = {**{f"d{day}": _DAYTIME for day in range(1, 6)}, **days}
    rows = [{"weekday": name[1:], "periods": periods} for name, periods in said.items()]
    return Hours.of([parse_hours_row(row) for row in rows])


def local(day: str, clock: str) -> datetime:
    return datetime.fromisoformat(f"{day}T{clock}:00+07:00").astimezone(UTC)


@pytest.mark.parametrize(
    ("day", "clock", "opens"),
    [
        ("2026-11-20", "06:59", "2026-11-20T07:00"),
        ("2026-11-20", "12:00", "2026-11-20T13:00"),
        ("2026-11-20", "17:00", "2026-11-23T07:00"),  # Friday evening
        ("2026-11-21", "09:00", "2026-11-23T07:00"),
        ("2026-11-23", "23:59", "2026-11-25T07:00"),  # 24 November is a day off
        ("2027-02-03", "18:00", "2027-02-11T07:00"),  # the last evening before Tết
        ("2026-12-31", "18:00", "2027-01-04T07:00"),
    ],
)
def test_the_next_opening(day: str, clock: str, opens: str) -> None:
    closure = hours().find_closure(local(day, clock), WorkCalendar())
    assert closure is not None
    assert closure.opening is not None
    assert closure.opening.isoformat()[:16] == opens


def test_open_from_the_first_minute_to_before_the_last() -> None:
    ordinary, calendar = hours(), WorkCalendar()
    assert ordinary.is_open(local("2026-11-20", "07:00"), calendar)
    assert ordinary.is_open(local("2026-11-20", "16:59"), calendar)
    assert not ordinary.is_open(local("2026-11-20", "11:00"), calendar)
    assert ordinary.find_closure(local("2026-11-20", "08:00"), calendar) is None


def test_a_saturday_with_hours_is_open_but_not_on_a_holiday() -> None:
    saturday = hours(d6=["07:30-11:00"])
    assert saturday.is_open(local("2026-11-21", "08:00"), WorkCalendar())
    tet = local("2027-02-06", "08:00")
    assert not saturday.is_open(tet, WorkCalendar())
    closed = WorkCalendar({date(2026, 11, 21): False})
    assert not saturday.is_open(local("2026-11-21", "08:00"), closed)


def test_a_worked_saturday_has_the_hours_of_a_weekday() -> None:
    swapped = WorkCalendar({date(2026, 11, 21): True})
    assert hours().is_open(local("2026-11-21", "14:00"), swapped)


def test_a_day_off_that_is_no_national_holiday_is_one() -> None:
    closure = hours().find_closure(
        local("2026-11-20", "09:00"), WorkCalendar({date(2026, 11, 20): False})
    )
    assert closure is not None
    assert (closure.reason, closure.holidays) == (Closed.HOLIDAY, ())


def test_without_rows_nobody_is_said_to_be_there() -> None:
    closure = Hours().find_closure(local("2026-11-20", "09:00"), WorkCalendar())
    assert closure is not None
    assert closure.opening is None


@pytest.mark.parametrize(
    "row",
    [
        {"weekday": "0", "periods": _DAYTIME},
        {"weekday": "8", "periods": _DAYTIME},
        {"weekday": "", "periods": _DAYTIME},
        {"weekday": "1", "periods": ["7 giờ đến 11 giờ"]},
        {"weekday": "1", "periods": ["11:00-07:00"]},
        {"weekday": "1", "periods": ["25:00-26:00"]},
        {"weekday": "1", "periods": ["13:00-17:00", "07:00-11:00"]},
        {"weekday": "1", "periods": {"from": 7}},
    ],
)
def test_a_bad_row_is_refused(row: dict[str, Any]) -> None:
    with pytest.raises(RowError):
        parse_hours_row(row)


def test_a_spreadsheet_writes_the_periods_in_one_cell() -> None:
    row = parse_hours_row({"weekday": 1.0, "periods": "7h30 - 11h30; 13:00–17:00"})
    assert row == parse_hours_row({"weekday": "1", "periods": ["07:30-11:30", "13:00-17:00"]})


# -- imported, and told in the chat ---------------------------------------------------------------


async def load(chat: Chat, kind: str, *rows: dict[str, Any]) -> list[BadLine]:
    """As `hoidap import` does it; the running process then reads again."""
    content = "\n".join(json.dumps(row) for row in rows).encode()
    found = list(read_catalogue(kind, f"{kind}.jsonl", io.BytesIO(content)))
    async with chat.store.work() as work:
        await save_rows(work, kind, [row for row in found if isinstance(row, dict)])
        await work.commit()
    await knowledge_of(chat).reload()
    return [row for row in found if isinstance(row, BadLine)]


def knowledge_of(chat: Chat) -> KnowledgeHolder:
    return chat.runner._knowledge


async def test_imported_hours_hold_at_once_and_a_bad_row_is_named(chat: Chat) -> None:
    await chat.says("cho gặp cán bộ", Intent.REQUEST_HUMAN)
    chat.hears("7:00–11:00, 13:00–17:00")
    bad = await load(chat, "hours", {"weekday": 2, "periods": ["08:00-12:00"]}, {"weekday": "chín"})
    assert [(line.number, "weekday" in line.reason) for line in bad] == [(2, True)]
    await chat.says("cho gặp cán bộ", Intent.REQUEST_HUMAN)
    chat.hears("giờ làm việc hôm nay: 8:00–12:00")


async def test_imported_days_off_hold_at_once(chat: Chat) -> None:
    bad = await load(
        chat,
        "calendar",
        {"day": "01/12/2026", "working": "không", "reason": "Nghỉ bù"},
        {"day": "2026-12-02", "working": False},
        {"day": "2026-12-05", "working": True, "reason": "Làm bù"},
        {"day": "ngày mai", "working": True},
        {"day": "2026-12-07"},
    )
    assert [line.number for line in bad] == [4, 5]
    await chat.says("cho gặp cán bộ", Intent.REQUEST_HUMAN)
    chat.hears("Hôm nay là ngày nghỉ, cơ quan đọc từ thứ Năm, 03/12/2026")
    chat.clock.now = local("2026-12-04", "18:00")
    await chat.says("cho gặp cán bộ", Intent.REQUEST_HUMAN)
    chat.hears("cơ quan đọc từ thứ Bảy, 05/12/2026")


async def test_other_processes_are_told_of_hours_and_days_off(
    chat: Chat, database_url: str
) -> None:
    async with await psycopg.AsyncConnection.connect(
        conninfo(database_url), autocommit=True
    ) as hearer:
        await hearer.execute(f"listen {CATALOGUE_CHANGED}")
        await load(chat, "hours", {"weekday": 2, "periods": ["08:00-12:00"]})
        await load(chat, "calendar", {"day": "2026-12-01", "working": False})
        heard = [notice.payload async for notice in hearer.notifies(timeout=1, stop_after=2)]
    assert heard == ["office_hours", "calendar"]


async def sent_question(chat: Chat) -> None:
    await chat.says(QUESTION, Intent.ASK_AGENCY, place="Long Đức")
    await chat.picks("Cho tôi")
    await chat.picks("Gửi đi")


@pytest.mark.parametrize(
    ("day", "clock", "told"),
    [
        ("2026-12-05", "09:00", "Hôm nay là cuối tuần, cơ quan đọc từ thứ Hai, 07/12/2026."),
        ("2026-12-04", "18:00", "Hiện ngoài giờ làm việc, cơ quan đọc từ thứ Hai, 07/12/2026."),
        (
            "2027-02-03",
            "18:00",
            (
                "Hiện ngoài giờ làm việc, tiếp theo là kỳ nghỉ Tết Nguyên đán, "
                "cơ quan đọc từ thứ Năm, 11/02/2027."
            ),
        ),
        (
            "2027-02-08",
            "09:00",
            "Hôm nay là ngày nghỉ (Tết Nguyên đán), cơ quan đọc từ thứ Năm, 11/02/2027.",
        ),
    ],
)
async def test_a_case_sent_out_of_hours_says_when_somebody_reads(
    chat: Chat, day: str, clock: str, told: str
) -> None:
    chat.clock.now = local(day, clock)
    await sent_question(chat)
    chat.hears("Đã tiếp nhận câu hỏi", told)


@pytest.mark.parametrize("clock", ["09:00", "12:00", "05:00"])
async def test_a_case_that_is_read_today_says_nothing_of_hours(chat: Chat, clock: str) -> None:
    chat.clock.now = local("2026-12-01", clock)
    await sent_question(chat)
    chat.hears("Đã tiếp nhận câu hỏi")
    chat.does_not_hear("cơ quan đọc từ")


async def test_at_noon_a_person_is_promised_for_the_afternoon(chat: Chat) -> None:
    chat.clock.now = local("2026-12-01", "12:00")
    await chat.says("cho gặp cán bộ", Intent.REQUEST_HUMAN)
    chat.hears("Hiện ngoài giờ làm việc, cơ quan đọc từ 13:00 hôm nay")


async def test_the_notice_in_english_and_khmer(chat: Chat) -> None:
    chat.clock.now = local("2027-02-08", "09:00")
    await chat.says("I want to talk to a person please", Intent.REQUEST_HUMAN)
    chat.hears("Today is a day off (the Lunar New Year holiday)", "Thursday, 11/02/2027")
    khmer = chat.other("901")
    await khmer.says("ខ្ញុំចង់ជួបមន្ត្រី", Intent.REQUEST_HUMAN)
    khmer.hears("ថ្ងៃនេះជាថ្ងៃឈប់សម្រាក (បុណ្យតេត)", "11/02/2027")
