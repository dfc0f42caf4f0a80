"""Accounts of the demo: made once, shown once, and they open the desk."""

import pytest

from app.cli.demo_command import show_accounts
from app.demo.catalogues import load_demo_data
from app.demo.staff import add_demo_staff, demo_people
from casework.permissions import Role
from desk.passwords import Passwords
from store.unit_of_work import Store


async def test_whoever_signs_in_has_a_password_of_their_own(
    store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    passwords = Passwords()
    await load_demo_data(store)
    accounts = await add_demo_staff(store, passwords.hash)
    assert {account.person.role for account in accounts} == set(Role)
    assert len({account.password for account in accounts}) == len(accounts)
    async with store.work() as work:
        members = {member.email: member for member in await work.staff.active()}
    for account in accounts:
        member = members[account.person.email]
        assert await passwords.matches(member.password_hash, account.password)
    silent = [person for person in demo_people() if not person.signs_in]
    assert silent
    assert {members[person.email].password_hash for person in silent} == {""}
    assert not await passwords.matches("", "")

    show_accounts(accounts)
    lines = capsys.readouterr().out.splitlines()[1:]
    assert len(lines) == len(accounts)
    for line, account in zip(lines, accounts, strict=True):
        person = account.person
        assert line.split()[:3] == [person.role, person.email, account.password]
        assert line.endswith(account.agency or account.password)


async def test_a_second_start_makes_and_shows_nobody(
    store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    async def hashed(password: str) -> str:
        return f"hash of {len(password)} letters"

    await load_demo_data(store)
    assert await add_demo_staff(store, hashed)
    show_accounts(await add_demo_staff(store, hashed))
    assert capsys.readouterr().out == ""
