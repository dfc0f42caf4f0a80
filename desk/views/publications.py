"""Publishing: the lists, and the page on which a public document is written."""

from typing import Any

from aiohttp import web

from casework.errors import CaseworkError
from casework.legal_clock import vietnam_date
from casework.publication import Publication, PublicationNotFoundError, Visibility
from casework.use_cases.move_document import ORIGINAL, DocumentMove
from casework.use_cases.publish import save_document, start_document
from desk.casefile import agency_names, open_agencies
from desk.context import desk_of
from desk.document_forms import BadFieldError, Typed, read_day, read_document, read_typed
from desk.masking import with_choices
from desk.numbers import pages_for, read_number
from desk.pages import member_of, page, see_other, storable, text_field, vietnam_day
from desk.publications import (
    MASKED,
    PAGE_SIZE,
    Sources,
    TabName,
    count_tabs,
    find_document,
    first_typed,
    problem_of,
    read_sources,
    ready_rows,
    sides_of,
    tab_rows,
)
from desk.writing import MAX_LENGTH
from knowledge.fields import Field
from store.unit_of_work import UnitOfWork

#: No document has it: a form without a version is refused as out of date.
_NO_VERSION = 0


async def list_publications(request: web.Request) -> web.Response:
    """One tab; who searches is led to the document."""
    asked, wanted = request.query.get("tab", ""), storable(request.query.get("bai", "")).strip()
    tab = TabName(asked) if asked in set(TabName) else TabName.READY
    async with desk_of(request).store.work() as work:
        if wanted and (found := await find_document(work, wanted)):
            return see_other(request, "publication", publication_id=found.id, lang=found.lang)
        agencies = await agency_names(work)
        counts = await count_tabs(work)
        pages = pages_for(counts[tab], PAGE_SIZE)
        number = min(max(1, read_number(request.query.get("page", ""), 1)), pages)
        is_ready = tab is TabName.READY
        ready = await ready_rows(work, agencies, number) if is_ready else []
        rows = [] if is_ready else await tab_rows(work, tab, number)
        people = await people_of(work, rows)
        unwanted = await work.publications.unwanted()
    return await page(
        request,
        "publications.html",
        tab=tab,
        counts=counts,
        q=wanted,
        number=number,
        pages=pages,
        ready=ready,
        rows=rows,
        agencies=agencies,
        people=people,
        unwanted=unwanted,
        done=request.query.get("done", ""),
    )


async def people_of(work: UnitOfWork, rows: list[Publication]) -> dict[str, str]:
    """Names of those who wrote or let go, by id."""
    wanted = {one for row in rows for one in (row.edited_by, row.released_by) if one}
    people = await work.staff.find_many(wanted)
    return {one.id: one.name or one.email for one in people.values()}


# -- a document that is begun -----------------------------------------------------------------


async def new_document(request: web.Request) -> web.Response:
    """An answer that came by letter, without a case."""
    return await _new_page(request, "")


async def begin_document(request: web.Request) -> web.Response:
    return await _begin(request, "")


async def case_document(request: web.Request) -> web.Response:
    """The document of a case: the one there is, or a new one."""
    case_id = request.match_info["case_id"]
    async with desk_of(request).store.work() as work:
        case = await work.cases.get(case_id)
        found = await work.publications.of_case(case.id)
    if found:
        return see_other(request, "publication", publication_id=found[0].id, lang=found[0].lang)
    return await _new_page(request, case_id)


async def begin_case_document(request: web.Request) -> web.Response:
    return await _begin(request, request.match_info["case_id"])


async def _new_page(
    request: web.Request,
    case_id: str,
    error: CaseworkError | None = None,
    typed: Typed | None = None,
) -> web.Response:
    async with desk_of(request).store.work() as work:
        sources = await read_sources(work, desk_of(request).words, case_id)
    return await document_page(
        request, None, sources, typed or first_typed(sources), error, edited=typed is not None
    )


async def _begin(request: web.Request, case_id: str) -> web.Response:
    typed = await read_typed(request)
    if await wants_masks(request):
        return await _new_page(request, case_id, typed=await chosen_masks(request, typed, case_id))
    try:
        async with desk_of(request).store.work() as work:
            document, basis = await read_document(work, typed)
            begun = await start_document(
                work, document, member_of(request).id, case_id=case_id, basis=basis
            )
            await work.commit()
    except CaseworkError as error:
        problem_of(error)  # anything else is not about the form
        return await _new_page(request, case_id, error, typed)
    query = {"done": "saved"}
    return see_other(request, "publication", query=query, publication_id=begun.id, lang=begun.lang)


# -- a document that exists -------------------------------------------------------------------


async def show_document(request: web.Request) -> web.Response:
    return await existing_page(request)


