# ruff: noqa: E501 - a table of this size is read in columns
"""The whole product of status × command, written out a second time and by hand."""

import pytest

from casework.cases import CaseKind, make_code
from casework.errors import MoveNotAllowedError
from casework.statuses import CaseStatus, Command, allowed_commands, next_status

#: Rows: statuses. "-" is refused.
TABLE = """
status       triage       assign       save_draft   reject_draft approve      send         bounce       not_accept   restore      withdraw     reopen       close
received     triaged      assigned     -            -            -            -            -            not_accepted -            withdrawn    -            -
triaged      triaged      assigned     -            -            -            -            -            not_accepted -            withdrawn    -            -
assigned     -            assigned     drafted      -            -            -            bounced      not_accepted -            withdrawn    -            -
drafted      -            assigned     drafted      assigned     approved     -            bounced      -            -            withdrawn    -            -
approved     -            -            drafted      assigned     -            answered     -            -            -            withdrawn    -            -
answered     -            -            -            -            -            -            -            -            -            -            assigned     closed
closed       -            -            -            -            -            -            -            -            -            -            assigned     -
bounced      triaged      assigned     -            -            -            -            -            not_accepted -            withdrawn    -            -
not_accepted -            -            -            -            -            -            -            -            received     -            -            -
withdrawn    -            -            -            -            -            -            -            -            -            -            -            -
"""
HEAD, *ROWS = (line.split() for line in TABLE.strip().splitlines())
EXPECTED = {
    (cells[0], command): found
    for cells in ROWS
    for command, found in zip(HEAD[1:], cells[1:], strict=True)
}


def test_the_table_names_every_status_and_command() -> None:
    assert {status for status, _ in EXPECTED} == {status.value for status in CaseStatus}
    assert {command for _, command in EXPECTED} == {command.value for command in Command}


@pytest.mark.parametrize("status", CaseStatus)
@pytest.mark.parametrize("command", Command)
def test_a_move_leads_where_the_table_says(status: CaseStatus, command: Command) -> None:
    expected = EXPECTED[status.value, command.value]
    if expected == "-":
        with pytest.raises(MoveNotAllowedError):
            next_status(status, command)
        assert command not in allowed_commands(status)
    else:
        assert next_status(status, command).value == expected
        assert command in allowed_commands(status)


def test_every_status_is_reached_from_the_first() -> None:
    seen, fresh = set(), {CaseStatus.RECEIVED}
    while fresh:
        seen |= fresh
        fresh = {next_status(at, command) for at in fresh for command in allowed_commands(at)}
        fresh -= seen
    assert seen == set(CaseStatus)


def test_an_answer_always_passes_an_approval() -> None:
    before_answer = {at for at in CaseStatus if Command.SEND in allowed_commands(at)}
    before_approval = {at for at in CaseStatus if Command.APPROVE in allowed_commands(at)}
    assert before_answer == {CaseStatus.APPROVED}
    assert before_approval == {CaseStatus.DRAFTED}


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (CaseKind.QUESTION, "HD-2026-000123"),
        (CaseKind.REPORT, "PA-2026-000123"),
        (CaseKind.ADMIN_FEEDBACK, "PK-2026-000123"),
        (CaseKind.PROPOSAL, "DX-2026-000123"),
    ],
)
def test_codes_name_kind_year_and_number(kind: CaseKind, code: str) -> None:
    assert make_code(kind, 2026, 123) == code
