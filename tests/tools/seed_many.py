"""Fills a database as years of use would: cases with encrypted texts and history, and their talks.

`python tests/tools/seed_many.py [--cases 100000] [--messages 1000000]` works on the installation
the environment names, as every command does; the tables it fills must be empty.
"""

import argparse
import asyncio
import json
import os
import random
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import psycopg
from psycopg import sql

from app.data_folder import open_folder, read_keys
from app.database import command_store, conninfo, database_url
from app.settings import read_settings
from casework.cases import ActorKind, CaseKind, CaseSource, ContentKind, EventKind, make_code
from casework.legal_clock import vietnam_date
from casework.permissions import Role
from casework.statuses import CaseStatus
from delivery.messages import ChannelName, MessageClass, Speaker
from delivery.messages import EventKind as MessageKind
from knowledge.fields import Field
from store.inbox import InboxStatus
from store.outbox import OutboxStatus
from store.vault import Vault

S = CaseStatus
#: Of a thousand cases after some years.
SHARES = {
    S.ANSWERED: 700,
    S.CLOSED: 150,
    S.ASSIGNED: 50,
    S.NOT_ACCEPTED: 30,
    S.WITHDRAWN: 20,
    S.DRAFTED: 17,
    S.RECEIVED: 15,
    S.APPROVED: 10,
    S.TRIAGED: 5,
    S.BOUNCED: 3,
}
#: How far a case came: what its history and its texts hold.
_WITH_AGENCY = (S.ASSIGNED, S.DRAFTED, S.APPROVED, S.ANSWERED, S.CLOSED)
_WITH_DRAFT = (S.DRAFTED, S.APPROVED, S.ANSWERED, S.CLOSED)
_WITH_ANSWER = (S.ANSWERED, S.CLOSED)
_CASES_A_TALK = 4
_OFFICERS = 4
_YEARS = timedelta(days=3 * 365)
QUESTIONS = (
    "Đường tỉnh {n} đoạn qua ấp Chợ bao giờ được mở rộng? Mùa mưa xe máy đi lại rất khó.",
    "Tôi nộp hồ sơ tách thửa số {n} đã hơn một tháng, xin hỏi bao giờ có kết quả?",
    "Bãi rác gần nhà văn hóa ấp {n} bốc mùi, đề nghị cơ quan kiểm tra.",
    "Mẹ tôi 80 tuổi chưa nhận trợ cấp tháng {n}, xin hỏi nhận ở đâu?",
    "Nước máy tuyến {n} yếu vào buổi chiều, mong đơn vị cấp nước trả lời.",
)
ANSWER = (
    "Kính gửi Ông/Bà. Về nội dung số {n}, đơn vị đã kiểm tra và trả lời như sau: công trình nằm"
    " trong kế hoạch năm nay, dự kiến khởi công quý III. Trân trọng."
)


@dataclass(frozen=True, slots=True)
class _Way:
    """How far a case came."""

    case_id: str
    number: int
    status: CaseStatus
    asked: datetime
    agency: str
    officer: str


@dataclass(frozen=True, slots=True)
class Seeded:
    """`agency`: one that has cases."""

    agency: str
    cases: int
    messages: int
    seconds: float


async def seed(address: str, vault: Vault, *, cases: int, messages: int, now: datetime) -> Seeded:
    """Fill empty tables. `address`: libpq."""
    started = time.monotonic()
    made = _Many(vault, cases, messages, now)
    async with await psycopg.AsyncConnection.connect(address) as connection:
        made.agencies = await _agencies(connection)
        await _fill(connection, made)
        await connection.commit()
        await connection.set_autocommit(True)
        # As autovacuum would have done over the years.
        await connection.execute("vacuum (analyze)")
    return Seeded(made.agencies[0], cases, messages, time.monotonic() - started)


async def _agencies(connection: psycopg.AsyncConnection) -> list[str]:
    found = await connection.execute("select code from agencies order by code")
    codes = [str(row[0]) for row in await found.fetchall()]
    if not codes:
        raise SystemExit("Load the directory of agencies first (hoidap demo --data-only).")
    return codes


