"""The sandbox against the real front door and the real store."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from sqlalchemy import insert, select

from bot.outgoing import Sender
from casework.cases import CaseKind, CaseSource
from casework.statuses import CaseStatus
from delivery.channel import OutcomeUnknownError, TransientError, WindowClosedError
from delivery.messages import (
    AttachmentKind,
    ChannelName,
    Choice,
    Envelope,
    EventKind,
    Inbound,
    MessageClass,
    Outbound,
    Speaker,
)
from delivery.tokens import TokenPair
from store.conversations import Conversation
from store.inbound_json import load_inbound
from store.inbox import InboxStatus
from store.intake import Intake
from store.outbox import NewMessage
from store.tables import cases, inbox
from store.tokens import TokenStore
from store.unit_of_work import Store
from webhooks.facebook.client import FacebookChannel, FacebookPage
from webhooks.inbound import Inbounds
from webhooks.sandbox.accounts import PREFIX, SandboxAccounts, make_sandbox_accounts
from webhooks.sandbox.clock import SandboxClock
from webhooks.sandbox.server import make_sandbox
from webhooks.zalo.account import ZaloAccount
from webhooks.zalo.client import ZaloChannel
from webhooks.zalo.tokens import TokenRefresher

ZALO, FACEBOOK = ChannelName.ZALO, ChannelName.FACEBOOK
LAN = {ZALO: "9000000000000000001", FACEBOOK: "7000000000000001"}
APPS = pytest.mark.parametrize("app", [ZALO, FACEBOOK])
PATIENCE = 8.0


@dataclass
class Town:
    """A whole server with the sandbox, and a browser that uses it."""

    url: str
    store: Store
    clock: SandboxClock
    accounts: SandboxAccounts
    channels: dict[ChannelName, ZaloChannel | FacebookChannel]
    browser: aiohttp.ClientSession
    places: dict[str, str] = field(default_factory=dict)

    async def post(self, path: str, app: str = ZALO, **form: str) -> int:
        form = {"app": app, "who": "lan", "lang": "vi", **form}
        headers = {"Origin": self.url, "Accept": "application/json"}
        async with self.browser.post(
            f"{self.url}{PREFIX}/{path}", data=form, headers=headers, allow_redirects=False
        ) as reply:
            return reply.status

    async def received(self, count: int = 1) -> list[tuple[Inbound, str]]:
        """Events of citizens in our inbox, with their status, once there are so many."""
        async with asyncio.timeout(PATIENCE):
            while True:
                async with self.store.work() as work:
                    query = select(inbox).order_by(inbox.c.id)
                    rows = (await work.connection.execute(query)).all()
                if len(rows) >= count:
                    return [
                        (
                            load_inbound(
                                row.channel, row.event_key, row.kind, row.content, row.sent_at
                            ),
                            row.status,
                        )
                        for row in rows
                    ]
                await asyncio.sleep(0.02)

    async def send(self, app: ChannelName, text: str, *choices: Choice) -> str:
        """What the outbox lane does with one row."""
        account = self.accounts.zalo_oa_id if app is ZALO else self.accounts.facebook_page_id
        message = Outbound(text, choices)
        envelope = Envelope(account, LAN[app], message, Speaker.BOT, tag="row-1")
        return (await self.channels[app].send(envelope)).message_id

    @asynccontextmanager
    async def page(self, app: str) -> AsyncIterator["OpenPage"]:
        url = f"{self.url}{PREFIX}/stream?app={app}&who=lan"
        async with self.browser.get(url) as stream:
            assert stream.content_type == "text/event-stream"
            yield OpenPage(stream)


@dataclass
class OpenPage:
    """Reads the stream as the page's script does."""

    stream: aiohttp.ClientResponse
    bubbles: dict[str, str] = field(default_factory=dict)
    parts: dict[str, str] = field(default_factory=dict)

    async def until(self, found: str, *, where: str = "") -> str:
        """Read on until a text stands in a bubble, or in the part that is named."""
        async with asyncio.timeout(PATIENCE):
            while not (place := self._find(found, where)):
                await self._read()
        return place

    def _find(self, found: str, where: str) -> str:
        shown = [self.parts.get(where, "")] if where else list(self.bubbles.values())
        return next((html for html in shown if found in html), "")

    async def _read(self) -> None:
        line = (await self.stream.content.readline()).decode()
        assert line, "the stream ended"
        if line.startswith("event: "):
            data = json.loads((await self.stream.content.readline()).decode()[len("data: ") :])
            if "key" in data:
                self.bubbles[data["key"]] = data["html"]
            else:
                self.parts[data["name"]] = data["html"]


