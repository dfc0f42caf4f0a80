"""From what was typed to a case: danger first, then complaints, then the code of the e-mail."""

import hmac
import json
import secrets
from dataclasses import replace
from datetime import datetime
from typing import Any

from aiohttp import web

from bot.actions.grave import SEALED, Wish
from bot.actions.urgent import raise_alarm
from bot.alarms import Concern, call_person
from bot.emergency_numbers import danger_in
from casework.cases import Case, CaseSource, ContentKind
from casework.legal_clock import LegalRule, NoLegalRuleError, find_rule
from casework.use_cases.open_case import OpenCase, open_case
from portal.context import portal_of
from portal.forms import Sent
from portal.grave import as_ordinary, find_wish, is_grave, seal_draft
from portal.pages import (
    lang_of,
    library_of,
    message_page,
    private_page,
    today_of,
    words_of,
)
from portal.question_form import Errors, values_of
from portal.visitors import address_of
from store.jobs import Job
from store.sealed import SealedKind
from store.throttle import Limited, Throttle, TooManyTriesError
from store.unit_of_work import UnitOfWork
from store.web_questions import MOST_ATTEMPTS, WebQuestion

_SIMILAR = 3
_CODES = 1_000_000
_UNPROCESSABLE, _TOO_MANY, _AWAY = 422, 429, 503


async def whom_to_call(request: web.Request, content: str, place: str) -> dict[str, Any]:
    """What a page says first when somebody may be in danger."""
    told = f"{content}\n{place}"
    urgency = await portal_of(request).find_urgency(told)
    if urgency is None:
        return {"urgent": "", "numbers": []}
    danger = danger_in(told, urgency, portal_of(request).lexicon)
    lines = library_of(request).lines(danger.purposes, lang_of(request))
    return {"urgent": urgency, "numbers": lines}


async def warn_of_danger(request: web.Request, work: UnitOfWork, draft: WebQuestion) -> WebQuestion:
    """The duty list hears of it once a form, whether it is sent or not; the caller commits."""
    urgency = await portal_of(request).find_urgency(f"{draft.content}\n{draft.place}")
    if urgency is None or draft.alarmed:
        return draft
    conversation, record, now = f"web:{draft.id}", work.ids(), work.clock()
    told = "\n".join(filter(None, (draft.content, draft.place, draft.name, draft.phone)))
    await work.sealed.seal_text(record, SealedKind.URGENT, conversation, told, now)
    await raise_alarm(work, urgency, conversation, now, record)
    return replace(draft, alarmed=True)


async def check_page(
    request: web.Request,
    draft: WebQuestion,
    token: str,
    errors: Errors | None = None,
    status: int = 200,
) -> web.Response:
    """What was typed, with what may make sending it unnecessary or wrong."""
    library, lang, today = library_of(request), lang_of(request), today_of(request)
    found = library.search(draft.content[:_LOOKED_AT], lang, today)
    holding = [item for item in found.answers if not item.is_over(today)]
    return private_page(
        request,
        "check.html",
        status=status,
        here="/hoi",
        draft=draft,
        values=values_of(draft),
        token=token,
        **await whom_to_call(request, draft.content, draft.place),
        similar=[*holding, *found.faqs][:_SIMILAR],
        wishes=[wish.value for wish in Wish] if is_grave(request, draft) else [],
        errors=errors or {},
    )


#: The first words of a text say what it is about.
_LOOKED_AT = 500


async def send_draft(
    request: web.Request, work: UnitOfWork, draft: WebQuestion, sent: Sent
) -> web.Response:
    """One step nearer to a case. The draft is locked by the caller."""
    if is_grave(request, draft):
        wish = find_wish(sent.get("la"))
        if wish is None:
            errors = {"la": words_of(request)("grave.choose")}
            return await check_page(request, draft, sent.get("phieu"), errors, _UNPROCESSABLE)
        if wish in SEALED:
            return await seal_draft(request, work, draft, wish)
        draft = as_ordinary(draft, wish)
    if sent.get("khong-email"):
        draft = replace(draft, email="", code="", attempts=0)
    if not draft.email or not portal_of(request).facts.mail:
        return await _opened(request, work, draft)
    if sent.get("gui-lai") or not draft.code:
        return await _mailed(request, work, draft, sent)
    return await _confirmed(request, work, draft, sent)


