"""Pictures of the question form: made anew, encrypted, and gone again when nothing is sent."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

from aiohttp import web

from delivery.messages import AttachmentKind
from portal.context import portal_of
from portal.pages import words_of
from portal.question_form import MOST_PHOTOS
from store.unit_of_work import UnitOfWork

#: Longer than a typed form is kept.
_WAIT_TO_BE_SENT = timedelta(hours=2)


async def keep_photos(
    request: web.Request,
    work: UnitOfWork,
    files: Sequence[bytes | None],
    kept: tuple[str, ...],
) -> tuple[tuple[str, ...], str]:
    """The ids of all that is kept now, and what was wrong with the rest; empty: nothing."""
    words, wrong = words_of(request), ""
    for data in files:
        if len(kept) == MOST_PHOTOS:
            wrong = words("form.too_many_photos", most=MOST_PHOTOS)
        elif data is None:
            wrong = words("form.photo_too_large")
        elif found := await _keep(request, work, data):
            kept = (*kept, found)
        else:
            wrong = words("form.photo_bad")
    return kept, wrong


async def _keep(request: web.Request, work: UnitOfWork, data: bytes) -> str:
    """The id; empty when it is no picture."""
    # Unpacking a large picture takes a second: other visitors do not wait for it.
    picture = await asyncio.to_thread(portal_of(request).clean_picture, data)
    if picture is None:
        return ""
    photo, now = work.ids(), work.clock()
    await work.attachments.add_kept(
        photo, AttachmentKind.IMAGE, picture.media_type, picture.data, now
    )
    await work.attachments.purge_on(photo, now + _WAIT_TO_BE_SENT)
    return photo
