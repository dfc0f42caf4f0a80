"""Accounts, alerts, sealed texts, look-up counts, conversations and the inbox's smaller doors."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from casework.permissions import Role
from delivery.messages import ChannelName, EventKind, Inbound
from store.alerts import AlertKind
from store.conversations import Conversation
from store.inbox import InboxRow, InboxStatus
from store.sealed import SealedKind
from store.staff import StaffFilter, StaffMember
from store.tables import inbox, sealed_records
from store.unit_of_work import Store, UnitOfWork
from tests.fakes.clock import NOW

HOUR = timedelta(hours=1)
MEMBER = StaffMember("s1", "lan@ubnd.vn", "Lan", Role.OFFICER, "A", "hash", active=True)


async def test_an_address_is_one_account_however_it_is_written(store: Store) -> None:
    async with store.work() as work:
        await work.staff.add(replace(MEMBER, email=" Lan@UBND.vn "), NOW)
        await work.commit()
        assert await work.staff.find_by_email("LAN@ubnd.vn ") == MEMBER
        assert await work.staff.find("s1") == MEMBER
        assert await work.staff.find("s2") is None
        assert await work.staff.find_by_email("x@ubnd.vn") is None
    async with store.work() as work:
        with pytest.raises(IntegrityError):
            await work.staff.add(replace(MEMBER, id="s2", email="LAN@ubnd.vn"), NOW)


async def test_active_staff_of_an_agency(store: Store) -> None:
    async with store.work() as work:
        await work.staff.add(MEMBER, NOW)
        await work.staff.add(replace(MEMBER, id="s2", email="b", agency_code="B", name="An"), NOW)
        await work.staff.add(replace(MEMBER, id="s3", email="c", active=False), NOW)
        assert [found.id for found in await work.staff.active()] == ["s2", "s1"]
        assert [found.id for found in await work.staff.active("A")] == ["s1"]


async def test_names_stand_where_a_reader_looks_for_them(store: Store) -> None:
    names = ["Đỗ Ánh", "Vũ An", "Ấn", "đặng yến", "Dương", "Ân", "Ích", "Lan", "Bình", "An"]
    async with store.work() as work:
        for number, name in enumerate(names):
            member = replace(MEMBER, id=str(number), email=f"{number}@x.vn", name=name)
            await work.staff.add(member, NOW)
        found = await work.staff.active()
        page = await work.staff.search(StaffFilter(), limit=4, offset=3)
    order = ["An", "Ân", "Ấn", "Bình", "đặng yến", "Đỗ Ánh", "Dương", "Ích", "Lan", "Vũ An"]
    assert [one.name for one in found] == order
    assert [one.name for one in page] == order[3:7]


async def test_a_link_works_once_and_in_time(store: Store) -> None:
    async with store.work() as work:
        await work.staff.add(MEMBER, NOW)
        await work.staff.add_links({"hash": "s1"}, NOW + HOUR)
        assert await work.staff.find_link("hash", NOW + HOUR) is None
        assert await work.staff.use_link("hash", NOW + HOUR) is None
        assert await work.staff.find_link("hash", NOW) == MEMBER
        assert await work.staff.use_link("hash", NOW) == MEMBER
        assert await work.staff.use_link("hash", NOW) is None
        assert await work.staff.use_link("other", NOW) is None


async def test_sessions_end_by_time_by_log_out_and_with_a_new_password(store: Store) -> None:
    async with store.work() as work:
        await work.staff.add(MEMBER, NOW)
        for name in ("a", "b", "c"):
            await work.staff.add_session(name, "s1", f"csrf-{name}", NOW, NOW + HOUR)
        found = await work.staff.find_session("a", NOW)
        assert found is not None
        assert (found.member, found.csrf_token) == (MEMBER, "csrf-a")
        assert await work.staff.find_session("a", NOW + HOUR) is None
        await work.staff.touch_session("a", NOW, NOW + 2 * HOUR)
        assert await work.staff.find_session("a", NOW + HOUR) is not None
        await work.staff.end_session("b")
        assert await work.staff.find_session("b", NOW) is None
        await work.staff.set_password("s1", "new")
        for name in ("a", "c"):
            assert await work.staff.find_session(name, NOW) is None
        member = await work.staff.find("s1")
        assert member is not None
        assert member.password_hash == "new"


async def test_failed_log_ins_are_counted_in_a_window(store: Store) -> None:
    async with store.work() as work:
        for minutes in (0, 10, 20):
            await work.staff.note_failure("account:x", NOW + timedelta(minutes=minutes))
        await work.staff.note_failure("account:y", NOW)
        since = NOW + timedelta(minutes=10)
        assert await work.staff.count_failures("account:x", since) == 2
        await work.staff.forget_failures("account:x")
        assert await work.staff.count_failures("account:x", NOW) == 0
        assert await work.staff.count_failures("account:y", NOW) == 1


async def test_alerts_are_open_until_somebody_handles_them(store: Store) -> None:
    async with store.work() as work:
        kind = AlertKind.DEAD_CREDENTIALS
        await work.alerts.add(kind, NOW, detail="zalo:-216")
        await work.alerts.add(AlertKind.CHILD, NOW, conversation_id="zalo:oa:1")
        assert await work.alerts.is_open(kind, "zalo", "-216")
        assert not await work.alerts.is_open(kind, "facebook", "-216")
        newest, first = await work.alerts.open()
        assert (newest.kind, newest.conversation_id) == (AlertKind.CHILD, "zalo:oa:1")
        await work.alerts.handle(first.id, "s1", NOW)
        assert not await work.alerts.is_open(kind, "zalo", "-216")
        assert await work.alerts.count_open() == 1


async def test_a_sealed_text_is_unreadable_on_disk(store: Store) -> None:
    async with store.work() as work:
        await work.sealed.seal_text("r1", SealedKind.COMPLAINT, "zalo:oa:1", "Tố cáo ông X", NOW)
        await work.commit()
        row = (await work.connection.execute(select(sealed_records))).one()
    assert "Tố cáo".encode() not in bytes(row.ciphertext)
    async with store.work() as work:
        assert await work.sealed.open("r1") == "Tố cáo ông X"


async def test_a_sealed_text_of_the_first_version_opens_with_the_service_key(store: Store) -> None:
    async with store.work() as work:
        await work.connection.execute(
            insert(sealed_records).values(
                id="r0",
                kind=SealedKind.COMPLAINT,
                conversation_id="zalo:oa:1",
                ciphertext=store.vault.seal("Từ bản đầu"),
                created_at=NOW,
            )
        )
        assert await work.sealed.open("r0") == "Từ bản đầu"


async def test_look_ups_are_counted_by_citizen_and_by_prefix(store: Store) -> None:
    async with store.work() as work:
        for minutes, who, prefix in [(0, "a", "p"), (30, "a", "q"), (60, "b", "p")]:
            await work.lookups.note(who, prefix, NOW + timedelta(minutes=minutes))
        assert await work.lookups.count_by_citizen("a", NOW) == 2
        assert await work.lookups.count_by_citizen("a", NOW + HOUR) == 0
        assert await work.lookups.count_by_prefix("p", NOW) == 2
        assert await work.lookups.count_by_prefix("p", NOW + HOUR) == 1


async def test_a_conversation_is_kept_whole(store: Store) -> None:
    found = Conversation(
        "zalo:oa:1", ChannelName.ZALO, "oa", "1", "km", {"flow": ["ế", 1, None]}, NOW, NOW + HOUR
    )
    async with store.work() as work:
        assert await work.conversations.find(found.id) is None
        await work.conversations.save(found, NOW)
        assert await work.conversations.find(found.id) == found
        changed = replace(found, lang="vi", state={}, last_inbound_at=None, paused_until=None)
        await work.conversations.save(changed, NOW)
        assert await work.conversations.find(found.id) == changed


def event(key: str, user: str = "1", **changes: Any) -> Inbound:
    known = {
        "channel": ChannelName.ZALO,
        "account_id": "oa",
        "user_id": user,
        "event_key": key,
        "kind": EventKind.MESSAGE,
        "raw": b"raw words",
        "text": "words",
    }
    return Inbound(**{**known, **changes})


async def added(work: UnitOfWork, *events: Inbound) -> list[InboxRow]:
    for item in events:
        assert await work.inbox.add(item, NOW)
    return await work.inbox.open_rows(events[0].conversation_id, 50, NOW)


async def test_a_row_is_taken_once_and_an_event_stored_once(store: Store) -> None:
    async with store.work() as work:
        (row,) = await added(work, event("a"))
        assert not await work.inbox.add(event("a"), NOW)
        assert await work.inbox.take(row.id, NOW)
        assert not await work.inbox.take(row.id, NOW)
        assert await work.inbox.open_rows(row.conversation_id, 5, NOW) == []


async def test_without_commit_nothing_lasts(store: Store) -> None:
    async with store.work() as work:
        await added(work, event("a"))
    async with store.work() as work:
        assert await work.inbox.history("zalo:oa:1") == []


async def test_what_waited_for_the_model_is_told_in_order_and_once(store: Store) -> None:
    async with store.work() as work:
        one = await added(work, event("a", text="Thẻ"), event("b", text="Nhà"))
        one += await added(work, event("e", text=" thẻ"))
        two = await added(work, event("c", "2"), event("r", "2", kind=EventKind.READ))
        three = await added(work, event("d", "3"))
        for row in [*one, *two]:
            await work.inbox.take(row.id, NOW, without_model=True)
        await work.inbox.take(three[0].id, NOW)
        late = await work.inbox.unanswered_by_model(NOW)
        assert [row.event.event_key for row in late if row.event.kind is EventKind.MESSAGE] == [
            "b",
            "e",
            "c",
        ]
        assert await work.inbox.unanswered_by_model(NOW + HOUR) == []
        await work.inbox.reopen_for_model(late[0].id)
        (again,) = await work.inbox.open_rows("zalo:oa:1", 5, NOW)
        assert (again.id, again.without_model) == (late[0].id, True)


async def test_a_sealed_row_holds_no_words(store: Store) -> None:
    sealed = event("a", message_id="m", payload="p", extra={"deep": "words"})
    async with store.work() as work:
        (row,) = await added(work, sealed)
        await work.inbox.seal(row.id, SealedKind.COMPLAINT)
        await work.inbox.seal(row.id + 99, SealedKind.COMPLAINT)
        found = (await work.connection.execute(select(inbox))).one()
        assert bytes(found.raw) == b""
        assert "words" not in str(found.content)
        (again,) = await work.inbox.open_rows(row.conversation_id, 5, NOW)
    assert (again.event.user_id, again.event.message_id, again.event.text) == ("1", "m", "")


async def test_history_is_the_newest_in_order(store: Store) -> None:
    async with store.work() as work:
        await added(work, *[event(str(number)) for number in range(5)])
        await work.inbox.add(event("read", kind=EventKind.READ), NOW)
        found = await work.inbox.history("zalo:oa:1", limit=3)
    assert [row.event.event_key for row in found] == ["2", "3", "4"]


async def test_the_waits_of_a_failing_row_double(store: Store) -> None:
    async with store.work() as work:
        (row,) = await added(work, event("a"))
        seconds = []
        for _ in range(5):
            status = await work.inbox.fail(row, "Error", NOW)
            found = (await work.connection.execute(select(inbox))).one()
            seconds.append((found.due_at - NOW).total_seconds())
            row = replace(row, attempts=found.attempts)
        assert seconds == [2, 4, 8, 16, 32]
        assert status is InboxStatus.DEAD
        assert found.status == InboxStatus.DEAD
