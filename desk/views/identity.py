"""A picture that shows an identity paper is not needed for long: who sees the case says so."""

from aiohttp import web

from casework.cases import Case
from casework.errors import CaseNotFoundError
from casework.use_cases.moving import CaseMove
from desk.media import shown
from desk.pages import text_field
from desk.views.moves import Done, moved
from store.audit import AuditAction
from store.retention import KEPT_FOR, Kept
from store.unit_of_work import UnitOfWork

_NO = "no"


async def mark_identity(request: web.Request) -> web.Response:
    """Mark a picture, or take the mark back while the picture is still there."""
    written = request.match_info["attachment_id"]
    takes_back = await text_field(request, "identity") == _NO

    async def move(work: UnitOfWork, asked: CaseMove, case: Case) -> None:
        item = await work.attachments.find(written)
        if item is None or item.case_id != case.id or not shown(item).is_image:
            raise CaseNotFoundError(written)
        if takes_back is (item.purge_at is None):
            return  # pressed twice: the first day stays
        now = work.clock()
        purge_at = None if takes_back else now + KEPT_FOR[Kept.IDENTITY_PAPERS]
        await work.attachments.purge_on(item.id, purge_at)
        action = AuditAction.IDENTITY_UNMARKED if takes_back else AuditAction.IDENTITY_MARKED
        await work.audit.note(
            action, asked.staff_id, now, subject=item.id, data={"code": case.code}
        )

    done = Done.IDENTITY_UNMARKED if takes_back else Done.IDENTITY_MARKED
    return await moved(request, move, done)
