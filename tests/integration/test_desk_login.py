"""Getting in, staying in, getting out."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest
from aiohttp import ClientResponse
from argon2 import PasswordHasher

from casework.permissions import Role
from desk.passwords import Passwords
from desk.tokens import new_token, token_hash
from store.unit_of_work import Store
from tests.integration.desk_scene import (
    BUILDING,
    HEALTH,
    PASSWORD,
    QUICK_HASHER,
    Person,
    Scene,
    hidden_field,
    open_desk,
)

HOME = "/desk/"
LOGIN = "/desk/login"


async def try_login(
    person: Person, email: str, password: str = PASSWORD, asked: str = ""
) -> tuple[int, str, str]:
    """Status, place to go, page."""
    page = await person.get(f"{LOGIN}?next={asked}")
    form = {
        "csrf": hidden_field(page, "csrf"),
        "next": hidden_field(page, "next"),
        "email": email,
        "password": password,
    }
    answer = await person.client.post(LOGIN, data=form, allow_redirects=False)
    return answer.status, answer.headers.get("Location", ""), await answer.text()


async def test_the_right_password_opens_the_page_that_was_asked(scene: Scene) -> None:
    member = await scene.account(Role.OFFICER, BUILDING, "lan@tinh.gov.vn")
    case = await scene.case(agency=BUILDING)
    person = await scene.browser()
    asked = f"/desk/cases/{case.id}"
    answer = await person.client.get(asked, allow_redirects=False)
    assert answer.headers["Location"] == f"{LOGIN}?next={asked}"
    assert await try_login(person, " LAN@tinh.gov.vn ", asked=asked) == (303, asked, "")
    page = await person.get(asked)
    assert case.code in page
    assert member.name in page


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/desk/",
        "//evil.example/desk/",
        "/desk//evil.example",
        "/desk/../admin",
        "/desk\\evil.example",
        "/other",
        "javascript:alert(1)",
        "/desk/login",
        "/desk/%0d%0aSet-Cookie:x=1",
    ],
)
async def test_log_in_never_leads_away(scene: Scene, elsewhere: str) -> None:
    await scene.account(Role.OFFICER, BUILDING, "lan@tinh.gov.vn")
    status, place, _ = await try_login(await scene.browser(), "lan@tinh.gov.vn", asked=elsewhere)
    assert (status, place) == (303, HOME)


async def test_wrong_unknown_and_inactive_look_the_same(scene: Scene) -> None:
    await scene.account(Role.OFFICER, BUILDING, "lan@tinh.gov.vn")
    await scene.account(Role.OFFICER, BUILDING, "left@tinh.gov.vn", active=False)
    person = await scene.browser()
    pages = [
        (await try_login(person, "lan@tinh.gov.vn", "sai mat khau roi"))[0],
        (await try_login(person, "nobody@tinh.gov.vn"))[0],
        (await try_login(person, "left@tinh.gov.vn"))[0],
    ]
    assert pages == [401, 401, 401]


async def test_the_sixth_guess_must_wait_and_is_told_how_long(scene: Scene) -> None:
    await scene.account(Role.OFFICER, BUILDING, "lan@tinh.gov.vn")
    person = await scene.browser()
    for _ in range(5):
        assert (await try_login(person, "lan@tinh.gov.vn", "sai mat khau roi"))[0] == 401
        scene.clock.move(minutes=1)
    status, _, page = await try_login(person, "lan@tinh.gov.vn")
    assert status == 429
    assert "thử lại sau 11 phút" in page
    scene.clock.move(minutes=11)
    assert (await try_login(person, "lan@tinh.gov.vn"))[0] == 303


async def test_one_address_may_fail_twenty_times(scene: Scene) -> None:
    await scene.account(Role.OFFICER, BUILDING, "lan@tinh.gov.vn")
    person = await scene.browser()
    for number in range(20):
        assert (await try_login(person, f"nobody{number}@tinh.gov.vn"))[0] == 401
    assert (await try_login(person, "lan@tinh.gov.vn"))[0] == 429


async def test_a_right_password_forgets_the_failures_of_its_account(scene: Scene) -> None:
    await scene.account(Role.OFFICER, BUILDING, "lan@tinh.gov.vn")
    for _ in range(2):
        person = await scene.browser()
        for _ in range(4):
            assert (await try_login(person, "lan@tinh.gov.vn", "sai mat khau roi"))[0] == 401
        assert (await try_login(person, "lan@tinh.gov.vn"))[0] == 303


@pytest.fixture
async def strict(store: Store) -> AsyncIterator[Scene]:
    """Passwords are hashed as in service; those of the scene's people are not yet."""
    async with open_desk(store, passwords=Passwords()) as found:
        yield found


