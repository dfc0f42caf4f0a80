"""The supervisor with real processes."""

import asyncio
import json
import logging
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from functools import partial
from pathlib import Path
from time import monotonic

import pytest

from app.processes import (
    Launch,
    PidRecord,
    ProcessIdentity,
    current_process,
    find_identity,
    is_running,
    signal_process,
)
from app.supervisor import (
    Backoff,
    Child,
    ChildNotReadyError,
    ChildState,
    Supervisor,
)

ROOT = Path(__file__).parents[2]
FAST = Backoff(first=0.05, cap=0.2, stable=60)
SLEEP = ("sleep", "60")
STUBBORN = ("sh", "-c", "trap '' TERM INT; echo deaf; while :; do sleep 1; done")


@pytest.fixture
async def supervisor() -> AsyncIterator[Supervisor]:
    made = Supervisor()
    yield made
    await made.stop()


def child(name: str, *argv: str, **more: object) -> Child:
    async def launch() -> Launch:
        return Launch(argv=argv, env={"PATH": os.environ["PATH"]})

    async def ready() -> bool:
        return True

    settings: dict[str, object] = {"launch": launch, "ready": ready, "backoff": FAST}
    return Child(name=name, **(settings | more))  # type: ignore[arg-type]


def spawn(*argv: str) -> subprocess.Popen[str]:
    return subprocess.Popen(argv, cwd=ROOT, stdout=subprocess.PIPE, text=True)  # noqa: S603


async def until(condition: Callable[[], object], seconds: float = 10) -> None:
    end = monotonic() + seconds
    while not condition():
        assert monotonic() < end, "it never came true"
        await asyncio.sleep(0.02)


def pid_of(supervisor: Supervisor, name: str) -> int:
    pid = supervisor.status()[name].pid
    assert pid is not None
    return pid


def is_another(supervisor: Supervisor, name: str, before: int) -> bool:
    return supervisor.status()[name].pid not in {None, before}


async def test_a_started_child_is_ready_and_shown(supervisor: Supervisor) -> None:
    await supervisor.start(child("nap", *SLEEP))
    status = supervisor.status()["nap"]
    assert status.state is ChildState.READY
    assert find_identity(pid_of(supervisor, "nap")) is not None


async def test_a_killed_child_is_started_again(supervisor: Supervisor) -> None:
    changes: list[bool] = []
    await supervisor.start(child("nap", *SLEEP, on_change=changes.append))
    first = pid_of(supervisor, "nap")
    os.kill(first, signal.SIGKILL)
    await until(partial(is_another, supervisor, "nap", first))
    await until(lambda: changes == [True, False, True])
    assert supervisor.status()["nap"].last_exit == -signal.SIGKILL


async def test_an_exit_with_code_0_is_a_failure_too(supervisor: Supervisor) -> None:
    await supervisor.start(child("brief", "true"), wait=False)
    await until(lambda: supervisor.status()["brief"].failures >= 2)
    assert supervisor.status()["brief"].last_exit == 0


async def test_a_program_that_is_not_there_is_reported(supervisor: Supervisor) -> None:
    with pytest.raises(ChildNotReadyError, match="no-such-program"):
        await supervisor.start(child("ghost", "/no-such-program"))
    assert supervisor.status() == {}


async def test_a_start_that_keeps_failing_says_what_the_child_said(supervisor: Supervisor) -> None:
    async def never() -> bool:
        return False

    broken = child("broken", "sh", "-c", "echo the disk is full; exit 3", ready=never)
    with pytest.raises(ChildNotReadyError, match="the disk is full"):
        await supervisor.start(broken)


async def test_a_child_that_is_not_ready_in_time_is_ended(supervisor: Supervisor) -> None:
    async def never() -> bool:
        return False

    with pytest.raises(ChildNotReadyError):
        await supervisor.start(child("slow", *SLEEP, ready=never, ready_within=0.3))
    assert supervisor.status() == {}


def failing(times: int) -> Callable[[object], None]:
    """Fails so often, then has nothing to say."""
    left = iter(range(times))

    def fail(_told: object) -> None:
        if next(left, None) is not None:
            raise ZeroDivisionError("a fault of whoever listens")

    return fail


