"""Accounts: who comes, who goes, who may do it, and what is written down."""

import asyncio
import io
import re
import zipfile
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from aiohttp import FormData
from desk_scene import BUILDING, HEALTH, PASSWORD, TALK, Person, Scene, hidden_field, open_desk
from sqlalchemy import select

from app.importing import BadLine
from app.importing_staff import load_staff
from casework.cases import EventKind
from casework.permissions import GRANTS, Permission, Role
from casework.statuses import CaseStatus
from desk.accounts import AccountError, change_account, read_details
from desk.device import device_of
from desk.tokens import token_hash
from store.audit import AuditAction, AuditEntry
from store.handovers import HandoverStatus
from store.staff import StaffMember
from store.tables import staff, staff_links
from store.unit_of_work import Store

ACCOUNTS = "/desk/accounts"
NEW = "/desk/accounts/new"
IMPORT = "/desk/accounts/import"


@pytest.fixture
async def scene(store: Store) -> AsyncIterator[Scene]:
    async with open_desk(store) as found:
        yield found


@pytest.fixture
async def mailing(store: Store) -> AsyncIterator[Scene]:
    async with open_desk(store, mails=True, public_url="https://hoidap.tinh.gov.vn") as found:
        yield found


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


async def test_an_invitation_shows_a_link_once_that_opens_the_account(scene: Scene) -> None:
    admin = await scene.signed_in(Role.ADMIN)
    answer = await admin.send(
        NEW, page=NEW, email="  Moi@Tinh.gov.vn ", name="Lê  Mới", role="officer", agency=BUILDING
    )
    page = await answer.text()
    link = link_in(page)
    member = await by_email(scene, "moi@tinh.gov.vn")
    assert (member.name, member.role, member.agency_code) == ("Lê Mới", Role.OFFICER, BUILDING)
    assert member.password_hash == ""
    assert "/desk/link/" not in await admin.get(of(member))
    newcomer = await scene.browser()
    path = link[link.index("/desk/link/") :]
    done = await newcomer.send(
        path, page=path, password="Mua thu Ha Noi", repeated="Mua thu Ha Noi"
    )
    assert done.status == 200
    assert "Lê Mới" in await newcomer.get("/desk/account")
    await newcomer.get(path, status=410)
    (entry,) = await audit(scene)
    assert admin.member is not None
    assert (entry.action, entry.actor_id, entry.subject) == (
        AuditAction.USER_INVITED,
        admin.member.id,
        member.id,
    )


async def test_a_letter_is_ordered_when_asked_for_and_mail_is_set_up(mailing: Scene) -> None:
    admin = await mailing.signed_in(Role.ADMIN)
    fields = {"name": "A", "role": "editor", "agency": ""}
    answer = await admin.send(NEW, page=NEW, email="a@tinh.gov.vn", mail="1", **fields)
    assert link_in(await answer.text()).startswith("https://hoidap.tinh.gov.vn/desk/link/")
    await admin.send(NEW, page=NEW, email="b@tinh.gov.vn", **fields)
    assert await mail_jobs(mailing) == [(await by_email(mailing, "a@tinh.gov.vn")).id]


async def test_no_letter_without_mail(scene: Scene) -> None:
    admin = await scene.signed_in(Role.ADMIN)
    assert 'name="mail"' not in await admin.get(NEW)
    await admin.send(
        NEW, page=NEW, email="a@tinh.gov.vn", name="A", role="editor", agency="", mail="1"
    )
    assert await mail_jobs(scene) == []


