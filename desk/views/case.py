"""The page of one case, and the part of it that renews itself."""

from aiohttp import web

from casework.errors import CaseworkError
from casework.legal_clock import vietnam_date
from casework.statuses import Command
from desk.casefile import CaseFile, answering_staff, open_agencies, read_case_file
from desk.changes import changes_between
from desk.context import desk_of
from desk.pages import member_of, page
from desk.problems import problem_of
from desk.writing import MAX_LENGTH


async def show_case(request: web.Request) -> web.Response:
    return await case_page(request, request.match_info["case_id"])


async def case_page(
    request: web.Request,
    case_id: str,
    problem: CaseworkError | None = None,
    typed: str | None = None,
) -> web.Response:
    """The case as it stands now; with a problem, what was typed stays on the page."""
    member = member_of(request)
    async with desk_of(request).store.work() as work:
        file = await read_case_file(work, member, case_id)
        assigning = Command.ASSIGN in file.commands
        agencies = await open_agencies(work, vietnam_date(work.clock())) if assigning else []
        staff = await answering_staff(work) if assigning else []
    found = problem_of(problem)
    return await page(
        request,
        "case.html",
        status=found.status if found else 200,
        file=file,
        agencies=agencies,
        staff=staff,
        changes=_changes(file),
        problem=found.name if found else "",
        typed=typed,
        done=request.query.get("done", ""),
        max_length=MAX_LENGTH,
    )


def _changes(file: CaseFile) -> list[tuple[str, str]]:
    """What changed since the draft before, for the person who approves."""
    if Command.APPROVE not in file.commands or not file.texts.draft_before:
        return []
    return changes_between(file.texts.draft_before, file.texts.draft)


async def show_conversation(request: web.Request) -> web.Response:
    """Only the conversation: the page asks for it again while it is open."""
    async with desk_of(request).store.work() as work:
        file = await read_case_file(work, member_of(request), request.match_info["case_id"])
    return await page(request, "conversation.html", case=file.case, entries=file.entries)