async def test_a_weaker_hash_is_renewed_at_log_in(strict: Scene) -> None:
    member = await strict.account(Role.OFFICER, BUILDING, "lan@tinh.gov.vn")
    assert PasswordHasher().check_needs_rehash(member.password_hash)
    assert (await try_login(await strict.browser(), "lan@tinh.gov.vn"))[0] == 303
    async with strict.store.work() as work:
        kept = await work.staff.find(member.id)
    assert kept is not None
    assert not PasswordHasher().check_needs_rehash(kept.password_hash)


async def test_a_renewed_hash_ends_no_other_session(strict: Scene) -> None:
    member = await strict.account(Role.OFFICER, BUILDING, "lan@tinh.gov.vn")
    there = await strict.browser()
    await try_login(there, member.email)
    weak = QUICK_HASHER.hash(PASSWORD)
    async with strict.store.work() as work:
        await work.staff.rehash(member.id, weak)
        await work.commit()
    assert (await try_login(await strict.browser(), member.email))[0] == 303
    assert (await there.client.get(HOME, allow_redirects=False)).status == 200


async def test_a_session_ends_after_a_week_however_busy(scene: Scene) -> None:
    member = await scene.account(Role.OFFICER, BUILDING, "lan@tinh.gov.vn")
    person = await scene.browser()
    await try_login(person, member.email)
    for _ in range(16):
        scene.clock.move(hours=10)
        assert (await person.client.get(HOME, allow_redirects=False)).status == 200
    scene.clock.move(hours=7, minutes=59)
    assert (await person.client.get(HOME, allow_redirects=False)).status == 200
    scene.clock.move(minutes=2)
    assert (await person.client.get(HOME, allow_redirects=False)).status == 303


async def test_the_cookie_is_closed_to_scripts_and_other_sites(store: Store) -> None:
    async with open_desk(store, secure_cookies=True) as scene:
        await scene.account(Role.OFFICER, BUILDING, "lan@tinh.gov.vn")
        person = await scene.browser()
        page = await person.client.get(LOGIN)
        token = hidden_field(await page.text(), "csrf")
        # The test client speaks plain HTTP and would not send a secure cookie by itself.
        answer = await person.client.post(
            LOGIN,
            data={"csrf": token, "email": "lan@tinh.gov.vn", "password": PASSWORD},
            headers={"Cookie": f"__Secure-hoidap_form={token}"},
            allow_redirects=False,
        )
    assert answer.status == 303
    cookie = answer.cookies["__Secure-hoidap_desk"]
    assert cookie["httponly"]
    assert cookie["secure"]
    assert cookie["samesite"] == "Lax"
    assert cookie["path"] == "/desk"
    assert len(cookie.value) >= 43


async def test_the_database_keeps_no_token(scene: Scene) -> None:
    await scene.account(Role.OFFICER, BUILDING, "lan@tinh.gov.vn")
    person = await scene.browser()
    await try_login(person, "lan@tinh.gov.vn")
    token = session_cookie(person)
    async with scene.store.work() as work:
        assert await work.staff.find_session(token, scene.clock()) is None
        assert await work.staff.find_session(token_hash(token), scene.clock()) is not None


