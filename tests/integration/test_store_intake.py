"""Events are durable before the answer, in order, once, and never cost their neighbours."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

import psycopg
import pytest
from sqlalchemy import select, text

from app.database import conninfo
from delivery.messages import Attachment, AttachmentKind, ChannelName, EventKind, Inbound
from store.clock import system_clock
from store.inbox import InboxStatus
from store.intake import Intake, NotDurableError
from store.lanes import LaneKind, lock_key
from store.tables import inbox
from store.unit_of_work import INBOX_READY, Store
from tests.fakes.clock import NOW

DEAD_PORT = "postgresql://nobody@127.0.0.1:9/none"


def event(key: str, user: str = "u1", **changes: Any) -> Inbound:
    known = {
        "channel": ChannelName.FACEBOOK,
        "account_id": "page",
        "user_id": user,
        "event_key": key,
        "kind": EventKind.MESSAGE,
        "raw": key.encode(errors="surrogatepass"),
        "text": f"text {key}",
    }
    return Inbound(**{**known, **changes})


@pytest.fixture
async def intake(store: Store, database_url: str) -> AsyncIterator[Intake]:
    found = Intake(conninfo(database_url), system_clock)
    await found.start()
    yield found
    await found.close()


async def keys(store: Store, column: str = "event_key") -> list[str]:
    async with store.engine.connect() as connection:
        query = select(inbox.c[column]).order_by(inbox.c.id)
        found = await connection.execute(query)
        return list(found.scalars())


async def raws(store: Store) -> list[bytes]:
    async with store.engine.connect() as connection:
        found = await connection.execute(select(inbox.c.raw).order_by(inbox.c.id))
        return [bytes(raw) for raw in found.scalars()]


async def test_everything_of_an_event_is_kept(store: Store, intake: Intake) -> None:
    full = event(
        "k1",
        sent_at=NOW,
        payload="p",
        message_id="m",
        about=("a", "b"),
        tag="t",
        by_person=True,
        extra={"x": [1, None, "ế"]},
        attachments=(Attachment(AttachmentKind.LOCATION, latitude=10.5, longitude=106.0),),
    )
    await intake.accept([full])
    async with store.work() as work:
        (row,) = await work.inbox.open_rows(full.conversation_id, 10, system_clock())
    assert row.event == Inbound(**{**_fields(full), "raw": b""})
    assert await raws(store) == [b"k1"]
    assert isinstance(row.received_at, datetime)


def _fields(found: Inbound) -> dict[str, Any]:
    return {name: getattr(found, name) for name in Inbound.__slots__}


async def test_an_event_is_on_disk_when_accept_returns(store: Store, intake: Intake) -> None:
    for number in range(5):
        await intake.accept([event(f"k{number}")])
        assert len(await keys(store)) == number + 1


async def test_repeats_within_and_across_batches_are_stored_once(
    store: Store, intake: Intake
) -> None:
    await intake.accept([event("a"), event("b"), event("a")])
    await intake.accept([event("b"), event("c")])
    await asyncio.gather(*(intake.accept([event("d")]) for _ in range(10)))
    assert await keys(store) == ["a", "b", "c", "d"]
    await intake.accept([event("a", channel=ChannelName.ZALO)])
    assert len(await keys(store)) == 5


async def test_two_intakes_keep_the_order_of_every_conversation(
    store: Store, database_url: str
) -> None:
    intakes = [Intake(conninfo(database_url), system_clock) for _ in range(2)]
    for one in intakes:
        await one.start()

    async def deliver(one: Intake, name: str) -> None:
        for start in range(0, 60, 3):
            users = [f"u{number}" for number in range(start % 4, start % 4 + 3)]
            await one.accept(
                [event(f"{name}:{user}:{start + n:03d}", user) for n in range(3) for user in users]
            )

    async with asyncio.timeout(20):
        await asyncio.gather(*(deliver(one, f"i{n}") for n, one in enumerate(intakes * 2)))
    for one in intakes:
        await one.close()
    for column in ("i0", "i1"):
        for user in range(6):
            mine = [key for key in await keys(store) if key.startswith(f"{column}:u{user}:")]
            numbers = [int(key.rsplit(":", 1)[1]) for key in mine]
            assert numbers == sorted(numbers)
    async with store.engine.connect() as connection:
        unordered = await connection.execute(
            text(
                "select count(*) from inbox a join inbox b on a.conversation_id = b.conversation_id"
                " and a.id < b.id and a.received_at > b.received_at + interval '50 ms'"
            )
        )
        assert unordered.scalar_one() == 0


SURROGATE = "\ud83d"


@pytest.mark.parametrize(
    "bad",
    [
        event("bad", text="a\0b"),
        event("bad", payload="\0"),
        event("bad", text=SURROGATE),
        event("bad", extra={"deep": [{"x": "\0"}]}),
        event("bad", extra={"n": 10**400}),
        event("bad", extra={"x": object()}),
        event("bad", message_id="\0", tag=SURROGATE),
    ],
)
async def test_a_refused_event_is_kept_without_its_copy_and_costs_nobody(
    store: Store, intake: Intake, bad: Inbound
) -> None:
    good = [event(f"g{number}", f"u{number % 3}") for number in range(9)]
    await intake.accept([*good[:5], bad, *good[5:]])
    assert await keys(store) == [
        *[f"g{n}" for n in range(5)],
        "bad",
        *[f"g{n}" for n in range(5, 9)],
    ]
    async with store.engine.connect() as connection:
        found = await connection.execute(
            text("select kind, status, raw, content from inbox where event_key = 'bad'")
        )
        kind, status, raw, content = found.one()
    assert (kind, status, bytes(raw)) == (EventKind.UNKNOWN, InboxStatus.NOTED, b"bad")
    assert content == {"account_id": "page", "user_id": "u1"}


@pytest.mark.parametrize("key", ["nul\0", SURROGATE, "x" * 9000 + "\0", "é\n" * 3000])
async def test_even_ids_the_index_cannot_hold_cost_nobody(
    store: Store, intake: Intake, key: str
) -> None:
    for _ in range(2):
        await intake.accept([event("before"), event(key, user=f"u{key}"), event("after")])
    found = await keys(store)
    assert len(found) == 3
    assert (found[0], found[2]) == ("before", "after")
    assert await raws(store) == [b"before", key.encode(errors="surrogatepass"), b"after"]


async def test_two_requests_share_a_batch_with_a_refused_event(
    store: Store, intake: Intake
) -> None:
    requests = [intake.accept([event("bad", text="\0")])]
    requests += [intake.accept([event(f"g{number}")]) for number in range(20)]
    await asyncio.gather(*requests)
    assert len(await keys(store)) == 21


async def test_a_database_that_is_away_is_said_in_time() -> None:
    intake = Intake(DEAD_PORT, system_clock)
    await intake.start()
    async with asyncio.timeout(2.5):
        with pytest.raises(NotDurableError):
            await intake.accept([event("a")])
    await intake.close()


async def test_a_locked_table_is_said_in_time_and_the_next_event_is_taken(
    store: Store, intake: Intake
) -> None:
    async with store.engine.begin() as connection:
        await connection.execute(text("lock table inbox in access exclusive mode"))
        async with asyncio.timeout(2.5):
            with pytest.raises(NotDurableError):
                await intake.accept([event("late")])
    async with asyncio.timeout(8):
        while True:
            try:
                await intake.accept([event("late"), event("next")])
            except NotDurableError:
                continue
            break
    assert await keys(store) == ["late", "next"]


async def test_a_killed_connection_is_made_again(store: Store, intake: Intake) -> None:
    await intake.accept([event("a")])
    async with store.engine.begin() as connection:
        await connection.execute(
            text(
                "select pg_terminate_backend(pid) from pg_stat_activity"
                " where application_name = 'hoidap intake'"
            )
        )
    try:
        await intake.accept([event("b")])
    except NotDurableError:
        await intake.accept([event("b")])
    assert await keys(store) == ["a", "b"]


async def test_concurrent_requests_share_transactions(store: Store, intake: Intake) -> None:
    await asyncio.gather(*(intake.accept([event(f"k{n}", f"u{n}")]) for n in range(300)))
    async with store.engine.connect() as connection:
        found = await connection.execute(
            text("select count(*), count(distinct xmin::text) from inbox")
        )
        rows, transactions = found.one()
    assert rows == 300
    assert transactions <= 10


async def test_close_writes_what_waits(store: Store, database_url: str) -> None:
    intake = Intake(conninfo(database_url), system_clock)
    await intake.start()
    waiting = [asyncio.create_task(intake.accept([event(f"k{n}")])) for n in range(20)]
    await asyncio.sleep(0)
    await intake.close()
    await asyncio.gather(*waiting)
    assert len(await keys(store)) == 20


async def test_a_client_that_hangs_up_breaks_nobodys_batch(store: Store, intake: Intake) -> None:
    waiting = [asyncio.create_task(intake.accept([event(f"k{n}")])) for n in range(10)]
    await asyncio.sleep(0)
    for number in (0, 4, 9):
        waiting[number].cancel()
    found = await asyncio.gather(*waiting, return_exceptions=True)
    assert [isinstance(item, asyncio.CancelledError) for item in found].count(True) == 3
    assert set(await keys(store)) >= {f"k{n}" for n in range(10) if n not in {0, 4, 9}}
    await intake.accept([event("next")])


@asynccontextmanager
async def other_writer_in(store: Store, conversation_id: str) -> AsyncIterator[None]:
    """Another process is in the middle of writing to the conversation."""
    async with store.engine.begin() as connection:
        key = lock_key(LaneKind.INTAKE, conversation_id)
        await connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": key})
        yield


async def test_a_later_writer_waits_so_that_row_order_is_commit_order(
    store: Store, intake: Intake
) -> None:
    async with other_writer_in(store, event("a").conversation_id):
        waiting = asyncio.create_task(intake.accept([event("a")]))
        await asyncio.sleep(0.2)
        assert not waiting.done()
        assert await keys(store) == []
    await waiting
    assert await keys(store) == ["a"]


async def test_a_client_that_hangs_up_during_the_write_breaks_nobodys_batch(
    store: Store, intake: Intake
) -> None:
    async with other_writer_in(store, event("a").conversation_id):
        waiting = [asyncio.create_task(intake.accept([event(name)])) for name in "abc"]
        await asyncio.sleep(0.2)
        waiting[1].cancel()
        await asyncio.sleep(0)
    found = await asyncio.gather(*waiting, return_exceptions=True)
    assert [type(item) for item in found] == [type(None), asyncio.CancelledError, type(None)]
    assert {"a", "c"} <= set(await keys(store))


async def test_what_needs_a_turn_is_told_at_once(
    store: Store, intake: Intake, database_url: str
) -> None:
    async with await psycopg.AsyncConnection.connect(
        conninfo(database_url), autocommit=True
    ) as hearer:
        await hearer.execute(f"listen {INBOX_READY}")
        await intake.accept([event("a", "u1"), event("b", "u2")])
        await intake.accept([event("c", kind=EventKind.STANDBY)])
        await intake.accept([event(f"d{n}", f"{n:0100d}") for n in range(200)])
        notices = [notice.payload async for notice in hearer.notifies(timeout=2, stop_after=2)]
    assert notices == ["facebook:page:u1\nfacebook:page:u2", ""]
    assert (await keys(store, "status"))[2] == InboxStatus.NOTED


async def test_nothing_is_accepted_in_an_empty_call(intake: Intake, store: Store) -> None:
    await intake.accept([])
    assert await keys(store) == []