@pytest.fixture
async def town(store: Store, database_url: str) -> AsyncIterator[Town]:
    accounts = make_sandbox_accounts("seed of a test")
    clock = SandboxClock(store.clock)
    intake = Intake(database_url.replace("postgresql+psycopg", "postgresql"), store.clock)
    app = web.Application()
    server = TestServer(app, host="127.0.0.1")
    async with aiohttp.ClientSession() as session, aiohttp.ClientSession() as browser:
        channels: dict[ChannelName, ZaloChannel | FacebookChannel] = {}
        inbounds = Inbounds(channels, intake)
        app.router.add_post("/webhooks/zalo", inbounds.zalo)
        app.router.add_post("/webhooks/facebook", inbounds.facebook)
        sandbox = make_sandbox(
            accounts=accounts, base_url=lambda: str(server.make_url("")), store=store, clock=clock
        )
        app.add_subapp(PREFIX, sandbox)
        await intake.start()
        await server.start_server()
        url = str(server.make_url("")).rstrip("/")
        channels |= await make_channels(accounts.environment(url), session, store)
        yield Town(url, store, clock, accounts, channels, browser)
        await server.close()
        await intake.close()


async def make_channels(
    environment: dict[str, str], session: aiohttp.ClientSession, store: Store
) -> dict[ChannelName, ZaloChannel | FacebookChannel]:
    """Channels built from nothing but the environment a worker gets."""
    account = ZaloAccount(
        app_id=environment["ZALO_APP_ID"],
        oa_id=environment["ZALO_OA_ID"],
        oa_secret_key=environment["ZALO_OA_SECRET_KEY"],
        app_secret=environment["ZALO_APP_SECRET"],
        api_url=environment["ZALO_API_URL"],
        oauth_url=environment["ZALO_OAUTH_URL"],
    )
    tokens = TokenStore(store, ZALO)
    pair = TokenPair(
        environment["ZALO_ACCESS_TOKEN"],
        environment["ZALO_REFRESH_TOKEN"],
        store.clock() + timedelta(hours=25),
    )
    await tokens.seed(account.oa_id, pair)
    page = FacebookPage(
        page_id=environment["FACEBOOK_PAGE_ID"],
        page_token=environment["FACEBOOK_PAGE_TOKEN"],
        app_secret=environment["FACEBOOK_APP_SECRET"],
        app_id=environment["FACEBOOK_APP_ID"],
        graph_url=environment["FACEBOOK_GRAPH_URL"],
    )
    timeout = aiohttp.ClientTimeout(total=1)
    refresher = TokenRefresher(account, tokens, session, store.clock)
    return {
        ZALO: ZaloChannel(account, session, refresher, store.clock, timeout=timeout),
        FACEBOOK: FacebookChannel(page, session, store.clock, timeout=timeout),
    }


@APPS
async def test_what_is_typed_becomes_an_inbox_row(town: Town, app: ChannelName) -> None:
    words = "Đường ngập 😟 “ở” ấp 3"
    assert await town.post("act", app, do="text", text=words) == 204
    [(event, status)] = await town.received()
    assert (event.kind, event.text, event.user_id) == (EventKind.MESSAGE, words, LAN[app])
    assert status == InboxStatus.OPEN
    assert event.sent_at is not None
    assert abs(event.sent_at - town.store.clock()) < timedelta(seconds=10)