@pytest.mark.parametrize(
    ("change", "status", "told"),
    [
        ({"email": "khong-phai"}, 422, "chưa đúng dạng"),
        ({"email": "a@b.vn\nBcc: x@y.vn"}, 422, "chưa đúng dạng"),
        ({"email": "đ" * 300 + "@b.vn"}, 422, "chưa đúng dạng"),
        ({"email": ""}, 422, "chưa đúng dạng"),
        ({"name": "  "}, 422, "Chưa có họ tên"),
        ({"name": "a" * 121}, 422, "dài quá"),
        ({"role": "king"}, 422, "Chưa chọn vai trò"),
        ({"role": ""}, 422, "Chưa chọn vai trò"),
        ({"agency": ""}, 422, "cần một đơn vị"),
        ({"agency": "H61.CU"}, 422, "không còn hoạt động"),
        ({"agency": "'; drop table staff"}, 422, "không còn hoạt động"),
        ({"email": "co@tinh.gov.vn"}, 409, "đã có tài khoản"),
    ],
)
async def test_a_bad_invitation_changes_nothing_and_keeps_the_form(
    scene: Scene, change: dict[str, str], status: int, told: str
) -> None:
    await scene.account(Role.EDITOR, email="co@tinh.gov.vn")
    admin = await scene.signed_in(Role.ADMIN)
    before = await count(scene)
    fields = {"email": "m@tinh.gov.vn", "name": "Giữ Tên", "role": "officer", "agency": BUILDING}
    answer = await admin.send(NEW, page=NEW, **{**fields, **change})
    page = await answer.text()
    assert answer.status == status
    assert told in page
    assert "Giữ Tên" in page or "name" in change
    assert await count(scene) == before
    assert await audit(scene) == []


async def count(scene: Scene) -> int:
    async with scene.store.work() as work:
        return len((await work.connection.execute(select(staff.c.id))).all())


async def test_the_list_is_searched_filtered_and_paged(scene: Scene) -> None:
    admin = await scene.signed_in(Role.ADMIN)
    for number in range(30):
        await scene.account(Role.OFFICER, BUILDING, f"canbo{number:02}@tinh.gov.vn")
    gone = await scene.account(Role.LEAD, HEALTH, "nghi@tinh.gov.vn", active=False)
    first = await admin.get(ACCOUNTS)
    assert "Trang 1 / 2 · 31 tài khoản" in first
    assert gone.email not in first
    assert gone.email in await admin.get(f"{ACCOUNTS}?state=left")
    found = await admin.get(f"{ACCOUNTS}?q=CANBO07")
    assert "canbo07@" in found
    assert "canbo08@" not in found
    assert "canbo" not in await admin.get(f"{ACCOUNTS}?role=editor")
    assert "canbo" not in await admin.get(f"{ACCOUNTS}?agency={HEALTH}")
    assert "canbo" not in await admin.get(f"{ACCOUNTS}?q=%25")
    assert "Trang 2 / 2" in await admin.get(f"{ACCOUNTS}?page=999")
    for odd in ("page=-1", "page=x", "role=king", "state=none", "q=%00", "agency=%00"):
        await admin.get(f"{ACCOUNTS}?{odd}")


async def test_a_changed_role_holds_at_once_and_is_written_down(scene: Scene) -> None:
    admin = await scene.signed_in(Role.ADMIN)
    person = await scene.signed_in(Role.OFFICER, BUILDING)
    assert person.member is not None
    await person.get(ACCOUNTS, status=403)
    member = person.member
    answer = await admin.send(
        of(member, "change"), page=of(member), name="Tên Khác", role="admin", agency=""
    )
    assert "Đã lưu thay đổi" in await answer.text()
    await person.get(ACCOUNTS)
    entry = (await audit(scene))[0]
    assert entry.action is AuditAction.USER_CHANGED
    assert (entry.data["role_before"], entry.data["role"]) == ("officer", "admin")


async def test_cases_stay_with_the_agency_when_an_officer_moves_to_another(scene: Scene) -> None:
    admin = await scene.signed_in(Role.ADMIN)
    officer = await scene.account(Role.OFFICER, BUILDING)
    case = await scene.case(agency=BUILDING, officer=officer.id)
    page = of(officer)
    await admin.send(of(officer, "change"), page=page, name="Tên", role="officer", agency=BUILDING)
    assert (await scene.reload(case)).officer_id == officer.id
    await admin.send(of(officer, "change"), page=page, name="Tên", role="officer", agency=HEALTH)
    moved = await scene.reload(case)
    assert (moved.agency_code, moved.officer_id, moved.status) == (
        BUILDING,
        "",
        CaseStatus.ASSIGNED,
    )


