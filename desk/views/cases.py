"""The list of cases."""

import contextlib
import re
from enum import StrEnum

from aiohttp import web

from casework.cases import Case, CaseKind, CaseSource
from casework.permissions import Permission, may
from desk.access import sees_all
from desk.context import desk_of
from desk.due import due_of
from desk.excerpt import excerpt
from desk.lists import (
    EVERYTHING,
    CasePage,
    Reader,
    count_tabs,
    find_tab,
    make_reader,
    read_tab,
    search_code,
)
from desk.menu import home_of
from desk.numbers import read_number
from desk.pages import member_of, page, see_other, storable
from knowledge.fields import Field
from store.case_filters import CaseFilter
from store.staff import StaffMember
from store.unit_of_work import UnitOfWork
from store.vault import UnreadableSecretError

#: How codes of agencies look; anything else was not written by our form.
CODE = re.compile(r"[\w.-]{1,40}")


async def list_cases(request: web.Request) -> web.StreamResponse:
    """The lists; who has none begins on the first page they may use."""
    member = member_of(request)
    if not may(member.role, Permission.SEE_OWN_AGENCY):
        return see_other(request, home_of(member.role))
    wanted, number = (
        storable(request.query.get("q", "")).strip(),
        read_number(request.query.get("page", ""), 1),
    )
    tab = find_tab(member, request.query.get("tab", ""))
    async with desk_of(request).store.work() as work:
        narrowed = _narrowed(request, member)
        reader = await make_reader(work, member, narrowed)
        counts = await count_tabs(work, reader)
        if wanted:
            found = await search_code(work, wanted, reader, number)
        else:
            found = await read_tab(work, tab, reader, number, counts[tab.name])
        agencies = {row["code"]: row for row in await work.catalogue.all("agencies")}
        rows = await _rows(work, found, reader, agencies)
    names = {code: agency_name(agencies, code) for code in agencies}
    if wanted and found.total == 1:
        return see_other(request, "case", case_id=found.cases[0].id)
    return await page(
        request,
        "cases.html",
        tabs=list(counts.items()),
        tab="" if wanted else tab.name,
        q=wanted,
        found=found,
        rows=rows,
        agencies=names if sees_all(member) else {},
        narrowed=_asked(narrowed),
        choices=_CHOICES,
        done=request.query.get("done", ""),
    )


async def next_case(request: web.Request) -> web.Response:
    """The first case of the list the day begins with, or that list when it is empty."""
    member = member_of(request)
    async with desk_of(request).store.work() as work:
        reader = await make_reader(work, member)
        found = await read_tab(work, find_tab(member, ""), reader, 1, 1)
    if not found.cases:
        return see_other(request, "cases")
    return see_other(request, "case", case_id=found.cases[0].id)


#: What whoever sees all cases may narrow by, as the address says it.
_NARROWING = ("field", "agency", "kind", "source")
_CHOICES: dict[str, tuple[StrEnum, ...]] = {
    "field": tuple(Field),
    "kind": tuple(CaseKind),
    "source": tuple(CaseSource),
}


def _narrowed(request: web.Request, member: StaffMember) -> CaseFilter:
    """Unknown values narrow nothing: an old bookmark shows more, never an error."""
    if not sees_all(member):
        return EVERYTHING
    asked = {name: storable(request.query.get(name, "")) for name in _NARROWING}
    for name, choices in _CHOICES.items():
        if asked[name] not in choices:
            asked[name] = ""
    if not CODE.fullmatch(asked["agency"]):
        asked["agency"] = ""
    return CaseFilter(
        field=asked["field"],
        agency_code=asked["agency"],
        kind=asked["kind"],
        source=asked["source"],
    )


def _asked(narrowed: CaseFilter) -> dict[str, str]:
    """The filter as the form and the addresses of the page say it."""
    return {
        "field": narrowed.field,
        "agency": narrowed.agency_code,
        "kind": narrowed.kind,
        "source": narrowed.source,
    }


async def _rows(
    work: UnitOfWork, found: CasePage, reader: Reader, agencies: dict[str, dict[str, str]]
) -> list[dict[str, object]]:
    texts = await _questions(work, found.cases)
    return [
        {
            "case": case,
            "question": excerpt(texts.get(case.id, "")),
            "agency": agency_name(agencies, case.agency_code),
            "due": due_of(case, reader.today, reader.calendar),
        }
        for case in found.cases
    ]


async def _questions(work: UnitOfWork, cases: list[Case]) -> dict[str, str]:
    # A list whose texts cannot be opened is still a list: the dates go on counting.
    with contextlib.suppress(UnreadableSecretError):
        return await work.cases.first_questions([case.id for case in cases])
    return {}


def agency_name(agencies: dict[str, dict[str, str]], code: str) -> str:
    """The short name, the code of an agency nobody knows, or nothing."""
    found = agencies.get(code, {})
    return found.get("short_name") or found.get("name") or code
