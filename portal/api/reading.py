"""What everybody may read: answered from memory, also while the database is away."""

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from portal.api.answering import Described, not_there, tell
from portal.api.problems import problem
from portal.api.shapes import Shapes, paged
from portal.pages import library_of, origin_of, today_of

#: Search gives what is near; nobody reads further.
_MOST_FOUND = 200


def _shapes(request: web.Request) -> Shapes:
    return Shapes(library_of(request), origin_of(request))


async def list_answers(request: web.Request, wanted: Described) -> web.Response:
    library, lang = library_of(request), wanted.text("lang")
    if asked := wanted.text("q"):
        found = library.search(asked, lang, today_of(request), _MOST_FOUND).answers
    else:
        found = tuple(library.answers.values())
    kept = [item for item in found if _is_wanted(item.document(lang), wanted)]
    shapes = _shapes(request)
    return tell(request, paged(kept, wanted.values, lambda item: shapes.answer_summary(item, lang)))


def _is_wanted(said: Any, wanted: Described) -> bool:
    field, agency = wanted.text("field"), wanted.text("agency")
    return (not field or said.field == field) and (not agency or said.agency_code == agency)


async def get_answer(request: web.Request, wanted: Described) -> web.Response:
    library, number = library_of(request), wanted.values["number"]
    answer = library.answers.get(number)
    if answer is not None:
        return tell(request, _shapes(request).answer(answer, wanted.text("lang")))
    return problem(web.HTTPGone.status_code) if number in library.gone else not_there()


async def list_procedures(request: web.Request, wanted: Described) -> web.Response:
    library = library_of(request)
    if asked := wanted.text("q"):
        found = library.search(asked, "vi", today_of(request), _MOST_FOUND).procedures
    else:
        known: Mapping[str, Any] = library.knowledge.procedures
        found = tuple(known[code] for code in sorted(known))
    return tell(request, paged(found, wanted.values, _shapes(request).procedure_summary))


async def get_procedure(request: web.Request, wanted: Described) -> web.Response:
    found = library_of(request).knowledge.procedures.get(wanted.text("code"))
    return tell(request, _shapes(request).procedure(found)) if found else not_there()


async def list_agencies(request: web.Request, wanted: Described) -> web.Response:
    day = wanted.values["on"] or today_of(request)
    field, shapes = wanted.text("field"), _shapes(request)
    items = [
        shapes.agency_summary(agency)
        for agency in library_of(request).knowledge.agencies.values()
        if agency.exists_on(day) and (not field or field in agency.fields)
    ]
    return tell(request, {"on": day, "items": items})


async def get_agency(request: web.Request, wanted: Described) -> web.Response:
    found = library_of(request).knowledge.agencies.get(wanted.text("code"))
    return tell(request, _shapes(request).agency(found)) if found else not_there()
