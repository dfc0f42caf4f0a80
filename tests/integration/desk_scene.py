"""A desk on a real database, and people who use it through HTTP as a browser would."""

import html
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import partial
from pathlib import Path

from aiohttp import ClientResponse, CookieJar, web
from aiohttp.test_utils import TestClient, TestServer
from argon2 import PasswordHasher
from yarl import URL

from bot.erasure import erase_conversation, read_own_data, tell_decided
from bot.people import give_back, say_as_staff
from bot.replies import Replies
from casework.cases import Case, CaseKind, CaseSource, Refusal
from casework.legal_clock import DayUnit, LegalRule
from casework.permissions import Role
from casework.statuses import CaseStatus
from casework.use_cases.move_case import send_answer as make_answer
from casework.use_cases.moving import CaseMove
from casework.use_cases.open_case import OpenCase, open_case
from delivery.messages import ChannelName, EventKind, Inbound, MessageClass, Outbound, Speaker
from desk.app import make_desk
from desk.context import Desk, OwnData, Talks
from desk.passwords import Passwords
from desk.tokens import new_token, token_hash
from store.outbox import NewMessage
from store.staff import StaffMember
from store.unit_of_work import Store, UnitOfWork
from tests.fakes.clock import NINE, StillClock
from webhooks.facebook.limits import LIMITS as FACEBOOK_LIMITS
from webhooks.zalo.limits import LIMITS as ZALO_LIMITS

STATIC = Path(__file__).parents[2] / "app" / "static"
BUILDING, HEALTH = "H61.SXD", "H61.SYT"
RULE = LegalRule(
    id="question",
    kind=CaseKind.QUESTION,
    days=15,
    unit=DayUnit.WORKING,
    legal_basis="15 ngày làm việc (tạm áp dụng)",
    wording={"vi": "15 ngày làm việc"},
    valid_from=date(2020, 1, 1),
)
QUICK_HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
PASSWORD = "Mot cau de nho 2026"
TALK = "zalo:400:900"
DRAFT = "Kính gửi Ông/Bà, dự án khởi công quý I."


async def queue_answer(work: UnitOfWork, move: CaseMove) -> Case:
    """The shortest way from an approved draft to a queued message."""
    case, text = await make_answer(work, move)
    message = NewMessage(
        channel=ChannelName(case.source),
        conversation_id=case.conversation_id,
        message=Outbound(text),
        message_class=MessageClass.MUST_REACH,
        speaker=Speaker.STAFF,
        tag=f"answer:{case.id}:{case.version}",
        case_id=case.id,
    )
    await work.outbox.add_all([message], work.clock())
    return case


async def note_refusal(work: UnitOfWork, case: Case, refusal: Refusal, explanation: str) -> None:
    """The shortest way to tell a citizen why."""
    message = NewMessage(
        channel=ChannelName.ZALO,
        conversation_id=TALK,
        message=Outbound(f"{refusal} {explanation}".strip()),
        message_class=MessageClass.MUST_REACH,
        speaker=Speaker.BOT,
        tag=f"refusal:{case.id}:{case.version}",
        case_id=case.id,
    )
    await work.outbox.add_all([message], work.clock())


async def note_restored(work: UnitOfWork, case: Case) -> None:
    """The shortest way to take it back."""
    message = NewMessage(
        channel=ChannelName.ZALO,
        conversation_id=TALK,
        message=Outbound("restored"),
        message_class=MessageClass.MUST_REACH,
        speaker=Speaker.BOT,
        tag=f"restored:{case.id}:{case.version}",
        case_id=case.id,
    )
    await work.outbox.add_all([message], work.clock())


LIMITS = {ChannelName.ZALO: ZALO_LIMITS, ChannelName.FACEBOOK: FACEBOOK_LIMITS}
_TALKING = {"replies": Replies(), "limits": LIMITS}
TALKS = Talks(partial(say_as_staff, **_TALKING), partial(give_back, **_TALKING), LIMITS)  # type: ignore[arg-type]
OWN_DATA = OwnData(erase_conversation, read_own_data, partial(tell_decided, **_TALKING))  # type: ignore[arg-type]


@dataclass
class Person:
    """A browser with somebody in front of it."""

    client: TestClient[web.Request, web.Application]
    member: StaffMember | None = None

    async def get(self, path: str, status: int = 200, **options: object) -> str:
        async with self.client.get(path, **options) as answer:  # type: ignore[arg-type]
            assert answer.status == status, (path, answer.status, await answer.text())
            return await answer.text()

    async def send(self, path: str, *, page: str, **fields: str) -> ClientResponse:
        """Send a form as it stands on `page`, with hidden fields."""
        text = await (await self.client.get(page)).text()
        hidden = {"csrf": hidden_field(text, "csrf")}
        if 'name="version"' in text:
            hidden["version"] = hidden_field(text, "version")
        answer = await self.client.post(
            path, data={**hidden, **fields}, headers={"Sec-Fetch-Site": "same-origin"}
        )
        await answer.read()
        return answer

    async def act(self, case: Case, action: str, **fields: str) -> ClientResponse:
        return await self.send(
            f"/desk/cases/{case.id}/{action}", page=f"/desk/cases/{case.id}", **fields
        )