async def test_a_listener_that_fails_ends_nothing(
    supervisor: Supervisor, caplog: pytest.LogCaptureFixture
) -> None:
    await supervisor.start(child("nap", *SLEEP, on_change=failing(2)))
    first = pid_of(supervisor, "nap")
    os.kill(first, signal.SIGKILL)
    await until(partial(is_another, supervisor, "nap", first))
    await until(lambda: supervisor.status()["nap"].state is ChildState.READY)
    assert sum(record.exc_info is not None for record in caplog.records) == 2


async def test_a_question_for_readiness_that_fails_counts_as_a_failed_start(
    supervisor: Supervisor, caplog: pytest.LogCaptureFixture
) -> None:
    fail, asked_about = failing(1), []

    async def ready() -> bool:
        asked_about.append(pid_of(supervisor, "nap"))
        fail(None)
        return True

    await supervisor.start(child("nap", *SLEEP, ready=ready))
    first, second = asked_about
    assert find_identity(first) is None
    assert pid_of(supervisor, "nap") == second
    assert supervisor.status()["nap"].failures == 1
    assert any(record.exc_info for record in caplog.records)


def open_files() -> int:
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


async def test_a_start_nobody_could_note_leaves_no_process_and_no_pipe(
    supervisor: Supervisor,
) -> None:
    """Otherwise it would run beside the next one, with nobody to end it."""
    pids: list[int] = []
    fail = failing(2)

    def note(pid: int) -> None:
        pids.append(pid)
        fail(pid)

    before = open_files()
    await supervisor.start(child("nap", *SLEEP, on_spawn=note))
    assert [find_identity(pid) is None for pid in pids] == [True, True, False]
    await supervisor.stop()
    assert open_files() <= before


async def test_a_pid_file_that_cannot_be_written_is_said(
    supervisor: Supervisor, tmp_path: Path
) -> None:
    pids: list[int] = []
    nap = child("nap", *SLEEP, on_spawn=pids.append, pid_file=tmp_path / "none" / "nap.pid")
    with pytest.raises(ChildNotReadyError, match=r"nap\.pid"):
        await supervisor.start(nap)
    assert len(pids) == nap.give_up_start_after
    assert not any(map(find_identity, pids))


def test_pauses_grow_to_the_cap() -> None:
    backoff = Backoff(first=0.5, cap=30, stable=60)
    assert [backoff.pause(failures) for failures in (1, 2, 3, 7, 500)] == [0.5, 1, 2, 30, 30]


async def test_a_stable_run_forgets_old_failures(supervisor: Supervisor) -> None:
    settled = Backoff(first=0.05, cap=0.2, stable=0.2)
    await supervisor.start(child("nap", *SLEEP, backoff=settled))
    for _ in range(2):
        first = pid_of(supervisor, "nap")
        await asyncio.sleep(0.3)
        os.kill(first, signal.SIGKILL)
        await until(partial(is_another, supervisor, "nap", first))
    assert supervisor.status()["nap"].failures == 1


async def test_children_stop_in_reverse_order(supervisor: Supervisor) -> None:
    ended: list[str] = []

    def note(name: str) -> Callable[[bool], None]:
        return lambda ready: None if ready else ended.append(name)

    for name in ("database", "model", "worker"):
        await supervisor.start(child(name, *SLEEP, on_change=note(name)))
    await supervisor.stop()
    assert ended == ["worker", "model", "database"]


async def test_deaf_children_are_gone_within_the_total_time(supervisor: Supervisor) -> None:
    pids = []
    for name in ("one", "two"):
        await supervisor.start(child(name, *STUBBORN, stop_grace=5))
        pids.append(pid_of(supervisor, name))
    await asyncio.sleep(0.2)  # for the traps to be set
    began = monotonic()
    await supervisor.stop(within=4)
    assert monotonic() - began < 6
    assert [find_identity(pid) for pid in pids] == [None, None]


async def test_a_deaf_child_leaves_time_for_those_before_it(supervisor: Supervisor) -> None:
    """The database is started first and needs a moment for its last checkpoint."""
    slow = "trap 'sleep 0.5; exit 7' TERM; echo set; while :; do sleep 0.05; done"
    await supervisor.start(child("database", "sh", "-c", slow, stop_grace=5))
    runner = supervisor._runners["database"]
    await supervisor.start(child("worker", *STUBBORN, stop_grace=10))
    await until(lambda: "set" in runner.last_lines)
    await supervisor.stop(within=6)
    assert runner.status.last_exit == 7


