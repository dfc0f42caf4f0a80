"""Reads what was sent: text without invisible signs, files up to a limit, nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from aiohttp import BodyPartReader, web
from aiohttp.http_exceptions import HttpProcessingError

from knowledge.text import clean

#: Characters of one field that are read at all; a form says by itself what is too long.
_MOST_TEXT = 1 << 20
_CHUNK = 1 << 16
#: What broken boundaries, headers and character sets end in.
_UNREADABLE = (ValueError, LookupError, HttpProcessingError)


@dataclass(frozen=True, slots=True)
class Sent:
    """`files`: by field, None for one that was too large."""

    texts: Mapping[str, str] = field(default_factory=dict)
    files: tuple[bytes | None, ...] = ()

    def get(self, name: str) -> str:
        return self.texts.get(name, "")


async def text_field(request: web.Request, name: str) -> str:
    """A field of a small form; empty when missing or a file."""
    return (await read_small(request)).get(name)


async def read_small(request: web.Request) -> Sent:
    """A form without files.

    Raises:
        HTTPRequestEntityTooLarge: larger than any such form can be.
        HTTPBadRequest: no form.
    """
    try:
        sent = await request.post()
    except _UNREADABLE as error:
        raise web.HTTPBadRequest from error
    return Sent({name: clean(text) for name, text in sent.items() if isinstance(text, str)})


async def read_with_files(
    request: web.Request, name: str, *, most_files: int, most_bytes: int
) -> Sent:
    """A form with files in the field `name`; of more files only `most_files` + 1 are counted.

    Raises:
        HTTPRequestEntityTooLarge: a text larger than any field can be.
        HTTPBadRequest: no form.
    """
    if not request.content_type.startswith("multipart/"):
        return await read_small(request)
    # More than all that can be kept is not even read.
    most = (most_files + 1) * most_bytes + _MOST_TEXT
    if (request.content_length or 0) > most:
        raise web.HTTPRequestEntityTooLarge(most, request.content_length or 0)
    texts: dict[str, str] = {}
    files: list[bytes | None] = []
    try:
        async for part in await request.multipart():
            if not isinstance(part, BodyPartReader):
                raise web.HTTPBadRequest
            if part.name == name:
                wanted = len(files) < most_files
                data = await _read(part, most_bytes if wanted else 0)
                if data != b"":  # a browser sends an empty part when no file was chosen
                    files.append(data)
            elif part.name:
                data = await _read(part, _MOST_TEXT)
                if data is None:
                    raise web.HTTPRequestEntityTooLarge(_MOST_TEXT, _MOST_TEXT + 1)
                texts[part.name] = clean(data.decode("utf-8", "replace"))
    except _UNREADABLE as error:
        raise web.HTTPBadRequest from error
    return Sent(texts, tuple(files))


async def _read(part: BodyPartReader, most: int) -> bytes | None:
    """The bytes; None, with the rest passed over, when there are more than `most`."""
    data = bytearray()
    size = 0
    while chunk := await part.read_chunk(_CHUNK):
        size += len(chunk)
        if size <= most:
            data += chunk
    return bytes(data) if size <= most else None