async def test_an_agency_that_ended_stays_with_whoever_has_it(scene: Scene) -> None:
    admin = await scene.signed_in(Role.ADMIN)
    officer = await scene.account(Role.OFFICER, "H61.CU")
    answer = await admin.send(
        of(officer, "change"), page=of(officer), name="Mới", role="officer", agency="H61.CU"
    )
    assert answer.status == 200
    assert (await kept(scene, officer.id)).name == "Mới"


async def test_nobody_changes_the_own_role_or_ends_the_own_account(scene: Scene) -> None:
    admin = await scene.signed_in(Role.ADMIN)
    await scene.account(Role.ADMIN)
    assert admin.member is not None
    own = admin.member
    answer = await admin.send(of(own, "change"), page=of(own), name="Tôi", role="editor", agency="")
    assert answer.status == 409
    assert "tự đổi vai trò" in await answer.text()
    for action in ("leave", "reset"):
        answer = await admin.send(of(own, action), page=of(own))
        assert answer.status == 409, action
    assert (await kept(scene, own.id)).active
    answer = await admin.send(
        of(own, "change"), page=of(own), name="Tên Mới", role="admin", agency=""
    )
    assert answer.status == 200
    assert (await kept(scene, own.id)).name == "Tên Mới"


async def test_two_administrators_cannot_remove_each_other(scene: Scene) -> None:
    one, two = await scene.signed_in(Role.ADMIN), await scene.signed_in(Role.ADMIN)
    assert one.member is not None
    assert two.member is not None

    async def demote(by: StaffMember, whom: StaffMember) -> bool:
        details = read_details(whom.name, "editor", "", frozenset())
        try:
            async with scene.store.work() as work:
                await change_account(work, by.id, whom.id, details)
                await work.commit()
        except AccountError:
            return False
        return True

    done = await asyncio.gather(demote(one.member, two.member), demote(two.member, one.member))
    assert sorted(done) == [False, True]
    left = [(await kept(scene, who.member.id)).role for who in (one, two) if who.member]
    assert sorted(left) == [Role.ADMIN, Role.EDITOR]


async def test_the_last_administrator_is_not_let_go(scene: Scene) -> None:
    """The one who asks was removed a moment ago, and the browser does not know it yet."""
    admin = await scene.signed_in(Role.ADMIN)
    last = await scene.account(Role.ADMIN)
    assert admin.member is not None
    form = await admin.get(of(last))
    async with scene.store.work() as work:
        await work.staff.change(
            admin.member.id, name="x", role=Role.ADMIN, agency_code="", active=False
        )
        with pytest.raises(AccountError):
            await change_account(
                work, admin.member.id, last.id, read_details("X", "editor", "", frozenset())
            )
    assert hidden_field(form, "csrf")


async def test_two_administrators_invite_the_same_person_once(scene: Scene) -> None:
    one, two = await scene.signed_in(Role.ADMIN), await scene.signed_in(Role.ADMIN)
    fields = {"email": "moi@tinh.gov.vn", "name": "M", "role": "editor", "agency": ""}
    answers = await asyncio.gather(*(who.send(NEW, page=NEW, **fields) for who in (one, two)))
    assert sorted(answer.status for answer in answers) == [200, 409]


async def test_a_reset_ends_the_password_the_sessions_and_older_links(scene: Scene) -> None:
    admin = await scene.signed_in(Role.ADMIN)
    person = await scene.signed_in(Role.OFFICER, BUILDING)
    member = person.member
    assert member is not None
    async with scene.store.work() as work:
        await work.staff.add_links({token_hash("alt"): member.id}, scene.clock().replace(year=2027))
        await work.commit()
    answer = await admin.send(of(member, "reset"), page=of(member))
    link = link_in(await answer.text())
    assert not await signed_in(scene, member)
    async with person.client.get("/desk/account", allow_redirects=False) as refused:
        assert refused.status == 303
    stranger = await scene.browser()
    await stranger.get("/desk/link/alt", status=410)
    await stranger.get(link[link.index("/desk/link/") :])
    assert (await audit(scene))[0].action is AuditAction.USER_RESET


