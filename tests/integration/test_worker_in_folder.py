"""Workers that share a data folder, and the end of a worker."""

import asyncio
import os
import sys
from pathlib import Path

import pytest

from app.data_folder import DataFolder
from app.processes import ProcessIdentity, current_process, find_identity
from app.worker import _announce, _close, forget_gone_workers, is_working

ROOT = Path(__file__).parents[2]
OTHER = """
import asyncio, sys
from pathlib import Path
from app.data_folder import DataFolder
from app.worker import _announce
asyncio.run(_announce(DataFolder(Path(sys.argv[1]))))
print("announced", flush=True)
sys.stdin.read()
"""


async def test_workers_on_one_folder_do_not_speak_for_each_other(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    await _announce(folder)
    assert is_working(folder, os.getpid())
    other = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        OTHER,
        str(tmp_path),
        cwd=ROOT,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert other.stdout is not None
    assert await asyncio.wait_for(other.stdout.readline(), 30) == b"announced\n"
    assert is_working(folder, other.pid)
    assert is_working(folder, os.getpid())
    other.kill()
    await other.communicate()
    forget_gone_workers(folder)
    assert not is_working(folder, other.pid)
    assert [path.name for path in folder.run.iterdir()] == [f"worker-{os.getpid()}.json"]


async def test_what_an_earlier_process_with_this_number_said_does_not_count(
    tmp_path: Path,
) -> None:
    folder = DataFolder(tmp_path)
    await _announce(folder)
    [path] = folder.run.iterdir()
    now = current_process()
    assert find_identity(now.pid) == now
    earlier = ProcessIdentity(now.pid, "an earlier boot/1")
    path.write_text(path.read_text().replace(now.started, earlier.started))
    assert not is_working(folder, now.pid)
    for text in ("", "[]", '{"pid": 1}'):
        path.write_text(text)
        assert not is_working(folder, now.pid)
    forget_gone_workers(folder)
    assert list(folder.run.iterdir()) == []


async def test_everything_is_closed_also_after_something_that_fails(
    caplog: pytest.LogCaptureFixture,
) -> None:
    closed: list[str] = []

    async def fail() -> None:
        raise OSError("away")

    async def close() -> None:
        closed.append("second")

    await _close([fail, close])
    assert closed == ["second"]
    assert "could not close everything" in caplog.text