@APPS
async def test_everything_a_phone_can_send_is_understood(town: Town, app: ChannelName) -> None:
    await town.post("act", app, do="photo", which="flood")
    for kind in ("sticker", "voice", "file", "place"):
        assert await town.post("act", app, do=kind) == 204
    events = [event for event, _ in await town.received(5)]
    attachments = {item.kind: item for event in events for item in event.attachments}
    assert set(attachments) == {
        AttachmentKind.IMAGE,
        AttachmentKind.STICKER,
        AttachmentKind.AUDIO,
        AttachmentKind.FILE,
        AttachmentKind.LOCATION,
    }
    assert attachments[AttachmentKind.LOCATION].latitude == pytest.approx(9.9716)
    async with town.browser.get(attachments[AttachmentKind.IMAGE].url) as picture:
        assert picture.content_type == "image/jpeg"


async def test_a_zalo_button_comes_back_as_its_payload_and_stays(town: Town) -> None:
    await town.post("act", ZALO, do="text", text="xin chào")
    await town.received()
    await town.send(ZALO, "Anh/chị cần gì ạ?", Choice("Hỏi thủ tục", "#procedures"))
    async with town.page(ZALO) as page:
        await page.until("Hỏi thủ tục")
        await town.post("act", ZALO, do="press", text="Hỏi thủ tục", payload="#procedures")
        await page.until("Đã bấm “Hỏi thủ tục”")
        assert "chips" in page.parts
        assert "Hỏi thủ tục" not in page.parts["chips"]
        bubble = await page.until("Anh/chị cần gì")
        assert 'value="#procedures"' in bubble
    payloads = [event.payload for event, _ in await town.received(2) if event.payload]
    assert payloads == ["#procedures"]


async def test_messenger_quick_replies_are_gone_after_a_tap(town: Town) -> None:
    await town.post("act", FACEBOOK, do="text", text="xin chào")
    await town.received()
    await town.send(FACEBOOK, "Anh/chị cần gì ạ?", Choice("Hỏi thủ tục", "#procedures"))
    async with town.page(FACEBOOK) as page:
        await page.until("#procedures", where="chips")
        await town.post("act", FACEBOOK, do="press", text="Hỏi thủ tục", payload="#procedures")
        async with asyncio.timeout(PATIENCE):
            while "#procedures" in page.parts["chips"]:
                await page._read()
    pressed = [event for event, _ in await town.received(3) if event.payload]
    assert [(event.text, event.payload) for event in pressed] == [("Hỏi thủ tục", "#procedures")]


async def test_get_started_and_menu_are_postbacks(town: Town) -> None:
    await town.post("act", FACEBOOK, do="start", text="Bắt đầu", payload="#menu")
    await town.post("act", FACEBOOK, do="menu", text="Tra cứu hồ sơ", payload="#dossier")
    events = [event for event, _ in await town.received(2)]
    assert [(event.kind, event.payload) for event in events] == [
        (EventKind.POSTBACK, "#menu"),
        (EventKind.POSTBACK, "#dossier"),
    ]


async def test_following_a_zalo_account(town: Town) -> None:
    await town.post("act", ZALO, do="follow")
    assert await town.send(ZALO, "Cảm ơn đã quan tâm")
    await town.post("act", ZALO, do="unfollow")
    kinds = [event.kind for event, _ in await town.received(4)]
    assert kinds[0] is EventKind.FOLLOW
    assert EventKind.UNFOLLOW in kinds


@APPS
async def test_a_sent_message_reaches_the_page_and_comes_back_as_receipts(
    town: Town, app: ChannelName
) -> None:
    await town.post("act", app, do="text", text="xin chào")
    await town.received()
    async with town.page(app) as page:
        message_id = await town.send(app, "Xin chào anh/chị")
        await page.until("Xin chào anh/chị")
        await page.until("Đã xem")
        assert "Xin chào anh/chị" in page.bubbles[message_id]
    kinds = {event.kind: event for event, _ in await town.received(4)}
    assert {EventKind.ECHO, EventKind.DELIVERED, EventKind.READ} <= set(kinds)
    assert message_id == kinds[EventKind.ECHO].message_id
    assert not kinds[EventKind.ECHO].by_person
    assert message_id in kinds[EventKind.DELIVERED].about