async def test_a_session_slides_for_twelve_hours_and_then_ends(scene: Scene) -> None:
    person = await scene.signed_in(Role.OFFICER, BUILDING)
    for _ in range(3):
        scene.clock.move(hours=11)
        await person.get(HOME)
    scene.clock.move(hours=11)
    await person.get(HOME, headers={"HX-Request": "true"})  # a page renewing itself is no work
    scene.clock.move(hours=2)
    answer = await person.client.get(HOME, allow_redirects=False)
    assert answer.status == 303
    assert answer.headers["Location"].startswith(LOGIN)


async def test_log_in_changes_the_token_and_log_out_ends_it(scene: Scene) -> None:
    await scene.account(Role.OFFICER, BUILDING, "lan@tinh.gov.vn")
    person = await scene.signed_in(Role.OFFICER, BUILDING)
    before = session_cookie(person)
    await person.send("/desk/logout", page=HOME)
    await try_login(person, "lan@tinh.gov.vn")
    after = session_cookie(person)
    assert after != before
    async with scene.store.work() as work:
        assert await work.staff.find_session(token_hash(before), scene.clock()) is None
    await person.send("/desk/logout", page=HOME)
    async with scene.store.work() as work:
        assert await work.staff.find_session(token_hash(after), scene.clock()) is None


async def test_a_link_sets_a_password_once_and_looking_does_not_use_it(scene: Scene) -> None:
    member = await scene.account(Role.OFFICER, BUILDING, "moi@tinh.gov.vn")
    token = await link_for(scene, member.id)
    person = await scene.browser()
    for _ in range(3):
        assert "moi@tinh.gov.vn" in await person.get(f"/desk/link/{token}")
    refused = await set_password(person, token, "ngan")
    assert refused.status == 422
    assert "ít nhất 10 ký tự" in await refused.text()
    done = await set_password(person, token, "con mèo nằm ngủ")
    assert done.headers["Location"] == "/desk/?done=password_set"
    await person.get(HOME)
    other = await scene.browser()
    await other.get(f"/desk/link/{token}", status=410)
    assert (await try_login(other, "moi@tinh.gov.vn", "con mèo nằm ngủ"))[0] == 303


async def test_an_old_or_invented_link_opens_nothing(scene: Scene) -> None:
    member = await scene.account(Role.OFFICER, BUILDING)
    token = await link_for(scene, member.id)
    person = await scene.browser()
    await person.get(f"/desk/link/{new_token()}", status=410)
    page = await person.get(f"/desk/link/{token}")
    scene.clock.move(days=3)
    await person.get(f"/desk/link/{token}", status=410)
    form = {"csrf": hidden_field(page, "csrf"), "password": "x" * 12, "repeated": "x" * 12}
    answer = await person.client.post(f"/desk/link/{token}", data=form)
    assert answer.status == 410


async def test_changing_the_password_ends_other_sessions(scene: Scene) -> None:
    member = await scene.account(Role.OFFICER, BUILDING, "lan@tinh.gov.vn")
    here, there = await scene.browser(), await scene.browser()
    await try_login(here, member.email)
    await try_login(there, member.email)
    form = {"password": "con mèo nằm ngủ", "repeated": "con mèo nằm ngủ"}
    wrong = await here.send("/desk/account/password", page="/desk/account", old="sai", **form)
    assert wrong.status == 422
    await here.send("/desk/account/password", page="/desk/account", old=PASSWORD, **form)
    await here.get(HOME)
    assert (await there.client.get(HOME, allow_redirects=False)).status == 303


async def test_all_sessions_end_at_once(scene: Scene) -> None:
    member = await scene.account(Role.OFFICER, BUILDING, "lan@tinh.gov.vn")
    here, there = await scene.browser(), await scene.browser()
    await try_login(here, member.email)
    await try_login(there, member.email)
    await here.send("/desk/account/sessions", page="/desk/account")
    for person in (here, there):
        assert (await person.client.get(HOME, allow_redirects=False)).status == 303
    assert (await try_login(here, member.email))[0] == 303


