"""Passwords, links, locks and sessions of accounts, as administrators see and end them."""

import pytest

from casework.permissions import Role
from desk.device import device_of
from desk.tokens import token_hash
from store.audit import AuditAction
from store.staff import StaffMember
from tests.integration.accounts_scene import ACCOUNTS, audit, link_in, of, signed_in
from tests.integration.desk_scene import BUILDING, PASSWORD, Scene


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
