"""Errors for programs: `application/problem+json` (RFC 9457)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import orjson
import yaml
from aiohttp import web

_FILE = Path(__file__).parent / "problems.yml"
MEDIA_TYPE = "application/problem+json"


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong with which parameter or property."""

    name: str
    reason: str


class BadInputError(Exception):
    """The request is not as described."""

    def __init__(self, wrong: Sequence[Wrong]) -> None:
        super().__init__(", ".join(f"{one.name}: {one.reason}" for one in wrong))
        self.wrong = tuple(wrong)


@cache
def _told() -> Mapping[int, Mapping[str, str]]:
    found: dict[int, dict[str, str]] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return found


def is_told(status: int) -> bool:
    return status in _told()


def problem(
    status: int, *, wrong: Sequence[Wrong] = (), headers: Mapping[str, str] | None = None
) -> web.Response:
    said = {"type": "about:blank", "status": status, **_told()[status]}
    if wrong:
        errors = [{"name": one.name, "reason": one.reason} for one in wrong]
        said = {**said, "errors": errors}
    kept = {"Cache-Control": "no-store", **(headers or {})}
    return web.Response(
        body=orjson.dumps(said), status=status, content_type=MEDIA_TYPE, headers=kept
    )
