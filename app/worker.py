"""The worker: inbox and outbox lanes, jobs, what other processes say, chores of this process."""

import asyncio
import json
import logging
import os
import random
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path

import psycopg
from sqlalchemy.exc import SQLAlchemyError

from app.background import background
from app.base_data import seed
from app.composition import Chore, make_channels, make_provider_session
from app.conversations import Conversations, make_conversations
from app.data_folder import DataFolder
from app.database import conninfo, open_store
from app.endpoint import EndpointFinder
from app.jobs import SLOTS as JOB_SLOTS
from app.jobs import JobRunner
from app.lanes import LaneRunner
from app.listener import Listener
from app.memory import keep_small
from app.processes import ProcessIdentity, current_process, find_identity, is_running
from app.refreshing import Refresher
from app.settings import Settings
from app.stopping import until_stopped
from bot.lane_work import InboxLane
from bot.outgoing import Sender
from bot.understanding.client import ModelAwayError, make_session
from delivery.channel import ChannelError
from store.catalogue import CATALOGUE_CHANGED
from store.clock import Clock, system_clock
from store.lanes import LaneKind
from store.unit_of_work import INBOX_READY, OUTBOX_READY, Store

log = logging.getLogger(__name__)

INBOX_SLOTS = 8
OUTBOX_SLOTS = 12
#: A message the menu answered gets its late answer when the model is back within this time; a day
#: after the last message Facebook takes no answer any more.
LATE_ANSWER_WITHIN = timedelta(hours=20)
#: Seconds after the signal to stop; what still runs then is cut off.
FINISH_WITHIN = 8.0
#: More for a token exchange under way, for which nothing else may be waiting.
STOP_GRACE = FINISH_WITHIN + 1.0
_PROBE_TEXT = "xin chào"


def _ready_file(folder: DataFolder, pid: int) -> Path:
    """One a process: several workers may share the folder."""
    return folder.run / f"worker-{pid}.json"


def is_working(folder: DataFolder, pid: int) -> bool:
    """Whether the worker with this number said that it hears and works."""
    said = _find_said(_ready_file(folder, pid))
    return said is not None and said == find_identity(pid)


def forget_gone_workers(folder: DataFolder) -> None:
    """Remove what workers left that were killed."""
    for path in folder.run.glob("worker*.json"):
        said = _find_said(path)
        if said is None or not is_running(said):
            path.unlink(missing_ok=True)


def _find_said(path: Path) -> ProcessIdentity | None:
    try:
        return ProcessIdentity(**json.loads(path.read_text()))
    except (OSError, ValueError, TypeError):
        return None


async def run_worker(
    settings: Settings, folder: DataFolder, url: str, *, clock: Clock = system_clock
) -> None:
    """Work until SIGTERM or SIGINT, then finish the rows in hand."""
    keep_small()
    pool = INBOX_SLOTS + OUTBOX_SLOTS + JOB_SLOTS
    store = open_store(settings, folder, url, name="worker", pool_size=pool, clock=clock)
    async with make_provider_session() as session, make_session() as model_session:
        finder = EndpointFinder(settings, folder)
        made = await make_channels(settings, store, session)
        conversations = make_conversations(settings, store, model_session, finder.find)
        await seed(store)
        # No turn may begin without it.
        await conversations.knowledge.reload()
        sender = Sender(store, made.channels, random.random)
        worker = _Worker(store, conversations, sender, clock)
        try:
            async with background(settings, store, conninfo(url)) as jobs:
                await worker.run(conninfo(url), folder, made.chores, jobs)
        finally:
            _ready_file(folder, os.getpid()).unlink(missing_ok=True)
            await _close(made.closers)
            await store.close()


