"""The steps of writing to an agency, and how each is asked for."""

from collections.abc import Sequence
from datetime import datetime

from bot.choices import Option
from bot.context import Action, Turn
from bot.map_links import find_point, point_text
from bot.media import take_media
from bot.payloads import Verb
from bot.replies import Language
from bot.talk import Flow, Step
from casework.cases import CaseKind, OnBehalf
from delivery.messages import AttachmentKind
from knowledge.places import find_places

#: What is collected for each kind, in this order, before the confirmation.
STEPS: dict[CaseKind, tuple[Step, ...]] = {
    CaseKind.QUESTION: (Step.CONTENT, Step.PLACE, Step.BEHALF),
    CaseKind.REPORT: (Step.CONTENT, Step.PLACE, Step.PHOTO),
    CaseKind.ADMIN_FEEDBACK: (Step.CONTENT, Step.PLACE),
    CaseKind.PROPOSAL: (Step.CONTENT, Step.PLACE),
}
#: Steps of a text that is for an agency, not of a code or a procedure.
TEXT_STEPS = frozenset({Step.CONTENT, Step.PLACE, Step.BEHALF, Step.PHOTO, Step.CONFIRM})
#: Of what goes behind a case that exists, and of comments.
_ONLY_CONTENT = (Step.CONTENT,)
#: Arguments of buttons: change the kind, take all pictures away.
KIND = "kind"
ALL_MEDIA = "media"
MOST_CONTENT = 4000
#: Characters of a place.
MOST_PLACE = 300
_SHOWN_CONTENT = 600
#: Of the content, when only the place is asked for.
_REPEATED = 120


def steps_of(flow: Flow) -> tuple[Step, ...]:
    return _ONLY_CONTENT if flow.case_code or flow.about else STEPS[flow.kind]


def with_subject(flow: Flow, content: str) -> str:
    return f"{flow.about}\n{content}" if flow.about else content


def begin(turn: Turn, kind: CaseKind, content: str = "") -> Flow:
    """Open the text; words that came with the wish are its content already."""
    flow = turn.open_flow(Flow(id=str(turn.row.id), step=Step.CONTENT, kind=kind))
    if kind is CaseKind.REPORT:
        flow.place = turn.talk.take_location()
    take_media(turn, flow)
    if content:
        set_content(flow, content, turn.row.id, turn.row.received_at)
        flow.content_message = turn.row.event.message_id
        take_entities(turn, flow)
        flow.step = _step_after(flow)
    elif any(sent == AttachmentKind.AUDIO for _, sent in flow.media):
        name_media(turn, flow)
        flow.step = _step_after(flow)
    return flow


def begin_with(turn: Turn, kind: CaseKind, content: str, row_id: int, asked_at: datetime) -> Flow:
    """Open the text with the words of an earlier message."""
    flow = begin(turn, kind)
    if content.strip():
        set_content(flow, content, row_id, asked_at)
        flow.step = _step_after(flow)
    return flow


def set_content(flow: Flow, content: str, row_id: int, asked_at: datetime) -> None:
    flow.content = content.strip()[:MOST_CONTENT]
    flow.added, flow.more, flow.by_media = (), "", False
    flow.content_row, flow.content_message = row_id, ""
    flow.asked_at = asked_at.isoformat()


def name_media(turn: Turn, flow: Flow) -> None:
    """The content was not written: it names what was sent, for somebody to hear or read."""
    set_content(flow, _media_words(turn.words, flow), turn.row.id, turn.row.received_at)
    flow.by_media = True


def content_of(words: Language, flow: Flow) -> str:
    """The content as this language says it; what was typed stays as it was typed."""
    return f"{_media_words(words, flow)}\n{flow.more}".strip() if flow.by_media else flow.content


def _media_words(words: Language, flow: Flow) -> str:
    sent = [kind for _, kind in flow.media]
    values = {
        "voices": sent.count(AttachmentKind.AUDIO),
        "pictures": sent.count(AttachmentKind.IMAGE) + sent.count(AttachmentKind.VIDEO),
        "files": sent.count(AttachmentKind.FILE),
    }
    return words.text("media_content", values)


