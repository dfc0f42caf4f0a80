"""Puts the jobs together: letters, media, chores."""

import ipaddress
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

from app.chores import Chores
from app.jobs import JobRunner, make_jobs
from app.mail.letters import Letters
from app.mail.tasks import Post
from app.media.address import Standin
from app.media.download import Downloader, make_media_session
from app.media.tasks import MediaFetcher
from app.media.workshop import Workshop
from app.reviews import Part, languages_off
from app.settings import Settings
from store.unit_of_work import Store
from webhooks.sandbox.accounts import PREFIX, is_sandbox_address


@asynccontextmanager
async def background(settings: Settings, store: Store, address: str) -> AsyncIterator[JobRunner]:
    """The job runner with all it needs while the block runs. `address`: libpq."""
    standin = find_standin(settings)
    letters = Letters(settings.office_name, languages_off(settings, Part.LETTERS))
    post = Post(store, settings.smtp, letters, settings.address)
    async with make_media_session(standin) as session:
        media = MediaFetcher(store, Downloader(session, standin), Workshop())
        tasks = {**post.tasks(), **media.tasks()}
        yield make_jobs(address, tasks, Chores(store).periodic())


def find_standin(settings: Settings) -> Standin | None:
    """Where the sandbox of this machine keeps its media; None when providers are real."""
    url = settings.zalo_api_url
    parts = urlsplit(url)
    if not is_sandbox_address(url) or not _is_here(parts.hostname or ""):
        return None
    return Standin(f"{parts.scheme}://{parts.netloc}{PREFIX}/media")


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