async def _fill(connection: psycopg.AsyncConnection, made: "_Many") -> None:
    for table, columns, rows in (
        ("staff", _STAFF, made.staff()),
        ("inbox", _INBOX, made.inbox()),
        ("outbox", _OUTBOX, made.outbox()),
        ("conversations", _CONVERSATIONS, made.conversations()),
    ):
        await _copy(connection, table, columns, rows)
    # In pieces: the texts of all cases at once would be half a gigabyte.
    for start in range(0, made.cases, 5000):
        part = [made.case(number) for number in range(start, min(start + 5000, made.cases))]
        for table, columns in _CASE_TABLES.items():
            await _copy(connection, table, columns, (row for one in part for row in one[table]))
    await connection.execute(
        "insert into case_counters (prefix, year, last_number)"
        " select split_part(code, '-', 1), split_part(code, '-', 2)::int,"
        " max(split_part(code, '-', 3)::int) from cases group by 1, 2"
    )
    for table in ("inbox", "outbox"):
        await connection.execute(
            sql.SQL("select setval(pg_get_serial_sequence({}, 'id'), {})").format(
                sql.Literal(table), sql.Literal(made.messages)
            )
        )


async def _copy(
    connection: psycopg.AsyncConnection,
    table: str,
    columns: tuple[str, ...],
    rows: Iterator[tuple[Any, ...]],
) -> None:
    statement = sql.SQL("copy {} ({}) from stdin").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    async with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            await copy.write_row(row)


_STAFF: tuple[str, ...] = (
    "id", "email", "name", "role", "agency_code", "password_hash", "active", "created_at",
)  # fmt: skip
_INBOX: tuple[str, ...] = (
    "id", "channel", "event_key", "conversation_id", "kind", "raw", "content", "sent_at",
    "received_at", "due_at", "status",
)  # fmt: skip
_OUTBOX: tuple[str, ...] = (
    "id", "channel", "conversation_id", "message_class", "speaker", "message", "tag", "case_id",
    "inbox_id", "status", "due_at", "created_at", "sent_at",
)  # fmt: skip
_CONVERSATIONS: tuple[str, ...] = (
    "id", "channel", "account_id", "user_id", "created_at", "updated_at",
)  # fmt: skip
_CASE_TABLES: dict[str, tuple[str, ...]] = {
    "cases": (
        "id", "code", "kind", "status", "source", "conversation_id", "inbox_id", "asked_on",
        "due_on", "promised_on", "legal_basis", "field", "place", "agency_code", "officer_id",
        "answered_at", "created_at", "updated_at",
    ),
    "case_keys": ("case_id", "wrapped_key"),
    "case_contents": ("id", "case_id", "kind", "ciphertext", "created_at"),
    "case_events": ("case_id", "at", "kind", "actor_kind", "actor_id", "data", "content_id"),
}  # fmt: skip


