"""Pages to read: search, published answers, procedures, agencies. None needs the database."""

from datetime import date
from itertools import islice

from aiohttp import web

from casework.publication import PublicDocument
from knowledge.agencies import Agency, AgencyKind
from knowledge.fields import Field
from knowledge.text import clean
from portal.library import Answer, Library
from portal.links import At, link, number_in, pages_for, web_address
from portal.pages import (
    lang_of,
    library_of,
    message_page,
    private_answer,
    private_page,
    render,
    shared_page,
    today_of,
)
from portal.words import DEFAULT

_MOST_QUERY = 200
_PAGE = 20
_AGENCIES_AT_HOME = 16
_OF_AGENCY = 10
#: In the order they are offered.
EMERGENCY = ("emergency", "child")
_FIRST_KINDS = (AgencyKind.DEPARTMENT, AgencyKind.BRANCH, AgencyKind.PROVINCE, AgencyKind.CENTRE)


async def home(request: web.Request) -> web.Response:
    library, lang, today = library_of(request), lang_of(request), today_of(request)

    def make() -> str:
        grouped = library.agencies(today)
        first = (agency for kind in _FIRST_KINDS for agency in grouped.get(kind, ()))
        return render(
            request,
            "home.html",
            index=True,
            asked=library.asked_most(lang, today),
            fields=_used_fields(library),
            agencies=list(islice(first, _AGENCIES_AT_HOME)),
            information=library.lines(("information",), lang),
            emergency=library.lines(EMERGENCY, lang),
        )

    return shared_page(request, make)


def _used_fields(library: Library) -> list[tuple[str, int]]:
    used = [document.field for document in map(_first, library.answers.values())]
    return [(field.value, used.count(field)) for field in Field if field in used]


async def search(request: web.Request) -> web.Response:
    """Not kept: what people search for is nobody's business."""
    q = clean(request.query.get("q", ""))[:_MOST_QUERY].strip()
    found = library_of(request).search(q, lang_of(request), today_of(request))
    here = link(DEFAULT, At.SEARCH, {"q": q})
    return private_page(request, "search.html", q=q, found=found, here=here)


async def answers(request: web.Request) -> web.Response:
    library = library_of(request)
    field, agency = request.query.get("linh-vuc", ""), request.query.get("co-quan", "")
    wanted = [item for item in library.answers.values() if _fits(item, field, agency)]
    pages = pages_for(len(wanted), _PAGE)
    page = min(number_in(request.query.get("trang", "")), pages)
    if not wanted and (field or agency):  # a filter that finds nothing may say anything
        body = render(request, "answers.html", **_list_values(request, [], field, agency))
        return private_answer(body)

    def make() -> str:
        shown = wanted[(page - 1) * _PAGE : page * _PAGE]
        values = _list_values(request, shown, field, agency)
        values |= {"total": len(wanted), "page": page, "pages": pages}
        return render(request, "answers.html", index=True, **values)

    return shared_page(request, make, field, agency, page)


def _list_values(
    request: web.Request, items: list[Answer], field: str, agency: str
) -> dict[str, object]:
    library = library_of(request)
    names = library.knowledge.agencies
    used = dict.fromkeys(_first(item).agency_code for item in library.answers.values())
    known = {code: names[code].name for code in used if code in names}
    return {
        "items": items,
        "total": len(items),
        "page": 1,
        "pages": 1,
        "field": field,
        "agency": agency,
        "fields": [name for name, _ in _used_fields(library)],
        "agencies": sorted(known.items(), key=lambda item: item[1]),
        "names": known,
        "here": link(DEFAULT, At.ANSWERS, {"linh-vuc": field, "co-quan": agency}),
    }


def _fits(item: Answer, field: str, agency: str) -> bool:
    said = _first(item)
    return field in {"", said.field} and agency in {"", said.agency_code}


def _first(item: Answer) -> PublicDocument:
    return item.document("vi")


async def answer(request: web.Request) -> web.Response:
    library, lang = library_of(request), lang_of(request)
    number = int(request.match_info["number"])
    item = library.answers.get(number)
    if item is None:
        if number in library.gone:
            return message_page(request, "gone", status=web.HTTPGone.status_code)
        raise web.HTTPNotFound
    thanked = "cam-on" in request.query

    def make() -> str:
        said = item.document(lang)
        return render(
            request,
            "answer.html",
            index=not thanked,
            number=number,
            said=said,
            shown_in=item.lang_in(lang),
            over=said.valid_until is not None and said.valid_until < today_of(request),
            agency=library.knowledge.agencies.get(said.agency_code),
            related=library.related(item),
            thanked=thanked,
        )

    return shared_page(request, make, thanked)


async def agencies(request: web.Request) -> web.Response:
    library, today = library_of(request), today_of(request)

    def make() -> str:
        known = library.knowledge.agencies.values()
        former = [one for one in known if one.valid_to is not None and one.valid_to < today]
        groups = [(kind.value, found) for kind, found in library.agencies(today).items()]
        return render(request, "agencies.html", index=True, groups=groups, former=former)

    return shared_page(request, make)


async def agency(request: web.Request) -> web.Response:
    library, today = library_of(request), today_of(request)
    found = library.knowledge.agencies.get(request.match_info["code"])
    if found is None:
        raise web.HTTPNotFound

    def make() -> str:
        return render(request, "agency.html", index=True, **_agency_values(library, found, today))

    return shared_page(request, make)


def _agency_values(library: Library, found: Agency, today: date) -> dict[str, object]:
    known = library.knowledge.agencies
    ours = [item for item in library.answers.values() if _fits(item, "", found.code)]
    return {
        "agency": found,
        "ended": found.valid_to is not None and found.valid_to < today,
        "not_yet": found.valid_from is not None and found.valid_from > today,
        "successors": [(step, known[step.to]) for step in found.successors if step.to in known],
        "before": [
            one for one in known.values() if any(step.to == found.code for step in one.successors)
        ],
        "website": web_address(found.website),
        "items": ours[:_OF_AGENCY],
    }


async def privacy(request: web.Request) -> web.Response:
    library, lang = library_of(request), lang_of(request)
    lines = library.lines(("information",), lang)
    return shared_page(
        request, lambda: render(request, "privacy.html", index=True, information=lines)
    )