async def test_a_new_password_makes_every_other_link_worthless(scene: Scene) -> None:
    member = await scene.account(Role.EDITOR)
    async with scene.store.work() as work:
        for token in ("eins", "zwei"):
            until = scene.clock().replace(year=2027)
            await work.staff.add_links({token_hash(token): member.id}, until)
        await work.commit()
    person = await scene.browser()
    path = "/desk/link/eins"
    await person.send(path, page=path, password="Mua thu Ha Noi", repeated="Mua thu Ha Noi")
    await person.get("/desk/link/zwei", status=410)


async def test_a_lock_is_seen_and_lifted(scene: Scene) -> None:
    admin = await scene.signed_in(Role.ADMIN)
    member = await scene.account(Role.OFFICER, BUILDING)
    assert "tạm khóa" not in await admin.get(of(member))
    guesser = await scene.browser()
    for _ in range(5):
        await guesser.send("/desk/login", page="/desk/login", email=member.email, password="x")
    assert not await signed_in(scene, member)
    assert "tự mở sau 15 phút" in await admin.get(of(member))
    answer = await admin.send(of(member, "unlock"), page=of(member))
    assert "Đã mở khóa" in await answer.text()
    assert await signed_in(scene, member)
    assert (await audit(scene))[0].action is AuditAction.USER_UNLOCKED


async def test_who_leaves_hands_everything_over_in_one_step(scene: Scene) -> None:
    admin = await scene.signed_in(Role.ADMIN)
    leaver = await scene.signed_in(Role.OFFICER, BUILDING)
    colleague = await scene.account(Role.LEAD, BUILDING)
    member = leaver.member
    assert member is not None
    open_case = await scene.case(agency=BUILDING, officer=member.id)
    drafted = await scene.case("Hai", agency=BUILDING)
    await leaver.act(drafted, "draft", text="Bản nháp của tôi")
    theirs = await scene.case("Ba", agency=BUILDING, officer=colleague.id)
    done = await scene.case("Bốn", agency=BUILDING, officer=member.id)
    async with scene.store.work() as work:
        case = await work.cases.get(done.id)
        await work.cases.save(replace(case, status=CaseStatus.ANSWERED), scene.clock())
        await work.handovers.ask("h1", TALK, scene.clock())
        await work.handovers.take("h1", member.id, scene.clock())
        await work.staff.add_links({token_hash("alt"): member.id}, scene.clock().replace(year=2027))
        await work.commit()
    assert "2 câu hỏi chưa xong" in await admin.get(of(member))
    answer = await admin.send(of(member, "leave"), page=of(member), to=colleague.id)
    assert "Đã ngừng tài khoản" in await answer.text()
    for case in (open_case, drafted):
        assert (await scene.reload(case)).officer_id == colleague.id
    assert (await scene.reload(drafted)).drafted_by == member.id
    assert (await scene.reload(theirs)).version == theirs.version
    assert (await scene.reload(done)).officer_id == member.id
    async with scene.store.work() as work:
        last = (await work.cases.events(open_case.id))[-1]
        handover = await work.handovers.find("h1")
        links = (await work.connection.execute(select(staff_links))).all()
    assert last.kind is EventKind.HANDED_OVER
    assert last.data["from"] == member.id
    assert handover is not None
    assert (handover.status, handover.taken_by) == (HandoverStatus.WAITING, "")
    assert links == []
    assert not await signed_in(scene, member)
    async with leaver.client.get("/desk/account", allow_redirects=False) as refused:
        assert refused.status == 303
    entry = (await audit(scene))[0]
    assert (entry.action, entry.data["cases"], entry.data["talks"]) == (
        AuditAction.USER_LEFT,
        2,
        1,
    )


async def test_without_a_colleague_cases_go_back_to_the_agency(scene: Scene) -> None:
    admin = await scene.signed_in(Role.ADMIN)
    leaver = await scene.account(Role.OFFICER, BUILDING)
    case = await scene.case(agency=BUILDING, officer=leaver.id)
    answer = await admin.send(of(leaver, "leave"), page=of(leaver), to="")
    assert "câu hỏi chưa xong" not in await answer.text()
    back = await scene.reload(case)
    assert (back.agency_code, back.officer_id) == (BUILDING, "")


