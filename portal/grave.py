"""Complaint, denunciation, report of a crime: the visitor says which, as in the chat.

None of them becomes a case. The words go to a sealed record, and the page says who is to receive
them by law, until when, and where citizens are received.
"""

from collections.abc import Mapping
from dataclasses import replace

from aiohttp import web

from bot.actions.grave import SEALED, Wish
from casework.cases import CaseKind
from casework.legal_clock import VIETNAM
from knowledge.agencies import Agency, AgencyKind
from knowledge.fields import Field
from knowledge.schedules import Schedule, ScheduleKind, upcoming
from portal.context import portal_of
from portal.pages import lang_of, library_of, message_page, private_page, today_of
from store.sealed import SealedKind
from store.unit_of_work import UnitOfWork
from store.web_questions import WebQuestion

_SHOWN_DATES = 5
#: So much of a record's id is its number, here as at the desk.
_NUMBER = 8
#: Whose dates are everybody's.
_EVERYBODYS = frozenset({AgencyKind.PROVINCE, AgencyKind.CENTRE})
#: Who receives reports of crimes beside the nearest police station.
_POLICE = frozenset({AgencyKind.BRANCH, AgencyKind.DEPARTMENT})


async def is_suspected(request: web.Request, content: str) -> bool:
    """What the intent model thinks of it; False while it is away: the plain words are left."""
    return bool(content) and await portal_of(request).suspects(content)


def is_grave(request: web.Request, draft: WebQuestion) -> bool:
    return draft.suspected or portal_of(request).lexicon.has("grave_marks", draft.content)


def find_wish(text: str) -> Wish | None:
    return Wish(text) if text in set(Wish) else None


def as_ordinary(draft: WebQuestion, wish: Wish) -> WebQuestion:
    """A question about the rules, or feedback: what was chosen before, unless it says otherwise."""
    if wish is Wish.RULES:
        return replace(draft, kind=CaseKind.QUESTION)
    plain = draft.kind is CaseKind.QUESTION
    return replace(draft, kind=CaseKind.ADMIN_FEEDBACK) if plain else draft


async def seal_draft(
    request: web.Request, work: UnitOfWork, draft: WebQuestion, wish: Wish
) -> web.Response:
    """Out of the form into a record of its own, with its photos. The draft is locked."""
    record, now = work.ids(), work.clock()
    told = (draft.content, draft.place, draft.name, draft.phone, draft.email)
    kept = "\n".join(filter(None, told))
    await work.sealed.seal_text(record, SEALED[wish], f"web:{draft.id}", kept, now)
    await work.attachments.give_to_sealed(list(draft.photos), record)
    empty = WebQuestion(id=draft.id, lang=draft.lang, asked_at=draft.asked_at)
    done = replace(empty, sealed_record=record, alarmed=draft.alarmed)
    await work.web_questions.add(done, now)
    await work.commit()
    return await sealed_page(request, work, done)


async def sealed_page(request: web.Request, work: UnitOfWork, draft: WebQuestion) -> web.Response:
    """The same page, however often the form comes back."""
    record = await work.sealed.find(draft.sealed_record)
    if record is None:  # no longer kept
        return message_page(request, "form_over", status=web.HTTPGone.status_code)
    library, lang = library_of(request), lang_of(request)
    dates = _receptions(request)
    crime = record.kind is SealedKind.CRIME_REPORT
    known = library.knowledge.agencies
    offices = _police(request) if crime else _of_dates(dates, known)
    return private_page(
        request,
        "sealed.html",
        here="/hoi",
        kind=record.kind.value,
        number=record.id[:_NUMBER].upper(),
        photos=len(await work.attachments.of_sealed(record.id)),
        dates=() if crime else dates,
        offices=offices,
        numbers=library.lines(("police",) if crime else ("information",), lang),
    )


def _receptions(request: web.Request) -> list[Schedule]:
    """The next dates on which the province receives citizens; without any those of others."""
    knowledge = library_of(request).knowledge
    local = portal_of(request).store.clock().astimezone(VIETNAM)
    coming = upcoming(knowledge.schedules, ScheduleKind.RECEPTION, local.date(), local.time())
    wide = [
        item
        for item in coming
        if (agency := knowledge.agencies.get(item.agency_code)) is None
        or agency.kind in _EVERYBODYS
    ]
    return (wide or coming)[:_SHOWN_DATES]


def _of_dates(dates: list[Schedule], known: Mapping[str, Agency]) -> list[Agency]:
    codes = dict.fromkeys(item.agency_code for item in dates)
    return [known[code] for code in codes if code in known]


def _police(request: web.Request) -> list[Agency]:
    today = today_of(request)
    return [
        one
        for one in library_of(request).knowledge.agencies.values()
        if Field.PUBLIC_SECURITY in one.fields and one.kind in _POLICE and one.exists_on(today)
    ]
