"""Lanes: one conversation at a time whoever works, no row left, whatever breaks."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random

import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

import app.lanes
from app.lanes import LaneRunner, LaneWork
from bot.lane_work import InboxLane
from delivery.messages import ChannelName, EventKind, Inbound
from store.clock import system_clock
from store.engine import make_engine
from store.inbox import MAX_ATTEMPTS, InboxRow, InboxStatus
from store.lanes import LaneKind, leave_lane, ready_conversations, try_lane
from store.tables import inbox
from store.unit_of_work import Store, UnitOfWork

CHANCE = Random(20261120)  # noqa: S311 - a test that fails must fail again


def conversation(user: int | str) -> str:
    return f"facebook:page:{user}"


async def add(store: Store, user: int | str, numbers: Iterable[int]) -> None:
    async with store.work() as work:
        for number in numbers:
            event = Inbound(
                channel=ChannelName.FACEBOOK,
                account_id="page",
                user_id=str(user),
                event_key=f"{user}:{number}",
                kind=EventKind.MESSAGE,
                raw=b"",
                text=str(number),
            )
            await work.inbox.add(event, work.clock())
        await work.commit()


async def fill(store: Store, users: int, rows: int, start: int = 0) -> None:
    for user in range(users):
        await add(store, user, range(start, start + rows))


async def count(store: Store, status: InboxStatus) -> int:
    async with store.engine.connect() as connection:
        found = await connection.execute(select(inbox.c.id).where(inbox.c.status == status))
        return len(found.all())


async def until(condition: Callable[[], Awaitable[bool]], seconds: float = 15) -> None:
    async with asyncio.timeout(seconds):
        while not await condition():  # noqa: ASYNC110 - looks into the database
            await asyncio.sleep(0.02)


@dataclass
class Diary:
    """Turns that write down who worked what, and notice when two meet."""

    store: Store
    seen: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    inside: set[str] = field(default_factory=set)
    met: list[str] = field(default_factory=list)
    given_up: list[str] = field(default_factory=list)
    #: Event keys whose turn fails.
    bad: set[str] = field(default_factory=set)
    pause: float = 0.0

    async def run(self, row: InboxRow, connection: AsyncConnection) -> None:
        who = row.conversation_id
        if who in self.inside:
            self.met.append(who)
        self.inside.add(who)
        try:
            await asyncio.sleep(self.pause * CHANCE.random())
            if row.event.event_key in self.bad:
                raise RuntimeError(row.event.text)
            async with self.store.work(connection) as work:
                if await work.inbox.take(row.id, work.clock()):
                    await work.commit()
                    self.seen[who].append(int(row.event.text))
        finally:
            self.inside.discard(who)

    async def give_up(self, row: InboxRow, work: UnitOfWork) -> None:
        self.given_up.append(row.event.event_key)


@asynccontextmanager
async def running(*runners: LaneRunner) -> AsyncIterator[list["asyncio.Task[None]"]]:
    tasks = [asyncio.create_task(runner.run()) for runner in runners]
    try:
        yield tasks
    finally:
        for runner in runners:
            runner.stop()
        async with asyncio.timeout(10):
            await asyncio.gather(*tasks)


def runner_of(engine: AsyncEngine, work: LaneWork, slots: int = 4) -> LaneRunner:
    return LaneRunner(engine, LaneKind.INBOX, work, slots=slots, clock=system_clock)


@pytest.fixture
async def other_engine(database_url: str) -> AsyncIterator[AsyncEngine]:
    engine = make_engine(database_url, pool_size=10, name="test lanes")
    yield engine
    await engine.dispose()


async def test_two_processes_share_the_conversations_and_leave_nothing(
    store: Store, other_engine: AsyncEngine
) -> None:
    users, rows = 50, 10
    diary = Diary(store, pause=0.01)
    lanes = [InboxLane(store, diary, lambda _: None) for _ in range(2)]
    engines = [store.engine, other_engine]
    runners = [runner_of(engine, lane.run) for engine, lane in zip(engines, lanes, strict=True)]

    async def wake_at_random() -> None:
        while True:
            # Two of three wake-ups are lost; some come twice, some for nothing.
            for one in runners:
                if CHANCE.random() < 1 / 3:
                    one.wake(conversation(CHANCE.randrange(users + 3)) for _ in range(9))
            await asyncio.sleep(0.01)

    waker = asyncio.create_task(wake_at_random())
    async with running(*runners):
        for start in range(0, rows, 5):
            await fill(store, users, 5, start)
        await until(lambda: all_done(store, users * rows))
    waker.cancel()
    assert diary.met == []
    assert set(diary.seen) == {conversation(user) for user in range(users)}
    assert all(numbers == list(range(rows)) for numbers in diary.seen.values())


async def all_done(store: Store, expected: int) -> bool:
    return await count(store, InboxStatus.DONE) == expected


async def test_a_lane_is_one_sessions_and_free_when_it_leaves(
    store: Store, other_engine: AsyncEngine
) -> None:
    async with store.engine.connect() as first, other_engine.connect() as second:
        assert await try_lane(first, LaneKind.INBOX, "a")
        assert not await try_lane(second, LaneKind.INBOX, "a")
        assert await try_lane(second, LaneKind.OUTBOX, "a")
        assert await try_lane(second, LaneKind.INBOX, "b")
        await leave_lane(first, LaneKind.INBOX, "a")
        assert await try_lane(second, LaneKind.INBOX, "a")
        for kind, name in [(LaneKind.INBOX, "a"), (LaneKind.OUTBOX, "a"), (LaneKind.INBOX, "b")]:
            await leave_lane(second, kind, name)


async def test_a_killed_connection_frees_its_lane_and_work_goes_on(
    store: Store, other_engine: AsyncEngine
) -> None:
    await fill(store, 3, 4)
    diary = Diary(store)
    lane = InboxLane(store, diary, lambda _: None)
    killed: list[int] = []

    async def work(name: str, connection: AsyncConnection) -> bool:
        if len(killed) < 2:
            query = text("select pg_backend_pid()")
            killed.append((await connection.execute(query)).scalar_one())
            await connection.rollback()
            async with store.engine.begin() as killer:
                await killer.execute(text("select pg_terminate_backend(:pid)"), {"pid": killed[-1]})
        return await lane.run(name, connection)

    async with running(runner_of(other_engine, work, slots=2)) as tasks:
        await until(lambda: all_done(store, 12))
        assert not tasks[0].done()
    assert len(killed) == 2
    assert all(numbers == list(range(4)) for numbers in diary.seen.values())
    # A row is not blamed for the database.
    async with store.engine.connect() as connection:
        found = await connection.execute(select(inbox.c.attempts))
        assert set(found.scalars()) == {0}


async def test_a_row_that_fails_five_times_is_dead_and_the_next_goes_on(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("store.inbox.RETRY_BASE", timedelta(milliseconds=1))
    monkeypatch.setattr(app.lanes, "POLL_SECONDS", 0.05)
    await fill(store, 2, 4)
    diary = Diary(store, bad={"0:1"})
    lane = InboxLane(store, diary, lambda _: None)
    async with running(runner_of(store.engine, lane.run)):
        await until(lambda: all_done(store, 7))
    assert diary.given_up == ["0:1"]
    assert diary.seen == {conversation(0): [0, 2, 3], conversation(1): [0, 1, 2, 3]}
    async with store.engine.connect() as connection:
        query = select(inbox).where(inbox.c.status == InboxStatus.DEAD)
        (dead,) = await connection.execute(query)
    assert (dead.attempts, dead.error) == (MAX_ATTEMPTS, "RuntimeError")
    assert dead.done_at is not None


async def test_the_rows_behind_a_failed_one_wait_for_it(store: Store) -> None:
    await fill(store, 1, 3)
    diary = Diary(store, bad={"0:1"})
    lane = InboxLane(store, diary, lambda _: None)
    async with store.engine.connect() as connection:
        assert not await lane.run(conversation(0), connection)
        assert diary.seen[conversation(0)] == [0]
        # Not before its time, and nothing overtakes it.
        assert not await lane.run(conversation(0), connection)
        assert diary.seen[conversation(0)] == [0]
        ready = await ready_conversations(connection, LaneKind.INBOX, system_clock(), 10)
        assert ready == []


async def test_a_flood_of_one_citizen_does_not_delay_the_others(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app.lanes, "POLL_SECONDS", 60)
    await fill(store, 1, 60)
    order: list[str] = []
    diary = Diary(store, pause=0.002)
    lane = InboxLane(store, diary, lambda _: None)

    async def work(name: str, connection: AsyncConnection) -> bool:
        order.append(name)
        return await lane.run(name, connection)

    one = runner_of(store.engine, work, slots=1)
    async with running(one):
        one.wake([conversation(0)])
        await until(lambda: some_done(store))
        await add(store, "late", [0])
        one.wake([conversation("late")])
        await until(lambda: all_done(store, 61))
    after = order.index(conversation("late"))
    assert after <= len(order) // 2


async def some_done(store: Store) -> bool:
    return await count(store, InboxStatus.DONE) > 0


async def test_a_wake_up_during_work_leads_to_one_more_look(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app.lanes, "POLL_SECONDS", 60)
    looks: list[str] = []
    gate = asyncio.Event()

    async def work(name: str, connection: AsyncConnection) -> bool:
        looks.append(name)
        await gate.wait()
        return False

    one = runner_of(store.engine, work)
    async with running(one):
        one.wake(["a"])
        await until(lambda: reached(looks, 1))
        for _ in range(5):
            one.wake(["a"])
        gate.set()
        await until(lambda: reached(looks, 2))
        await asyncio.sleep(0.1)
    assert looks == ["a", "a"]


async def reached(looks: list[str], number: int) -> bool:
    return len(looks) >= number


async def test_work_that_fails_in_an_unforeseen_way_ends_nobody_elses(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app.lanes, "POLL_SECONDS", 60)
    looks: list[str] = []

    async def work(name: str, connection: AsyncConnection) -> bool:
        looks.append(name)
        if name == "bad":
            raise ValueError(name)
        return False

    one = runner_of(store.engine, work, slots=1)
    async with running(one) as tasks:
        one.wake(["bad", "good"])
        await until(lambda: reached(looks, 2))
        assert not tasks[0].done()
        async with store.engine.connect() as connection:
            assert await try_lane(connection, LaneKind.INBOX, "bad")
            await leave_lane(connection, LaneKind.INBOX, "bad")


async def test_the_poll_finds_what_nobody_woke(store: Store) -> None:
    await fill(store, 3, 7)
    diary = Diary(store)
    lane = InboxLane(store, diary, lambda _: None)
    async with running(runner_of(store.engine, lane.run)):
        await until(lambda: all_done(store, 21))
    assert diary.met == []


async def test_stop_finishes_the_row_in_hand(store: Store) -> None:
    await fill(store, 1, 1)
    started, diary = asyncio.Event(), Diary(store, pause=0.0)

    async def work(name: str, connection: AsyncConnection) -> bool:
        started.set()
        await asyncio.sleep(0.2)
        return await InboxLane(store, diary, lambda _: None).run(name, connection)

    async with running(runner_of(store.engine, work)):
        await started.wait()
    assert await count(store, InboxStatus.DONE) == 1


async def test_lanes_survive_a_database_that_is_away_at_the_start(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app.lanes, "POLL_SECONDS", 0.05)
    monkeypatch.setattr(app.lanes, "_PAUSE_AFTER_FAILURE", 0.05)
    dead = make_engine("postgresql+psycopg://nobody@127.0.0.1:9/none", pool_size=2)

    async def work(name: str, connection: AsyncConnection) -> bool:
        return False

    async with running(runner_of(dead, work, slots=2)) as tasks:
        await asyncio.sleep(0.3)
        assert not tasks[0].done()
    await dead.dispose()


async def test_messages_to_send_are_told_after_each_turn(store: Store) -> None:
    await fill(store, 1, 2)
    told: list[str] = []
    lane = InboxLane(store, Diary(store), told.extend)
    async with store.engine.connect() as connection:
        await lane.run(conversation(0), connection)
    assert told == [conversation(0)] * 2