async def _mailed(
    request: web.Request, work: UnitOfWork, draft: WebQuestion, sent: Sent
) -> web.Response:
    now, words = work.clock(), words_of(request)
    try:
        throttle = Throttle(work.connection)
        for who in (f"to:{draft.email}", f"from:{address_of(request)}:{draft.id}"):
            await throttle.take(Limited.WEB_MAIL, who, now)
    except TooManyTriesError as error:
        minutes = int(error.wait.total_seconds() // 60)
        told = words("mailed.too_often", minutes=minutes)
        return _code_page(request, draft, sent, {"form": told}, _TOO_MANY)
    draft = replace(draft, code=f"{secrets.randbelow(_CODES):06d}", attempts=0)
    await work.web_questions.add(draft, now)
    await work.jobs.defer(Job.MAIL_WEB_CODE, web_question_id=draft.id)
    await work.commit()
    return _code_page(request, draft, sent)


async def _confirmed(
    request: web.Request, work: UnitOfWork, draft: WebQuestion, sent: Sent
) -> web.Response:
    words = words_of(request)
    over = draft.expires_at is None or draft.expires_at <= work.clock()
    if over or draft.attempts >= MOST_ATTEMPTS:
        return _code_page(request, draft, sent, {"ma": words("mailed.over")}, _UNPROCESSABLE)
    given = "".join(sign for sign in sent.get("ma") if sign.isdecimal() and sign.isascii())
    if not given:  # the check page once more, or an empty field
        return _code_page(request, draft, sent)
    if hmac.compare_digest(given, draft.code):
        return await _opened(request, work, draft)
    await work.web_questions.note_attempt(draft.id)
    await work.commit()
    left = MOST_ATTEMPTS - draft.attempts - 1
    told = words("mailed.wrong", left=left) if left else words("mailed.over")
    return _code_page(request, draft, sent, {"ma": told}, _UNPROCESSABLE)


def _code_page(
    request: web.Request,
    draft: WebQuestion,
    sent: Sent,
    errors: Errors | None = None,
    status: int = 200,
) -> web.Response:
    return private_page(
        request,
        "mailed.html",
        status=status,
        here="/hoi",
        email=draft.email,
        values=values_of(draft),
        token=sent.get("phieu"),
        wish=sent.get("la"),
        errors=errors or {},
    )


async def _opened(request: web.Request, work: UnitOfWork, draft: WebQuestion) -> web.Response:
    try:
        opened = await open_case(work, _command(draft))
    except NoLegalRuleError:
        await call_person(work, Concern.NO_LEGAL_RULE, f"web:{draft.id}", work.clock())
        await work.commit()
        return message_page(request, "no_rule", status=_AWAY)
    await work.attachments.give_to_case(list(draft.photos), opened.case.id)
    await work.web_questions.confirm(draft, opened.case.id)
    await work.commit()
    return await sent_page(request, work, replace(draft, case_id=opened.case.id))


def _command(draft: WebQuestion) -> OpenCase:
    return OpenCase(
        kind=draft.kind,
        source=CaseSource.WEB,
        conversation_id="",
        content=draft.content,
        asked_at=datetime.fromisoformat(draft.asked_at),
        place=draft.place,
        on_behalf=draft.on_behalf,
        contact=draft.contact,
    )


async def _has_address(work: UnitOfWork, case: Case) -> bool:
    kept = await work.cases.latest_content(case.id, ContentKind.CONTACT)
    return bool(kept and json.loads(kept).get("email"))


async def sent_page(request: web.Request, work: UnitOfWork, draft: WebQuestion) -> web.Response:
    """The same two codes, however often the form comes back."""
    case = await work.cases.get(draft.case_id)
    rules: list[LegalRule] = await work.catalogue.rules()
    try:
        wording = find_rule(rules, case.kind, case.asked_on).wording
    except NoLegalRuleError:  # taken out since
        wording = {}
    return private_page(
        request,
        "sent.html",
        here="/hoi",
        case=case,
        pickup=await work.cases.latest_content(case.id, ContentKind.PICKUP_CODE),
        wording=wording.get(lang_of(request)) or wording.get("vi", ""),
        email=portal_of(request).facts.mail and await _has_address(work, case),
    )
