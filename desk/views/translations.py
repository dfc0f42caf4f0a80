"""Translations of published answers: what waits, and the page on which one is written."""

from aiohttp import web

from casework.errors import CaseworkError, NotFoundError
from casework.permissions import Permission, may
from casework.publication import Visibility
from casework.use_cases.move_document import ORIGINAL
from casework.use_cases.publish import save_document, start_translation
from desk.context import desk_of
from desk.document_forms import Typed, read_document, read_typed
from desk.pages import member_of, page, see_other
from desk.publications import Originals, Sources, read_sources
from desk.views.publications import (
    chosen_masks,
    document_page,
    find_publication,
    move_of,
    values_of,
    wants_masks,
)

#: Into which languages.
LANGUAGES = ("en", "km")


async def list_translations(request: web.Request) -> web.Response:
    """What readers see in Vietnamese, and what there is of it in the other languages."""
    async with desk_of(request).store.work() as work:
        live = [one for one in await work.publications.live() if one.lang == ORIGINAL]
        others = {
            (one.id, one.lang): one
            for one in await work.publications.in_status(*Visibility, limit=2000)
            if one.lang != ORIGINAL
        }
    todo = [one for one in live if any((one.id, lang) not in others for lang in LANGUAGES)]
    under_way = [one for one in others.values() if one.live is None]
    return await page(
        request,
        "translations.html",
        todo=todo,
        others=others,
        under_way=under_way,
        live={one.id: one for one in live},
        languages=LANGUAGES,
        done=request.query.get("done", ""),
    )


async def show_translation(request: web.Request) -> web.Response:
    return await _translation_page(request)


def _target(request: web.Request) -> tuple[str, str]:
    """Id and language of the address.

    Raises:
        HTTPNotFound: nobody translates into this language.
    """
    if request.match_info["lang"] not in LANGUAGES:
        raise web.HTTPNotFound
    return request.match_info["publication_id"], request.match_info["lang"]


async def _translation_page(
    request: web.Request, error: CaseworkError | None = None, typed: Typed | None = None
) -> web.Response:
    publication_id, lang = _target(request)
    async with desk_of(request).store.work() as work:
        publication = await find_publication(work, request)
        original = await work.publications.get(publication_id, ORIGINAL)
        if original.live is None and publication is None:
            raise web.HTTPNotFound
        words = desk_of(request).words
        sources = await read_sources(work, words, "", publication)
    if publication is None and original.live is not None:
        live = original.live
        texts = Originals(live.question, live.answer, live.title, live.legal_basis)
        sources = Sources(None, texts, sources.labels, sources.allowed)
    saved = (
        Typed.of(publication.draft, publication.basis)
        if publication
        else _facts_of(Typed.of(original.live or original.draft, original.basis))
    )
    return await document_page(
        request,
        publication,
        sources,
        typed or saved,
        error,
        edited=typed is not None,
        lang=lang,
    )


def _facts_of(typed: Typed) -> Typed:
    """What a translation has in common with its original."""
    return Typed(**{**values_of(typed), "title": "", "question": "", "text": "", "legal_basis": ""})


async def save_translation(request: web.Request) -> web.Response:
    publication_id, lang = _target(request)
    typed = await read_typed(request)
    if await wants_masks(request):
        return await _translation_page(request, typed=await chosen_masks(request, typed))
    member = member_of(request)
    try:
        async with desk_of(request).store.work() as work:
            document, basis = await read_document(work, typed)
            if await find_publication(work, request) is None:
                await start_translation(work, publication_id, lang, document, member.id)
            else:
                await save_document(work, await move_of(request), document, basis)
            await work.commit()
    except NotFoundError:
        raise
    except CaseworkError as error:
        return await _translation_page(request, error, typed)
    if may(member.role, Permission.EDIT_PUBLICATION):
        query = {"done": "saved"}
        return see_other(
            request, "publication", query=query, publication_id=publication_id, lang=lang
        )
    return see_other(request, "translations", query={"done": "translated"})
