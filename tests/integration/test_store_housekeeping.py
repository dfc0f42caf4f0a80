from dataclasses import replace
from datetime import timedelta

from casework.permissions import Role
from store.housekeeping import forget_spent_rows
from store.staff import StaffMember
from store.unit_of_work import Store

MEMBER = StaffMember("m1", "an@example.gov.vn", "An", Role.EDITOR, "", "", active=True)


async def test_what_is_spent_goes_and_the_rest_stays(store: Store) -> None:
    async with store.work() as work:
        now = work.clock()
        await work.staff.add(MEMBER, now)
        for age in (timedelta(days=3), timedelta(hours=1)):
            await work.staff.note_failure("account:x", now - age)
            await work.lookups.note("zalo:oa:1", "H61", now - age)
            await work.staff.add_session(f"s{age}", "m1", "csrf", now, now + timedelta(1) - age)
            await work.staff.add_links({f"l{age}": "m1"}, now + timedelta(1) - age)
        assert await forget_spent_rows(work.connection, now) == 4
        assert await work.staff.count_failures("account:x", now - timedelta(days=9)) == 1
        assert await work.lookups.count_by_citizen("zalo:oa:1", now - timedelta(days=9)) == 1
        assert await work.staff.find_session(f"s{timedelta(hours=1)}", now)
        assert await work.staff.find_link(f"l{timedelta(hours=1)}", now) == replace(MEMBER)
