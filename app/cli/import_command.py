"""`hoidap import KIND FILE`."""

import argparse
import asyncio
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from app.cli.command import Command, CommandError, Context
from app.database import command_store
from app.importing import KINDS, MOVES_DATES, BadLine, read_catalogue, save_rows
from app.importing_staff import STAFF, load_staff
from casework.use_cases.recompute_due import recompute_due


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("kind", choices=sorted([*KINDS, STAFF]))
    parser.add_argument("file", type=Path, help="CSV, XLSX or JSON lines")


async def _run(context: Context, arguments: argparse.Namespace) -> int:
    if arguments.kind == STAFF:
        return await _staff(context, arguments.file)
    started = time.monotonic()
    rows, bad = await asyncio.to_thread(_read, arguments.kind, arguments.file)
    saved = moved = 0
    if rows:
        async with (
            command_store(context.settings, context.folder) as store,
            store.work() as work,
        ):
            saved = await save_rows(work, arguments.kind, rows)
            moved = await recompute_due(work) if arguments.kind in MOVES_DATES else 0
            await work.commit()
    _tell(arguments.file, bad)
    seconds = time.monotonic() - started
    print(f"{saved} {arguments.kind} loaded, {len(bad)} bad rows left out, {seconds:.1f} s.")
    if moved:
        print(f"{moved} open cases have another legal date; what was promised stays.")
    return 0 if saved or not bad else 1


async def _staff(context: Context, path: Path) -> int:
    async with command_store(context.settings, context.folder) as store:
        try:
            loaded = await load_staff(store, path)
        except OSError as error:
            raise CommandError(f"{path} cannot be read: {error.strerror}") from error
    _tell(path, loaded.bad)
    print(
        f"{loaded.added} accounts added, {loaded.unchanged} unchanged, "
        f"{len(loaded.bad)} bad rows left out."
    )
    if loaded.added:
        print("Links to choose a password: hoidap user link EMAIL, or at the desk.")
    return 0 if loaded.added or loaded.unchanged or not loaded.bad else 1


def _tell(path: Path, bad: Sequence[BadLine]) -> None:
    for line in bad:
        print(f"{path.name}, line {line.number}: {line.reason}", file=sys.stderr)


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