class _Many:
    """Rows, the same ones every time."""

    def __init__(self, vault: Vault, cases: int, messages: int, now: datetime) -> None:
        self.vault = vault
        self.cases = cases
        #: From each side.
        self.messages = messages // 2
        self.now = now
        self.agencies: list[str] = []
        self.dice = random.Random(20261120)  # noqa: S311 - the same numbers every time, no secret
        self.talks = max(1, cases // _CASES_A_TALK)
        self.a_talk = max(1, self.messages // self.talks)

    def talk(self, number: int) -> str:
        return f"zalo:4000:{number:08d}"

    def at(self, number: int, of: int) -> datetime:
        """Spread over the years, in order."""
        return self.now - _YEARS * (1 - number / of)

    def officer(self, agency: str, number: int) -> str:
        return f"{agency}-{number}"

    def staff(self) -> Iterator[tuple[Any, ...]]:
        for agency in self.agencies:
            for number in range(_OFFICERS):
                name = self.officer(agency, number)
                role = Role.LEAD if number == 0 else Role.OFFICER
                yield name, f"{name.lower()}@seed.invalid", name, role, agency, "", True, self.now

    def conversations(self) -> Iterator[tuple[Any, ...]]:
        for number in range(self.talks):
            at = self.at(number, self.talks)
            yield self.talk(number), ChannelName.ZALO, "4000", f"{number:08d}", at, at

    def inbox(self) -> Iterator[tuple[Any, ...]]:
        for number in range(self.messages):
            talk = min(number // self.a_talk, self.talks - 1)
            at = self.at(number, self.messages)
            said = QUESTIONS[number % len(QUESTIONS)].format(n=number)
            content = {"account_id": "4000", "user_id": f"{talk:08d}", "text": said}
            yield (
                number + 1, ChannelName.ZALO, f"seed-{number}", self.talk(talk),
                MessageKind.MESSAGE, b"{}", json.dumps(content), at, at, at, InboxStatus.DONE,
            )  # fmt: skip

    def outbox(self) -> Iterator[tuple[Any, ...]]:
        for number in range(self.messages):
            talk = min(number // self.a_talk, self.talks - 1)
            at = self.at(number, self.messages) + timedelta(seconds=1)
            message = {"text": f"🤖 Trợ lý tự động\nEm đã ghi nhận ý {number} của anh/chị."}
            yield (
                number + 1, ChannelName.ZALO, self.talk(talk), MessageClass.REPLY, Speaker.BOT,
                json.dumps(message), f"seed-{number}", None, number + 1, OutboxStatus.SENT, at, at,
                at,
            )  # fmt: skip

    def case(self, number: int) -> dict[str, list[tuple[Any, ...]]]:
        """A case's rows by table."""
        dice = self.dice
        case_id = f"{number:032x}"
        (status,) = dice.choices(list(SHARES), list(SHARES.values()))
        # What is open was asked in the last weeks.
        settled = status in (*_WITH_ANSWER, S.NOT_ACCEPTED, S.WITHDRAWN)
        days = 1 + dice.random() * (_YEARS.days if settled else 25)
        asked = self.now - timedelta(days=days)
        agency = dice.choice(self.agencies) if status in _WITH_AGENCY else ""
        officer = self.officer(agency, dice.randrange(_OFFICERS)) if agency else ""
        answered = asked + timedelta(days=dice.random() * 18) if status in _WITH_ANSWER else None
        kind = dice.choice(list(CaseKind))
        talk = number % self.talks
        first = min(talk * self.a_talk + number // self.talks + 1, self.messages)
        due: date = vietnam_date(asked) + timedelta(days=21)
        case = (
            case_id, make_code(kind, asked.year, number), kind, status, CaseSource.ZALO,
            self.talk(talk), first if number < self.messages else None, vietnam_date(asked), due,
            due, "15 ngày làm việc (tạm áp dụng)", dice.choice(list(Field)), "xã Long Đức",
            agency, officer, answered, asked, answered or asked,
        )  # fmt: skip
        key = self.vault.new_case_key()
        way = _Way(case_id, number, status, asked, agency, officer)
        contents, events = self._story(way, key)
        return {
            "cases": [case],
            "case_keys": [(case_id, key)],
            "case_contents": contents,
            "case_events": events,
        }

    def _story(self, way: _Way, key: bytes) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
        """Rows of texts and of events."""
        box = self.vault.case_box(key)
        contents: list[tuple[Any, ...]] = []
        events: list[tuple[Any, ...]] = []

        def tell(event: EventKind, actor: str, text: str = "", kind: str = "") -> None:
            content_id = f"{way.case_id}{len(events)}" if text else None
            at = way.asked + timedelta(hours=len(events))
            if text:
                contents.append((content_id, way.case_id, kind, box.encrypt(text.encode()), at))
            who = ActorKind.STAFF if actor else ActorKind.CITIZEN
            given = {"agency": way.agency, "officer": way.officer}
            data = json.dumps(given if event is EventKind.ASSIGNED else {})
            events.append((way.case_id, at, event, who, actor, data, content_id))

        question = QUESTIONS[way.number % len(QUESTIONS)].format(n=way.number)
        answer = ANSWER.format(n=way.number)
        tell(EventKind.OPENED, "", question, ContentKind.QUESTION)
        if way.agency:
            tell(EventKind.ASSIGNED, way.officer)
        if way.status in _WITH_DRAFT:
            tell(EventKind.DRAFT_SAVED, way.officer, answer, ContentKind.DRAFT)
        if way.status in (S.APPROVED, *_WITH_ANSWER):
            tell(EventKind.APPROVED, way.officer)
        if way.status in _WITH_ANSWER:
            tell(EventKind.ANSWER_SENT, way.officer, answer, ContentKind.ANSWER)
        return contents, events


@asynccontextmanager
async def installation() -> AsyncIterator[tuple[str, Vault]]:
    """The database and the keys the environment names, migrated."""
    settings = read_settings(os.environ)
    folder = open_folder(settings)
    async with command_store(settings, folder), database_url(settings, folder) as url:
        yield conninfo(url), Vault(read_keys(settings, folder))


async def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--messages", type=int, default=1_000_000)
    wanted = parser.parse_args()
    async with installation() as (address, vault):
        done = await seed(
            address, vault, cases=wanted.cases, messages=wanted.messages, now=datetime.now(UTC)
        )
    print(f"{done.cases} cases, {done.messages} messages in {done.seconds:.0f} s")


if __name__ == "__main__":
    asyncio.run(main())
