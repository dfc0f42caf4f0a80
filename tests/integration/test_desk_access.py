"""Who may do what at the desk: the full product, and nothing through the back door."""

import re

import pytest
from aiohttp import web

from casework.cases import ActorKind, ContentKind, EventKind
from casework.permissions import Permission, Role, may
from delivery.messages import ChannelName, MessageClass, Outbound, Speaker
from desk.app import make_desk
from desk.errors import UndeclaredRouteError
from desk.routes import ROUTES, Route
from store.alerts import AlertKind
from store.outbox import NewMessage
from store.unit_of_work import Store
from tests.integration.desk_scene import BUILDING, HEALTH, TALK, Person, Scene, desk_over

HOME = "/desk/"


def address(route: Route, case_id: str) -> str:
    path = re.sub(r"\{case_id[^}]*\}", case_id, route.path)
    path = re.sub(r"\{row_id:.*?\}\}?(?=/)", "1", path)
    path = re.sub(r"\{alert_id:.*?\}\}?(?=/)", "1", path)
    path = re.sub(r"\{token[^}]*\}", "unknown", path)
    path = re.sub(r"\{\w+:[^{}]*\}", "unknown", path)
    return f"/desk{path}"


async def ask(person: Person, route: Route, case_id: str) -> int:
    path = address(route, case_id)
    if route.method == "GET":
        return (await person.client.get(path, allow_redirects=False)).status
    return (await person.send(path, page="/desk/account")).status


@pytest.mark.parametrize("role", Role)
async def test_every_route_admits_exactly_the_roles_of_its_permission(
    scene: Scene, role: Role
) -> None:
    case = await scene.case(agency=BUILDING)
    async with scene.store.work() as work:
        await work.alerts.add(AlertKind.EMERGENCY, scene.clock(), conversation_id=TALK)
        await work.commit()
    for route in ROUTES:
        person = await scene.signed_in(role, BUILDING)
        status = await ask(person, route, case.id)
        refused = status == 403
        assert refused is not may(role, route.permission), (route.method, route.path, status)
        assert status < 500, (route.method, route.path, status)


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
async def test_without_a_session_only_public_pages_open(scene: Scene, route: Route) -> None:
    if route.permission is Permission.PUBLIC:
        return
    case = await scene.case(agency=BUILDING)
    person = await scene.browser()
    path = address(route, case.id)
    answer = await person.client.request(route.method, path, allow_redirects=False)
    assert answer.status == (303 if route.method == "GET" else 401)
    assert case.code not in await answer.text()


@pytest.mark.parametrize(
    "route", [route for route in ROUTES if "case_id" in route.path], ids=lambda route: route.path
)
@pytest.mark.parametrize("role", [Role.OFFICER, Role.LEAD])
@pytest.mark.parametrize("agency", [HEALTH, ""])
async def test_cases_of_other_agencies_do_not_exist(
    scene: Scene, route: Route, role: Role, agency: str
) -> None:
    if not may(role, route.permission):
        return
    theirs = [await scene.case("Nội dung riêng", agency=BUILDING), await scene.case("Chưa giao")]
    person = await scene.signed_in(role, agency)
    for case in theirs:
        assert await ask(person, route, case.id) == 404
        assert (await scene.reload(case)).version == case.version


@pytest.mark.parametrize("tab", ["mine", "agency", "soon", "late", "answered", "unassigned", ""])
async def test_lists_and_search_stay_within_the_agency(scene: Scene, tab: str) -> None:
    case = await scene.case("Nội dung riêng", agency=BUILDING)
    loose = await scene.case("Chưa giao ai")
    for agency in (HEALTH, ""):
        person = await scene.signed_in(Role.LEAD, agency)
        for query in (f"tab={tab}", f"q={case.code}", f"q={loose.code}", "q=%25"):
            page = await person.get(f"{HOME}?{query}")
            assert "Nội dung riêng" not in page
            assert "Chưa giao ai" not in page


