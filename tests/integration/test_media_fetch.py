"""An attachment comes here: fetched, cleaned, encrypted; or it is written down why not."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

import pytest
from aiohttp import ClientSession, TCPConnector, web
from aiohttp.test_utils import TestServer
from PIL import Image
from sqlalchemy import select

from app.jobs import TryAgainError
from app.media.address import Standin
from app.media.download import Downloader, PublicResolver, make_media_session
from app.media.errors import MediaAwayError, MediaGoneError, MediaRefusedError
from app.media.tasks import TRIES, MediaFetcher
from app.media.workshop import Workshop
from delivery.messages import AttachmentKind, ChannelName
from store.attachments import AttachmentStatus, NewAttachment, StoredAttachment
from store.tables import attachments
from store.unit_of_work import Store
from tests.unit.test_media_address import Names

S = AttachmentStatus
PLACE = "where the picture was taken"


@dataclass
class Provider:
    """Serves `/media/NAME.bin` in the way the test says."""

    status: int = 200
    data: bytes = b"%PDF-1.7 a paper"
    location: str = ""
    #: Sends without saying how much comes.
    unsaid: bool = False
    seconds: float = 0
    asked: list[str] = field(default_factory=list)
    standin: Standin = field(default_factory=lambda: Standin(""))

    async def serve(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request.path)
        await asyncio.sleep(self.seconds)
        if self.location:
            return web.Response(status=302, headers={"Location": self.location})
        if not self.unsaid:
            return web.Response(status=self.status, body=self.data)
        response = web.StreamResponse()
        await response.prepare(request)
        for begin in range(0, len(self.data), 1000):
            await response.write(self.data[begin : begin + 1000])
        return response

    @property
    def url(self) -> str:
        return f"{self.standin.base}/paper.bin"


@pytest.fixture
async def provider() -> AsyncIterator[Provider]:
    made = Provider()
    app = web.Application()
    app.router.add_get("/{path:.*}", made.serve)
    async with TestServer(app, host="127.0.0.1") as server:
        made.standin = Standin(str(server.make_url("/media")))
        yield made


@pytest.fixture
async def downloader(provider: Provider) -> AsyncIterator[Downloader]:
    async with make_media_session(provider.standin) as session:
        yield Downloader(session, provider.standin)


@pytest.fixture
def fetcher(store: Store, downloader: Downloader) -> MediaFetcher:
    return MediaFetcher(store, downloader, Workshop())


async def fetch(downloader: Downloader, url: str, limit: int = 100_000) -> bytes:
    return await downloader.fetch(url, ChannelName.ZALO, limit)


async def test_bytes_come(downloader: Downloader, provider: Provider) -> None:
    assert await fetch(downloader, provider.url) == provider.data


@pytest.mark.parametrize("unsaid", [False, True])
async def test_too_much_is_cut_off(
    downloader: Downloader, provider: Provider, *, unsaid: bool
) -> None:
    provider.data, provider.unsaid = b"x" * 50_000, unsaid
    assert len(await fetch(downloader, provider.url, 50_000)) == 50_000
    with pytest.raises(MediaRefusedError, match="too_large"):
        await fetch(downloader, provider.url, 49_999)


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (404, MediaGoneError),
        (403, MediaGoneError),
        (410, MediaGoneError),
        (500, MediaAwayError),
        (429, MediaAwayError),
        (206, MediaAwayError),
    ],
)
async def test_what_the_provider_says(
    downloader: Downloader, provider: Provider, status: int, error: type[Exception]
) -> None:
    provider.status = status
    with pytest.raises(error, match=f"status_{status}"):
        await fetch(downloader, provider.url)


@pytest.mark.parametrize(
    ("location", "code"),
    [
        ("http://127.0.0.1:1/elsewhere.bin", "address_port"),
        ("https://example.vn/a.bin", "address_host"),
        ("/desk/cases", "address_port"),
        ("file:///etc/passwd", "address_scheme"),
        ("paper.bin", "redirects"),
        ("http://[", "address_malformed"),
    ],
)
async def test_nobody_is_followed_elsewhere(
    downloader: Downloader, provider: Provider, location: str, code: str
) -> None:
    provider.location = location
    with pytest.raises(MediaRefusedError, match=f"^{code}"):
        await fetch(downloader, provider.url)
    assert all(path == "/media/paper.bin" for path in provider.asked)


async def test_nobody_is_waited_for_without_end(
    downloader: Downloader, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.media.download.FETCH_WITHIN", 0.2)
    provider.seconds = 5
    with pytest.raises(MediaAwayError, match="timeout"):
        await fetch(downloader, provider.url)


async def test_a_name_of_the_provider_that_leads_home_is_refused() -> None:
    resolver = PublicResolver(Names("127.0.0.1", "10.0.0.8"))
    async with ClientSession(connector=TCPConnector(resolver=resolver)) as session:
        with pytest.raises(MediaRefusedError, match="address_private"):
            await fetch(Downloader(session), "https://f1.zdn.vn/a.jpg")


# -- the job ----------------------------------------------------------------------------------


def picture() -> bytes:
    exif = Image.Exif()
    exif[0x010E] = PLACE
    written = BytesIO()
    Image.new("RGB", (300, 200), "green").save(written, "JPEG", exif=exif)
    return written.getvalue()


async def waiting(
    store: Store, url: str, kind: AttachmentKind = AttachmentKind.FILE
) -> StoredAttachment:
    async with store.work() as work:
        item = NewAttachment("a1", "zalo:oa:u1", kind, url)
        await work.attachments.add(item, work.clock())
        await work.commit()
    return await read(store)


async def read(store: Store) -> StoredAttachment:
    async with store.work() as work:
        found = await work.attachments.find("a1")
    assert found is not None
    return found


async def test_a_picture_is_kept_without_what_the_camera_wrote(
    store: Store, fetcher: MediaFetcher, provider: Provider
) -> None:
    provider.data = picture()
    assert PLACE.encode() in provider.data
    await waiting(store, provider.url, AttachmentKind.IMAGE)
    await fetcher.fetch(attachment_id="a1")
    found = await read(store)
    assert (found.status, found.media_type) == (S.KEPT, "image/jpeg")
    async with store.work() as work:
        kept = await work.attachments.read("a1")
        assert await work.attachments.source_of("a1") == ""
        row = (await work.connection.execute(select(attachments))).one()
    assert kept is not None
    assert len(kept) == found.size
    assert kept.startswith(b"\xff\xd8\xff")
    assert PLACE.encode() not in kept
    assert kept[:20] not in row.ciphertext


async def test_it_is_fetched_once(store: Store, fetcher: MediaFetcher, provider: Provider) -> None:
    await waiting(store, provider.url)
    await fetcher.fetch(attachment_id="a1")
    await fetcher.fetch(attachment_id="a1")
    await fetcher.fetch(attachment_id="unknown")
    assert len(provider.asked) == 1
    assert (await read(store)).media_type == "application/pdf"


async def test_a_job_that_runs_twice_takes_nothing_away(
    store: Store, fetcher: MediaFetcher, provider: Provider
) -> None:
    provider.data = picture()
    await waiting(store, provider.url)
    await fetcher.fetch("a1")
    kept = await read(store)
    async with store.work() as work:
        await work.attachments.give_up("a1", S.GONE, "status_404")
        await work.commit()
    assert await read(store) == kept


@dataclass(frozen=True)
class Refused:
    kind: AttachmentKind
    data: bytes
    error: str


@pytest.mark.parametrize(
    "case",
    [
        Refused(AttachmentKind.IMAGE, b"\xff\xd8\xff no picture", "picture_unreadable"),
        Refused(AttachmentKind.FILE, b"<script>", "kind"),
        Refused(AttachmentKind.STICKER, b"", "kind"),
        Refused(AttachmentKind.IMAGE, b"\xff\xd8\xff" + b"x" * 10_000_000, "too_large"),
    ],
    ids=lambda case: f"{case.kind} {case.error}",
)
async def test_what_is_refused_says_why(
    store: Store, fetcher: MediaFetcher, provider: Provider, case: Refused
) -> None:
    provider.data = case.data
    await waiting(store, provider.url, case.kind)
    await fetcher.fetch(attachment_id="a1")
    found = await read(store)
    assert (found.status, found.error, found.size) == (S.REFUSED, case.error, 0)


async def test_somebody_elses_address_is_not_asked(
    store: Store, fetcher: MediaFetcher, provider: Provider
) -> None:
    await waiting(store, "https://evil.example/a.jpg")
    await fetcher.fetch(attachment_id="a1")
    assert (await read(store)).error == "address_host"
    assert provider.asked == []


async def test_gone_is_gone(store: Store, fetcher: MediaFetcher, provider: Provider) -> None:
    provider.status = 404
    await waiting(store, provider.url)
    await fetcher.fetch(attachment_id="a1")
    assert (await read(store)).status is S.GONE


async def test_a_provider_that_is_away_is_asked_again_and_not_for_ever(
    store: Store, fetcher: MediaFetcher, provider: Provider
) -> None:
    provider.status = 503
    await waiting(store, provider.url)
    for attempt in range(1, TRIES):
        with pytest.raises(TryAgainError, match="status_503"):
            await fetcher.fetch(attachment_id="a1")
        found = await read(store)
        assert (found.status, found.attempts) == (S.WAITING, attempt)
    await fetcher.fetch(attachment_id="a1")
    found = await read(store)
    assert (found.status, found.error) == (S.GONE, "status_503")


async def test_a_process_that_dies_is_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.media.workshop.sys.executable", "/bin/false")
    with pytest.raises(MediaAwayError, match="not_prepared"):
        await Workshop().prepare(AttachmentKind.IMAGE, picture())


async def test_a_process_that_hangs_is_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hanging = tmp_path / "hanging"
    hanging.write_text("#!/bin/sh\nexec sleep 30\n")
    hanging.chmod(0o700)
    monkeypatch.setattr("app.media.workshop.sys.executable", str(hanging))
    monkeypatch.setattr("app.media.workshop._WITHIN", 0.2)
    with pytest.raises(MediaAwayError, match="preparing_timeout"):
        await Workshop().prepare(AttachmentKind.IMAGE, picture())
