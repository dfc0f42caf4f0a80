"""Style sheets, scripts and pictures made of text: read once, sent packed.

aiohttp packs a file on the fly too, but then puts a packed nothing behind its 304 (3.14), which
breaks the connection.
"""

import gzip
import hashlib
import mimetypes
from collections.abc import Awaitable, Callable
from pathlib import Path

from aiohttp import web

_TEXT = frozenset({".css", ".js", ".svg"})


def add_static_files(app: web.Application, prefix: str, folder: Path) -> None:
    """All files of the folder under the prefix (`/static/`)."""
    for path in sorted(folder.rglob("*")):
        if path.suffix in _TEXT:
            name = path.relative_to(folder).as_posix()
            app.router.add_get(f"{prefix}{name}", _sender(path))
    app.router.add_static(prefix, folder)


def _sender(path: Path) -> Callable[[web.Request], Awaitable[web.Response]]:
    plain = path.read_bytes()
    packed = gzip.compress(plain, mtime=0)
    tag = hashlib.sha256(plain).hexdigest()[:24]
    content_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"

    async def send(request: web.Request) -> web.Response:
        may_pack = "gzip" in request.headers.get("Accept-Encoding", "")
        headers = {"ETag": f'"{tag}{"-gz" if may_pack else ""}"', "Vary": "Accept-Encoding"}
        if headers["ETag"] in request.headers.get("If-None-Match", ""):
            return web.Response(status=304, headers=headers)
        if may_pack:
            headers["Content-Encoding"] = "gzip"
        return web.Response(
            body=packed if may_pack else plain,
            content_type=content_type,
            charset="utf-8",
            headers=headers,
        )

    return send
