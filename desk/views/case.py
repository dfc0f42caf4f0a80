"""The page of one case, and the part of it that renews itself."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from aiohttp import web

from casework.cases import CHATS, Contact, Refusal
from casework.errors import CaseworkError
from casework.legal_clock import vietnam_date
from casework.statuses import Command
from desk.casefile import CaseFile, answering_staff, open_agencies, read_case_file
from desk.changes import changes_between
from desk.context import desk_of
from desk.pages import member_of, page
from desk.problems import problem_of
from desk.proposing import Proposal, find_proposal, is_unsorted
from desk.sorting import LONGEST_PLACE, choices_of, may_place
from desk.writing import MAX_LENGTH
from store.unit_of_work import UnitOfWork


async def show_case(request: web.Request) -> web.Response:
    return await case_page(request, request.match_info["case_id"])


async def case_page(
    request: web.Request,
    case_id: str,
    problem: CaseworkError | None = None,
    typed: str | None = None,
    *,
    form: str = "",
    fields: Mapping[str, str] | None = None,
    contact: Contact | None = None,
) -> web.Response:
    """The case as it stands now; with a problem, what was typed stays on the page.

    `typed` is an answer or why it goes back; `fields` are those of the form named `form`.
    `contact`: who asked, shown on this page only.
    """
    sent = fields or {}
    file, offered = await _read(request, case_id, sent.get("field") if form == "sort" else None)
    found = problem_of(problem)
    return await page(
        request,
        "case.html",
        status=found.status if found else 200,
        file=file,
        **offered,
        may_place=may_place(member_of(request), file.case),
        changes=_changes(file),
        problem=found.name if found else "",
        typed=typed,
        left=typed or _left(file, form, sent),
        form=form,
        fields=sent,
        contact=contact,
        refusals=tuple(Refusal),
        is_chat=file.case.source in CHATS,
        done=request.query.get("done", ""),
        max_length=MAX_LENGTH,
        max_place=LONGEST_PLACE,
    )


async def _read(
    request: web.Request, case_id: str, chosen: str | None
) -> tuple[CaseFile, dict[str, Any]]:
    """The case and what its forms offer. `chosen`: the field that was sent with one of them."""
    async with desk_of(request).store.work() as work:
        file = await read_case_file(work, member_of(request), case_id)
        today = vietnam_date(work.clock())
        directory = await work.catalogue.all("agencies") if _sorts(file) else []
        offered = await _whom_to_assign(work, file, today)
    return file, offered | await _how_to_sort(request, file, today, directory, chosen)


def _sorts(file: CaseFile) -> bool:
    return Command.TRIAGE in file.commands


async def _whom_to_assign(work: UnitOfWork, file: CaseFile, today: date) -> dict[str, Any]:
    """Whoever sorts too chooses the agency in that form."""
    assigning = Command.ASSIGN in file.commands
    return {
        "agencies": await open_agencies(work, today) if assigning and not _sorts(file) else [],
        "staff": await answering_staff(work) if assigning else [],
    }


async def _how_to_sort(
    request: web.Request,
    file: CaseFile,
    today: date,
    directory: Sequence[dict[str, Any]],
    chosen: str | None,
) -> dict[str, Any]:
    """What that form begins with."""
    if not _sorts(file):
        return {"choices": None, "proposal": None}
    proposal = await _proposal(request, file, today, directory)
    best = proposal.best if proposal else None
    known = file.case.field or (best.field if best else "")
    field = known if chosen is None else chosen
    return {"choices": choices_of(directory, field, today), "proposal": proposal}


async def _proposal(
    request: web.Request, file: CaseFile, today: date, directory: Sequence[dict[str, Any]]
) -> Proposal | None:
    """Of a question that can be read and that nobody sorted; no transaction is open here."""
    propose = desk_of(request).propose
    if propose is None or not file.texts.readable or not is_unsorted(file.case):
        return None
    return await find_proposal(propose, file.texts.question, file.case.place, today, directory)


#: Forms that a case has only while this command is possible.
_FORMS = {
    "sort": Command.TRIAGE,
    "bounce": Command.BOUNCE,
    "not_accept": Command.NOT_ACCEPT,
}


def _left(file: CaseFile, form: str, fields: Mapping[str, str]) -> str:
    """What was typed into a form that the case has no more."""
    if form not in _FORMS or _FORMS[form] in file.commands:
        return ""
    return max(fields.values(), key=len, default="")


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