class _Worker:
    def __init__(
        self, store: Store, conversations: Conversations, sender: Sender, clock: Clock
    ) -> None:
        self._store = store
        self._conversations = conversations
        self._heard_before = False
        #: A catalogue read anew takes a second, in which messages are heard all the same.
        self._knowledge = Refresher(conversations.knowledge.reload)

        async def send(conversation_id: str, connection: object) -> bool:
            await sender.run(conversation_id, connection)  # type: ignore[arg-type]
            return False

        self._outbox = LaneRunner(
            store.engine, LaneKind.OUTBOX, send, slots=OUTBOX_SLOTS, clock=clock
        )
        lane = InboxLane(store, conversations.turns, self._outbox.wake)
        self._inbox = LaneRunner(
            store.engine, LaneKind.INBOX, lane.run, slots=INBOX_SLOTS, clock=clock
        )

    async def run(
        self, address: str, folder: DataFolder, chores: list[Chore], jobs: JobRunner
    ) -> None:
        listener = Listener(
            address,
            {
                INBOX_READY: self._hear_inbox,
                OUTBOX_READY: lambda payload: self._outbox.wake([payload] if payload else []),
                CATALOGUE_CHANGED: self._knowledge.ask,
            },
            on_connect=lambda: self._catch_up(folder),
        )
        background = [
            asyncio.create_task(listener.run(), name="listener"),
            asyncio.create_task(self._knowledge.run(), name="knowledge"),
            asyncio.create_task(_every(15, self._reopen_late), name="late answers"),
        ]
        background += [asyncio.create_task(_every(60, chore)) for chore in chores]
        lanes = [asyncio.create_task(runner.run()) for runner in (self._inbox, self._outbox)]
        job_work = jobs.start()
        await until_stopped(*lanes)
        log.info("worker: stopping, finishing what is in hand")
        self._inbox.stop()
        self._outbox.stop()
        jobs.stop()
        for task in background:
            task.cancel()
        await asyncio.wait([*lanes, job_work], timeout=FINISH_WITHIN)
        await asyncio.gather(*background, return_exceptions=True)

    async def _catch_up(self, folder: DataFolder) -> None:
        """What was said while nobody listened; then tell the supervisor that this works."""
        if self._heard_before:
            await self._knowledge.ask()
        self._heard_before = True
        await self._inbox.poll()
        await self._outbox.poll()
        await _announce(folder)

    async def _hear_inbox(self, payload: str) -> None:
        if payload:
            self._inbox.wake(payload.split("\n"))
        else:
            await self._inbox.poll()

    async def _reopen_late(self) -> None:
        """When the model is back, give what the menu answered one late turn."""
        async with self._store.work() as work:
            since = work.clock() - LATE_ANSWER_WITHIN
            rows = await work.inbox.unanswered_by_model(since)
        if not rows or not await self._model_reads():
            return
        async with self._store.work() as work:
            for row in rows:
                await work.inbox.reopen_for_model(row.id)
            await work.commit()
        self._inbox.wake(row.conversation_id for row in rows)

    async def _model_reads(self) -> bool:
        """Whether it does so now.

        Asked with a text of our own: the breaker closes only by an answer, and in a quiet hour no
        citizen writes the message that would bring one.
        """
        try:
            await self._conversations.client.parse(_PROBE_TEXT)
        except ModelAwayError:
            return False
        return True


async def _announce(folder: DataFolder) -> None:
    """Tell the supervisor that this process hears and works."""
    path = _ready_file(folder, os.getpid())
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps(asdict(current_process())))
    fresh.replace(path)


async def _close(closers: list[Chore]) -> None:
    """All of them, also after one that fails."""
    for close in closers:
        try:
            await close()
        except Exception:
            log.exception("worker: could not close everything")


async def _every(seconds: float, chore: Chore) -> None:
    while True:
        try:
            await chore()
        except (SQLAlchemyError, psycopg.Error, ChannelError, OSError) as error:
            log.warning("chore: %s", type(error).__name__)
        except Exception:
            log.exception("chore failed")
        await asyncio.sleep(seconds)