async def test_stopping_does_not_wait_for_the_pause_before_a_restart(
    supervisor: Supervisor,
) -> None:
    slow = Backoff(first=30, cap=30, stable=60)
    await supervisor.start(child("brief", "true", backoff=slow), wait=False)
    await until(lambda: supervisor.status()["brief"].state is ChildState.WAITING)
    began = monotonic()
    await supervisor.stop()
    assert monotonic() - began < 1


async def test_lines_of_a_child_reach_our_log(
    supervisor: Supervisor, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "hoidap.child")
    script = "echo hello; printf 'x%.0s' $(seq 9000); echo; echo bye; exec sleep 60"
    await supervisor.start(child("talker", "bash", "-c", script))
    await until(lambda: "bye" in caplog.messages)
    assert "hello" in caplog.messages
    assert sum(message.count("x") for message in caplog.messages if set(message) == {"x"}) == 9000


def test_a_pid_file_names_one_process_only(tmp_path: Path) -> None:
    sleeper = spawn(*SLEEP)
    try:
        child_identity = find_identity(sleeper.pid)
        assert child_identity is not None
        PidRecord(child_identity, current_process()).write(tmp_path / "pid")
        found = PidRecord.find(tmp_path / "pid")
        assert found is not None
        assert is_running(found.child)
        recycled = ProcessIdentity(sleeper.pid, "another boot/1")
        assert not is_running(recycled)
        signal_process(recycled, signal.SIGKILL)
        assert sleeper.poll() is None
    finally:
        sleeper.kill()
        sleeper.communicate()
    assert not is_running(found.child)


async def test_a_leftover_of_a_killed_application_is_ended_first(
    supervisor: Supervisor, tmp_path: Path
) -> None:
    with spawn(*SLEEP) as leftover:
        identity = find_identity(leftover.pid)
        assert identity is not None
        gone = ProcessIdentity(leftover.pid, "an application that has gone")
        PidRecord(identity, gone).write(tmp_path / "nap.pid")
        await supervisor.start(child("nap", *SLEEP, pid_file=tmp_path / "nap.pid"))
        assert leftover.wait(1) == -signal.SIGTERM
    written = json.loads((tmp_path / "nap.pid").read_text())
    assert written["child"]["pid"] == pid_of(supervisor, "nap")


async def test_a_child_of_a_running_application_is_left_alone(
    supervisor: Supervisor, tmp_path: Path
) -> None:
    other = spawn(*SLEEP)
    try:
        identity = find_identity(other.pid)
        assert identity is not None
        PidRecord(identity, current_process()).write(tmp_path / "nap.pid")
        await supervisor.start(child("nap", *SLEEP, pid_file=tmp_path / "nap.pid"))
        assert other.poll() is None
    finally:
        other.kill()
        other.communicate()


async def test_another_application_keeps_its_pid_file(
    supervisor: Supervisor, tmp_path: Path
) -> None:
    path = tmp_path / "nap.pid"
    await supervisor.start(child("nap", *SLEEP, pid_file=path))
    other = ProcessIdentity(1, "an application on the same folder")
    PidRecord(other, other).write(path)
    await supervisor.stop()
    assert path.exists()
    await supervisor.start(child("nap", *SLEEP, pid_file=path))
    await supervisor.stop()
    assert not path.exists()


PARENT = """
import asyncio, os
from app.processes import Launch
from app.supervisor import Child, Supervisor

async def launch():
    return Launch(argv=["sleep", "60"], env={"PATH": os.environ["PATH"]})

async def ready():
    return True

async def main():
    supervisor = Supervisor()
    await supervisor.start(Child(name="nap", launch=launch, ready=ready))
    print(supervisor.status()["nap"].pid, flush=True)
    await asyncio.sleep(60)

LOOP
"""


@pytest.mark.parametrize("loop", ["asyncio.run(main())", "import uvloop; uvloop.run(main())"])
async def test_children_die_with_a_killed_application(loop: str) -> None:
    script = PARENT.replace("LOOP", loop)
    with spawn(sys.executable, "-c", script) as parent:
        assert parent.stdout is not None
        pid = int(await asyncio.to_thread(parent.stdout.readline))
        assert find_identity(pid) is not None
        parent.kill()
    await until(lambda: find_identity(pid) is None, 3)
