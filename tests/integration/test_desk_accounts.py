"""Accounts: who comes, who may do it, and what is written down."""

import asyncio

import pytest

from casework.permissions import GRANTS, Permission, Role
from casework.statuses import CaseStatus
from desk.accounts import AccountError, change_account, read_details
from store.audit import AuditAction
from store.staff import StaffMember
from tests.integration.accounts_scene import (
    ACCOUNTS,
    NEW,
    audit,
    by_email,
    count,
    kept,
    link_in,
    mail_jobs,
    of,
)
from tests.integration.desk_scene import BUILDING, HEALTH, Scene, hidden_field


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
