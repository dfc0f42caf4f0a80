"""The public pages on a real database, and visitors who use them through HTTP."""

import html
import re
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from io import BytesIO
from typing import Any

from aiohttp import ClientResponse, CookieJar, FormData, web
from aiohttp.test_utils import TestClient, TestServer
from PIL import Image

from app.server import STATIC, _polite_not_found
from app.settings import read_settings
from app.site_parts import make_site_portal
from casework.cases import Case, CaseKind
from casework.legal_clock import DayUnit, LegalRule
from casework.publication import Publication, PublicDocument, Visibility
from portal.app import add_portal
from portal.context import Portal
from store.case_filters import CaseFilter
from store.clock import random_id
from store.engine import make_engine
from store.unit_of_work import Store
from tests.fakes.clock import NINE, StillClock

HEALTH, OLD_HEALTH = "H61.SYT", "H61.SYT-CU"
QUESTION = "Thẻ bảo hiểm y tế của mẹ tôi bị mất thì xin cấp lại ở đâu, mất bao lâu?"
PROCEDURE = "1.002759"
RULES = [
    LegalRule(
        id=f"rule-{kind}",
        kind=kind,
        days=15,
        unit=DayUnit.WORKING,
        legal_basis="15 ngày làm việc (tạm áp dụng)",
        wording={"vi": "15 ngày làm việc", "en": "15 working days"},
        valid_from=date(2020, 1, 1),
    )
    for kind in CaseKind
]
AGENCIES: list[dict[str, Any]] = [
    {
        "code": HEALTH,
        "name": "Sở Y tế tỉnh Vĩnh Long",
        "short_name": "Sở Y tế",
        "kind": "department",
        "fields": ["health"],
        "phone": "0270 3823 456",
        "website": "syt.example.vn",
    },
    {
        "code": OLD_HEALTH,
        "name": "Sở Y tế tỉnh cũ",
        "kind": "department",
        "valid_to": "2025-06-30",
        "successors": [{"to": HEALTH, "from": "2025-07-01"}],
    },
]
HOTLINES: list[dict[str, Any]] = [
    {"number": "1022", "name": {"vi": "Tổng đài tỉnh"}, "for": ["information"]},
    {"number": "114", "name": {"vi": "Cháy, cứu nạn"}, "for": ["emergency", "fire"]},
    {"number": "111", "name": {"vi": "Bảo vệ trẻ em"}, "for": ["child"]},
]
PROCEDURES: list[dict[str, Any]] = [
    {
        "code": PROCEDURE,
        "text": "Cấp lại thẻ bảo hiểm y tế",
        "level": "Cấp xã",
        "papers": ["Tờ khai mẫu TK1-TS", "Căn cước"],
        "fee": "Không thu phí",
        "time": "Trong ngày",
        "place": "Bộ phận một cửa xã",
        "online_url": "https://dichvucong.gov.vn/bhyt",
    }
]
FAQS: list[dict[str, Any]] = [
    {
        "id": "gio-lam-viec",
        "lang": "vi",
        "question": "Giờ làm việc của bộ phận một cửa",
        "answer": "Từ thứ Hai đến thứ Sáu, 7:00–11:00 và 13:00–17:00.",
    }
]


@dataclass
class Page:
    status: int
    text: str
    headers: Mapping[str, str]

    @property
    def words(self) -> str:
        """What a reader sees."""
        shown = re.sub(r"<head>.*?</head>|<[^>]+>", " ", self.text, flags=re.DOTALL)
        return " ".join(html.unescape(shown).split())

    def hidden(self, name: str) -> str:
        found = re.search(rf'name="{name}" value="([^"]*)"', self.text)
        assert found is not None, f"no field {name}"
        return html.unescape(found[1])

    def typed(self, name: str) -> str:
        area = rf'<textarea[^>]*name="{name}"[^>]*>\n?(.*?)</textarea>'
        found = re.search(area, self.text, re.DOTALL)
        if found is None:
            found = re.search(rf'<input[^>]*name="{name}"[^>]*value="([^"]*)"', self.text)
        assert found is not None, f"no field {name}"
        return html.unescape(found[1])


class Visitor:
    """A browser without JavaScript."""

    def __init__(self, client: TestClient[web.Request, web.Application]) -> None:
        self.client = client

    async def get(self, path: str, **headers: str) -> Page:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return await _page(await self.client.get(path, headers=named, allow_redirects=False))

    async def post(self, path: str, fields: Mapping[str, str] | FormData, **headers: str) -> Page:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        sent = await self.client.post(path, data=fields, headers=named, allow_redirects=False)
        return await _page(sent)


async def _page(response: ClientResponse) -> Page:
    return Page(response.status, await response.text(), response.headers)


@dataclass
class Scene:
    store: Store
    portal: Portal
    visitor: Visitor
    clock: StillClock

    async def reload(self) -> None:
        await self.portal.reload()

    @contextmanager
    def database_away(self) -> Iterator[None]:
        engine = make_engine("postgresql+psycopg://nobody@127.0.0.1:1/none", name="away")
        self.portal.store = Store(engine, self.store.vault, self.clock, random_id)
        yield
        self.portal.store = self.store

    async def cases(self) -> list[Case]:
        async with self.store.work() as work:
            return await work.cases.search(CaseFilter())

    async def publish(self, number: int = 1, lang: str = "vi", **said: Any) -> Publication:
        """Live at once."""
        example = PublicDocument(
            title="Cấp lại thẻ bảo hiểm y tế bị mất",
            question="Mất thẻ bảo hiểm y tế thì xin cấp lại ở đâu?",
            answer="Ông/Bà nộp tờ khai tại bộ phận một cửa.\n\nThẻ được cấp trong ngày.",
            field="health",
            agency_code=HEALTH,
            asked_on=date(2026, 11, 2),
            answered_on=date(2026, 11, 10),
            legal_basis="Luật Bảo hiểm y tế",
        )
        document = replace(example, **said)
        publication = Publication(
            id=f"publication-{number}",
            lang=lang,
            number=number,
            status=Visibility.PUBLISHED,
            draft=document,
            live=document,
            published_at=self.clock.now + timedelta(minutes=number),
        )
        async with self.store.work() as work:
            await work.publications.add(publication, self.clock.now)
            await work.commit()
        await self.reload()
        return publication


@asynccontextmanager
async def open_scene(store: Store, **settings: str) -> AsyncIterator[Scene]:
    """A province with an agency, a procedure and numbers to call."""
    clock = StillClock(NINE)
    timed = Store(store.engine, store.vault, clock, random_id)
    async with timed.work() as work:
        await work.catalogue.save_rules(RULES)
        for name, rows in (
            ("agencies", AGENCIES),
            ("hotlines", HOTLINES),
            ("procedures", PROCEDURES),
            ("faqs", FAQS),
        ):
            await work.catalogue.save(name, rows, clock.now)
        await work.commit()
    portal = make_site_portal(read_settings(settings), timed, sandbox=False)
    await portal.reload()
    app = web.Application(middlewares=[_polite_not_found])
    add_portal(app, portal)
    app.router.add_static("/static/", STATIC)
    jar = CookieJar(unsafe=True)
    async with TestClient(TestServer(app), cookie_jar=jar) as client:
        yield Scene(timed, portal, Visitor(client), clock)


def picture(size: tuple[int, int] = (64, 48)) -> bytes:
    written = BytesIO()
    Image.new("RGB", size, "navy").save(written, "JPEG")
    return written.getvalue()
