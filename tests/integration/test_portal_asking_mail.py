"""The code that confirms an e-mail address in the question form."""

from collections.abc import AsyncIterator

import pytest

from casework.cases import CaseKind, ContentKind
from store.throttle import LIMITS, Limited
from store.unit_of_work import Store
from store.web_questions import MOST_ATTEMPTS
from tests.integration.portal_form import GRAVE, MAIL, codes, fill, mailed_code, send
from tests.integration.portal_scene import Scene, open_scene


@pytest.fixture
async def scene(store: Store) -> AsyncIterator[Scene]:
    async with open_scene(store) as found:
        yield found


@pytest.fixture
async def mailing(store: Store) -> AsyncIterator[Scene]:
    async with open_scene(store, **MAIL) as found:
        yield found


async def test_an_email_is_confirmed_by_its_code(mailing: Scene) -> None:
    asked = await send(mailing, await fill(mailing, email="lan@example.vn"))
    assert "lan@example.vn" in asked.words
    assert await mailing.cases() == []
    done = await send(mailing, asked, ma=await mailed_code(mailing, asked))
    [case] = await mailing.cases()
    assert codes(done)[0] == case.code
    assert codes(await send(mailing, asked, ma="000000")) == codes(done)


async def test_wrong_codes_end_after_five_and_a_new_one_works(mailing: Scene) -> None:
    asked = await send(mailing, await fill(mailing, email="lan@example.vn"))
    code = await mailed_code(mailing, asked)
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    for left in range(MOST_ATTEMPTS - 1, 0, -1):
        assert f"còn {left} lần" in (await send(mailing, asked, ma=wrong)).words
    assert "không dùng được nữa" in (await send(mailing, asked, ma=wrong)).words
    assert "không dùng được nữa" in (await send(mailing, asked, ma=code)).words
    assert await mailing.cases() == []
    again = await send(mailing, asked, gui_lai="1")
    await send(mailing, again, ma=await mailed_code(mailing, again))
    assert len(await mailing.cases()) == 1


async def test_a_code_ends_after_half_an_hour_but_the_text_does_not(mailing: Scene) -> None:
    asked = await send(mailing, await fill(mailing, email="lan@example.vn"))
    code = await mailed_code(mailing, asked)
    mailing.clock.move(minutes=31)
    assert "không dùng được nữa" in (await send(mailing, asked, ma=code)).words
    await send(mailing, asked, khong_email="1")
    [case] = await mailing.cases()
    async with mailing.store.work() as work:
        assert await work.cases.latest_content(case.id, ContentKind.CONTACT) == ""


async def test_what_a_complaint_is_not_stays_said_while_the_mail_is_confirmed(
    mailing: Scene,
) -> None:
    page = await fill(mailing, noi_dung_hoi=GRAVE, email="lan@example.vn")
    asked = await send(mailing, page, la="feedback")
    assert asked.hidden("la") == "feedback"
    code = await mailed_code(mailing, asked)
    await send(mailing, asked, la=asked.hidden("la"), ma=code)
    assert [case.kind for case in await mailing.cases()] == [CaseKind.ADMIN_FEEDBACK]


async def test_codes_do_not_flood_a_mailbox(mailing: Scene) -> None:
    asked = await send(mailing, await fill(mailing, email="lan@example.vn"))
    for _ in range(LIMITS[Limited.WEB_MAIL].times - 1):
        assert (await send(mailing, asked, gui_lai="1")).status == 200
    assert (await send(mailing, asked, gui_lai="1")).status == 429


async def test_without_a_mail_server_an_email_is_only_kept(scene: Scene) -> None:
    await send(scene, await fill(scene, email="lan@example.vn"))
    assert len(await scene.cases()) == 1
