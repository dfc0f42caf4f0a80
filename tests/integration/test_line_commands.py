"""What `parse`, `ask` and `route` share: lines in, answers out, whatever stands at either end."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from time import monotonic, sleep

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

ROOT = Path(__file__).parents[2]
#: Answers each text with its length, some batches later than others.
ECHO = """
import asyncio, sys
from app.cli.lines import answer_lines

async def answer(texts):
    await asyncio.sleep(0.05 if "slow" in texts[:8] else 0)
    return [{"text": text, "size": len(text)} for text in texts]

try:
    sys.exit(asyncio.run(answer_lines(answer)))
except KeyboardInterrupt:
    sys.exit(130)
"""
SOON = 10.0


def echo(data: bytes) -> list[str]:
    done = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-c", ECHO], input=data, capture_output=True, cwd=ROOT, check=True
    )
    assert not done.stderr
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert all(answer["size"] == len(answer["text"]) for answer in answers)
    return [answer["text"] for answer in answers]


@pytest.fixture
def running() -> Iterator["subprocess.Popen[bytes]"]:
    pipe = subprocess.PIPE
    with subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, "-c", ECHO], 0, stdin=pipe, stdout=pipe, stderr=pipe, cwd=ROOT
    ) as process:
        yield process
        process.kill()


def say(process: "subprocess.Popen[bytes]", data: bytes) -> None:
    assert process.stdin is not None
    process.stdin.write(data)
    process.stdin.flush()


def hear(process: "subprocess.Popen[bytes]") -> str:
    assert process.stdout is not None
    return str(json.loads(process.stdout.readline())["text"])


def test_answers_keep_the_order_of_thousands_of_lines() -> None:
    texts = ["slow" if number % 70 == 0 else f"dòng {number}" for number in range(3000)]
    assert echo("\n".join(texts).encode()) == texts


@pytest.mark.parametrize(
    ("data", "texts"),
    [
        (b"", []),
        (b"\n", [""]),
        (b"\n\nx\n", ["", "", "x"]),
        (b"without a line end", ["without a line end"]),
        (b"from Windows\r\nlast\r\n", ["from Windows", "last"]),
        (b"\xff\xfe bad \xc3\n\x00\n", ["\ufffd\ufffd bad \ufffd", "\x00"]),
        (b"a" * 300_000 + b"\nb\n", ["a" * 300_000, "b"]),
        ("x\u2028y\x0bz\n".encode(), ["x\u2028y\x0bz"]),
    ],
    ids=["nothing", "empty", "several-empty", "open-end", "crlf", "no-utf8", "long", "other-ends"],
)
def test_every_line_is_answered(data: bytes, texts: list[str]) -> None:
    assert echo(data) == texts


@given(st.lists(st.text(st.characters(exclude_characters="\n\r", codec="utf-8"), max_size=30)))
@settings(max_examples=5, deadline=None)
def test_any_lines_come_back(texts: list[str]) -> None:
    assert echo("".join(f"{text}\n" for text in texts).encode()) == texts


def test_an_answer_does_not_wait_for_the_next_line(running: "subprocess.Popen[bytes]") -> None:
    for number in range(3):
        say(running, f"câu {number}\n".encode())
        assert hear(running) == f"câu {number}"
    say(running, "nửa ".encode())
    say(running, "câu\n".encode())
    assert hear(running) == "nửa câu"


def test_a_reader_that_leaves_ends_it_quietly(running: "subprocess.Popen[bytes]") -> None:
    assert running.stdout is not None
    assert running.stderr is not None
    say(running, b"first\n")
    hear(running)
    running.stdout.close()
    began = monotonic()
    while running.poll() is None and monotonic() - began < SOON:
        try:
            say(running, b"more\n" * 100)
        except BrokenPipeError:
            break
    assert running.wait(SOON) == 141
    assert running.stderr.read() == b""


def test_it_stops_when_asked_to_while_it_waits(running: "subprocess.Popen[bytes]") -> None:
    assert running.stderr is not None
    say(running, b"first\n")
    hear(running)
    running.send_signal(signal.SIGINT)
    assert running.wait(SOON) == 130
    assert running.stderr.read() == b""


def test_an_endless_input_is_not_kept(running: "subprocess.Popen[bytes]") -> None:
    """Nobody reads the answers, so the input has to wait too."""
    assert running.stdin is not None
    os.set_blocking(running.stdin.fileno(), False)
    taken, idle = 0, 0
    while idle < 20 and taken < 50_000_000:
        written = running.stdin.write(b"x" * 999 + b"\n")
        taken += written or 0
        idle = 0 if written else idle + 1
        sleep(0 if written else 0.05)
    assert 0 < taken < 5_000_000


def test_an_input_that_cannot_be_read_is_an_error() -> None:
    run = "import sys; from app.cli.main import main; sys.exit(main())"
    agencies = ROOT / "app" / "demo_data" / "agencies.jsonl"
    command = [sys.executable, "-c", run, "route", "--json", "--agencies", str(agencies)]
    unreadable = os.open(os.devnull, os.O_WRONLY)
    try:
        done = subprocess.run(  # noqa: S603 - our own command
            command, stdin=unreadable, capture_output=True, text=True, cwd=ROOT, check=False
        )
    finally:
        os.close(unreadable)
    assert done.returncode == 2
    assert done.stderr.strip() == "Standard input cannot be read: Bad file descriptor"
