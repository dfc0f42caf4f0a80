"""Which pages there are: found by following links, named by the tables of routes."""

import re
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import unescape
from typing import Protocol
from urllib.parse import urljoin, urlsplit

from aiohttp import web
from playwright.async_api import APIRequestContext

_LINK = re.compile(r'<a\b[^>]*\bhref="([^"#]+)')
_FORM = re.compile(r"<form\b([^>]*)>")
_ACTION = re.compile(r'\b(?:form)?action="([^"]*)"')
_BUTTON = re.compile(r'<button\b[^>]*\bformaction="([^"]*)"')
#: So many pages of one route are read; more of them are more of the same.
_OF_ONE_ROUTE = 30


@dataclass(frozen=True)
class Found:
    #: Path and query.
    address: str
    #: As it stands in the table of routes.
    route: str
    #: Routes its forms are sent to.
    forms: frozenset[str]


class RouteTable:
    """Finds the route of an address the way the server does."""

    def __init__(self, mount: str, rows: Iterable[tuple[str, str]]) -> None:
        router = web.Application().router
        self._mount = mount
        self._rows: list[tuple[str, str, re.Pattern[str]]] = []
        for method, path in rows:
            info = router.add_resource(path).get_info()
            pattern = info.get("pattern") or re.compile(re.escape(info["path"]))
            self._rows.append((method, path, pattern))

    def routes(self, method: str) -> set[str]:
        return {path for found, path, _ in self._rows if found == method}

    def find(self, method: str, address: str) -> str | None:
        path = urlsplit(address).path
        if not path.startswith(self._mount):
            return None
        rest = path[len(self._mount) :]
        return next(
            (name for found, name, one in self._rows if found == method and one.fullmatch(rest)),
            None,
        )

    def forms(self, text: str, address: str) -> Iterator[str]:
        """Routes of the forms of a page."""
        for attributes in _FORM.findall(text):
            if 'method="post"' in attributes:
                action = _ACTION.search(attributes)
                yield self.find("POST", unescape(action[1]) if action else address) or ""
        for action_of_button in _BUTTON.findall(text):
            yield self.find("POST", unescape(action_of_button)) or ""


async def crawl(client: APIRequestContext, url: str, start: str, table: RouteTable) -> list[Found]:
    """Every page one gets to from `start` by links, nearest first."""
    waiting, seen = deque([start]), {start}
    read: Counter[str] = Counter()
    found: list[Found] = []
    while waiting:
        address = waiting.popleft()
        route = table.find("GET", address)
        if route is None or read[route] >= _OF_ONE_ROUTE:
            continue
        read[route] += 1
        response = await client.get(url + address)
        assert response.status == 200, f"{response.status}: {address}"
        if "text/html" not in response.headers["content-type"]:
            continue
        text = await response.text()
        found.append(Found(address, route, frozenset(table.forms(text, address))))
        for link in _LINK.findall(text):
            whole = urlsplit(urljoin(url + address, unescape(link)))
            nearer = whole.path + (f"?{whole.query}" if whole.query else "")
            if url.endswith(whole.netloc) and nearer not in seen:
                seen.add(nearer)
                waiting.append(nearer)
    return found


class DeskPages(Protocol):
    """The pages a role gets to; found once in a run."""

    async def __call__(self, role: str) -> list[Found]: ...


def one_of_each(pages: Iterable[Found]) -> list[Found]:
    """The first page of each route with each set of forms."""
    kept: dict[tuple[str, frozenset[str]], Found] = {}
    for page in pages:
        kept.setdefault((page.route, page.forms), page)
    return list(kept.values())
