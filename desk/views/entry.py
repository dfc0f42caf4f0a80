"""Typing in what somebody phoned, wrote or came with, and what they are told."""

from datetime import timedelta

from aiohttp import web
from sqlalchemy.exc import IntegrityError

from casework.cases import Case, CaseKind, ContentKind, OnBehalf
from casework.errors import CaseNotFoundError
from casework.legal_clock import NoLegalRuleError, vietnam_date
from casework.permissions import Permission, may
from casework.use_cases.move_case import assign_case
from casework.use_cases.moving import CaseMove
from desk.access import sees
from desk.casefile import agency_names, open_agencies
from desk.context import desk_of
from desk.entry import (
    LONGEST_LINE,
    SHEET_FIELDS,
    SOURCES,
    Flaw,
    Sheet,
    case_id_of,
    enter_case,
    find_flaws,
)
from desk.pages import member_of, page, see_other, text_field, vietnam_day
from desk.tokens import new_token
from desk.writing import MAX_LENGTH, cleaned
from store.unit_of_work import UnitOfWork
from store.vault import UnreadableSecretError

#: So long the pick-up code can be read out or printed again by whoever typed the case in.
_SHOWN_FOR = timedelta(hours=24)
_UNPROCESSABLE = 422
_CONFLICT = 409


async def show_entry(request: web.Request) -> web.Response:
    return await new_entry(request)


async def new_entry(request: web.Request, content: str = "") -> web.Response:
    """An empty sheet, or one with words that were typed before the session ended."""
    today = vietnam_date(desk_of(request).store.clock())
    sheet = Sheet(content=content, received_on=vietnam_day(today), key=new_token())
    return await entry_page(request, sheet)


async def entry_page(
    request: web.Request, sheet: Sheet, flaws: dict[str, Flaw] | None = None, status: int = 200
) -> web.Response:
    desk = desk_of(request)
    today = vietnam_date(desk.store.clock())
    placing = may(member_of(request).role, Permission.ASSIGN_CASE)
    async with desk.store.work() as work:
        agencies = await open_agencies(work, today) if placing else []
    return await page(
        request,
        "entry.html",
        status=status,
        sheet=sheet,
        flaws=flaws or {},
        sources=SOURCES,
        kinds=tuple(CaseKind),
        on_behalf=tuple(OnBehalf),
        agencies=agencies,
        max_length=MAX_LENGTH,
        max_line=LONGEST_LINE,
    )


async def enter(request: web.Request) -> web.Response:
    """One sheet, one case, however often the button is pressed."""
    member = member_of(request)
    sheet = Sheet(**{name: await text_field(request, name) for name in SHEET_FIELDS})
    if not sheet.key:
        return await entry_page(request, _with_new_key(sheet), status=_UNPROCESSABLE)
    if flaws := await _flaws(request, sheet):
        return await entry_page(request, sheet, flaws, _UNPROCESSABLE)
    case_id = case_id_of(member, sheet.key)
    store = desk_of(request).store
    try:
        async with store.work() as work:
            opened = await enter_case(work, member, sheet)
            if sheet.agency:
                move = CaseMove(opened.case.id, opened.case.version, member.id)
                await assign_case(work, move, agency_code=sheet.agency)
            await work.commit()
    except NoLegalRuleError:
        return await entry_page(request, sheet, {"kind": Flaw.NO_RULE}, _CONFLICT)
    except IntegrityError:
        return await _sent_before(request, case_id, sheet)
    return see_other(request, "entered", case_id=case_id)


async def _flaws(request: web.Request, sheet: Sheet) -> dict[str, Flaw]:
    store = desk_of(request).store
    flaws = find_flaws(sheet, store.clock())
    if not sheet.agency:
        return flaws
    async with store.work() as work:
        codes = {one.code for one in await open_agencies(work, vietnam_date(work.clock()))}
    placing = may(member_of(request).role, Permission.ASSIGN_CASE)
    return flaws if placing and sheet.agency in codes else {**flaws, "agency": Flaw.AGENCY}


async def _sent_before(request: web.Request, case_id: str, sheet: Sheet) -> web.Response:
    """The same words: the case they became. Others: perhaps another call on a page gone back to."""
    async with desk_of(request).store.work() as work:
        await work.cases.get(case_id)
        kept = await work.cases.contents(case_id, ContentKind.QUESTION)
    if kept and kept[0] == cleaned(sheet.content):
        return see_other(request, "entered", case_id=case_id)
    flaws = {"content": Flaw.TAKEN}
    return await entry_page(request, _with_new_key(sheet), flaws, _CONFLICT)


def _with_new_key(sheet: Sheet) -> Sheet:
    values = {name: getattr(sheet, name) for name in SHEET_FIELDS}
    return Sheet(**{**values, "key": new_token()})


async def show_entered(request: web.Request) -> web.Response:
    """What the person on the phone is told, once more on paper if they like."""
    member = member_of(request)
    case_id = request.match_info["case_id"]
    async with desk_of(request).store.work() as work:
        case = await work.cases.get(case_id)
        if not await _is_own(work, case, member.id):
            raise CaseNotFoundError(case_id)
        question, code = await _told(work, case)
        names = await agency_names(work)
    return await page(
        request,
        "entered.html",
        case=case,
        question=question,
        pickup_code=code,
        agency=names.get(case.agency_code, case.agency_code),
        may_open=sees(member, case),
    )


async def _is_own(work: UnitOfWork, case: Case, member_id: str) -> bool:
    if work.clock() - case.created_at > _SHOWN_FOR:
        return False
    events = await work.cases.events(case.id)
    return bool(events) and events[0].actor_id == member_id


async def _told(work: UnitOfWork, case: Case) -> tuple[str, str]:
    try:
        asked = await work.cases.contents(case.id, ContentKind.QUESTION)
        code = await work.cases.latest_content(case.id, ContentKind.PICKUP_CODE)
    except UnreadableSecretError:
        return "", ""
    return (asked[0] if asked else ""), code
