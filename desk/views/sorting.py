"""Where a case belongs: sorted, given back by an agency, not accepted, accepted after all."""

from dataclasses import replace

from aiohttp import web

from casework.cases import Case, Refusal
from casework.use_cases.move_case import assign_case
from casework.use_cases.moving import CaseMove
from casework.use_cases.sort_case import (
    bounce_case,
    not_accept_case,
    restore_case,
    triage_case,
)
from desk.context import desk_of
from desk.excerpt import has_visible
from desk.pages import member_of, text_field
from desk.samples import keep_correction
from desk.sorting import member, read_sorted
from desk.views.moves import Done, check_assignment, kept_fields, moved
from desk.writing import checked
from store.unit_of_work import UnitOfWork

_SORT_FIELDS = ("kind", "field", "place", "agency", "officer")


async def sort(request: web.Request) -> web.Response:
    """Kind, field and place; with an agency it is placed in the same step."""
    sent = {name: await text_field(request, name) for name in _SORT_FIELDS}
    agency, officer = sent["agency"], sent["officer"]
    person = member_of(request)

    async def move(work: UnitOfWork, asked: CaseMove, case: Case) -> None:
        found = read_sorted(sent["kind"], sent["field"], sent["place"])
        if agency:
            await check_assignment(work, person, case, agency, officer)
        await keep_correction(work, case, found.field, desk_of(request).looks_grave)
        triaged = await triage_case(
            work, asked, kind=found.kind, field=found.field, place=found.place
        )
        if agency:
            asked = replace(asked, version=triaged.version)
            await assign_case(work, asked, agency_code=agency, officer_id=officer)

    done = Done.ASSIGNED if agency else Done.TRIAGED
    return await moved(request, move, done, form="sort", fields=kept_fields(sent))


async def bounce(request: web.Request) -> web.Response:
    """The agency says why it is not the responsible one."""
    reason = await text_field(request, "reason")

    async def move(work: UnitOfWork, asked: CaseMove, _: Case) -> None:
        await bounce_case(work, asked, _visible(reason))

    fields = kept_fields({"reason": reason})
    return await moved(request, move, Done.BOUNCED, form="bounce", fields=fields)


async def not_accept(request: web.Request) -> web.Response:
    """No agency answers it; the citizen is told why in the same commit."""
    sent = {name: await text_field(request, name) for name in ("refusal", "explanation")}
    tell_refused = desk_of(request).tell_refused

    async def move(work: UnitOfWork, asked: CaseMove, _: Case) -> None:
        refusal = member(Refusal, sent["refusal"])
        explanation = _visible(sent["explanation"])
        case = await not_accept_case(work, asked, refusal, explanation)
        await tell_refused(work, case, refusal, explanation)

    return await moved(
        request, move, Done.NOT_ACCEPTED, form="not_accept", fields=kept_fields(sent)
    )


async def restore(request: web.Request) -> web.Response:
    """Who was told that it was not accepted hears in the same commit that it is."""
    tell_restored = desk_of(request).tell_restored

    async def move(work: UnitOfWork, asked: CaseMove, _: Case) -> None:
        await tell_restored(work, await restore_case(work, asked))

    return await moved(request, move, Done.RESTORED)


def _visible(text: str) -> str:
    clean = checked(text)
    return clean if has_visible(clean) else ""