@pytest.mark.parametrize("kind", ["elsewhere", "inactive", "editor", "self", "nobody"])
async def test_only_an_answering_colleague_takes_over(scene: Scene, kind: str) -> None:
    admin = await scene.signed_in(Role.ADMIN)
    leaver = await scene.account(Role.OFFICER, BUILDING)
    others = {
        "elsewhere": (await scene.account(Role.OFFICER, HEALTH)).id,
        "inactive": (await scene.account(Role.OFFICER, BUILDING, active=False)).id,
        "editor": (await scene.account(Role.EDITOR, BUILDING)).id,
        "self": leaver.id,
        "nobody": "0",
    }
    answer = await admin.send(of(leaver, "leave"), page=of(leaver), to=others[kind])
    assert answer.status == 409
    assert (await kept(scene, leaver.id)).active


async def test_who_comes_back_gets_a_new_link(scene: Scene) -> None:
    admin = await scene.signed_in(Role.ADMIN)
    member = await scene.account(Role.OFFICER, BUILDING, active=False)
    for action in ("reset", "unlock", "leave"):
        assert (await admin.send(of(member, action), page=of(member))).status == 409
    answer = await admin.send(of(member, "return"), page=of(member))
    link_in(await answer.text())
    assert (await kept(scene, member.id)).active
    again = await admin.send(of(member, "return"), page=of(member))
    assert again.status == 409


async def test_sessions_are_seen_and_ended(scene: Scene) -> None:
    admin = await scene.signed_in(Role.ADMIN)
    member = await scene.account(Role.EDITOR)
    phone = await scene.browser()
    phone.client.session.headers["User-Agent"] = (
        "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/142.0 Mobile Safari/537.36"
    )
    laptop = await scene.browser()
    for browser in (phone, laptop):
        await browser.send("/desk/login", page="/desk/login", email=member.email, password=PASSWORD)
    own = await laptop.get("/desk/account")
    assert "Chrome, Android" in own
    assert own.count('name="session"') == 2
    assert own.count("(máy đang dùng)") == 1
    (theirs,) = await sessions_of(scene, member, "Chrome, Android")
    await laptop.send("/desk/account/session", page="/desk/account", session=theirs)
    async with phone.client.get("/desk/account", allow_redirects=False) as refused:
        assert refused.status == 303
    await laptop.get("/desk/account")
    assert admin.member is not None
    (foreign,) = await sessions_of(scene, admin.member, "")
    await laptop.send("/desk/account/session", page="/desk/account", session=foreign)
    await admin.get(ACCOUNTS)
    await admin.send(of(member, "sessions"), page=of(member))
    async with laptop.client.get("/desk/account", allow_redirects=False) as refused:
        assert refused.status == 303
    assert (await audit(scene))[0].action is AuditAction.SESSIONS_ENDED


async def sessions_of(scene: Scene, member: StaffMember, device: str) -> list[str]:
    async with scene.store.work() as work:
        found = await work.staff.sessions(member.id, scene.clock())
    return [one.token_hash for one in found if one.device == device]


@pytest.mark.parametrize(
    ("agent", "device"),
    [
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Safari/604.1", "Safari, iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/142.0 Safari/537.36 Edg/142.0", "Edge, Windows"),
        (
            "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
            "Firefox, Linux",
        ),
        ("curl/8", ""),
        ("", ""),
    ],
)
def test_a_device_is_named_in_a_few_words(agent: str, device: str) -> None:
    assert device_of(agent) == device


@pytest.mark.parametrize("action", ["change", "reset", "unlock", "leave", "return", "sessions", ""])
async def test_an_account_nobody_has_is_not_found(scene: Scene, action: str) -> None:
    admin = await scene.signed_in(Role.ADMIN)
    path = f"{ACCOUNTS}/nobody/{action}".rstrip("/")
    if not action:
        await admin.get(path, status=404)
        return
    fields = {"name": "A", "role": "editor", "agency": ""}
    assert (await admin.send(path, page="/desk/account", **fields)).status == 404


