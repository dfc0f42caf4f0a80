"""The small rules of the desk: time left, passwords, addresses, excerpts, changes."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from aiohttp.test_utils import make_mocked_request
from argon2 import PasswordHasher
from hypothesis import given
from hypothesis import strategies as st

from casework.cases import Case, CaseKind, CaseSource
from casework.errors import CaseworkError
from casework.legal_clock import WorkCalendar
from casework.statuses import CaseStatus
from desk.changes import Change, changes_between
from desk.due import Due, DueTone, due_of, soon_until
from desk.excerpt import excerpt, has_visible
from desk.numbers import read_number
from desk.passwords import PasswordFlaw, Passwords, find_flaw
from desk.problems import PROBLEMS, ProblemName, problem_of
from desk.writing import MAX_LENGTH, checked, cleaned
from store.addresses import client_address, networks

FRIDAY = date(2026, 11, 20)
NOON = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)
CASE = Case(
    id="c",
    code="HD-2026-000001",
    kind=CaseKind.QUESTION,
    status=CaseStatus.ASSIGNED,
    source=CaseSource.ZALO,
    conversation_id="zalo:1:2",
    asked_on=FRIDAY,
    due_on=FRIDAY,
    promised_on=FRIDAY,
    legal_basis="",
    created_at=NOON,
    updated_at=NOON,
)


@pytest.mark.parametrize(
    ("due_on", "tone", "days"),
    [
        (date(2026, 11, 18), DueTone.LATE, 2),
        (date(2026, 11, 20), DueTone.TODAY, 0),
        (date(2026, 11, 23), DueTone.SOON, 1),  # a weekend between
        (date(2026, 11, 26), DueTone.SOON, 3),  # 24 November is a holiday from 2026 on
        (date(2026, 11, 27), DueTone.CALM, 4),
    ],
)
def test_time_left_is_counted_in_working_days(due_on: date, tone: DueTone, days: int) -> None:
    found = due_of(replace(CASE, due_on=due_on), FRIDAY, WorkCalendar())
    assert found == Due(due_on, tone, days)


def test_an_answered_case_is_never_late() -> None:
    case = replace(CASE, status=CaseStatus.ANSWERED, due_on=date(2026, 1, 1))
    assert due_of(case, FRIDAY, WorkCalendar()).tone is DueTone.ANSWERED


def test_soon_ends_three_working_days_ahead() -> None:
    assert soon_until(FRIDAY, WorkCalendar()) == date(2026, 11, 26)


@pytest.mark.parametrize(
    ("password", "repeated", "flaw"),
    [
        ("ngắn quá", "ngắn quá", PasswordFlaw.TOO_SHORT),
        ("a" * 300, "a" * 300, PasswordFlaw.TOO_LONG),
        ("aaaaaaaaaaab", "aaaaaaaaaaab", PasswordFlaw.TOO_PLAIN),
        ("xin chao LAN.NGUYEN 1", "xin chao LAN.NGUYEN 1", PasswordFlaw.HAS_NAME),
        ("con mèo nằm ngủ", "con mèo nằm ngồi", PasswordFlaw.NOT_REPEATED),
        ("con mèo nằm ngủ", "con mèo nằm ngủ", None),
        # The same letters as another keyboard writes them.
        ("con mèo nằm ngủ", "con me\u0300o na\u0306\u0300m ngu\u0309", None),
    ],
)
def test_new_passwords_are_judged(password: str, repeated: str, flaw: PasswordFlaw | None) -> None:
    assert find_flaw(password, repeated, "lan.nguyen@tinh.gov.vn") is flaw


async def test_a_password_opens_only_its_own_account() -> None:
    passwords = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    kept = await passwords.hash("con mèo nằm ngủ")
    assert await passwords.matches(kept, "con me\u0300o na\u0306\u0300m ngu\u0309")
    assert not await passwords.matches(kept, "con mèo nằm")
    assert not await passwords.matches("", "con mèo nằm ngủ")
    assert not await passwords.matches("no hash", "con mèo nằm ngủ")


async def test_a_weaker_hash_is_noticed() -> None:
    weak = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    kept = await weak.hash("con mèo nằm ngủ")
    assert Passwords().is_outdated(kept)
    assert not weak.is_outdated(kept)


@pytest.mark.parametrize(
    ("remote", "forwarded", "found"),
    [
        ("203.0.113.7", "198.51.100.1", "203.0.113.7"),  # nobody trusts a stranger's header
        ("10.0.0.2", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.2", "1.2.3.4, 198.51.100.1, 10.0.0.9", "198.51.100.1"),
        ("10.0.0.2", "", "10.0.0.2"),
        ("10.0.0.2", "junk", "unknown"),
        ("2001:db8:1:2:3::4", "", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.7", "", "203.0.113.7"),
    ],
)
def test_the_address_is_the_nearest_that_is_no_proxy(
    remote: str, forwarded: str, found: str
) -> None:
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    request = make_mocked_request("GET", "/", headers=headers).clone(remote=remote)
    assert client_address(request, networks(("10.0.0.0/8",))) == found


def test_excerpts_stay_in_their_row() -> None:
    assert excerpt("một\n\nhai\tba") == "một hai ba"
    assert excerpt("\u202eđảo chữ\u202c") == "đảo chữ"
    assert excerpt("\u200b\u200d \u2060") == ""
    assert excerpt("") == ""
    assert excerpt("ខ្ញុំ\u200bសួរ") == "ខ្ញុំ\u200bសួរ"
    assert excerpt("từ " * 100, 20) == "từ từ từ từ từ từ…"


@given(st.text())
def test_an_excerpt_is_short_and_on_one_line(text: str) -> None:
    found = excerpt(text, 40)
    assert len(found) <= 41
    assert "\n" not in found
    assert bool(found) <= has_visible(text)


@given(st.text(max_size=200), st.text(max_size=200))
def test_changes_tell_both_texts(before: str, after: str) -> None:
    found = changes_between(before, after)
    if not found:
        assert before == after
        return
    assert "".join(text for kind, text in found if kind != Change.ADDED) == before
    assert "".join(text for kind, text in found if kind != Change.REMOVED) == after


@given(st.text())
def test_cleaned_text_can_be_stored_and_stays_clean(text: str) -> None:
    found = cleaned(text)
    assert "\x00" not in found
    assert "\r" not in found
    assert cleaned(found) == found
    found.encode()


def test_a_text_past_all_reason_is_refused() -> None:
    assert len(checked("a" * MAX_LENGTH)) == MAX_LENGTH
    with pytest.raises(CaseworkError):
        checked("a" * (MAX_LENGTH + 1))


@pytest.mark.parametrize(
    ("written", "number"), [("7", 7), ("", 1), ("-3", 1), ("٣", 1), ("9" * 30, 1), ("a", 1)]
)
def test_odd_numbers_fall_back(written: str, number: int) -> None:
    assert read_number(written, 1) == number


def test_every_problem_is_told() -> None:
    told = {problem.name for problem in PROBLEMS.values()} | {ProblemName.OTHER}
    assert told == set(ProblemName)
    other = problem_of(CaseworkError())
    assert other is not None
    assert other.name is ProblemName.OTHER
