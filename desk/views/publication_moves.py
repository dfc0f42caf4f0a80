"""What is done with a public document: asked for, let go, taken down, kept private."""

from collections.abc import Awaitable, Callable

from aiohttp import web

from casework.errors import CaseworkError
from casework.legal_clock import vietnam_date
from casework.publication import TAKEABLE, Publication, Visibility
from casework.use_cases.move_document import DocumentMove
from casework.use_cases.publish import (
    DocumentExistsError,
    ReleaseCheck,
    ask_release,
    keep_case_private,
    release_document,
)
from casework.use_cases.withdraw_publication import keep_private, take_down
from desk.context import desk_of
from desk.document_forms import read_day
from desk.pages import member_of, page, see_other, text_field
from desk.publications import Problem, problem_of, read_sources
from desk.views.publications import case_document, existing_page, move_of, read_publication
from desk.writing import checked, cleaned
from store.unit_of_work import UnitOfWork

Move = Callable[[UnitOfWork, DocumentMove], Awaitable[Publication]]


async def ask(request: web.Request) -> web.Response:
    """The editor is done and asks a second person."""
    written = await text_field(request, "publish_on")

    async def move(work: UnitOfWork, asked: DocumentMove) -> Publication:
        day = read_day(written, "publish_on") or vietnam_date(work.clock())
        return await ask_release(work, asked, day)

    return await _moved(request, move, "asked")


async def release(request: web.Request) -> web.Response:
    """A second person lets it go."""
    written = await text_field(request, "publish_on")
    seen = await text_field(request, "seen") == "yes"
    words = desk_of(request).words

    async def move(work: UnitOfWork, asked: DocumentMove) -> Publication:
        found = await work.publications.get(asked.publication_id, asked.lang)
        sources = await read_sources(work, words, found.case_id, found)
        check = ReleaseCheck(seen=seen, labels=sources.labels, allowed=sources.allowed)
        return await release_document(work, asked, check, read_day(written, "publish_on"))

    return await _moved(request, move, "released")


async def refuse(request: web.Request) -> web.Response:
    """Stays between citizen and agency."""
    reason = await text_field(request, "reason")

    async def move(work: UnitOfWork, asked: DocumentMove) -> Publication:
        return await keep_private(work, asked, checked(reason))

    return await _moved(request, move, "kept_private", reason)


async def refuse_case(request: web.Request) -> web.Response:
    """The same for a case without a document."""
    reason = await text_field(request, "reason")
    case_id = request.match_info["case_id"]
    try:
        async with desk_of(request).store.work() as work:
            await keep_case_private(work, case_id, member_of(request).id, checked(reason))
            await work.commit()
    except DocumentExistsError:
        return await case_document(request)
    except CaseworkError as error:
        return await _reason_page(request, problem_of(error), reason, case_id)
    return see_other(request, "publications", query={"done": "kept_private"})


async def show_refuse_case(request: web.Request) -> web.Response:
    return await _reason_page(request, None, "", request.match_info["case_id"])


async def _reason_page(
    request: web.Request, problem: Problem | None, reason: str, case_id: str
) -> web.Response:
    async with desk_of(request).store.work() as work:
        case = await work.cases.get(case_id)
        found = await work.publications.of_case(case.id)
        told = await work.cases.first_questions([case.id])
    if found:
        return see_other(request, "publication", publication_id=found[0].id, lang=found[0].lang)
    return await page(
        request,
        "publication_private.html",
        status=problem.status if problem else 200,
        case=case,
        question=told.get(case.id, ""),
        problem=problem,
        reason=cleaned(reason),
    )


async def show_take_down(request: web.Request) -> web.Response:
    """Names the document before it goes."""
    return await _take_down_page(request)


async def take(request: web.Request) -> web.Response:
    reason = await text_field(request, "reason")
    try:
        async with desk_of(request).store.work() as work:
            await take_down(work, await move_of(request), checked(reason))
            await work.commit()
    except CaseworkError as error:
        return await _take_down_page(request, error, reason)
    return see_other(request, "publications", query={"tab": "ended", "done": "taken_down"})


async def _take_down_page(
    request: web.Request, error: CaseworkError | None = None, reason: str = ""
) -> web.Response:
    async with desk_of(request).store.work() as work:
        publication = await read_publication(work, request)
        languages = await work.publications.languages(publication.id)
    problem = problem_of(error)
    return await page(
        request,
        "publication_take_down.html",
        status=problem.status if problem else 200,
        publication=publication,
        languages=[one.lang for one in languages if one.live is not None],
        takeable=publication.status in TAKEABLE,
        problem=problem,
        reason=cleaned(reason),
    )


async def _moved(request: web.Request, move: Move, done: str, reason: str = "") -> web.Response:
    asked = await move_of(request)
    try:
        async with desk_of(request).store.work() as work:
            moved = await move(work, asked)
            await work.commit()
    except CaseworkError as error:
        return await existing_page(request, error, reason=cleaned(reason))
    if done == "released" and moved.status is Visibility.PUBLISHED:
        done = "published"
    return see_other(
        request, "publication", query={"done": done}, publication_id=moved.id, lang=moved.lang
    )