@APPS
async def test_nobody_has_read_what_no_page_shows(town: Town, app: ChannelName) -> None:
    await town.post("act", app, do="text", text="xin chào")
    await town.received()
    await town.send(app, "Xin chào anh/chị")
    await town.received(3)
    await asyncio.sleep(1.2)
    assert EventKind.READ not in {event.kind for event, _ in await town.received()}
    async with town.page(app) as page:
        await page.until("Đã xem")
    assert EventKind.READ in {event.kind for event, _ in await town.received(4)}


@APPS
async def test_an_officer_in_the_providers_inbox_is_a_person(town: Town, app: ChannelName) -> None:
    await town.post("officer", app, text="Tôi là cán bộ, để tôi xem giúp")
    [(event, _)] = await town.received()
    assert (event.kind, event.by_person) == (EventKind.ECHO, True)


@APPS
async def test_past_the_window_the_provider_takes_nothing(town: Town, app: ChannelName) -> None:
    await town.post("act", app, do="text", text="xin chào")
    await town.received()
    assert await town.send(app, "còn trong cửa sổ")
    assert await town.post("clock", app, hours="192") == 204
    with pytest.raises(WindowClosedError):
        await town.send(app, "quá muộn")
    async with town.page(app) as page:
        await page.until("đã đóng", where="clock")
    await town.post("act", app, do="text", text="tôi đây")
    assert await town.send(app, "lại được rồi")
    newest = max(event.sent_at for event, _ in await town.received(3) if event.sent_at)
    assert newest - town.store.clock() > timedelta(days=7)
    await town.post("clock", app, hours="0")
    assert town.clock.ahead == timedelta(0)


@APPS
async def test_a_provider_that_is_down(town: Town, app: ChannelName) -> None:
    await town.post("act", app, do="text", text="xin chào")
    await town.received()
    assert await town.post("outage", app, kind="errors") == 204
    for _ in range(2):
        with pytest.raises((TransientError, OutcomeUnknownError)):
            await town.send(app, "không tới")
    await town.post("outage", app, kind="silent")
    with pytest.raises(OutcomeUnknownError):
        await town.send(app, "tới mà không ai hay")
    await town.post("outage", app, kind="none")
    async with town.page(app) as page:
        await page.until("tới mà không ai hay")
        await town.send(app, "lại tới")
        await page.until("lại tới")
        assert not any("không tới" in html for html in page.bubbles.values())


async def answer(town: Town, text: str) -> None:
    """What a turn of the bot writes for the newest event."""
    conversation_id = f"zalo:{town.accounts.zalo_oa_id}:{LAN[ZALO]}"
    now: datetime = town.store.clock()
    async with town.store.work() as work:
        [row] = await work.inbox.open_rows(conversation_id, 1, now)
        await work.inbox.take(row.id, now, without_model=True)
        await work.conversations.save(
            Conversation(
                conversation_id, ZALO, town.accounts.zalo_oa_id, LAN[ZALO], last_inbound_at=now
            ),
            now,
        )
        message = NewMessage(
            ZALO,
            conversation_id,
            Outbound(text),
            MessageClass.REPLY,
            Speaker.BOT,
            "row-9",
            inbox_id=row.id,
        )
        await work.outbox.add_all([message], now)
        [sent] = await work.outbox.waiting_rows(conversation_id)
        await work.outbox.mark_sent(sent.id, "provider-id-9", now)
        await work.commit()


async def test_the_panel_tells_what_the_service_did(town: Town) -> None:
    async with town.page(ZALO) as page:
        await town.post("act", ZALO, do="text", text="giấy khai sinh")
        panel = await page.until("đang chờ", where="trace")
        assert f"{town.accounts.zalo_oa_id}|" in panel
        assert "X-ZEvent-Signature: mac=" in panel
        await page.until('class="dots"', where="typing")
        await answer(town, "Đăng ký khai sinh tại xã")
        panel = await page.until("Đăng ký khai sinh tại xã", where="trace")
    assert "đã trả lời bằng menu" in panel
    assert "nhà cung cấp đã nhận" in panel


