"""Accounts from a table: good rows are loaded, the others named with line and reason."""

import contextlib
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from casework.permissions import Role
from desk.accounts import (
    AccountError,
    AccountFlaw,
    Details,
    add_accounts,
    agency_codes,
    new_member,
    read_details,
    read_email,
)
from desk.words import Words
from knowledge.importing import FileFormat, find_format, read_rows
from knowledge.rows import Cells, RowError
from knowledge.text.folding import fold
from store.staff import StaffMember
from store.unit_of_work import UnitOfWork

#: More people than any province has at its desks.
MOST_ROWS = 5000
#: A workbook is packed: a small file may hold endless sheets.
_MOST_UNPACKED = 64 * 1024 * 1024
#: Without one of these above its columns a table is not about people.
_COLUMNS = frozenset({"email", "name", "role"})


class MissingColumnsError(RowError):
    """The first line does not name the columns."""


@dataclass(frozen=True, slots=True)
class StaffLine:
    """Line as a spreadsheet shows it, and what stands there."""

    number: int
    email: str = ""
    name: str = ""
    role: str = ""
    agency: str = ""
    is_readable: bool = True


@dataclass(frozen=True, slots=True)
class BadStaffLine:
    number: int
    flaw: AccountFlaw


@dataclass(slots=True)
class StaffImport:
    added: list[StaffMember] = field(default_factory=list)
    unchanged: int = 0
    bad: list[BadStaffLine] = field(default_factory=list)


def read_staff_file(name: str, stream: BinaryIO, words: Words) -> list[StaffLine]:
    """The rows of a CSV, XLSX or JSON lines file. A role, a column is its code or its word.

    Raises:
        MissingColumnsError: there are rows, but not all of the columns.
        RowError: the file as a whole cannot be read.
    """
    file_format = find_format(name)
    if file_format is None:
        raise RowError("the name must end in .csv, .xlsx or .jsonl")
    if file_format is FileFormat.XLSX:
        _check_unpacked(stream)
    roles = {str(word).casefold(): str(role) for role, word in words["role"].items()}
    columns = {fold(str(word)): str(name) for word, name in words["staff_column"].items()}
    lines: list[StaffLine] = []
    named: set[str] = set()
    for number, row in read_rows(stream, file_format):
        if len(lines) == MOST_ROWS:
            raise RowError(f"has more than {MOST_ROWS} rows")
        known = row if isinstance(row, RowError) else _by_name(row, columns)
        named.update(_COLUMNS if isinstance(known, RowError) else known)
        lines.append(_line(number, known, roles))
    if lines and not named >= _COLUMNS:
        raise MissingColumnsError(f"the columns {', '.join(sorted(_COLUMNS))} are needed")
    return lines


def _by_name(row: Mapping[str, Any], columns: Mapping[str, str]) -> dict[str, Any]:
    return {columns.get(fold(head), head): cell for head, cell in row.items()}


def _check_unpacked(stream: BinaryIO) -> None:
    try:
        with zipfile.ZipFile(stream) as packed:
            size = sum(part.file_size for part in packed.infolist())
    except zipfile.BadZipFile:
        raise RowError("the file is not an XLSX workbook") from None
    if size > _MOST_UNPACKED:
        raise RowError("the workbook is too large")
    stream.seek(0)


def _line(number: int, row: Mapping[str, Any] | RowError, roles: Mapping[str, str]) -> StaffLine:
    if isinstance(row, RowError):
        return StaffLine(number, is_readable=False)
    cells = Cells(row)
    try:
        role = cells.text("role")
        return StaffLine(
            number,
            cells.text("email"),
            cells.text("name"),
            roles.get(role.casefold(), role.lower()),
            cells.text("agency"),
        )
    except RowError:
        return StaffLine(number, is_readable=False)


async def import_staff(work: UnitOfWork, by_id: str, lines: list[StaffLine]) -> StaffImport:
    """Add who is not there yet; nobody who is there is changed. The caller commits."""
    await work.staff.lock(by_id)
    agencies = await agency_codes(work)
    there = await work.staff.find_by_emails(_emails(lines))
    done = StaffImport()
    for line in lines:
        try:
            email, details = _read(line, agencies, there)
        except AccountError as error:
            done.bad.append(BadStaffLine(line.number, error.flaw))
            continue
        if email in there:
            done.unchanged += 1
        else:
            there[email] = new_member(work, email, details)
            done.added.append(there[email])
    await add_accounts(work, by_id, done.added)
    return done


def _emails(lines: list[StaffLine]) -> set[str]:
    found = set()
    for line in lines:
        with contextlib.suppress(AccountError):
            found.add(read_email(line.email))
    return found


def _read(
    line: StaffLine, agencies: frozenset[str], there: Mapping[str, StaffMember]
) -> tuple[str, Details]:
    """Raises AccountError also where a row speaks otherwise of somebody who is there."""
    if not line.is_readable:
        raise AccountError(AccountFlaw.MANY_CELLS)
    email = read_email(line.email)
    found = there.get(email)
    kept = agencies | ({found.agency_code} if found else frozenset())
    details = read_details(line.name, line.role, line.agency, kept)
    if found and not (found.active and _details(found) == details):
        raise AccountError(AccountFlaw.OTHER_DETAILS)
    return email, details


def _details(member: StaffMember) -> Details:
    return Details(member.name, Role(member.role), member.agency_code)
