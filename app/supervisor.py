"""One small supervisor for the processes this application keeps beside itself.

Children are started in the foreground, die with this process, are started again with growing
pauses, and are stopped in the reverse order of their start. Any exit that was not asked for is a
failure, also one with code 0.
"""

import asyncio
import contextlib
import logging
import os
import signal
from asyncio.subprocess import Process
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from time import monotonic

from app.processes import (
    Launch,
    PidRecord,
    current_process,
    find_identity,
    forward_lines,
    is_running,
    signal_process,
    start_process,
)

#: Seconds in which all children together have to be gone.
STOP_WITHIN = 15.0
_POLL = 0.05
_LAST_LINES = 15
_REAP_WITHIN = 2.0
#: Kept for each child that is stopped later; above half of _REAP_WITHIN, spent on a forced end.
_RESERVE = 2.0


class ChildState(StrEnum):
    STARTING = "starting"
    READY = "ready"
    WAITING = "waiting"  # failed, the pause before the next start runs
    STOPPED = "stopped"


class Output(StrEnum):
    """Where the lines of a child go."""

    LOG = "log"  # to our logging, under the child's name
    INHERIT = "inherit"  # to our own standard error: the child logs as we do


class ChildNotReadyError(RuntimeError):
    """A child did not become ready in time or failed repeatedly at its start."""


@dataclass(frozen=True, kw_only=True)
class Backoff:
    """Pauses in seconds before the next start; a run of `stable` seconds forgets old failures."""

    first: float = 0.5
    cap: float = 30.0
    stable: float = 60.0

    def pause(self, failures: int) -> float:
        return min(self.cap, self.first * 2.0 ** min(failures - 1, 16))


@dataclass(frozen=True, kw_only=True)
class Child:
    """What the supervisor has to know about a process. All times in seconds."""

    name: str
    #: Called for every start, so that ports and tokens can be fresh each time.
    launch: Callable[[], Awaitable[Launch]]
    #: Asked again and again until it says yes once.
    ready: Callable[[], Awaitable[bool]]
    ready_within: float = 120.0
    ready_poll: float = 0.05
    #: Told the process number right after each start.
    on_spawn: Callable[[int], None] | None = None
    #: Told each time the child became ready, and with False when it went.
    on_change: Callable[[bool], None] | None = None
    pid_file: Path | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    #: Sent when the first one did not help; SIGKILL comes after it.
    kill_signal: signal.Signals = signal.SIGKILL
    #: Sent by the kernel when this process dies without stopping its children.
    orphan_signal: signal.Signals = signal.SIGKILL
    stop_grace: float = 5.0
    output: Output = Output.LOG
    backoff: Backoff = field(default_factory=Backoff)
    #: Before it was ever ready: this many failures in a row end the wait of `start`.
    give_up_start_after: int = 3


@dataclass(frozen=True, kw_only=True)
class ChildStatus:
    state: ChildState
    pid: int | None
    failures: int
    last_exit: int | None


