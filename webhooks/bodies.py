"""Reads what was posted, up to a limit."""

from aiohttp import web


async def read_limited(request: web.Request, limit: int) -> bytes:
    """The exact bytes.

    Raises:
        web.HTTPRequestEntityTooLarge: more than `limit` bytes.
    """
    if (request.content_length or 0) > limit:
        raise web.HTTPRequestEntityTooLarge(limit, request.content_length or 0)
    parts: list[bytes] = []
    size = 0
    async for part in request.content.iter_any():
        size += len(part)
        if size > limit:
            raise web.HTTPRequestEntityTooLarge(limit, size)
        parts.append(part)
    return b"".join(parts)