@pytest.mark.parametrize("action", ["change", "reset", "unlock", "leave", "return", "sessions"])
async def test_a_form_from_elsewhere_does_nothing(scene: Scene, action: str) -> None:
    admin = await scene.signed_in(Role.ADMIN)
    member = await scene.account(Role.OFFICER, BUILDING, active=action != "return")
    data = {"csrf": "wrong", "name": "X", "role": "admin", "agency": ""}
    async with admin.client.post(of(member, action), data=data) as answer:
        assert answer.status == 403
    assert await kept(scene, member.id) == member
    assert await audit(scene) == []


async def test_roles_are_told_in_words_from_the_table(scene: Scene) -> None:
    admin = await scene.signed_in(Role.ADMIN)
    page = await admin.get("/desk/roles")
    assert page.count(">được<") == sum(
        len(given - {Permission.PUBLIC}) for given in GRANTS.values()
    )
    assert "Mở hồ sơ niêm phong, có ghi lý do" in page


# -- from a spreadsheet ----------------------------------------------------------------------------

HEAD = ["email", "name", "role", "agency"]
ROWS = [
    ["mot@tinh.gov.vn", "Người Một", "officer", BUILDING],
    ["hai@tinh.gov.vn", "Người Hai", "Lãnh đạo đơn vị", HEALTH],
    ["khong-phai", "Người Ba", "officer", BUILDING],
    ["bon@tinh.gov.vn", "Người Bốn", "officer", ""],
    ["nam@tinh.gov.vn", "Người Năm", "vua", ""],
    ["sau@tinh.gov.vn", "", "editor", ""],
    ["co@tinh.gov.vn", "Tên Khác", "admin", ""],
    [" MOT@tinh.gov.vn", "Người Một", "officer", BUILDING],
]


def workbook(rows: list[list[str]]) -> bytes:
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in [HEAD, *rows]:
        book.active.append(row)
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def table(rows: list[list[str]]) -> bytes:
    return "\n".join(",".join(row) for row in [HEAD, *rows]).encode()


async def upload(person: Person, name: str, data: bytes) -> tuple[int, str]:
    form = FormData()
    form.add_field("csrf", hidden_field(await person.get(IMPORT), "csrf"))
    form.add_field("file", io.BytesIO(data), filename=name)
    async with person.client.post(IMPORT, data=form) as answer:
        return answer.status, await answer.text()


@pytest.mark.parametrize("name", ["nguoi.xlsx", "nguoi.csv"])
async def test_good_rows_load_and_bad_ones_are_named(scene: Scene, name: str) -> None:
    there = await scene.account(Role.EDITOR, email="co@tinh.gov.vn")
    admin = await scene.signed_in(Role.ADMIN)
    data = workbook(ROWS) if name.endswith("xlsx") else table(ROWS)
    status, page = await upload(admin, name, data)
    assert status == 200
    assert "Đã thêm 2 tài khoản. 1 dòng đã có sẵn, không thay đổi. 5 dòng chưa nhập được." in page
    for line, told in [
        (4, "chưa đúng dạng"),
        (5, "cần một đơn vị"),
        (6, "vai trò"),
        (7, "họ tên"),
        (8, "khác"),
    ]:
        (reason,) = re.findall(rf"<li>Dòng {line}: (.*?)</li>", page)
        assert told in reason
    assert (await by_email(scene, "hai@tinh.gov.vn")).role is Role.LEAD
    assert await kept(scene, there.id) == there
    assert page.count("/desk/link/") == 2
    _, again = await upload(admin, name, data)
    assert "Đã thêm 0 tài khoản. 3 dòng đã có sẵn" in again
    assert [entry.action for entry in await audit(scene)] == [AuditAction.USER_INVITED] * 2


async def test_columns_may_be_named_in_vietnamese(scene: Scene) -> None:
    admin = await scene.signed_in(Role.ADMIN)
    rows = [
        ["E-mail công vụ", "Họ và tên", "Vai trò", "Đơn vị"],
        ["chin@tinh.gov.vn", "Người Chín", "Cán bộ xử lý", BUILDING],
    ]
    _, page = await upload(admin, "nguoi.csv", "\n".join(map(",".join, rows)).encode())
    assert "Đã thêm 1 tài khoản." in page
    member = await by_email(scene, "chin@tinh.gov.vn")
    assert (member.name, member.agency_code) == ("Người Chín", BUILDING)