def add_content(turn: Turn, flow: Flow, more: str, row_id: int) -> None:
    """Put words behind the content, each message once; say so when not all of them fit."""
    if flow.holds(row_id):
        return
    whole = f"{flow.content}\n{more.strip()}".strip()
    flow.content, flow.added = whole[:MOST_CONTENT], (*flow.added, row_id)
    flow.more = f"{flow.more}\n{more.strip()}".strip()
    tell_cut(turn, whole)


def tell_cut(turn: Turn, whole: str) -> None:
    if len(whole.strip()) > MOST_CONTENT:
        turn.say("content_cut", most=MOST_CONTENT)


def take_entities(turn: Turn, flow: Flow) -> None:
    """The place, when the words already say it; it is shown back and can change."""
    found = turn.reading.entities if turn.reading is not None else ()
    places = [item.value for item in found if item.entity == "place"]
    flow.place = flow.place or ", ".join(dict.fromkeys(places))
    if not flow.place and (point := find_point(turn.text)):
        flow.place = point_text(point)


def places_in(text: str) -> str:
    """The units a text names, as they are written: as many as a place holds, each whole."""
    named = ", ".join(dict.fromkeys(item.value for item in find_places(text)))
    if len(named) <= MOST_PLACE:
        return named
    return named[: MOST_PLACE + 1].rpartition(", ")[0] or named[:MOST_PLACE]


def advance(turn: Turn, flow: Flow) -> None:
    """The present step is done: go to the next, or back to the confirmation after a change."""
    flow.step = Step.CONFIRM if flow.editing else _step_after(flow)
    flow.editing = False
    show_step(turn, flow)


def _step_after(flow: Flow) -> Step:
    """The next thing that is not known yet."""
    steps = steps_of(flow)
    after = steps[steps.index(flow.step) + 1 :] if flow.step in steps else ()
    known = {Step.PLACE: flow.place, Step.PHOTO: flow.media}
    return next((step for step in after if not known.get(step)), Step.CONFIRM)


def show_step(turn: Turn, flow: Flow) -> None:
    """Ask for what the flow waits for."""
    stop = turn.option("stop", Verb.DROP, flow.id)
    match flow.step:
        case Step.CONTENT if flow.case_code:
            _ask_further(turn, flow)
            turn.offer(stop)
        case Step.CONTENT if flow.about:
            turn.say("ask_comment")
            turn.offer(stop)
        case Step.CONTENT:
            _ask_content(turn, flow)
            turn.offer(stop)
        case Step.PLACE:
            name = "ask_place_report" if flow.kind is CaseKind.REPORT else "ask_place"
            turn.say(name, content=_shortened(content_of(turn.words, flow), _REPEATED))
            turn.offer(turn.option("no_place", Verb.SKIP, flow.id), stop)
        case Step.PHOTO:
            turn.say("ask_photo", attachments=flow.attachments)
            if flow.media and not flow.by_media:
                turn.offer(turn.option("no_media", Verb.SKIP, flow.id, ALL_MEDIA))
            goes_on = "keep_media" if flow.media else "no_photo"
            turn.offer(turn.option(goes_on, Verb.SKIP, flow.id, Step.PHOTO), stop)
        case Step.BEHALF:
            turn.say("ask_behalf")
            turn.offer(*behalf_options(turn, flow))
        case _:
            show_back(turn, flow)


def answer_kindly(turn: Turn, flow: Flow, *, thanks: bool) -> None:
    """Thanks or a greeting in the middle of a text: a kind word, then what was asked before."""
    turn.say("thanks_in_flow" if thanks else "greeting_in_flow")
    show_step(turn, flow)


def _ask_content(turn: Turn, flow: Flow) -> None:
    """Words; what was sent may hold them already."""
    if flow.media:
        turn.say("ask_words")
        turn.offer(turn.option("in_picture", Verb.IN_PICTURE, flow.id))
        return
    turn.say(f"ask_content_{flow.kind}", editing=flow.editing)
    if not flow.content:
        turn.offer(turn.option("edit_kind", Verb.EDIT, flow.id, KIND))


