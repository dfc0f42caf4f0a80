"""Pages of the catalogue: procedures and ready answers, as lists and one by one."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from aiohttp import web

from bot.procedure_view import Facts, facts_of, moved_places
from knowledge.codes import procedure_base
from knowledge.fields import Field
from knowledge.procedures import Procedure
from knowledge.text import clean
from portal.library import Library, field_of
from portal.links import At, link, number_in, pages_for, web_address
from portal.pages import (
    lang_of,
    library_of,
    private_answer,
    render,
    shared_page,
    today_of,
    words_of,
)
from portal.words import DEFAULT

_MOST_QUERY = 200
_MOST_FOUND = 40
_PAGE = 30


async def procedures(request: web.Request) -> web.Response:
    """By field, a page at a time; words in it make it a search, which is kept nowhere."""
    library, field = library_of(request), request.query.get("linh-vuc", "")
    q = clean(request.query.get("q", ""))[:_MOST_QUERY].strip()
    found: Sequence[Procedure] = library.procedures
    if q:
        found = library.search(q, lang_of(request), today_of(request), _MOST_FOUND).procedures
    wanted = [one for one in found if field in {"", field_of(one)}]
    pages = pages_for(len(wanted), _PAGE)
    page = min(number_in(request.query.get("trang", "")), pages)

    def make() -> str:
        shown = wanted[(page - 1) * _PAGE : page * _PAGE]
        return render(
            request,
            "procedures.html",
            index=not q,
            q=q,
            field=field,
            fields=_used_fields(library),
            # What was searched for stays in the order of the search.
            groups=[("", shown)] if q else _grouped(shown),
            total=len(wanted),
            page=page,
            pages=pages,
            here=link(DEFAULT, At.PROCEDURES, {"q": q, "linh-vuc": field}),
        )

    # A filter that finds nothing may say anything.
    return private_answer(make()) if q or not wanted else shared_page(request, make, field, page)


def _used_fields(library: Library) -> list[str]:
    return list(dict.fromkeys(field_of(one).value for one in library.procedures))


def _grouped(found: Sequence[Procedure]) -> list[tuple[str, list[Procedure]]]:
    return [(field.value, list(those)) for field, those in groupby(found, field_of)]


async def procedure(request: web.Request) -> web.Response:
    found = _find_procedure(library_of(request), request.match_info["code"])
    if found is None:
        raise web.HTTPNotFound
    facts = _present(request, found, facts_of(found))

    def make() -> str:
        return render(
            request,
            "procedure.html",
            index=True,
            procedure=found,
            facts_of=facts,
            online=web_address(facts.online),
        )

    return shared_page(request, make)


def _present(request: web.Request, found: Procedure, facts: Facts) -> Facts:
    """Papers handed in at an agency that has ended go to its successor."""
    place, words = facts.place, words_of(request)
    moved = moved_places(found, facts, library_of(request).knowledge, today_of(request))
    for name, values in moved:
        heirs = values["heirs"]
        told = "place_one_of" if name == "place_unclear" and heirs else name
        told_heirs = ", ".join(heirs)
        place = words(f"procedure.{told}", **{**values, "place": place, "heirs": told_heirs})
    return replace(facts, place=place)


def _find_procedure(library: Library, code: str) -> Procedure | None:
    known = library.knowledge.procedures
    return known.get(code) or known.get(procedure_base(code))


async def faqs(request: web.Request) -> web.Response:
    library, lang, today = library_of(request), lang_of(request), today_of(request)

    def make() -> str:
        ready = groupby(library.faqs(lang, today), field_of)
        groups = [(field.value, list(those)) for field, those in ready]
        # General ones help most readers.
        groups.sort(key=lambda group: group[0] != Field.OTHER)
        return render(request, "faqs.html", index=True, groups=groups)

    return shared_page(request, make)


async def faq(request: web.Request) -> web.Response:
    library, lang = library_of(request), lang_of(request)
    found = library.find_faq(request.match_info["ref"], lang, today_of(request))
    if found is None:
        raise web.HTTPNotFound
    return shared_page(request, lambda: render(request, "faq.html", index=True, faq=found))