async def test_a_table_without_names_of_columns_is_told_as_a_whole(scene: Scene) -> None:
    admin = await scene.signed_in(Role.ADMIN)
    rows = "\n".join(map(",".join, ROWS)).encode()
    status, page = await upload(admin, "nguoi.csv", rows)
    assert status == 422
    assert "chưa có đủ tên cột nên chưa thêm tài khoản nào" in page


async def test_letters_of_an_import_wait_for_the_administrator(mailing: Scene) -> None:
    admin = await mailing.signed_in(Role.ADMIN)
    _, page = await upload(admin, "a.csv", table(ROWS[:2]))
    assert "/desk/link/" not in page
    assert await mail_jobs(mailing) == []
    ids = re.findall(r'name="id" value="(\w+)"', page)
    csrf = hidden_field(page, "csrf")
    settled = await mailing.account(Role.EDITOR)
    data = [("csrf", csrf), *(("id", one) for one in [*ids, settled.id, "nobody"])]
    async with admin.client.post("/desk/accounts/mail", data=data) as answer:
        assert "Đang gửi thư cho 2 người" in await answer.text()
    assert sorted(await mail_jobs(mailing)) == sorted(ids)


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("a.xlsx", b"not a workbook", "không đọc được"),
        ("a.pdf", b"%PDF", "không đọc được"),
        ("a.csv", "họ tên".encode("utf-16"), "không đọc được"),
        ("a.csv", b"", "không có dòng nào"),
        ("", b"x", "Chưa chọn tệp"),
    ],
)
async def test_a_file_that_cannot_be_read_is_told(
    scene: Scene, name: str, data: bytes, told: str
) -> None:
    admin = await scene.signed_in(Role.ADMIN)
    before = await count(scene)
    status, page = await upload(admin, name, data)
    assert status == 422
    assert told in page
    assert await count(scene) == before


async def test_a_small_file_that_unpacks_to_a_giant_is_not_read(scene: Scene) -> None:
    made = io.BytesIO()
    with (
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed,
        packed.open("xl/sharedStrings.xml", "w") as part,
    ):
        for _ in range(65):
            part.write(bytes(1024 * 1024))
    admin = await scene.signed_in(Role.ADMIN)
    status, page = await upload(admin, "a.xlsx", made.getvalue())
    assert status == 422
    assert "không đọc được" in page


@pytest.mark.parametrize("piece", [b"bimat,y\n", b"bimat"])
async def test_a_file_that_is_too_large_is_refused(
    scene: Scene, piece: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    admin = await scene.signed_in(Role.ADMIN)
    status, page = await upload(admin, "a.csv", piece * 400_000)
    assert status == 413
    assert "quá dài" in page
    assert "bimat" not in caplog.text


async def test_the_command_loads_the_same_table(scene: Scene, tmp_path: Path) -> None:
    path = tmp_path / "nguoi.csv"
    path.write_bytes(table([*ROWS[:2], ROWS[2]]))
    loaded = await load_staff(scene.store, path)
    assert (loaded.added, loaded.unchanged) == (2, 0)
    assert loaded.bad == (BadLine(4, "email: is not an address"),)
    again = await load_staff(scene.store, path)
    assert (again.added, again.unchanged) == (0, 2)
    whole = await load_staff(scene.store, path.rename(tmp_path / "nguoi.txt"))
    assert [line.number for line in whole.bad] == [0]
    auditor = await scene.signed_in(Role.AUDITOR)
    assert "(hệ thống)" in await auditor.get("/desk/audit")


async def test_no_secret_reaches_the_log(scene: Scene, caplog: pytest.LogCaptureFixture) -> None:
    admin = await scene.signed_in(Role.ADMIN)
    with caplog.at_level("DEBUG"):
        answer = await admin.send(
            NEW, page=NEW, email="moi@tinh.gov.vn", name="Lê Mới", role="editor", agency=""
        )
        member = await by_email(scene, "moi@tinh.gov.vn")
        await admin.send(of(member, "reset"), page=of(member))
    token = link_in(await answer.text()).rpartition("/")[2]
    assert token not in caplog.text
    assert token not in str([entry.data for entry in await audit(scene)])
