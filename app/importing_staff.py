"""`hoidap import staff FILE`: accounts from a table, from the command line."""

import asyncio
from dataclasses import dataclass
from pathlib import Path

from app.importing import BadLine
from desk.accounts import AccountFlaw
from desk.staff_import import StaffLine, import_staff, read_staff_file
from desk.words import load_words
from knowledge.rows import RowError
from store.audit import BY_SERVICE
from store.unit_of_work import Store

STAFF = "staff"
_REASONS = {
    AccountFlaw.BAD_EMAIL: "email: is not an address",
    AccountFlaw.NO_NAME: "name: is missing",
    AccountFlaw.LONG_NAME: "name: is too long",
    AccountFlaw.BAD_ROLE: "role: is not one of the roles",
    AccountFlaw.NO_AGENCY: "agency: is missing, this role needs one",
    AccountFlaw.UNKNOWN_AGENCY: "agency: no agency with this code works today",
    AccountFlaw.OTHER_DETAILS: "email: has an account with other details; change it at the desk",
    AccountFlaw.MANY_CELLS: "cannot be read",
}


@dataclass(frozen=True, slots=True)
class StaffLoaded:
    added: int
    unchanged: int
    bad: tuple[BadLine, ...]


async def load_staff(store: Store, path: Path) -> StaffLoaded:
    """Add who is not there yet; nobody gets a link or a letter by it.

    Raises:
        OSError: the file cannot be opened.
    """
    try:
        lines = await asyncio.to_thread(_read, path)
    except RowError as error:
        return StaffLoaded(0, 0, (BadLine(0, str(error)),))
    async with store.work() as work:
        done = await import_staff(work, BY_SERVICE, lines)
        await work.commit()
    bad = tuple(BadLine(line.number, _REASONS.get(line.flaw, line.flaw)) for line in done.bad)
    return StaffLoaded(len(done.added), done.unchanged, bad)


def _read(path: Path) -> list[StaffLine]:
    with path.open("rb") as stream:
        return read_staff_file(path.name, stream, load_words())