class _Runner:
    """Keeps one child running."""

    def __init__(self, child: Child) -> None:
        self.child = child
        self.ready = asyncio.Event()
        self.gave_up = asyncio.Event()
        self.last_lines: deque[str] = deque(maxlen=_LAST_LINES)
        self._log = logging.getLogger(f"hoidap.child.{child.name}")
        self._stopping = asyncio.Event()
        self._process: Process | None = None
        self._state = ChildState.STARTING
        self._failures = 0
        self._last_exit: int | None = None
        self._was_ready = False
        self._task: asyncio.Task[None] | None = None

    def begin(self) -> None:
        self._task = asyncio.create_task(self._keep_running(), name=f"child {self.child.name}")

    @property
    def status(self) -> ChildStatus:
        pid = self._process.pid if self._process else None
        return ChildStatus(
            state=self._state, pid=pid, failures=self._failures, last_exit=self._last_exit
        )

    async def _keep_running(self) -> None:
        await self._survive(self._end_leftover())
        while not self._stopping.is_set():
            began = monotonic()
            await self._survive(self._run_once())
            if self._stopping.is_set():
                break
            self._count_failure(monotonic() - began)
            pause = self.child.backoff.pause(self._failures)
            self._log.warning("%s ended, next start in %.1f s", self.child.name, pause)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), pause)
        self._state = ChildState.STOPPED

    async def _survive(self, step: Awaitable[None]) -> None:
        """A fault in a step must not end the supervision: nobody would notice."""
        try:
            await step
        except Exception as error:  # noqa: BLE001 - whatever it is, it is logged
            self.last_lines.append(str(error) or type(error).__name__)
            self._log.exception("%s: a fault, not an exit", self.child.name)

    def _count_failure(self, lasted: float) -> None:
        self._state = ChildState.WAITING
        self._failures = 1 if lasted >= self.child.backoff.stable else self._failures + 1
        if not self._was_ready and self._failures >= self.child.give_up_start_after:
            self.gave_up.set()

    async def _run_once(self) -> None:
        self._state = ChildState.STARTING
        self._process, reader = await self._spawn()
        try:
            await self._watch(self._process)
        finally:
            self._last_exit, self._process = self._process.returncode, None
            self._set_ready(ready=False)
            self._log.info("%s exited with %s", self.child.name, self._last_exit)
            await _finish(reader)
            self._remove_pid_file()

    async def _spawn(self) -> tuple[Process, asyncio.Task[None] | None]:
        launch = await self.child.launch()
        own_end, child_end = os.pipe() if self.child.output is Output.LOG else (None, None)
        try:
            process = await start_process(launch, child_end, self.child.orphan_signal)
        except BaseException:
            _close(own_end)
            raise
        finally:
            _close(child_end, *launch.close_fds)
        try:
            if self.child.on_spawn:
                self.child.on_spawn(process.pid)
            self._write_pid_file(process.pid)
        except BaseException:
            _send(process, signal.SIGKILL)
            _close(own_end)
            await process.wait()
            raise
        if own_end is None:
            return process, None
        return process, asyncio.create_task(forward_lines(own_end, self._take_line))

    def _write_pid_file(self, pid: int) -> None:
        identity = find_identity(pid)
        if self.child.pid_file and identity:
            PidRecord(identity, current_process()).write(self.child.pid_file)

    def _remove_pid_file(self) -> None:
        record = PidRecord.find(self.child.pid_file) if self.child.pid_file else None
        # Another application on the same folder may have written its own there.
        if self.child.pid_file and record and record.parent == current_process():
            self.child.pid_file.unlink(missing_ok=True)

    async def _watch(self, process: Process) -> None:
        """Until the process has gone; a process that does not become ready in time is ended."""
        gone = asyncio.create_task(process.wait())
        ready = asyncio.create_task(self._await_ready())
        try:
            await asyncio.wait({gone, ready}, return_when=asyncio.FIRST_COMPLETED)
            if ready.done() and not gone.done():
                if ready.result():
                    self._set_ready(ready=True)
                else:
                    self._log.error("%s was not ready in time", self.child.name)
                    _send(process, signal.SIGKILL)
            await gone
        except Exception:
            # `ready` failed: the next start must not meet this one.
            _send(process, signal.SIGKILL)
            await gone
            raise
        finally:
            ready.cancel()
            if not gone.done():  # we were cancelled: nobody would look after it any more
                _send(process, signal.SIGKILL)
                gone.cancel()

    async def _await_ready(self) -> bool:
        until = monotonic() + self.child.ready_within
        while monotonic() < until:
            if await self.child.ready():
                return True
            await asyncio.sleep(self.child.ready_poll)
        return False

    def _set_ready(self, *, ready: bool) -> None:
        changed = ready != self.ready.is_set()
        if ready:
            self._state, self._was_ready = ChildState.READY, True
            self.ready.set()
        else:
            self.ready.clear()
        if not changed or not self.child.on_change:
            return
        try:
            self.child.on_change(ready)
        except Exception:  # noqa: BLE001 - not ours, logged
            self._log.exception("%s: whoever was told of its change failed", self.child.name)

    def _take_line(self, line: str) -> None:
        self.last_lines.append(line)
        self._log.info("%s", line)

    async def _end_leftover(self) -> None:
        """End a child that outlived an earlier application which was killed."""
        record = PidRecord.find(self.child.pid_file) if self.child.pid_file else None
        if record is None or not record.is_orphan():
            return
        self._log.warning("ending %s left over from an earlier run", self.child.name)
        for number, seconds in (
            (self.child.stop_signal, self.child.stop_grace),
            (signal.SIGKILL, _REAP_WITHIN),
        ):
            signal_process(record.child, number)
            until = monotonic() + seconds
            # Not our child, so nothing tells us when it goes.
            while is_running(record.child) and monotonic() < until:  # noqa: ASYNC110
                await asyncio.sleep(_POLL)

    async def stop(self, grace: float) -> None:
        """End the child: politely, then after `grace` seconds by force."""
        self._stopping.set()
        if self._task is None:
            return
        for number, seconds in (
            (self.child.stop_signal, grace),
            (self.child.kill_signal, _REAP_WITHIN / 2),
            (signal.SIGKILL, _REAP_WITHIN / 2),
        ):
            if self._process:
                _send(self._process, number)
            done, _ = await asyncio.wait({self._task}, timeout=seconds)
            if done:
                break
            self._log.warning("%s did not stop within %.1f s", self.child.name, seconds)
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        self._state = ChildState.STOPPED


