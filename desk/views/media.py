"""What citizens sent with their words: shown to those who see the case, and written down."""

from aiohttp import web

from casework.cases import ActorKind, Case, ContentKind, EventKind
from casework.errors import CaseNotFoundError
from casework.use_cases.moving import CaseMove, EmptyTextError
from desk.access import visible_case
from desk.context import desk_of
from desk.excerpt import has_visible
from desk.media import headers_of
from desk.pages import member_of, text_field
from desk.views.moves import Done, kept_fields, moved
from desk.writing import checked
from store.attachments import StoredAttachment
from store.unit_of_work import UnitOfWork
from store.vault import UnreadableSecretError


async def show_attachment(request: web.Request) -> web.Response:
    """The bytes, with a range when a player asks for one."""
    async with desk_of(request).store.work() as work:
        item, data = await _read(work, request)
    return bytes_answer(request, item, data)


def bytes_answer(request: web.Request, item: StoredAttachment, data: bytes) -> web.Response:
    """A file as browsers may show it: all of it, or the part that is asked for."""
    headers = headers_of(item)
    try:
        wanted = request.http_range
    except ValueError:
        # A range nobody can read is as good as none (RFC 9110, 14.2).
        wanted = slice(None)
    if wanted.start is None and wanted.stop is None:
        return web.Response(body=data, headers=headers)
    start, stop, _ = wanted.indices(len(data))
    if start >= stop:
        headers["Content-Range"] = f"bytes */{len(data)}"
        return web.Response(status=416, headers=headers)
    headers["Content-Range"] = f"bytes {start}-{stop - 1}/{len(data)}"
    return web.Response(status=206, body=data[start:stop], headers=headers)


async def _read(work: UnitOfWork, request: web.Request) -> tuple[StoredAttachment, bytes]:
    case = await visible_case(work, member_of(request), request.match_info["case_id"])
    written = request.match_info["attachment_id"]
    item = await work.attachments.find(written)
    if item is None or item.case_id != case.id:
        raise CaseNotFoundError(written)
    try:
        data = await work.attachments.read(item.id)
    except UnreadableSecretError:
        data = None
    if data is None:
        raise CaseNotFoundError(written)
    return item, data


async def transcribe(request: web.Request) -> web.Response:
    """An officer writes down what a recording or a picture says."""
    text = await text_field(request, "transcript")

    async def move(work: UnitOfWork, asked: CaseMove, case: Case) -> None:
        clean = checked(text)
        if not has_visible(clean):
            raise EmptyTextError(case.id)
        content = await work.cases.add_content(case.id, ContentKind.TRANSCRIPT, clean, work.clock())
        # The version stays: a note beside the case takes nothing from a colleague's work.
        await work.cases.add_event(
            case.id,
            EventKind.TRANSCRIBED,
            actor_kind=ActorKind.STAFF,
            actor_id=asked.staff_id,
            now=work.clock(),
            content_id=content,
        )

    return await moved(
        request,
        move,
        Done.TRANSCRIBED,
        form="transcribe",
        fields=kept_fields({"transcript": text}),
    )
