"""What a handler is given, and how its answer is told."""

import hashlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from aiohttp import web

from portal.api.problems import problem

#: Asked again each time: what is taken back is gone at once. Public data may be read anywhere.
_PUBLIC = {
    "Cache-Control": "no-cache",
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag",
}
_JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Described:
    """The values of path, query and body, checked against the description."""

    values: Mapping[str, Any]

    def text(self, name: str) -> str:
        return str(self.values.get(name) or "")


Handler = Callable[[web.Request, Described], Awaitable[web.Response]]


def tell(request: web.Request, said: object) -> web.Response:
    """Public data, with a tag by which a reader knows it again."""
    return tell_bytes(request, orjson.dumps(said))


def tell_bytes(request: web.Request, body: bytes) -> web.Response:
    tag = f'"{hashlib.sha256(body).hexdigest()[:24]}"'
    headers = {**_PUBLIC, "ETag": tag}
    if _is_known(request.headers.get("If-None-Match", ""), tag):
        return web.Response(status=web.HTTPNotModified.status_code, headers=headers)
    return web.Response(body=body, content_type=_JSON, headers=headers)


def _is_known(given: str, tag: str) -> bool:
    """Weak comparison, as RFC 9110 wants it here."""
    tags = [one.strip().removeprefix("W/") for one in given.split(",")]
    return tag in tags or tags == ["*"]


def tell_privately(said: object) -> web.Response:
    """About one person: kept nowhere, read by no other site."""
    return web.Response(
        body=orjson.dumps(said), content_type=_JSON, headers={"Cache-Control": "no-store"}
    )


def not_there() -> web.Response:
    headers = {"Access-Control-Allow-Origin": "*"}
    return problem(web.HTTPNotFound.status_code, headers=headers)
