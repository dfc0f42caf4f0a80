"""The desk after years of use: every list and a case, through HTTP, as each of its people."""

import asyncio
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import aiohttp

from app.data_folder import open_folder
from app.database import command_store
from app.settings import read_settings
from casework.permissions import Role
from casework.statuses import CaseStatus
from desk.lists import tabs_of
from desk.tokens import new_token, token_hash
from store.case_filters import CaseFilter
from store.staff import StaffMember
from tests.bench.load import percentile
from tests.bench.report import Report
from tests.bench.service import ROOT, Accounts, Service

CASES, MESSAGES = 100_000, 1_000_000
GOAL_MS = 150
_WARM, _ROUNDS = 3, 25
#: Whoever narrows a list, searches, or turns many pages.
_ASKED = (
    "?tab=agency&field=transport&kind=question",
    "?tab=answered&source=zalo&field=land",
    "?tab=answered&page=50",
    "?tab=answered&page=3000",
    "?q=123",
)


@dataclass(frozen=True, slots=True)
class Visitor:
    role: Role
    cookie: str
    pages: tuple[str, ...]


async def measure_desk(folder: Path, accounts: Accounts, report: Report) -> None:
    """Fill a new installation, log in, and time every page."""
    service = Service(folder / "desk-data", accounts)
    await asyncio.to_thread(service.command, "demo", "--data-only")
    seeder = [sys.executable, str(ROOT / "tests" / "tools" / "seed_many.py")]
    wanted = ["--cases", str(CASES), "--messages", str(MESSAGES)]
    await asyncio.to_thread(
        subprocess.run, [*seeder, *wanted], env=service.environment, cwd=ROOT, check=True
    )
    visitors = await make_visitors(service)
    await asyncio.to_thread(service.start, "--no-rasa", "--no-worker", wait_for_model=False)
    try:
        await time_pages(service.url, visitors, report)
    finally:
        await asyncio.to_thread(service.stop)


async def make_visitors(service: Service) -> list[Visitor]:
    """An editor, and an officer and a lead of an agency that has cases."""
    settings = read_settings(service.environment)
    found = []
    async with command_store(settings, open_folder(settings)) as store, store.work() as work:
        drafted = CaseFilter(statuses=(CaseStatus.DRAFTED,))
        some = (await work.cases.search(drafted, limit=1))[0]
        now = work.clock()
        for role in (Role.EDITOR, Role.LEAD, Role.OFFICER):
            token = new_token()
            member = StaffMember(
                id=token[:12],
                email=f"{token[:12]}@bench.invalid".lower(),
                name=f"bench {role}",
                role=role,
                agency_code="" if role is Role.EDITOR else some.agency_code,
                password_hash="",
                active=True,
            )
            await work.staff.add(member, now)
            ends = now + timedelta(hours=2)
            await work.staff.add_session(token_hash(token), member.id, new_token(), now, ends)
            tabs = [f"?tab={tab.name}" for tab in tabs_of(member)]
            more = (*_ASKED, "alerts") if role is Role.EDITOR else ()
            found.append(Visitor(role, token, (*tabs, *more, f"cases/{some.id}")))
        await work.commit()
    return found


async def time_pages(url: str, visitors: list[Visitor], report: Report) -> None:
    """One row for each kind of reader with the slowest page, and a note with all of them."""
    for visitor in visitors:
        async with browser(url, visitor.cookie) as session:
            times = {path: await _time(session, f"/desk/{path}") for path in visitor.pages}
        lists = {path: spent for path, spent in times.items() if not path.startswith("cases/")}
        cases = {path: spent for path, spent in times.items() if path.startswith("cases/")}
        for what, part in (("slowest list", lists), ("a case", cases)):
            path, spent = max(part.items(), key=lambda item: percentile(item[1], 0.95))
            p50, p95 = percentile(spent, 0.5), percentile(spent, 0.95)
            named = f" ({path})" if part is lists else ""
            report.add(
                f"desk with {CASES // 1000} 000 cases and {MESSAGES // 1_000_000} 000 000"
                f" messages, {visitor.role}: {what}{named}",
                f"p50 {p50:.0f} ms, p95 {p95:.0f} ms",
                f"p95 ≤ {GOAL_MS} ms",
                good=p95 <= GOAL_MS,
            )
        each = ", ".join(
            f"{path.removeprefix('?')} {percentile(spent, 0.5):.0f}/{percentile(spent, 0.95):.0f}"
            for path, spent in lists.items()
        )
        report.note(f"Desk lists of the {visitor.role}, p50/p95 in ms: {each}.")


@asynccontextmanager
async def browser(url: str, token: str) -> AsyncIterator[aiohttp.ClientSession]:
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(url, cookie_jar=jar) as session:
        session.headers["Cookie"] = f"hoidap_desk={token}"
        yield session


async def _time(session: aiohttp.ClientSession, path: str) -> list[float]:
    """Seconds of each visit, the first few left out."""
    spent = []
    for _ in range(_WARM + _ROUNDS):
        started = time.perf_counter()
        async with session.get(path, allow_redirects=False) as answer:
            body = await answer.read()
        spent.append(time.perf_counter() - started)
        assert answer.status == 200, (path, answer.status, body[:300])
    return spent[_WARM:]
