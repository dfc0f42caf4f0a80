"""Texts on standard input, one a line; answers on standard output, one a line, in the same order.

An answer leaves as soon as it is there, also while the input stays open; of an endless input only
what is being worked on is held.
"""

import asyncio
import contextlib
import os
import sys
import threading
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import orjson

from app.cli.command import CommandError

_CHUNK = 1 << 16
_CHUNKS_AHEAD = 4
#: A batch ends with whichever comes first.
_MOST_LINES, _MOST_CHARACTERS = 32, 8000
#: Batches begun and not yet written, about.
_BATCHES_AHEAD = 2
#: As the shell says it of a command whose reader went away.
_BROKEN_PIPE = 141

#: Makes the JSON objects of several texts, in their order.
AnswerAll = Callable[[Sequence[str]], Awaitable[list[dict[str, Any]]]]


async def answer_lines(answer: AnswerAll) -> int:
    """Answer every line; the exit code.

    Raises:
        CommandError: the input cannot be read.
    """
    if sys.__stdin__ is None:  # closed by who started us
        return 0
    descriptor = sys.__stdin__.fileno()
    tasks: asyncio.Queue[asyncio.Task[list[dict[str, Any]]] | None] = asyncio.Queue(_BATCHES_AHEAD)

    async def feed() -> None:
        try:
            async for texts in _batches(descriptor):
                await tasks.put(asyncio.ensure_future(answer(texts)))
        finally:
            await tasks.put(None)

    feeder = asyncio.create_task(feed())
    try:
        while (task := await tasks.get()) is not None:
            await _write(await task)
        await feeder
    except BrokenPipeError:
        return _leave_output()
    finally:
        await _drop(feeder, tasks)
    return 0


async def _write(answers: Sequence[dict[str, Any]]) -> None:
    """Not in the event loop: who reads may stop for a while, as `less` does."""
    data = b"".join(orjson.dumps(answer) + b"\n" for answer in answers)
    await asyncio.to_thread(_write_out, data)


def _write_out(data: bytes) -> None:
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def _leave_output() -> int:
    """Nobody reads any more, which is their right: what is still held goes nowhere."""
    with Path(os.devnull).open("wb") as nowhere:
        os.dup2(nowhere.fileno(), sys.stdout.fileno())
    return _BROKEN_PIPE


async def _drop(
    feeder: asyncio.Task[None], tasks: asyncio.Queue[asyncio.Task[list[dict[str, Any]]] | None]
) -> None:
    """End what is under way; after the last line nothing is."""
    begun: list[asyncio.Task[Any]] = [feeder]
    while not tasks.empty():
        if (task := tasks.get_nowait()) is not None:
            begun.append(task)
    for task in begun:
        task.cancel()
    await asyncio.gather(*begun, return_exceptions=True)


async def _batches(descriptor: int) -> AsyncIterator[list[str]]:
    """Cut the input into what is there, up to the size of a batch."""
    chunks = _Chunks(descriptor)
    waiting: deque[str] = deque()
    while waiting or not chunks.at_end:
        if not waiting:
            waiting.extend(await chunks.next())
        batch: list[str] = []
        size = 0
        while waiting and len(batch) < _MOST_LINES and size < _MOST_CHARACTERS:
            batch.append(waiting.popleft())
            size += len(batch[-1])
            if not waiting:
                waiting.extend(chunks.next_at_once())
        if batch:
            yield batch


class _Chunks:
    """Lines as they arrive. Files cannot be awaited, so a thread reads them."""

    def __init__(self, descriptor: int) -> None:
        self.at_end = False
        self._loop = asyncio.get_running_loop()
        self._lines: asyncio.Queue[list[str] | OSError | None] = asyncio.Queue()
        self._room = threading.Semaphore(_CHUNKS_AHEAD)
        # A daemon: it may wait for a line that never comes when everything else is over.
        threading.Thread(target=self._read, args=(descriptor,), daemon=True).start()

    async def next(self) -> list[str]:
        """Wait for lines; none at the end.

        Raises:
            CommandError: the input cannot be read.
        """
        return self._taken(await self._lines.get())

    def next_at_once(self) -> list[str]:
        """Give the lines that are there already."""
        return [] if self.at_end or self._lines.empty() else self._taken(self._lines.get_nowait())

    def _taken(self, lines: list[str] | OSError | None) -> list[str]:
        self._room.release()
        if isinstance(lines, OSError):
            raise CommandError(f"Standard input cannot be read: {lines.strerror}") from lines
        self.at_end = lines is None
        return lines or []

    def _read(self, descriptor: int) -> None:
        # The loop is closed when the command ended before its input.
        with contextlib.suppress(RuntimeError):
            try:
                for lines in _read_lines(descriptor):
                    self._hand_over(lines)
                self._hand_over(None)
            except OSError as error:
                self._hand_over(error)

    def _hand_over(self, lines: list[str] | OSError | None) -> None:
        self._room.acquire()
        self._loop.call_soon_threadsafe(self._lines.put_nowait, lines)


def _read_lines(descriptor: int) -> Iterator[list[str]]:
    """Read until the end; a last line may lack its line end."""
    begun: list[bytes] = []
    while chunk := os.read(descriptor, _CHUNK):
        *whole, rest = chunk.split(b"\n")
        if whole:
            whole[0] = b"".join([*begun, whole[0]])
            begun = []
            yield [_decode(line) for line in whole]
        begun.append(rest)
    if last := b"".join(begun):
        yield [_decode(last)]


def _decode(line: bytes) -> str:
    """Bytes that are not UTF-8 become replacement characters."""
    return line.decode("utf-8", errors="replace").rstrip("\r\n")
