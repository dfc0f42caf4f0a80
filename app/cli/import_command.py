"""`hoidap import KIND FILE`."""

import argparse
import asyncio
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.cli.command import Command, CommandError, Context
from app.database import command_store
from app.ended_agencies import MOVES_PROCEDURES, PROCEDURES, EndedAgency, flag_procedures
from app.importing import KINDS, MOVES_DATES, BadLine, read_lines, row_key, save_rows
from app.importing_staff import STAFF, load_staff
from casework.use_cases.recompute_due import recompute_due

#: So many are told one by one of procedures that were there before; `doctor` counts all.
_MOST_TOLD = 50


@dataclass(slots=True)
class _File:
    rows: list[dict[str, Any]] = field(default_factory=list)
    bad: list[BadLine] = field(default_factory=list)
    #: Lines that take the place of an earlier one.
    again: list[BadLine] = field(default_factory=list)
    #: By what names the row; the last of several counts, as in the store.
    lines: dict[tuple[str, ...], int] = field(default_factory=dict)

    def add(self, kind: str, number: int, row: dict[str, Any]) -> None:
        key = row_key(kind, row)
        if key in self.lines:
            name = " ".join(key)
            reason = f"{name} stands in line {self.lines[key]} too; this later line is kept"
            self.again.append(BadLine(number, reason))
        self.rows.append(row)
        self.lines[key] = number


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("kind", choices=sorted([*KINDS, STAFF]))
    parser.add_argument("file", type=Path, help="CSV, XLSX or JSON lines")


async def _run(context: Context, arguments: argparse.Namespace) -> int:
    if arguments.kind == STAFF:
        return await _staff(context, arguments.file)
    started = time.monotonic()
    read = await asyncio.to_thread(_read, arguments.kind, arguments.file)
    saved = moved = 0
    ended: list[EndedAgency] = []
    if read.rows:
        async with (
            command_store(context.settings, context.folder) as store,
            store.work() as work,
        ):
            saved = await save_rows(work, arguments.kind, read.rows)
            if arguments.kind in MOVES_PROCEDURES:
                ended = await flag_procedures(work)
            moved = await recompute_due(work) if arguments.kind in MOVES_DATES else 0
            await work.commit()
    _tell(arguments.file, sorted([*read.bad, *read.again], key=lambda line: line.number))
    _tell_ended(arguments, read, ended)
    seconds = time.monotonic() - started
    print(f"{saved} {arguments.kind} loaded, {len(read.bad)} bad rows left out, {seconds:.1f} s.")
    if moved:
        print(f"{moved} open cases have another legal date; what was promised stays.")
    return _ending(arguments.file, loaded=bool(read.rows), empty=not read.rows and not read.bad)


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
    known = bool(loaded.added or loaded.unchanged)
    return _ending(path, loaded=known, empty=not known and not loaded.bad)


def _ending(path: Path, *, loaded: bool, empty: bool) -> int:
    if empty:
        print(f"{path.name} holds no rows; nothing was changed.", file=sys.stderr)
    return 0 if loaded else 1


def _tell(path: Path, bad: Sequence[BadLine]) -> None:
    for line in bad:
        print(f"{path.name}, line {line.number}: {line.reason}", file=sys.stderr)


def _tell_ended(arguments: argparse.Namespace, read: _File, ended: Sequence[EndedAgency]) -> None:
    """Procedures of the file by their line, others by their code."""
    lines = read.lines if arguments.kind == PROCEDURES else {}
    told = [one for one in ended if (one.procedure,) in lines] if lines else ended[:_MOST_TOLD]
    for one in told:
        at = f"{arguments.file.name}, line {lines[one.procedure,]}: " if lines else ""
        print(f"{at}{one}", file=sys.stderr)
    if len(told) < len(ended) and not lines:
        print(f"… and {len(ended) - len(told)} more", file=sys.stderr)
    if told:
        unclear = sum(one.needs_editor for one in ended)
        print(
            f"{len(ended)} times the catalogue names an agency that has ended: "
            f"{len(ended) - unclear} lead to its successor, {unclear} wait for an editor."
        )


def _read(kind: str, path: Path) -> _File:
    read = _File()
    try:
        with path.open("rb") as stream:
            for number, item in read_lines(kind, path.name, stream):
                if isinstance(item, BadLine):
                    read.bad.append(item)
                else:
                    read.add(kind, number, item)
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}") from error
    return read


COMMANDS = {
    "import": Command(_arguments, _run),
}
