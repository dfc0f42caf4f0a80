"""The public pages as fast as they go: an answer in full, and asked again by its tag."""

import asyncio
import time
from datetime import UTC, date, datetime
from pathlib import Path

import aiohttp

from app.embedded.postgres import attached
from casework.publication import Publication, PublicDocument, Visibility
from store.engine import make_engine
from store.publications import PublicationRepository
from tests.bench.flat_out import wrk
from tests.bench.load import percentile
from tests.bench.report import Report

_ROUNDS = 3
_NUMBER = 1
_WANTED = 800
_QUESTIONS = (
    *("sang tên sổ đỏ", "the bao hiem y te bi mat", "đăng ký khai sinh", "cap lai gplx"),
    *("thành lập hộ kinh doanh", "register a marriage", "tro cap nguoi cao tuoi", "xyzzy"),
)
_SCRIPT = """
wrk.headers["Accept-Encoding"] = "gzip"
{more}
"""


async def publish_answer(data: Path) -> None:
    """An answer of ordinary length, live in every running process."""
    said = PublicDocument(
        title="Cấp lại thẻ bảo hiểm y tế bị mất ở đâu, mất bao lâu?",
        question="Mẹ tôi làm mất thẻ bảo hiểm y tế, xin hỏi cấp lại ở đâu? " * 4,
        answer="Ông/Bà nộp tờ khai tại bộ phận một cửa; thẻ được cấp trong ngày.\n\n" * 12,
        field="health_insurance",
        answered_on=date(2026, 11, 10),
        legal_basis="Luật Bảo hiểm y tế",
    )
    now = datetime.now(UTC)
    publication = Publication(
        id="bench-answer",
        lang="vi",
        number=_NUMBER,
        status=Visibility.PUBLISHED,
        draft=said,
        live=said,
        published_at=now,
    )
    async with attached(data) as database:
        engine = make_engine(database.url)
        async with engine.begin() as connection:
            await PublicationRepository(connection).add(publication, now)
        await engine.dispose()


async def measure_portal(url: str, folder: Path, report: Report) -> None:
    page = f"{url}/hoi-dap/{_NUMBER}"
    async with aiohttp.ClientSession(auto_decompress=False) as session:
        tag, size = await _until_there(session, page)
        full = await _rate(page, folder / "full.lua", "")
        again = await _rate(page, folder / "again.lua", f"wrk.headers['If-None-Match'] = '{tag}'")
        # wrk does not tell one good status from another.
        assert await _status(session, page) == 200
        assert await _status(session, page, {"If-None-Match": tag}) == 304
        waits = await _search(session, url)
    told = f"GET an answer, 16 connections, one process ({size / 1000:.1f} kB packed)"
    report.add(told, f"{full:.0f} pages/s", f"≥ {_WANTED}/s", good=full >= _WANTED)
    report.add(
        "the same, asked again by its tag (304)",
        f"{again:.0f} pages/s",
        f"≥ {_WANTED}/s",
        good=again >= _WANTED,
    )
    p50, p99 = percentile(waits, 0.5), percentile(waits, 0.99)
    report.add(
        "search page over procedures, FAQ and answers",
        f"p50 {p50:.0f} ms, p99 {p99:.0f} ms",
        "p99 ≤ 1000 ms",
        good=p99 <= 1000,
    )


async def _until_there(session: aiohttp.ClientSession, page: str) -> tuple[str, int]:
    """Its tag and size, once the server heard of it."""
    async with asyncio.timeout(30):
        while True:
            async with session.get(page, headers={"Accept-Encoding": "gzip"}) as response:
                if response.status == 200:
                    return response.headers["ETag"], len(await response.read())
            await asyncio.sleep(0.1)


async def _status(
    session: aiohttp.ClientSession, page: str, headers: dict[str, str] | None = None
) -> int:
    async with session.get(page, headers=headers, allow_redirects=False) as response:
        return response.status


async def _rate(page: str, script: Path, more: str) -> float:
    script.write_text(_SCRIPT.format(more=more))
    rates = []
    for _ in range(_ROUNDS):
        rate, bad = await asyncio.to_thread(wrk, page, script, 4)
        assert not bad, bad
        rates.append(rate)
    return sorted(rates)[_ROUNDS // 2]


async def _search(session: aiohttp.ClientSession, url: str) -> list[float]:
    """Seconds of each of 200 searches, one after the other."""
    waits = []
    for number in range(200):
        began = time.monotonic()
        asked = {"q": _QUESTIONS[number % len(_QUESTIONS)]}
        async with session.get(f"{url}/tim", params=asked) as response:
            assert response.status == 200
            await response.read()
        waits.append(time.monotonic() - began)
    return waits
