"""The people of the demo's desk. Some only have their names in the histories and never sign in."""

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from app.demo.files import DemoDataError, read_lines
from casework.permissions import Role
from store.staff import StaffMember
from store.unit_of_work import Store, UnitOfWork

#: From a password to its hash.
HashPassword = Callable[[str], Awaitable[str]]


@dataclass(frozen=True, slots=True)
class DemoPerson:
    email: str
    name: str
    role: Role
    agency_code: str = ""
    signs_in: bool = True


@dataclass(frozen=True, slots=True)
class NewAccount:
    """`password` is known here only."""

    person: DemoPerson
    password: str
    agency: str


def demo_people() -> list[DemoPerson]:
    return [
        DemoPerson(row["email"], row["name"], Role(row["role"]), row["agency"], row["signs_in"])
        for row in read_lines("staff")
    ]


async def add_demo_staff(store: Store, hash_password: HashPassword) -> list[NewAccount]:
    """Make the accounts that are not there; returns those that can sign in."""
    made = []
    async with store.work() as work:
        for person in demo_people():
            if await work.staff.find_by_email(person.email):
                continue
            password = secrets.token_urlsafe(9) if person.signs_in else ""
            hashed = await hash_password(password) if password else ""
            await _add(work, person, hashed)
            if password:
                row = await work.catalogue.find("agencies", person.agency_code)
                made.append(NewAccount(person, password, str(row["short_name"]) if row else ""))
        await work.commit()
    return made


async def _add(work: UnitOfWork, person: DemoPerson, password_hash: str) -> None:
    member = StaffMember(
        id=work.ids(),
        email=person.email,
        name=person.name,
        role=person.role,
        agency_code=person.agency_code,
        password_hash=password_hash,
        active=True,
    )
    await work.staff.add(member, work.clock())


class Desk:
    """Ids of the people who move cases in the demo."""

    def __init__(self, members: list[StaffMember]) -> None:
        self._members = members

    def first(self, role: Role, agency_code: str = "") -> str:
        """Whoever has this role there.

        Raises:
            DemoDataError: nobody has.
        """
        return self.all(role, agency_code)[0]

    def all(self, role: Role, agency_code: str = "") -> list[str]:
        wanted = (role, agency_code)
        found = [one.id for one in self._members if (one.role, one.agency_code) == wanted]
        if not found:
            raise DemoDataError(f"staff.jsonl has no {role} of {agency_code or 'the province'}")
        return found


async def read_desk(work: UnitOfWork) -> Desk:
    emails = {person.email: number for number, person in enumerate(demo_people())}
    found = [member for member in await work.staff.active() if member.email in emails]
    return Desk(sorted(found, key=lambda member: emails[member.email]))
