"""Builds desk, portal and sandbox for the server."""

from dataclasses import dataclass
from functools import partial

from aiohttp import web

from app.conversations import CHANNEL_LIMITS
from app.settings import Settings
from bot.answers import send_answer
from bot.replies import Replies
from bot.understanding.client import ModelAwayError, UnderstandingClient
from desk.app import make_desk
from knowledge.agencies import parse_agency_row
from portal.app import ChannelLink, Portal
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
    return make_desk(
        store=store,
        send_answer=partial(send_answer, replies=Replies(), limits=CHANNEL_LIMITS),
        secure_cookies=settings.public_url.startswith("https://"),
        trusted_proxies=settings.trusted_proxies,
        four_eyes=needs_four_eyes,
    )


def make_site_portal(settings: Settings, *, sandbox: bool) -> Portal:
    links = []
    if not settings.missing_zalo and not sandbox:
        links.append(ChannelLink("Zalo", f"https://zalo.me/{settings.zalo_oa_id}"))
    if not settings.missing_facebook and not sandbox:
        links.append(ChannelLink("Facebook", f"https://m.me/{settings.facebook_page_id}"))
    return Portal(channels=tuple(links), zalo_verification=settings.zalo_verifier, sandbox=sandbox)
