"""The public pages: the way to the channels, and the proofs of ownership the channels ask for."""

from dataclasses import dataclass
from pathlib import Path

import jinja2
from aiohttp import web

_TEMPLATES = Path(__file__).parent / "templates"

_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; frame-ancestors 'none'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}


@dataclass(frozen=True, slots=True)
class ChannelLink:
    name: str
    url: str


@dataclass(frozen=True, slots=True)
class PhoneLine:
    number: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneLines:
    """`information`: for questions; `emergency`: police, fire, medical, children."""

    information: tuple[PhoneLine, ...] = ()
    emergency: tuple[PhoneLine, ...] = ()


class Portal:
    """`zalo_verification`: the code Zalo's console shows for this domain; empty: none."""

    def __init__(
        self, *, channels: tuple[ChannelLink, ...], zalo_verification: str, sandbox: bool
    ) -> None:
        self._verification = zalo_verification
        environment = jinja2.Environment(
            loader=jinja2.FileSystemLoader(_TEMPLATES),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
        )
        self._page = environment.get_template("home.html")
        self._known = {
            "channels": channels,
            "zalo_verification": zalo_verification,
            "sandbox": sandbox,
        }
        self.show_lines(PhoneLines())

    def show_lines(self, lines: PhoneLines) -> None:
        """Written once and kept: the first page is there even while the database is not."""
        self._home = self._page.render(**self._known, lines=lines)

    def routes(self) -> list[web.RouteDef]:
        found = [web.get("/", self.home)]
        if self._verification:
            path = f"/zalo_verifier{self._verification}.html"
            found.append(web.get(path, self.zalo_verifier))
        return found

    async def home(self, _request: web.Request) -> web.Response:
        return web.Response(text=self._home, content_type="text/html", headers=_HEADERS)

    async def zalo_verifier(self, _request: web.Request) -> web.Response:
        """The file Zalo fetches before it takes the domain (same code as the meta tag)."""
        text = (
            '<!doctype html><html><head><meta property="zalo-platform-site-verification"'
            f' content="{self._verification}"></head><body>{self._verification}</body></html>'
        )
        return web.Response(text=text, content_type="text/html", headers=_HEADERS)
