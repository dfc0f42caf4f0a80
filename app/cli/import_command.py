"""`hoidap import KIND FILE`."""

import argparse
import asyncio
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from app.cli.command import Command, CommandError, Context
from app.database import command_store
from app.importing import KINDS, BadLine, read_catalogue, save_rows


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("kind", choices=sorted(KINDS))
    parser.add_argument("file", type=Path, help="CSV, XLSX or JSON lines")


async def _run(context: Context, arguments: argparse.Namespace) -> int:
    started = time.monotonic()
    rows, bad = await asyncio.to_thread(_read, arguments.kind, arguments.file)
    saved = 0
    if rows:
        async with (
            command_store(context.settings, context.folder) as store,
            store.work() as work,
        ):
            saved = await save_rows(work, arguments.kind, rows)
            await work.commit()
    for line in bad:
        print(f"{arguments.file.name}, line {line.number}: {line.reason}", file=sys.stderr)
    seconds = time.monotonic() - started
    print(f"{saved} {arguments.kind} loaded, {len(bad)} bad rows left out, {seconds:.1f} s.")
    return 0 if saved or not bad else 1


def _read(kind: str, path: Path) -> tuple[list[dict[str, Any]], list[BadLine]]:
    rows: list[dict[str, Any]] = []
    bad: list[BadLine] = []
    try:
        for item in _items(kind, path):
            if isinstance(item, BadLine):
                bad.append(item)
            else:
                rows.append(item)
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}") from error
    return rows, bad


def _items(kind: str, path: Path) -> Iterator[dict[str, Any] | BadLine]:
    with path.open("rb") as stream:
        yield from read_catalogue(kind, path.name, stream)


COMMANDS = {
    "import": Command(_arguments, _run),
}