async def test_what_was_typed_survives_the_end_of_a_session(scene: Scene) -> None:
    member = await scene.account(Role.OFFICER, BUILDING, "lan@tinh.gov.vn")
    case = await scene.case(agency=BUILDING, officer=member.id)
    person = await scene.browser()
    await try_login(person, member.email)
    form = {"csrf": "x", "version": str(case.version), "text": "Kính gửi Ông/Bà <b>một</b>"}
    scene.clock.move(hours=13)
    ended = await person.client.post(f"/desk/cases/{case.id}/draft", data=form)
    page = await ended.text()
    assert ended.status == 401
    assert "Kính gửi Ông/Bà &lt;b&gt;một&lt;/b&gt;" in page
    again = {
        "csrf": hidden_field(page, "csrf"),
        "next": hidden_field(page, "next"),
        "case_id": hidden_field(page, "case_id"),
        "kept": form["text"],
        "email": member.email,
        "password": PASSWORD,
    }
    back = await person.client.post(LOGIN, data=again)
    page = await back.text()
    assert back.status == 200
    assert "Kính gửi Ông/Bà &lt;b&gt;một&lt;/b&gt;</textarea>" in page
    saved = {**form, "csrf": hidden_field(page, "csrf"), "version": hidden_field(page, "version")}
    answer = await person.client.post(f"/desk/cases/{case.id}/draft", data=saved)
    assert "Đã lưu bản nháp" in await answer.text()


async def test_what_was_typed_survives_though_the_case_went_elsewhere(scene: Scene) -> None:
    member = await scene.account(Role.LEAD, BUILDING, "lan@tinh.gov.vn")
    case = await scene.case(agency=BUILDING)
    person = await scene.browser()
    await try_login(person, member.email)
    form = {"csrf": "x", "version": str(case.version), "reason": "Thiếu căn cứ"}
    scene.clock.move(hours=13)
    ended = await person.client.post(f"/desk/cases/{case.id}/return", data=form)
    page = await ended.text()
    assert "Thiếu căn cứ</textarea>" in page
    async with scene.store.work() as work:
        await work.cases.save(replace(case, agency_code=HEALTH), scene.clock())
        await work.commit()
    again = {
        "csrf": hidden_field(page, "csrf"),
        "next": hidden_field(page, "next"),
        "case_id": case.id,
        "kept": form["reason"],
        "email": member.email,
        "password": PASSWORD,
    }
    back = await person.client.post(LOGIN, data=again)
    assert back.status == 404
    assert "Thiếu căn cứ</textarea>" in await back.text()


async def test_a_reason_in_a_refused_form_is_given_back(scene: Scene) -> None:
    lead = await scene.signed_in(Role.LEAD, BUILDING)
    case = await scene.case(agency=BUILDING)
    form = {"csrf": "x", "reason": "Thiếu căn cứ"}
    answer = await lead.client.post(f"/desk/cases/{case.id}/return", data=form)
    assert answer.status == 403
    assert "Thiếu căn cứ</textarea>" in await answer.text()


async def link_for(scene: Scene, staff_id: str) -> str:
    token = new_token()
    async with scene.store.work() as work:
        expires = scene.clock() + timedelta(days=2)
        await work.staff.add_links({token_hash(token): staff_id}, expires)
        await work.commit()
    return token


async def set_password(person: Person, token: str, password: str) -> ClientResponse:
    page = await person.get(f"/desk/link/{token}")
    form = {"csrf": hidden_field(page, "csrf"), "password": password, "repeated": password}
    return await person.client.post(f"/desk/link/{token}", data=form, allow_redirects=False)


def session_cookie(person: Person) -> str:
    found = person.client.session.cookie_jar.filter_cookies(person.client.make_url(HOME))
    return found["hoidap_desk"].value