async def test_an_officer_reads_only_the_part_of_a_talk_that_belongs_to_the_case(
    scene: Scene,
) -> None:
    await scene.hears("Chuyện riêng của hôm qua", "1")
    scene.clock.move(hours=20)
    await scene.hears("Cầu gãy rồi", "2")
    case = await scene.case("Cầu gãy rồi", agency=BUILDING)
    scene.clock.move(hours=3)
    await scene.hears("Chuyện bệnh viện", "3")
    await scene.case("Chuyện bệnh viện", agency=HEALTH)
    officer = await scene.signed_in(Role.OFFICER, BUILDING)
    page = await officer.get(f"/desk/cases/{case.id}")
    assert "Cầu gãy rồi" in page
    assert "Chuyện riêng của hôm qua" not in page
    assert "Chuyện bệnh viện" not in page
    editor = await scene.signed_in(Role.EDITOR)
    page = await editor.get(f"/desk/cases/{case.id}")
    assert "Chuyện riêng của hôm qua" in page


async def row_of(scene: Scene, text: str) -> int:
    async with scene.store.work() as work:
        return next(row.id for row in await work.inbox.history(TALK) if row.event.text == text)


async def test_the_agency_that_is_accused_does_not_read_it(scene: Scene) -> None:
    await scene.hears("Cầu gãy rồi", "1")
    await scene.hears("Giám đốc sở nhận tiền", "2")
    await scene.hears("ở xã Long Đức", "3")
    hidden = await row_of(scene, "Giám đốc sở nhận tiền")
    async with scene.store.work() as work:
        await work.inbox.suspect(hidden, suspected=True)
        await work.outbox.add_all([reply("Có thể là tố cáo", hidden)], scene.clock())
        await work.commit()
    case = await scene.case("Cầu gãy rồi", agency=BUILDING)
    scene.clock.move(minutes=1)
    await scene.hears("Tôi tố cáo sở này", "4")
    async with scene.store.work() as work:
        later = await row_of(scene, "Tôi tố cáo sở này")
        await work.outbox.add_all([reply("Anh/chị muốn làm việc nào", later)], scene.clock())
        await work.commit()
    officer = await scene.signed_in(Role.OFFICER, BUILDING)
    page = await officer.get(f"/desk/cases/{case.id}/conversation")
    assert "Cầu gãy rồi" in page
    assert "ở xã Long Đức" in page
    for unseen in ("nhận tiền", "Có thể là tố cáo", "Tôi tố cáo", "muốn làm việc nào"):
        assert unseen not in page
    editor = await scene.signed_in(Role.EDITOR)
    page = await editor.get(f"/desk/cases/{case.id}/conversation")
    assert "Tôi tố cáo" in page
    assert "nhận tiền" not in page


def reply(text: str, row: int) -> NewMessage:
    return NewMessage(
        channel=ChannelName.ZALO,
        conversation_id=TALK,
        message=Outbound(text),
        message_class=MessageClass.REPLY,
        speaker=Speaker.BOT,
        tag=f"reply:{row}",
        inbox_id=row,
    )


async def test_what_the_citizen_added_is_read_by_the_agency(scene: Scene) -> None:
    await scene.hears("Cầu gãy rồi", "1")
    case = await scene.case("Cầu gãy rồi", agency=BUILDING)
    scene.clock.move(minutes=1)
    await scene.hears("Hôm nay có người ngã", "2")
    async with scene.store.work() as work:
        words = await work.cases.add_content(
            case.id, ContentKind.QUESTION, "Hôm nay có người ngã", scene.clock()
        )
        await work.cases.add_event(
            case.id,
            EventKind.CITIZEN_ADDED,
            actor_kind=ActorKind.CITIZEN,
            actor_id="",
            now=scene.clock(),
            data={"inbox_id": await row_of(scene, "Hôm nay có người ngã")},
            content_id=words,
        )
        await work.commit()
    officer = await scene.signed_in(Role.OFFICER, BUILDING)
    page = await officer.get(f"/desk/cases/{case.id}")
    assert page.count("Hôm nay có người ngã") == 2
    assert page.index("Cầu gãy rồi</bdi></blockquote>") < page.index("Người hỏi viết thêm</h3>")


