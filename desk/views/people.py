"""Talking with citizens who asked for a person."""

from aiohttp import web

from bot.people import ConversationClosedError
from desk.casefile import agency_names
from desk.context import desk_of
from desk.errors import TextTooLongError
from desk.excerpt import has_visible
from desk.pages import member_of, page, see_other, text_field
from desk.talks import (
    TalkError,
    TalkFlaw,
    own_talk,
    read_queue,
    read_talk,
    take_talk,
)
from desk.writing import MAX_LENGTH, checked, cleaned
from store.audit import AuditAction
from store.staff import StaffMember
from store.unit_of_work import UnitOfWork

_UNPROCESSABLE, _CONFLICT = 422, 409
_MENDABLE = frozenset({TalkFlaw.NO_WORDS, TalkFlaw.TOO_LONG})


async def list_people(request: web.Request) -> web.Response:
    async with desk_of(request).store.work() as work:
        queue = await read_queue(work)
    return await page(request, "people.html", queue=queue, done=request.query.get("done", ""))


async def show_person(request: web.Request) -> web.Response:
    return await _talk_page(request)


async def show_talk(request: web.Request) -> web.Response:
    """Only the conversation and its window: the page asks for them again while it is open."""
    desk = desk_of(request)
    async with desk.store.work() as work:
        file = await read_talk(
            work, member_of(request), request.match_info["handover_id"], desk.talks.limits
        )
    return await page(request, "person_talk.html", file=file)


async def take(request: web.Request) -> web.Response:
    handover_id = request.match_info["handover_id"]
    try:
        async with desk_of(request).store.work() as work:
            await take_talk(work, member_of(request), handover_id)
            await work.commit()
    except TalkError as error:
        return await _talk_page(request, error.flaw)
    return see_other(request, "person", handover_id=handover_id)


async def say(request: web.Request) -> web.Response:
    """One message under the name of the office; what cannot be sent stays on the page."""
    typed = await text_field(request, "text")
    handover_id = request.match_info["handover_id"]
    desk = desk_of(request)
    try:
        text = _words(typed)
        async with desk.store.work() as work:
            handover = await own_talk(work, member_of(request), handover_id)
            name = await _office(work, member_of(request))
            await desk.talks.say(work, handover, text, name)
            await work.commit()
    except TextTooLongError:
        return await _talk_page(request, TalkFlaw.TOO_LONG, typed)
    except ConversationClosedError:
        return await _talk_page(request, TalkFlaw.CLOSED, typed)
    except TalkError as error:
        return await _talk_page(request, error.flaw, typed)
    return see_other(request, "person", handover_id=handover_id)


async def give_back(request: web.Request) -> web.Response:
    """The assistant answers again."""
    handover_id = request.match_info["handover_id"]
    desk = desk_of(request)
    try:
        async with desk.store.work() as work:
            handover = await own_talk(work, member_of(request), handover_id)
            await desk.talks.give_back(work, handover)
            await work.audit.note(
                AuditAction.CONVERSATION_GIVEN_BACK,
                member_of(request).id,
                work.clock(),
                subject=handover.id,
            )
            await work.commit()
    except TalkError as error:
        return await _talk_page(request, error.flaw)
    return see_other(request, "people", query={"done": "given_back"})


def _words(typed: str) -> str:
    text = checked(typed)
    if not has_visible(text):
        raise TalkError(TalkFlaw.NO_WORDS)
    return text


async def _office(work: UnitOfWork, member: StaffMember) -> str:
    """Under which name the citizen hears us: the agency's, or the person's where there is none."""
    names = await agency_names(work)
    return names.get(member.agency_code) or member.name


async def _talk_page(
    request: web.Request, flaw: TalkFlaw | None = None, typed: str = ""
) -> web.Response:
    desk = desk_of(request)
    async with desk.store.work() as work:
        file = await read_talk(
            work, member_of(request), request.match_info["handover_id"], desk.talks.limits
        )
    status = 200
    if flaw is not None:
        status = _UNPROCESSABLE if flaw in _MENDABLE else _CONFLICT
    return await page(
        request,
        "person.html",
        status=status,
        file=file,
        problem=flaw or "",
        typed=cleaned(typed),
        max_length=MAX_LENGTH,
    )