def hidden_field(text: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', text)
    assert found, f"no field {name} on the page"
    return html.unescape(found[1])


@dataclass
class Scene:
    store: Store
    clock: StillClock
    server: TestServer
    people: list[Person] = field(default_factory=list)

    async def browser(self) -> Person:
        client = TestClient(self.server, cookie_jar=CookieJar(unsafe=True))
        self.people.append(Person(client))
        return self.people[-1]

    async def account(
        self, role: Role, agency: str = "", email: str = "", *, active: bool = True
    ) -> StaffMember:
        member_id = self.store.ids()
        member = StaffMember(
            id=member_id,
            email=email or f"{role}-{member_id}@tinh.gov.vn",
            name=f"Người {role} {member_id[:4]}",
            role=role,
            agency_code=agency,
            password_hash=QUICK_HASHER.hash(PASSWORD),
            active=active,
        )
        async with self.store.work() as work:
            await work.staff.add(member, self.clock())
            await work.commit()
        return member

    async def signed_in(self, role: Role, agency: str = "") -> Person:
        member = await self.account(role, agency)
        person = await self.browser()
        person.member = member
        token = new_token()
        async with self.store.work() as work:
            await work.staff.add_session(
                token_hash(token),
                member.id,
                new_token(),
                self.clock(),
                self.clock() + timedelta(hours=12),
            )
            await work.commit()
        self._give_cookie(person, token)
        return person

    def _give_cookie(self, person: Person, token: str) -> None:
        url = URL(str(person.client.make_url("/desk/")))
        person.client.session.cookie_jar.update_cookies({"hoidap_desk": token}, url)

    async def case(
        self, text: str = "Bao giờ mở rộng đường tỉnh 915?", agency: str = "", officer: str = ""
    ) -> Case:
        """A case that began with the message in which the citizen said this, if there is one."""
        async with self.store.work() as work:
            said = await work.inbox.history(TALK)
            first = next((row.id for row in said[::-1] if row.event.text == text), None)
            opened = await open_case(
                work,
                OpenCase(
                    CaseKind.QUESTION, CaseSource.ZALO, TALK, text, self.clock(), inbox_id=first
                ),
            )
            case = opened.case
            if agency:
                case = replace(
                    case, agency_code=agency, officer_id=officer, status=CaseStatus.ASSIGNED
                )
                case = await work.cases.save(case, self.clock())
            await work.commit()
        return case

    async def reload(self, case: Case) -> Case:
        async with self.store.work() as work:
            return await work.cases.get(case.id)

    async def hears(self, text: str, key: str, user: str = "900") -> None:
        """The citizen writes."""
        event = Inbound(
            ChannelName.ZALO,
            "400",
            user,
            key,
            EventKind.MESSAGE,
            b"{}",
            sent_at=self.clock(),
            text=text,
        )
        async with self.store.work() as work:
            await work.inbox.add(event, self.clock())
            await work.commit()


def desk_over(store: Store) -> Desk:
    """Telling a citizen is as short as can be, and so is hashing a password."""
    return Desk(
        store=store,
        send_answer=queue_answer,
        tell_refused=note_refusal,
        tell_restored=note_restored,
        talks=TALKS,
        own_data=OWN_DATA,
        looks_grave=lambda text: "tố cáo" in text,
        secure_cookies=False,
        passwords=Passwords(QUICK_HASHER),
    )


@asynccontextmanager
async def open_desk(store: Store, **options: object) -> AsyncIterator[Scene]:
    clock = StillClock(NINE)
    store.clock = clock
    async with store.work() as work:
        await work.catalogue.save_rules([RULE])
        await work.catalogue.save("agencies", AGENCIES, clock())
        await work.commit()
    app = web.Application()
    app.add_subapp("/desk/", make_desk(replace(desk_over(store), **options)))  # type: ignore[arg-type]
    app.router.add_static("/static/", STATIC)
    server = TestServer(app)
    await server.start_server()
    scene = Scene(store, clock, server)
    try:
        yield scene
    finally:
        for person in scene.people:
            await person.client.close()
        await server.close()


AGENCIES = [
    {"code": BUILDING, "name": "Sở Xây dựng tỉnh", "short_name": "Sở Xây dựng"},
    {"code": HEALTH, "name": "Sở Y tế tỉnh", "short_name": "Sở Y tế"},
    {"code": "H61.CU", "name": "Sở Cũ", "short_name": "Sở Cũ", "valid_to": "2025-06-30"},
]


async def drafted(scene: Scene, text: str = DRAFT) -> tuple[Person, Person, Case]:
    """An officer, a lead and a case whose draft waits."""
    officer = await scene.signed_in(Role.OFFICER, BUILDING)
    lead = await scene.signed_in(Role.LEAD, BUILDING)
    assert officer.member
    case = await scene.case(agency=BUILDING, officer=officer.member.id)
    await officer.act(case, "draft", text=text)
    return officer, lead, await scene.reload(case)


def letter(case: Case) -> NewMessage:
    """An answer on its way; nothing has been tried yet."""
    return NewMessage(
        channel=ChannelName.ZALO,
        conversation_id=TALK,
        message=Outbound("Kính gửi"),
        message_class=MessageClass.MUST_REACH,
        speaker=Speaker.STAFF,
        tag=f"letter:{case.id}",
        case_id=case.id,
    )
