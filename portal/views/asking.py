"""The question form: fill in, look again, confirm an e-mail, done. Nothing typed is ever lost.

What was typed waits sealed in the database under the form's own id, so a restart, a second press
or the browser's back button make neither a second case nor an empty form.
"""

import logging
from dataclasses import replace

from aiohttp import web
from sqlalchemy.exc import SQLAlchemyError

from portal.context import portal_of
from portal.forms import Sent, read_small, read_with_files
from portal.grave import is_suspected, sealed_page
from portal.pages import lang_of, message_page, private_page, words_of
from portal.photos import keep_photos
from portal.question_form import (
    BEHALFS,
    KINDS,
    LEAST,
    MOST,
    MOST_PHOTO_BYTES,
    MOST_PHOTOS,
    Errors,
    Filled,
    FormPass,
    new_pass,
    pass_errors,
    read_pass,
    read_values,
    to_draft,
    values_of,
)
from portal.sending import check_page, send_draft, sent_page, warn_of_danger, whom_to_call
from portal.visitors import address_of
from store.throttle import Limited, Throttle, TooManyTriesError
from store.unit_of_work import UnitOfWork
from store.web_questions import WebQuestion

log = logging.getLogger(__name__)

_UNPROCESSABLE, _TOO_MANY, _AWAY, _GONE = 422, 429, 503, 410


async def show(request: web.Request) -> web.Response:
    return await _form(request, Filled(), new_pass(portal_of(request).store))


async def _form(
    request: web.Request, filled: Filled, given: FormPass, *, photos: int = 0, status: int = 200
) -> web.Response:
    return private_page(
        request,
        "ask.html",
        status=status,
        here="/hoi",
        index=request.method == "GET",
        values=filled.values,
        **await whom_to_call(request, filled.values["noi-dung-hoi"][:MOST], filled.values["noi"]),
        errors=filled.errors,
        token=given.seal(portal_of(request).store.vault),
        photos=photos,
        kinds=[kind.value for kind in KINDS],
        behalfs=[behalf.value for behalf in BEHALFS],
        least=LEAST,
        most=MOST,
    )


async def check(request: web.Request) -> web.Response:
    """Keep what was typed, and show it once more before it is sent."""
    portal, words = portal_of(request), words_of(request)
    sent = await read_with_files(
        request, "anh", most_files=MOST_PHOTOS, most_bytes=MOST_PHOTO_BYTES
    )
    filled = read_values(sent, words)
    given = read_pass(portal.store.vault, sent.get("phieu"))
    refused = pass_errors(given, sent, portal.store.clock(), words)
    if given is None or refused:
        # A program learns nothing, a person presses once more.
        again = Filled(filled.values, {**refused, **filled.errors})
        kept = given if given is not None and "form" in refused else None
        return await _form(request, again, kept or new_pass(portal.store), status=_UNPROCESSABLE)
    try:
        return await _kept(request, sent, filled, given)
    except TooManyTriesError as error:
        minutes = int(error.wait.total_seconds() // 60)
        told = words("form.too_often", minutes=minutes)
        return await _form(request, _with(filled, told), given, status=_TOO_MANY)
    except (SQLAlchemyError, OSError) as error:
        log.warning("question form: database away (%s)", type(error).__name__)
        return await _form(request, _with(filled, words("form.database")), given, status=_AWAY)


def _with(filled: Filled, told: str) -> Filled:
    return Filled(filled.values, {"form": told, **filled.errors})


async def _kept(request: web.Request, sent: Sent, filled: Filled, given: FormPass) -> web.Response:
    # Asked with no transaction open, and only for what may be sent.
    suspected = not filled.errors and await is_suspected(request, filled.values["noi-dung-hoi"])
    async with portal_of(request).store.work() as work:
        before = await work.web_questions.find(given.id, lock=True)
        if before is not None and (done := await _done(request, work, before)):
            return done
        if before is None:
            throttle = Throttle(work.connection)
            await throttle.take(Limited.WEB_QUESTION, address_of(request), work.clock())
        old = before or WebQuestion(id=given.id)
        draft, errors = await _draft(request, work, sent, filled, old)
        draft = replace(draft, suspected=suspected)
        draft = await warn_of_danger(request, work, draft)
        await work.web_questions.add(draft, work.clock())
        await work.commit()
    if errors:
        shown = Filled(filled.values, errors)
        return await _form(request, shown, given, photos=len(draft.photos), status=_UNPROCESSABLE)
    return await check_page(request, draft, given.seal(portal_of(request).store.vault))


async def _done(request: web.Request, work: UnitOfWork, draft: WebQuestion) -> web.Response | None:
    """The page of a form that was sent already, as a case or into a sealed record."""
    if draft.case_id:
        return await sent_page(request, work, draft)
    if draft.sealed_record:
        return await sealed_page(request, work, draft)
    return None


async def _draft(
    request: web.Request,
    work: UnitOfWork,
    sent: Sent,
    filled: Filled,
    old: WebQuestion,
) -> tuple[WebQuestion, Errors]:
    """What is kept of the form, with what was kept before."""
    photos = () if sent.get("bo-anh") else old.photos
    photos, wrong = await keep_photos(request, work, sent.files, photos)
    draft = replace(
        to_draft(old.id, lang_of(request), filled),
        photos=photos,
        alarmed=old.alarmed,
        asked_at=old.asked_at or work.clock().isoformat(),
    )
    return draft, {**filled.errors, **({"anh": wrong} if wrong else {})}


async def edit(request: web.Request) -> web.Response:
    """Back to the form with all that is in it."""
    portal, sent = portal_of(request), await read_small(request)
    given = read_pass(portal.store.vault, sent.get("phieu"))
    async with portal.store.work() as work:
        draft = await work.web_questions.find(given.id) if given else None
        if draft is not None and (done := await _done(request, work, draft)):
            return done
    if draft is None or given is None:
        return await _over(request, sent)
    return await _form(request, Filled(values_of(draft)), given, photos=len(draft.photos))


async def _over(request: web.Request, sent: Sent) -> web.Response:
    """No longer kept: a new form with what came along with the button."""
    if not sent.get("noi-dung-hoi"):
        return message_page(request, "form_over", status=_GONE)
    words = words_of(request)
    filled = _with(read_values(sent, words), words("form.old"))
    return await _form(request, filled, new_pass(portal_of(request).store), status=_GONE)


async def send(request: web.Request) -> web.Response:
    """The visitor confirmed; with an e-mail it is confirmed by its code first."""
    sent = await read_small(request)
    store = portal_of(request).store
    given = read_pass(store.vault, sent.get("phieu"))
    async with store.work() as work:
        draft = await work.web_questions.find(given.id, lock=True) if given else None
        if draft is None:
            return await _over(request, sent)
        if done := await _done(request, work, draft):
            return done
        return await send_draft(request, work, draft, sent)
