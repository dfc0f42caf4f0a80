"""What the tests of accounts at the desk have in common."""

import re

from sqlalchemy import select

from store.audit import AuditEntry
from store.staff import StaffMember
from store.tables import staff
from tests.integration.desk_scene import PASSWORD, Scene

ACCOUNTS = "/desk/accounts"
NEW = "/desk/accounts/new"
IMPORT = "/desk/accounts/import"


async def kept(scene: Scene, member_id: str) -> StaffMember:
    async with scene.store.work() as work:
        found = await work.staff.find(member_id)
    assert found is not None
    return found


async def by_email(scene: Scene, email: str) -> StaffMember:
    async with scene.store.work() as work:
        found = await work.staff.find_by_email(email)
    assert found is not None
    return found


async def audit(scene: Scene) -> list[AuditEntry]:
    async with scene.store.work() as work:
        return await work.audit.newest()


async def mail_jobs(scene: Scene) -> list[str]:
    """Staff ids that a letter was ordered for."""
    async with scene.store.work() as work:
        found = await work.connection.exec_driver_sql(
            "select args->>'staff_id' from procrastinate_jobs where task_name = 'mail_staff_link'"
            " order by id"
        )
        return [row[0] for row in found]


def of(member: StaffMember, action: str = "") -> str:
    return f"{ACCOUNTS}/{member.id}/{action}".rstrip("/")


def link_in(page: str) -> str:
    found = re.search(r"http\S+/desk/link/[\w-]+", page)
    assert found, "no link on the page"
    return found[0]


async def signed_in(scene: Scene, member: StaffMember) -> bool:
    """Whether this person's password opens the desk."""
    person = await scene.browser()
    await person.send("/desk/login", page="/desk/login", email=member.email, password=PASSWORD)
    async with person.client.get("/desk/account", allow_redirects=False) as answer:
        return answer.status == 200


async def count(scene: Scene) -> int:
    async with scene.store.work() as work:
        return len((await work.connection.execute(select(staff.c.id))).all())
