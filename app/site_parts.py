"""Builds desk, portal and sandbox for the server."""

from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from aiohttp import web

from app.base_data import parse_hotline
from app.conversations import CHANNEL_LIMITS
from app.listener import Listener
from app.settings import Settings
from bot.answers import send_answer
from bot.refusals import tell_refused
from bot.replies import Replies
from bot.understanding.client import ModelAwayError, UnderstandingClient
from desk.app import make_desk
from knowledge.agencies import parse_agency_row
from knowledge.rows import RowError
from portal.app import ChannelLink, PhoneLine, PhoneLines, Portal
from store.catalogue import CATALOGUE_CHANGED
from store.unit_of_work import Store, UnitOfWork
from webhooks.sandbox.accounts import SandboxAccounts
from webhooks.sandbox.clock import SandboxClock
from webhooks.sandbox.server import make_sandbox
from webhooks.sandbox.trace import Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxParts:
    accounts: SandboxAccounts
    base_url: str

    def make(self, store: Store, client: UnderstandingClient) -> web.Application:
        """The phone and the stand-ins of both providers."""

        async def explain(text: str) -> Reading | None:
            if text.strip().isdecimal():  # a choice by its number never goes to the model
                return None
            try:
                read = await client.parse(text)
            except ModelAwayError:
                return None
            return Reading(read.intent, read.confidence, read.lang)

        return make_sandbox(
            accounts=self.accounts,
            base_url=lambda: self.base_url,
            store=store,
            clock=SandboxClock(store.clock),
            explain=explain,
        )


async def needs_four_eyes(work: UnitOfWork, agency_code: str) -> bool:
    """Two people for an answer, unless the directory says that the agency has only one."""
    row = await work.catalogue.find("agencies", agency_code)
    return row is None or not parse_agency_row(row).one_person


def make_site_desk(settings: Settings, store: Store) -> web.Application:
    replies = Replies()
    return make_desk(
        store=store,
        send_answer=partial(send_answer, replies=replies, limits=CHANNEL_LIMITS),
        tell_refused=partial(tell_refused, replies=replies, limits=CHANNEL_LIMITS),
        secure_cookies=settings.public_url.startswith("https://"),
        trusted_proxies=settings.trusted_proxies,
        four_eyes=needs_four_eyes,
        public_url=settings.public_url,
        mails=settings.can_mail,
    )


def make_site_portal(settings: Settings, *, sandbox: bool) -> Portal:
    links = []
    if not settings.missing_zalo and not sandbox:
        links.append(ChannelLink("Zalo", f"https://zalo.me/{settings.zalo_oa_id}"))
    if not settings.missing_facebook and not sandbox:
        links.append(ChannelLink("Facebook", f"https://m.me/{settings.facebook_page_id}"))
    return Portal(channels=tuple(links), zalo_verification=settings.zalo_verifier, sandbox=sandbox)


async def read_phone_lines(store: Store) -> PhoneLines:
    """What the first page offers to call, in Vietnamese."""
    rows = []
    async with store.work() as work:
        for row in await work.catalogue.all("hotlines"):
            # Import refuses such rows; one that got in otherwise must not take the page away.
            with suppress(RowError):
                rows.append(parse_hotline(row))

    def lines(purpose: str) -> list[PhoneLine]:
        return [PhoneLine(row.number, row.names["vi"]) for row in rows if purpose in row.purposes]

    return PhoneLines(
        information=tuple(lines("information")),
        emergency=tuple(dict.fromkeys(lines("emergency") + lines("child"))),
    )


def make_phone_listener(address: str, portal: Portal, store: Store) -> Listener:
    """Keeps the numbers of the first page those of the catalogue. `address`: libpq."""

    async def read_again() -> None:
        portal.show_lines(await read_phone_lines(store))

    async def hear(catalogue: str) -> None:
        if catalogue == "hotlines":
            await read_again()

    return Listener(address, {CATALOGUE_CHANGED: hear}, on_connect=read_again)
