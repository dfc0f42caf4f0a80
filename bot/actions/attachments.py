"""Stickers, voice, pictures, files and places: answered once, kept in order."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.actions.greeting import menu_options
from bot.asking import advance, name_media, show_step
from bot.context import Turn
from bot.map_links import find_point, point_text
from bot.media import MOST_MEDIA, media_of, take_media
from bot.payloads import Verb
from bot.sealing import seal_late_media
from bot.talk import Flow, Step
from casework.cases import Case, CaseKind
from casework.statuses import OPEN
from delivery.messages import AttachmentKind

K = AttachmentKind

#: What is answered to each kind outside a flow.
ANSWERS: dict[AttachmentKind, str] = {
    K.IMAGE: "got_image",
    K.VIDEO: "got_image",
    K.AUDIO: "got_voice",
    K.FILE: "got_file",
    K.STICKER: "got_sticker",
    K.LOCATION: "got_location",
    K.LINK: "got_file",
    K.OTHER: "got_file",
}
#: Several pictures sent at once come so close together, also over a slow net.
_AT_ONCE = timedelta(seconds=45)
#: A picture that comes so soon after a case may belong to it.
_AFTER_CASE = timedelta(hours=24)


async def answer(turn: Turn, _: Sequence[str] = ()) -> None:
    """Nothing is open: it waits for what comes next, and is asked what it is about."""
    if await seal_late_media(turn):
        if not _comes_at_once(turn):
            turn.say("media_sealed")
            turn.offer(turn.option("person", Verb.PERSON), turn.option("menu", Verb.MENU))
        return
    kind = turn.row.event.attachments[0].kind
    place = place_of(turn)
    if place:
        turn.talk.locate(place, turn.now)
    if _comes_at_once(turn):
        return
    unread = kind is K.LOCATION and not place
    turn.say("location_unread" if unread else ANSWERS[kind])
    if kind is K.STICKER:
        turn.offer(*menu_options(turn))
        return
    if case := await _fresh_case(turn) if turn.talk.loose else None:
        turn.offer(turn.option("attach_to", Verb.ADD_TO, case.code))
    turn.offer(
        turn.option("report", Verb.ASK, CaseKind.REPORT),
        turn.option("ask", Verb.ASK, CaseKind.QUESTION),
        turn.option("menu", Verb.MENU),
    )


async def _fresh_case(turn: Turn) -> Case | None:
    """The last case of this citizen, when it is new and still worked on."""
    for case in await turn.work.cases.of_conversation(turn.conversation_id, 1):
        if case.status in OPEN and turn.now - case.created_at <= _AFTER_CASE:
            return case
    return None


def has_pictures(turn: Turn) -> bool:
    return any(item.kind in (K.IMAGE, K.VIDEO) for item in turn.row.event.attachments)


def _comes_at_once(turn: Turn) -> bool:
    """Whether pictures just before these were answered already."""
    before = turn.talk.pictures_at
    if not before or not has_pictures(turn):
        return False
    return turn.now - datetime.fromisoformat(before) <= _AT_ONCE


def place_of(turn: Turn) -> str:
    """The coordinates that were sent or shared as a map, empty when there are none."""
    for item in turn.row.event.attachments:
        if item.kind is K.LOCATION and item.latitude is not None and item.longitude is not None:
            return point_text((item.latitude, item.longitude))
        point = find_point(item.url) if item.kind in (K.LOCATION, K.LINK) else None
        if point is not None:
            return point_text(point)
    return ""


async def answer_in_flow(turn: Turn, flow: Flow) -> None:
    """Say that it is kept, and ask again for what is missing."""
    kinds = {item.kind for item in turn.row.event.attachments}
    kept = take_media(turn, flow)
    over = len(media_of(turn.row)) > kept
    if _comes_at_once(turn) and (flow.told_full or not over):
        return
    flow.told_full = flow.told_full or over
    _go_on(turn, flow, kinds)
    turn.texts[-1] = _acknowledged(turn, kinds, kept, over=over) + "\n" + turn.texts[-1]


def _go_on(turn: Turn, flow: Flow, kinds: set[AttachmentKind]) -> None:
    """What the step makes of it: a recording tells the content or the place."""
    if place := place_of(turn):
        flow.place = place
    spoken = K.AUDIO in kinds and not flow.case_code
    if flow.step is Step.CONTENT and spoken:
        name_media(turn, flow)
    known = {
        Step.CONTENT: spoken,
        Step.PLACE: bool(place) or spoken,
        Step.PHOTO: bool(flow.media),
    }
    (advance if known.get(flow.step) else show_step)(turn, flow)


def _acknowledged(turn: Turn, kinds: set[AttachmentKind], kept: int, *, over: bool) -> str:
    if over:
        return turn.render("media_full", most=MOST_MEDIA)
    if kept:
        return turn.render("kept_voice" if K.AUDIO in kinds else "kept_in_flow")
    if K.LOCATION in kinds:
        return turn.render("kept_location" if place_of(turn) else "location_unread")
    return turn.render("not_kept_in_flow")