async def save(request: web.Request) -> web.Response:
    """Save, or only mask and uncover what was chosen."""
    typed = await read_typed(request)
    if await wants_masks(request):
        return await existing_page(request, typed=await chosen_masks(request, typed))
    try:
        async with desk_of(request).store.work() as work:
            document, basis = await read_document(work, typed)
            saved = await save_document(work, await move_of(request), document, basis)
            await work.commit()
    except CaseworkError as error:
        return await existing_page(request, error, typed)
    query = {"done": "saved"}
    return see_other(request, "publication", query=query, publication_id=saved.id, lang=saved.lang)


async def move_of(request: web.Request) -> DocumentMove:
    return DocumentMove(
        request.match_info["publication_id"],
        request.match_info["lang"],
        read_number(await text_field(request, "version"), _NO_VERSION),
        member_of(request).id,
    )


async def read_publication(work: UnitOfWork, request: web.Request) -> Publication:
    """The document of the address.

    Raises:
        PublicationNotFoundError: there is none.
    """
    return await work.publications.get(
        request.match_info["publication_id"], request.match_info["lang"]
    )


async def existing_page(
    request: web.Request,
    error: CaseworkError | None = None,
    typed: Typed | None = None,
    reason: str = "",
) -> web.Response:
    """The document as it stands; with a problem, what was typed stays on the page."""
    async with desk_of(request).store.work() as work:
        publication = await read_publication(work, request)
        words = desk_of(request).words
        sources = await read_sources(work, words, publication.case_id, publication)
    shown = typed or Typed.of(publication.draft, publication.basis)
    if not shown.text and not shown.question and publication.status is not Visibility.EDITED:
        shown = first_typed(sources)  # nothing was ever written: it was kept private at once
    return await document_page(
        request, publication, sources, shown, error, edited=typed is not None, reason=reason
    )


async def document_page(
    request: web.Request,
    publication: Publication | None,
    sources: Sources,
    typed: Typed,
    error: CaseworkError | None = None,
    *,
    edited: bool = False,
    reason: str = "",
    lang: str = "",
) -> web.Response:
    """`edited`: the fields hold something that is not saved."""
    problem = problem_of(error)
    return await page(
        request,
        "publication.html",
        status=problem.status if problem else 200,
        publication=publication,
        sources=sources,
        typed=typed,
        saved=_saved_otherwise(publication, typed, edited=edited),
        edited=edited,
        lang=lang or (publication.lang if publication else ORIGINAL),
        problem=problem,
        reason=reason,
        fields=list(Field),
        max_length=MAX_LENGTH,
        day_of=_day_of,
        done=request.query.get("done", ""),
        **_to_mask(typed, sources),
        **await _around(request, publication),
    )


def _to_mask(typed: Typed, sources: Sources) -> dict[str, Any]:
    """Both texts with their places, and the places that can still be read."""
    sides = sides_of(typed, sources)
    hits = [place for side in sides.values() for place in side.places if not place.masked]
    return {
        "sides": sides,
        "hard": [place for place in hits if place.kind.is_hard],
        "soft": [place for place in hits if not place.kind.is_hard],
    }


async def _around(request: web.Request, publication: Publication | None) -> dict[str, Any]:
    """Agencies and people the page names, and the day."""
    async with desk_of(request).store.work() as work:
        today = vietnam_date(work.clock())
        return {
            "today": today,
            "agencies": await open_agencies(work, today),
            "agency_names": await agency_names(work),
            "people": await people_of(work, [publication] if publication else []),
        }


def _day_of(written: str) -> str:
    """A day as readers see it; what was typed when it is none."""
    try:
        day = read_day(written, "")
    except BadFieldError:
        return written
    return vietnam_day(day) if day else ""


def _saved_otherwise(
    publication: Publication | None, typed: Typed, *, edited: bool
) -> Typed | None:
    """The saved text, when the fields hold another one."""
    if publication is None or not edited:
        return None
    saved = Typed.of(publication.draft, publication.basis)
    return saved if saved != typed else None


async def wants_masks(request: web.Request) -> bool:
    return await text_field(request, "do") == "masks"


async def chosen_masks(request: web.Request, typed: Typed, case_id: str = "") -> Typed:
    """The typed texts with the places masked and uncovered as the form says."""
    form = await request.post()
    shown = {str(value) for value in form.getall("shown", [])}
    masked = {str(value) for value in form.getall("masked", [])}
    async with desk_of(request).store.work() as work:
        publication = None
        if "publication_id" in request.match_info and "lang" in request.match_info:
            with_document = await find_publication(work, request)
            publication = with_document
            case_id = with_document.case_id if with_document else case_id
        words = desk_of(request).words
        sources = await read_sources(work, words, case_id, publication)
    sides = sides_of(typed, sources)
    changed = {
        name: with_choices(getattr(typed, name), sides[name].places, shown, masked)
        for name in MASKED
    }
    return Typed(**{**values_of(typed), **changed})


async def find_publication(work: UnitOfWork, request: web.Request) -> Publication | None:
    try:
        return await read_publication(work, request)
    except PublicationNotFoundError:
        return None


def values_of(typed: Typed) -> dict[str, str]:
    return {name: getattr(typed, name) for name in Typed.__dataclass_fields__}