class Supervisor:
    """Starts children in order, keeps them running, stops them in reverse order."""

    def __init__(self) -> None:
        self._runners: dict[str, _Runner] = {}

    async def start(self, child: Child, *, wait: bool = True) -> None:
        """Start a child and keep it running; with `wait`, return only when it is ready.

        Raises:
            ChildNotReadyError: it failed repeatedly or took too long; it has been stopped again.
        """
        if child.name in self._runners:
            raise ValueError(f"a child named {child.name} is already there")
        runner = self._runners[child.name] = _Runner(child)
        runner.begin()
        if not wait:
            return
        try:
            await self._await_ready(runner)
        except BaseException:
            await self.stop_child(child.name)
            raise

    async def _await_ready(self, runner: _Runner) -> None:
        ready = asyncio.create_task(runner.ready.wait())
        gave_up = asyncio.create_task(runner.gave_up.wait())
        try:
            await asyncio.wait(
                {ready, gave_up},
                timeout=runner.child.ready_within,
                return_when=asyncio.FIRST_COMPLETED,
            )
            if not ready.done():
                lines = "\n".join(runner.last_lines)
                raise ChildNotReadyError(f"{runner.child.name} did not start:\n{lines}")
        finally:
            ready.cancel()
            gave_up.cancel()

    def status(self) -> dict[str, ChildStatus]:
        return {name: runner.status for name, runner in self._runners.items()}

    async def stop_child(self, name: str) -> None:
        """Stop one child and forget it; nothing happens when it is not there."""
        runner = self._runners.get(name)
        if runner:
            await runner.stop(runner.child.stop_grace)
            self._runners.pop(name, None)

    async def stop(self, within: float = STOP_WITHIN) -> None:
        """Stop all children, the last started first; after `within` seconds all have gone."""
        until = monotonic() + within - _REAP_WITHIN
        left = list(self._runners.values())
        while left:
            runner = left.pop()
            # A deaf child must not eat the time in which the database could end cleanly.
            time = until - monotonic() - _RESERVE * len(left)
            await runner.stop(min(runner.child.stop_grace, max(0.0, time)))
        self._runners.clear()


async def _finish(reader: asyncio.Task[None] | None) -> None:
    """Read what is left. Grandchildren may hold the pipe open, so not for ever."""
    if reader:
        await asyncio.wait({reader}, timeout=0.5)
        reader.cancel()
        await asyncio.gather(reader, return_exceptions=True)


def _send(process: Process, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        process.send_signal(number)


def _close(*descriptors: int | None) -> None:
    for descriptor in descriptors:
        if descriptor is not None:
            os.close(descriptor)
