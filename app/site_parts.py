"""Builds desk, portal and sandbox for the server."""

import asyncio
from dataclasses import dataclass
from functools import partial

from aiohttp import web

from app.conversations import (
    CHANNEL_LIMITS,
    LazyRouter,
    make_guard,
    make_index_builder,
    make_office,
    make_replies,
)
from app.listener import Listener
from app.media.images import NoPictureError, clean_image
from app.refreshing import Refresher
from app.reviews import Part, languages_off, languages_on_trial
from app.settings import Settings
from bot.answers import send_answer
from bot.erasure import erase_conversation, read_own_data, tell_decided
from bot.guard import Urgency
from bot.knowledge_holder import KnowledgeHolder
from bot.lexicon import Lexicon
from bot.people import give_back, say_as_staff
from bot.refusals import tell_refused, tell_restored
from bot.suspicion import model_suspects
from bot.understanding.client import ModelAwayError, UnderstandingClient
from desk.answers import answers_of
from desk.app import make_desk
from desk.context import Desk, OwnData, Talks
from knowledge.agencies import parse_agency_row
from portal.context import ChannelLink, Facts, Picture, Portal
from portal.words import LANGUAGES
from store.addresses import networks
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


def make_site_desk(settings: Settings, store: Store, knowledge: KnowledgeHolder) -> web.Application:
    """`await knowledge.reload()` before the first page."""
    replies = make_replies(settings)
    desk = Desk(
        store=store,
        send_answer=partial(
            send_answer, replies=replies, limits=CHANNEL_LIMITS, mails=settings.can_mail
        ),
        tell_refused=partial(tell_refused, replies=replies, limits=CHANNEL_LIMITS),
        tell_restored=partial(tell_restored, replies=replies, limits=CHANNEL_LIMITS),
        talks=Talks(
            say=partial(say_as_staff, replies=replies, limits=CHANNEL_LIMITS),
            give_back=partial(give_back, replies=replies, limits=CHANNEL_LIMITS),
            limits=CHANNEL_LIMITS,
        ),
        own_data=OwnData(
            erase=erase_conversation,
            read=read_own_data,
            tell=partial(tell_decided, replies=replies, limits=CHANNEL_LIMITS),
        ),
        looks_grave=partial(Lexicon(replies).has, "grave_marks"),
        secure_cookies=settings.public_url.startswith("https://"),
        trusted_proxies=networks(settings.trusted_proxies),
        four_eyes=needs_four_eyes,
        public_url=settings.public_url,
        mails=settings.can_mail,
        answers=answers_of(knowledge),
        propose=LazyRouter().propose,
    )
    return make_desk(desk)


def make_site_portal(
    settings: Settings, store: Store, *, sandbox: bool, client: UnderstandingClient | None = None
) -> Portal:
    """`await reload()` before the first page. Without `client` plain words alone are looked at."""
    links = []
    if not settings.missing_zalo and not sandbox:
        links.append(ChannelLink("Zalo", f"https://zalo.me/{settings.zalo_oa_id}"))
    if not settings.missing_facebook and not sandbox:
        links.append(ChannelLink("Facebook", f"https://m.me/{settings.facebook_page_id}"))
    replies = make_replies(settings)
    off = languages_off(settings, Part.PAGES)
    return Portal(
        store=store,
        knowledge=KnowledgeHolder(store, make_index_builder()),
        find_urgency=_find_urgency,
        lexicon=Lexicon(replies),
        office=make_office(settings, replies),
        clean_picture=_clean_picture,
        suspects=partial(_suspects, client),
        facts=Facts(
            channels=tuple(links),
            zalo_verification=settings.zalo_verifier,
            facebook_verification=settings.facebook_verifier,
            public_url=settings.public_url,
            sandbox=sandbox,
            trusted_proxies=networks(settings.trusted_proxies),
            mail=settings.can_mail,
            languages=tuple(lang for lang in LANGUAGES if lang not in off),
            noted=languages_on_trial(settings, Part.PAGES),
        ),
    )


async def _find_urgency(text: str) -> Urgency | None:
    """Pages are served before the guard is learnt; a form sent then waits, and nobody else."""
    guard = await asyncio.to_thread(make_guard)
    return guard.check(text)


async def _suspects(client: UnderstandingClient | None, text: str) -> bool:
    """The model's word, within its own time limit."""
    if client is None:
        return False
    try:
        read = await client.parse(text)
    except ModelAwayError:
        return False
    return model_suspects(read.ranking)


def _clean_picture(data: bytes) -> Picture | None:
    try:
        return Picture(*clean_image(data))
    except NoPictureError:
        return None


async def keep_current(address: str, portal: Portal) -> None:
    """Keep the pages those of the catalogues and of what is published, until cancelled.

    `address`: libpq.
    """
    pages = Refresher(portal.reload)
    # Also on connecting: what changed before that was heard by nobody.
    listener = Listener(address, {CATALOGUE_CHANGED: pages.ask}, on_connect=pages.ask)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(listener.run())
        tasks.create_task(pages.run())