async def test_a_form_without_its_token_is_refused_and_its_text_is_kept(scene: Scene) -> None:
    officer = await scene.signed_in(Role.OFFICER, BUILDING)
    case = await scene.case(agency=BUILDING)
    stranger = await scene.signed_in(Role.OFFICER, BUILDING)
    page = await stranger.get(f"/desk/cases/{case.id}")
    foreign_token = re.search(r'name="csrf" value="([^"]+)"', page)
    assert foreign_token
    for token in ("", "wrong", "đ", foreign_token[1]):
        form = {"csrf": token, "version": str(case.version), "text": "Phần đã viết"}
        answer = await officer.client.post(f"/desk/cases/{case.id}/draft", data=form)
        assert answer.status == 403
        assert "Phần đã viết" in await answer.text()
    assert (await scene.reload(case)).version == case.version


@pytest.mark.parametrize(
    ("headers", "taken"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({"Sec-Fetch-Site": "cross-site"}, False),
        ({"Sec-Fetch-Site": "same-site"}, False),
        ({"Origin": "https://evil.example"}, False),
        ({"Origin": "null"}, False),
        ({"Origin": "http://["}, False),
        ({}, True),
    ],
)
async def test_a_form_from_elsewhere_is_refused(
    scene: Scene, headers: dict[str, str], taken: bool
) -> None:
    officer = await scene.signed_in(Role.OFFICER, BUILDING)
    case = await scene.case(agency=BUILDING)
    page = await officer.get(f"/desk/cases/{case.id}")
    token = re.search(r'name="csrf" value="([^"]+)"', page)
    assert token
    form = {"csrf": token[1], "version": str(case.version), "text": "Kính gửi Ông/Bà"}
    path = f"/desk/cases/{case.id}/draft"
    answer = await officer.client.post(path, data=form, headers=headers)
    assert answer.status == (200 if taken else 403)
    assert ((await scene.reload(case)).version > case.version) is taken


async def test_our_own_origin_is_taken_from_browsers_that_say_no_more(scene: Scene) -> None:
    officer = await scene.signed_in(Role.OFFICER, BUILDING)
    case = await scene.case(agency=BUILDING)
    page = await officer.get(f"/desk/cases/{case.id}")
    token = re.search(r'name="csrf" value="([^"]+)"', page)
    assert token
    form = {"csrf": token[1], "version": str(case.version), "text": "Kính gửi Ông/Bà"}
    origin = str(officer.client.make_url("/")).rstrip("/")
    path = f"/desk/cases/{case.id}/draft"
    assert (await officer.client.post(path, data=form, headers={"Origin": origin})).status == 200


async def test_log_in_itself_needs_the_token_of_its_page(scene: Scene) -> None:
    person = await scene.browser()
    answer = await person.client.post("/desk/login", data={"email": "a@b.vn", "password": "x"})
    assert answer.status == 403


async def test_every_answer_carries_its_guards(scene: Scene) -> None:
    officer = await scene.signed_in(Role.OFFICER, BUILDING)
    stranger = await scene.browser()
    for person, path in ((officer, HOME), (officer, "/desk/none"), (stranger, HOME)):
        answer = await person.client.get(path, allow_redirects=False)
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        # With "no-referrer" browsers would send `Origin: null` with our own forms.
        assert answer.headers["Referrer-Policy"] == "same-origin"


def declared(permission: object) -> Route:
    async def handler(_: web.Request) -> web.Response:
        return web.Response()

    return Route("GET", "/new", handler, permission)  # type: ignore[arg-type]


@pytest.mark.parametrize("permission", [None, "", "public"])
async def test_the_desk_is_not_built_with_an_undeclared_route(
    store: Store, permission: object
) -> None:
    with pytest.raises(UndeclaredRouteError):
        make_desk(desk_over(store), routes=[*ROUTES, declared(permission)])


async def test_a_route_added_later_stops_the_start(store: Store) -> None:
    app = make_desk(desk_over(store))
    app.router.add_get("/later", declared(Permission.PUBLIC).handler)
    app.freeze()
    with pytest.raises(UndeclaredRouteError):
        await app.startup()


async def test_the_address_without_its_slash_works(scene: Scene) -> None:
    officer = await scene.signed_in(Role.OFFICER, BUILDING)
    assert "Việc của tôi" in await officer.get("/desk")
