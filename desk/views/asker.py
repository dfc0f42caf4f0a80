"""Who asked: hidden, and shown once for a reason that is written down."""

from aiohttp import web

from casework.cases import ActorKind, EventKind
from casework.errors import CaseworkError
from casework.use_cases.moving import EmptyTextError
from desk.access import visible_case
from desk.asker import find_contact
from desk.context import desk_of
from desk.errors import TextTooLongError
from desk.excerpt import one_line
from desk.pages import member_of, text_field
from desk.views.case import case_page
from desk.views.moves import kept_fields
from store.audit import AuditAction

#: A reason is a sentence.
_LONGEST = 300


async def reveal_asker(request: web.Request) -> web.Response:
    """Shows the contact on this one page; reloading the case hides it again."""
    case_id = request.match_info["case_id"]
    typed = await text_field(request, "reason")
    reason = one_line(typed)
    if problem := _refusal(case_id, reason):
        fields = kept_fields({"reason": typed})
        return await case_page(request, case_id, problem, form="asker", fields=fields)
    person = member_of(request)
    async with desk_of(request).store.work() as work:
        case = await visible_case(work, person, case_id)
        contact = await find_contact(work, case)
        now = work.clock()
        await work.cases.add_event(
            case.id,
            EventKind.ASKER_REVEALED,
            actor_kind=ActorKind.STAFF,
            actor_id=person.id,
            now=now,
        )
        await work.audit.note(
            AuditAction.ASKER_REVEALED, person.id, now, subject=case.id, data={"reason": reason}
        )
        await work.commit()
    return await case_page(request, case_id, contact=contact)


def _refusal(case_id: str, reason: str) -> CaseworkError | None:
    if not reason:
        return EmptyTextError(case_id)
    return TextTooLongError(case_id) if len(reason) > _LONGEST else None