def _ask_further(turn: Turn, flow: Flow) -> None:
    """Words for a case; pictures alone, or the bare fact that it is not solved, say enough."""
    turn.say("ask_reopen" if flow.reopens else "ask_addition", code=flow.case_code)
    if flow.attachments:
        turn.offer(turn.option("send", Verb.SEND, flow.id))
    elif flow.reopens:
        turn.offer(turn.option("reopen", Verb.REOPEN, flow.case_code))


def behalf_options(turn: Turn, flow: Flow) -> tuple[Option, ...]:
    return (
        *(turn.option(f"behalf_{whom}", Verb.BEHALF, flow.id, whom) for whom in OnBehalf),
        turn.option("stop", Verb.DROP, flow.id),
    )


def is_open(flow: Flow | None) -> bool:
    """Whether there is a text that was not sent yet."""
    return flow is not None and bool(flow.content) and flow.step in TEXT_STEPS


async def do_aside(turn: Turn, action: Action, arguments: Sequence[str] = ()) -> None:
    """Answer something else while a text is open, and keep the text."""
    flow, turn.talk.flow = turn.talk.flow, None
    await action(turn, arguments)
    if flow is None or not is_open(flow) or any(map(flow.holds, turn.sealed)):
        return
    # A code or a procedure is understood without its own step; a second text waits for the first.
    opened, turn.talk.flow = turn.talk.flow, flow
    if opened is not None and opened.step in TEXT_STEPS | {Step.CONTACT}:
        if opened.cleared and flow.editing and flow.step is Step.CONTENT:
            _take_cleared(turn, flow, opened)
        else:
            _finish_first(turn, flow, opened)
    elif turn.texts:
        flow.aside = True
        turn.offer(turn.option("resume", Verb.RESUME, flow.id))


def _take_cleared(turn: Turn, flow: Flow, opened: Flow) -> None:
    """The changed content looked like a complaint, and the citizen said it is none."""
    _unsay(turn)
    flow.kind, flow.cleared, flow.aside = opened.kind, True, False
    flow.content, flow.content_row = opened.content, opened.content_row
    advance(turn, flow)


def _finish_first(turn: Turn, flow: Flow, opened: Flow) -> None:
    """Two texts cannot be open: show the first one, and how the other goes on afterwards."""
    _unsay(turn)
    flow.aside = False
    turn.say("finish_first")
    show_step(turn, flow)
    if opened.content_row:
        turn.offer(turn.option("other_question", Verb.ASK_THIS, opened.content_row))


def _unsay(turn: Turn) -> None:
    turn.texts.clear()
    turn.options.clear()
    turn.links.clear()


def leave(turn: Turn) -> None:
    """The citizen does not go on: a change is given up, a text is set aside, nothing is sent."""
    flow = turn.talk.flow
    if flow is not None and flow.editing and flow.content:
        flow.editing = flow.aside = False
        flow.step = Step.CONFIRM
        show_back(turn, flow)
        return
    turn.talk.drop(turn.now)
    turn.say("cancelled" if flow else "nothing_to_cancel")
    if flow is not None and turn.talk.dropped is flow:
        turn.offer(turn.option("resume", Verb.RESUME, flow.id))
    turn.offer(turn.option("menu", Verb.MENU))


def show_back(turn: Turn, flow: Flow) -> None:
    """Everything as it would be sent."""
    content = _shortened(content_of(turn.words, flow), _SHOWN_CONTENT)
    if flow.case_code:
        turn.say(
            "show_further",
            code=flow.case_code,
            content=content,
            attachments=flow.attachments,
            reopens=flow.reopens,
        )
    else:
        turn.say(
            "show_back",
            kind=turn.words.label(f"kind_{flow.kind}").button,
            content=with_subject(flow, content),
            place=flow.place,
            behalf=turn.words.label(f"behalf_{flow.behalf}").text,
            shows_behalf=Step.BEHALF in steps_of(flow),
            attachments=flow.attachments,
        )
    turn.offer(
        turn.option("send", Verb.SEND, flow.id),
        turn.option("edit", Verb.EDIT, flow.id),
        turn.option("drop", Verb.DROP, flow.id),
    )


def _shortened(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
