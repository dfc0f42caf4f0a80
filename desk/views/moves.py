"""What staff do with a case: each is one form, one use case, one commit."""

from collections.abc import Awaitable, Callable, Mapping
from enum import StrEnum

from aiohttp import web

from casework.cases import CHATS, Case
from casework.errors import CaseNotFoundError, CaseworkError
from casework.legal_clock import vietnam_date
from casework.use_cases.follow_case import note_call
from casework.use_cases.move_case import (
    approve_answer,
    assign_case,
    reject_draft,
    save_draft,
)
from casework.use_cases.moving import CaseMove
from desk.access import sees, visible_case
from desk.casefile import answering_staff, open_agencies, read_case_file
from desk.context import desk_of
from desk.errors import OfficerElsewhereError, ReasonMissingError, UnknownAgencyError
from desk.excerpt import has_visible
from desk.numbers import read_number
from desk.pages import member_of, page, see_other, text_field
from desk.sorting import check_placing
from desk.views.case import case_page
from desk.writing import checked, cleaned
from store.outbox import OutboxStatus
from store.staff import StaffMember
from store.unit_of_work import OUTBOX_READY, UnitOfWork

#: No case has it: a form without a version is refused as out of date.
_NO_VERSION = 0

Move = Callable[[UnitOfWork, CaseMove, Case], Awaitable[object]]


class Done(StrEnum):
    """What the next page says was done."""

    ASSIGNED = "assigned"
    DRAFT_SAVED = "draft_saved"
    RETURNED = "returned"
    APPROVED = "approved"
    SENT = "sent"
    TRIAGED = "triaged"
    BOUNCED = "bounced"
    NOT_ACCEPTED = "not_accepted"
    RESTORED = "restored"
    TRANSCRIBED = "transcribed"
    IDENTITY_MARKED = "identity_marked"
    IDENTITY_UNMARKED = "identity_unmarked"
    RETRIED = "retried"
    TOLD = "told"


async def assign(request: web.Request) -> web.Response:
    agency = await text_field(request, "agency")
    officer = await text_field(request, "officer")
    person = member_of(request)

    async def move(work: UnitOfWork, asked: CaseMove, case: Case) -> None:
        await check_assignment(work, person, case, agency, officer)
        await assign_case(work, asked, agency_code=agency, officer_id=officer)

    return await moved(request, move, Done.ASSIGNED)


async def check_assignment(
    work: UnitOfWork, person: StaffMember, case: Case, agency: str, officer: str
) -> None:
    """Refuse an agency or an officer who cannot have the case.

    Raises:
        UnknownAgencyError: no such agency works today.
        OfficerElsewhereError: the officer does not answer for it.
        OtherAgencyError: it would go to another agency, and this person is no editor.
        ChiefEditorNeededError: too many agencies gave the case back.
    """
    open_codes = {one.code for one in await open_agencies(work, vietnam_date(work.clock()))}
    if agency and agency not in open_codes:
        raise UnknownAgencyError(agency)
    people = {one.id: one.agency_code for one in await answering_staff(work)}
    if officer and people.get(officer) != agency:
        raise OfficerElsewhereError(officer)
    check_placing(person, case, agency)


async def draft(request: web.Request) -> web.Response:
    text = await text_field(request, "text")

    async def move(work: UnitOfWork, asked: CaseMove, _: Case) -> None:
        clean = checked(text)
        await save_draft(work, asked, clean if has_visible(clean) else "")

    return await moved(request, move, Done.DRAFT_SAVED, typed=text)


async def approve(request: web.Request) -> web.Response:
    four_eyes = desk_of(request).four_eyes

    async def move(work: UnitOfWork, asked: CaseMove, case: Case) -> None:
        two = await four_eyes(work, case.agency_code)
        await approve_answer(work, asked, four_eyes=two)

    return await moved(request, move, Done.APPROVED)


async def give_back(request: web.Request) -> web.Response:
    reason = await text_field(request, "reason")

    async def move(work: UnitOfWork, asked: CaseMove, _: Case) -> None:
        clean = checked(reason)
        if not has_visible(clean):
            raise ReasonMissingError(asked.case_id)
        await reject_draft(work, asked, clean)

    return await moved(request, move, Done.RETURNED, typed=reason)


async def confirm_sending(request: web.Request) -> web.Response:
    """Names the case and shows what the citizen will read."""
    async with desk_of(request).store.work() as work:
        file = await read_case_file(work, member_of(request), request.match_info["case_id"])
    return await page(request, "send.html", file=file, is_chat=file.case.source in CHATS)


async def send(request: web.Request) -> web.Response:
    send_answer = desk_of(request).send_answer

    async def move(work: UnitOfWork, asked: CaseMove, _: Case) -> None:
        await send_answer(work, asked)

    return await moved(request, move, Done.SENT)


async def retry(request: web.Request) -> web.Response:
    """Send a failed or doubtful message of this case once more."""
    desk = desk_of(request)
    written = request.match_info["row_id"]
    async with desk.store.work() as work:
        case = await visible_case(work, member_of(request), request.match_info["case_id"])
        rows = {str(row.id): row for row in await work.outbox.of_case(case.id)}
        row = rows.get(written)
        if row is None:
            raise CaseNotFoundError(written)
        if row.status in (OutboxStatus.FAILED, OutboxStatus.MAYBE):
            await work.outbox.retry_now(row.id, work.clock())
            await work.notify(OUTBOX_READY, row.conversation_id)
            await work.commit()
    return see_other(request, "case", query={"done": Done.RETRIED}, case_id=case.id)


async def tell(request: web.Request) -> web.Response:
    """Write down that the citizen was called, and what was said."""
    words = await text_field(request, "reason")

    async def move(work: UnitOfWork, asked: CaseMove, _: Case) -> None:
        clean = checked(words)
        await note_call(work, asked, clean if has_visible(clean) else "")

    return await moved(request, move, Done.TOLD, form="told", fields=kept_fields({"reason": words}))


async def moved(
    request: web.Request,
    move: Move,
    done: Done,
    typed: str | None = None,
    *,
    form: str = "",
    fields: Mapping[str, str] | None = None,
) -> web.Response:
    """One move and its page; when it is refused, what `form` said stays on the page."""
    member = member_of(request)
    version = await text_field(request, "version")
    case_id = request.match_info["case_id"]
    try:
        async with desk_of(request).store.work() as work:
            case = await visible_case(work, member, case_id)
            await move(work, CaseMove(case.id, read_number(version, _NO_VERSION), member.id), case)
            case = await work.cases.get(case_id)
            await work.commit()
    except CaseNotFoundError:
        raise
    except CaseworkError as error:
        kept = None if typed is None else cleaned(typed)
        return await case_page(request, case_id, error, kept, form=form, fields=fields)
    if not sees(member, case):
        return see_other(request, "cases", query={"done": done})
    return see_other(request, "case", query={"done": done}, case_id=case.id)


def kept_fields(sent: Mapping[str, str]) -> dict[str, str]:
    return {name: cleaned(value) for name, value in sent.items()}