async def test_the_panel_shows_the_case_a_turn_opened(town: Town) -> None:
    await town.post("act", ZALO, do="text", text="bao giờ sửa đường?")
    [(event, _)] = await town.received()
    async with town.store.work() as work:
        now = town.store.clock()
        named = {"code": "H61.SXD", "name": "Sở Xây dựng tỉnh", "short_name": "Sở Xây dựng"}
        await work.catalogue.save("agencies", [named], now)
        await work.connection.execute(
            insert(cases).values(
                id="case7",
                agency_code="H61.SXD",
                code="HD-2026-000007",
                kind=CaseKind.QUESTION,
                status=CaseStatus.RECEIVED,
                source=CaseSource.ZALO,
                conversation_id=event.conversation_id,
                asked_on=date(2026, 11, 20),
                due_on=date(2026, 12, 14),
                promised_on=date(2026, 12, 14),
                created_at=now,
                updated_at=now,
            )
        )
        await work.commit()
    await answer(town, "Đã tiếp nhận")
    async with town.page(ZALO) as page:
        panel = await page.until("HD-2026-000007", where="trace")
    assert "14/12/2026" in panel
    assert "Sở Xây dựng tỉnh" in panel
    assert "H61.SXD" not in panel
    assert 'href="/desk/cases/case7"' in panel


async def test_an_answer_past_the_window_is_held_and_comes_when_the_citizen_writes(
    town: Town,
) -> None:
    conversation_id = f"zalo:{town.accounts.zalo_oa_id}:{LAN[ZALO]}"
    await town.post("act", ZALO, do="text", text="bao giờ sửa đường?")
    await town.received()
    await answer(town, "Đã tiếp nhận")
    await town.post("clock", ZALO, hours="192")
    now = town.store.clock()
    message = NewMessage(
        ZALO,
        conversation_id,
        Outbound("Đường sửa xong trong tháng này"),
        MessageClass.MUST_REACH,
        Speaker.STAFF,
        "row-11",
    )
    async with town.store.work() as work:
        await work.outbox.add_all([message], now)
        await work.commit()
    sender = Sender(town.store, town.channels, jitter=lambda: 0.0)
    async with town.page(ZALO) as page, town.store.engine.connect() as lane:
        await sender.run(conversation_id, lane)
        await page.until("giữ lại đến khi người dân nhắn", where="trace")
        await town.post("act", ZALO, do="text", text="tôi đây")
        await town.received(2)
        async with town.store.work() as work:
            assert await work.outbox.release_held(conversation_id, now) == 1
            await work.commit()
        await sender.run(conversation_id, lane)
        arrived = await page.until("Đường sửa xong trong tháng này")
        await page.until("Cán bộ</p>")
    assert "row account" in arrived


async def test_after_a_restart_the_store_fills_the_screen(town: Town, store: Store) -> None:
    await town.post("act", ZALO, do="text", text="câu hỏi trước khi khởi động lại")
    await town.received()
    await answer(town, "trả lời trước khi khởi động lại")
    sandbox = make_sandbox(
        accounts=town.accounts,
        base_url=lambda: town.url,
        store=store,
        clock=SandboxClock(store.clock),
    )
    again = web.Application()
    again.add_subapp(PREFIX, sandbox)
    server = TestServer(again, host="127.0.0.1")
    await server.start_server()
    async with town.browser.get(server.make_url(f"{PREFIX}/")) as reply:
        html = await reply.text()
    url = str(server.make_url("")).rstrip("/")
    async with aiohttp.ClientSession() as session:
        channels = await make_channels(town.accounts.environment(url), session, store)
        envelope = Envelope(
            town.accounts.zalo_oa_id, LAN[ZALO], Outbound("vẫn mở"), Speaker.BOT, tag="row-10"
        )
        assert (await channels[ZALO].send(envelope)).message_id
    await server.close()
    log = html[html.index('<ol id="log">') :]
    assert log.index("câu hỏi trước") < log.index("trả lời trước")
