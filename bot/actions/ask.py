"""A question, report or proposal for an agency: collect, show back, send on confirmation."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from bot.actions.ask_reading import (
    asks_on,
    content_in,
    kind_by_words,
    kind_named,
    location_in,
    names_no_place,
    whom,
)
from bot.actions.further import send_further
from bot.actions.grave import looks_grave, offer_grave_choices, suspect
from bot.alarms import Concern, call_person
from bot.asking import (
    ALL_MEDIA,
    KIND,
    MOST_CONTENT,
    add_content,
    advance,
    begin,
    begin_with,
    content_of,
    leave,
    name_media,
    set_content,
    show_back,
    show_step,
    steps_of,
    take_entities,
    tell_cut,
    with_subject,
)
from bot.context import Turn
from bot.intents import Intent
from bot.map_links import without_point
from bot.media import keep_flow_media, media_of, take_media
from bot.payloads import Verb
from bot.reading_time import long_closure_text
from bot.replies import DEFAULT_LANGUAGE
from bot.spans import holidays_between
from bot.talk import Flow, Step, Talk
from casework.cases import CaseKind, CaseSource, OnBehalf
from casework.legal_clock import NoLegalRuleError
from casework.use_cases.open_case import OpenCase, OpenedCase, open_case
from delivery.messages import Inbound

_MOST_PLACE = 300
#: An answer to "for whom" is short.
_MOST_BEHALF_WORDS = 8


async def start(turn: Turn, arguments: Sequence[str] = ()) -> None:
    """The citizen chose to write to an agency; `kind` is what the button said."""
    show_step(turn, begin(turn, kind_named(arguments[0] if arguments else "")))


async def start_with_words(turn: Turn, _: Sequence[str] = ()) -> None:
    """The citizen wrote something that is for an agency: it becomes the content."""
    await _start(turn, CaseKind.QUESTION)


async def start_report(turn: Turn, _: Sequence[str] = ()) -> None:
    await _start(turn, CaseKind.REPORT)


async def _start(turn: Turn, kind: CaseKind) -> None:
    content = content_in(turn)
    if content and looks_grave(turn):
        await suspect(turn)
        return
    kind = kind_by_words(turn, kind)
    if content and turn.subject_row != turn.row.id:
        row = turn.subject_row
        flow = begin_with(turn, kind, content, row, await turn.received_at(row))
    else:
        flow = begin(turn, kind, content)
    tell_cut(turn, content)
    show_step(turn, flow)


async def start_from_message(turn: Turn, arguments: Sequence[str]) -> None:
    """`row`: an earlier message becomes the content."""
    row = arguments[0] if arguments else ""
    content = await turn.words_of(row)
    kind = kind_by_words(turn, CaseKind.QUESTION, content)
    if not row.isdecimal():
        show_step(turn, begin(turn, kind))
        return
    # A button has no words of its own.
    turn.text, turn.subject_row = content, int(row)
    if content and looks_grave(turn):
        await suspect(turn)
        return
    tell_cut(turn, content)
    asked_at = await turn.received_at(int(row))
    show_step(turn, begin_with(turn, kind, content, int(row), asked_at))


# -- what the citizen writes into an open flow ---------------------------------------------------


async def take_content(turn: Turn, flow: Flow) -> None:
    if not turn.text.strip():
        show_step(turn, flow)
        return
    if _asks_whether_grave(turn, flow):
        return
    set_content(flow, turn.text, turn.row.id, turn.row.received_at)
    flow.content_message = turn.row.event.message_id
    tell_cut(turn, turn.text)
    take_entities(turn, flow)
    advance(turn, flow)


def _asks_whether_grave(turn: Turn, flow: Flow) -> bool:
    """Ask before words that look like a complaint join a text that goes to an open queue."""
    if flow.cleared or not looks_grave(turn):
        return False
    turn.talk.ask(turn.text, turn.subject_row)
    offer_grave_choices(turn)
    return True


async def take_place(turn: Turn, flow: Flow) -> None:
    said = turn.text.strip()
    if located := location_in(turn):
        beside = without_point(said)[:_MOST_PLACE]
        flow.place = f"{located} ({beside})" if beside else located
    elif turn.lexicon.has("grave_marks", said) and _asks_whether_grave(turn, flow):
        return
    elif asks_on(turn) or len(said) > _MOST_PLACE:
        add_content(turn, flow, said, turn.row.id)
        show_step(turn, flow)
        return
    elif not said:
        show_step(turn, flow)
        return
    else:
        flow.place = "" if names_no_place(turn) else said
    flow.place_message = turn.row.event.message_id
    advance(turn, flow)


async def take_photo(turn: Turn, flow: Flow) -> None:
    """Words where a photo was asked for: there is none, or they say more."""
    said = turn.text.strip()
    if turn.lexicon.is_one("no_photo", said) or turn.lexicon.is_one("deny", said):
        advance(turn, flow)
    elif media_of(turn.row):
        if _asks_whether_grave(turn, flow):
            return
        add_content(turn, flow, said, turn.row.id)
        advance(turn, flow)
    elif said and not turn.lexicon.is_one("affirm", said):
        _offer_more(turn, flow)
    else:
        show_step(turn, flow)


async def take_behalf(turn: Turn, flow: Flow) -> None:
    if len(turn.text.split()) > _MOST_BEHALF_WORDS:
        _offer_more(turn, flow)
    elif found := whom(turn.lexicon, turn.text):
        flow.behalf = found
        advance(turn, flow)
    else:
        show_step(turn, flow)


async def take_confirmation(turn: Turn, flow: Flow) -> None:
    """Words at the place of a button."""
    if turn.lexicon.is_one("affirm", turn.text) or turn.lexicon.is_one("send", turn.text):
        await send(turn, (flow.id,))
    elif turn.lexicon.is_one("edit", turn.text):
        await edit(turn, (flow.id,))
    elif turn.lexicon.is_one("deny", turn.text):
        turn.say("confirm_no")
        turn.offer(turn.option("edit", Verb.EDIT, flow.id), turn.option("drop", Verb.DROP, flow.id))
    elif turn.text.strip() and not turn.lexicon.is_unclear(turn.text):
        _offer_more(turn, flow)
    else:
        show_back(turn, flow)


def _offer_more(turn: Turn, flow: Flow) -> None:
    """Words that answer nothing: do they belong to the content?"""
    if _asks_whether_grave(turn, flow):
        return
    turn.say("confirm_more")
    turn.offer(turn.option("add", Verb.ADD, flow.id, turn.row.id))
    if flow.step is Step.CONFIRM:
        turn.offer(turn.option("send", Verb.SEND, flow.id))
    turn.offer(
        turn.option("other_question", Verb.INTENT, Intent.ASK_PROCEDURE, turn.row.id),
        turn.option("drop", Verb.DROP, flow.id),
    )


def may_edit(talk: Talk, event: Inbound) -> bool:
    """Whether the citizen changed a message that is part of the text being collected."""
    flow = talk.flow
    if flow is None or flow.aside or flow.step not in TAKERS or not event.text:
        return False
    return any(said and said in event.about for said in (flow.content_message, flow.place_message))


def take_edit(turn: Turn, flow: Flow) -> None:
    """The changed words replace what their message gave. The day of the question stays."""
    if _asks_whether_grave(turn, flow):
        return
    if flow.content_message in turn.row.event.about:
        whole = f"{turn.text}\n{flow.more}".strip()
        flow.content = whole[:MOST_CONTENT]
        tell_cut(turn, whole)
    else:
        flow.place = turn.text[:_MOST_PLACE]
    show_step(turn, flow)


#: What takes a message at each step.
TAKERS: dict[Step, Callable[[Turn, Flow], Awaitable[None]]] = {
    Step.CONTENT: take_content,
    Step.PLACE: take_place,
    Step.BEHALF: take_behalf,
    Step.PHOTO: take_photo,
    Step.CONFIRM: take_confirmation,
}


# -- buttons ------------------------------------------------------------------------------------


async def skip(turn: Turn, arguments: Sequence[str]) -> None:
    """No place to name, or no photo; what was sent can be taken away."""
    flow = _open(turn, arguments)
    if flow is None:
        _say_over(turn, arguments)
        return
    what = arguments[1] if len(arguments) > 1 else Step.PLACE
    if what == ALL_MEDIA and not flow.by_media:
        flow.media, flow.told_full = (), False
    flow.step = Step.PLACE if what == Step.PLACE else Step.PHOTO
    advance(turn, flow)


async def say_in_picture(turn: Turn, arguments: Sequence[str]) -> None:
    """The content stands in what was sent: somebody reads it there."""
    flow = _open(turn, arguments)
    if flow is None or not flow.media:
        _say_over(turn, arguments)
        return
    name_media(turn, flow)
    flow.step = Step.CONTENT
    advance(turn, flow)


async def choose_kind(turn: Turn, arguments: Sequence[str]) -> None:
    """`flow` and the kind the citizen names."""
    flow = _open(turn, arguments)
    if flow is None:
        _say_over(turn, arguments)
        return
    flow.kind = kind_named(arguments[1] if len(arguments) > 1 else "")
    if flow.content:
        flow.step, flow.editing = Step.CONFIRM, False
    show_step(turn, flow)


async def choose_behalf(turn: Turn, arguments: Sequence[str]) -> None:
    flow = _open(turn, arguments)
    if flow is None or len(arguments) < 2 or arguments[1] not in set(OnBehalf):  # noqa: PLR2004
        _say_over(turn, arguments)
        return
    flow.behalf = OnBehalf(arguments[1])
    flow.step = Step.BEHALF
    advance(turn, flow)


async def edit(turn: Turn, arguments: Sequence[str]) -> None:
    """Ask what to change, or begin to change it."""
    flow = _open(turn, arguments)
    if flow is None:
        _say_over(turn, arguments)
        return
    wanted = arguments[1] if len(arguments) > 1 else ""
    if wanted == KIND and not flow.case_code:
        turn.say("which_kind")
        turn.offer(*(turn.option(f"kind_{kind}", Verb.KIND, flow.id, kind) for kind in CaseKind))
        return
    changeable = _changeable(flow)
    if wanted not in changeable:
        turn.say("edit_what")
        turn.offer(
            *(turn.option(f"edit_{part}", Verb.EDIT, flow.id, part) for part in changeable),
            turn.option("drop", Verb.DROP, flow.id),
        )
        return
    flow.step, flow.editing = Step(wanted), True
    show_step(turn, flow)


def _changeable(flow: Flow) -> tuple[str, ...]:
    """Parts the citizen can change; pictures also where none were asked for."""
    parts = steps_of(flow)
    photo = (Step.PHOTO,) if flow.media and Step.PHOTO not in parts else ()
    return (*parts, *photo, *(() if flow.case_code else (KIND,)))


async def resume(turn: Turn, arguments: Sequence[str]) -> None:
    """Take up again what was left aside or cancelled."""
    if arguments:
        turn.talk.take_up(arguments[0])
    flow = _open(turn, arguments)
    if flow is None:
        _say_over(turn, arguments)
    else:
        show_step(turn, flow)


async def add_words(turn: Turn, arguments: Sequence[str]) -> None:
    """Put a later message behind the content."""
    flow = _open(turn, arguments)
    if flow is None:
        _say_over(turn, arguments)
        return
    row = arguments[1] if len(arguments) > 1 else ""
    more = await turn.words_of(row)
    if more.strip():
        turn.text, turn.subject_row = more, int(row)
        if _asks_whether_grave(turn, flow):
            return
        add_content(turn, flow, more, int(row))
    show_step(turn, flow)


async def drop(turn: Turn, arguments: Sequence[str]) -> None:
    if _open(turn, arguments) is None:
        _say_over(turn, arguments)
    else:
        leave(turn)


async def send(turn: Turn, arguments: Sequence[str]) -> None:
    """The citizen confirmed: the case exists from here on."""
    flow = _open(turn, arguments)
    if flow is not None and flow.case_code:
        await send_further(turn, flow)
        return
    if flow is None or not flow.content:
        _say_over(turn, arguments)
        return
    try:
        opened = await open_case(turn.work, _command(turn, flow))
    except NoLegalRuleError:
        await _keep_unsent(turn, flow)
        return
    kept = await keep_flow_media(turn, flow, opened.case)
    turn.talk.remember_sent(flow.id, opened.case.code)
    turn.talk.flow = None
    _say_opened(turn, opened, kept)


async def _keep_unsent(turn: Turn, flow: Flow) -> None:
    """No date can be promised: nothing is opened, the words stay, somebody hears of it."""
    await call_person(turn.work, Concern.NO_LEGAL_RULE, turn.conversation_id, turn.now)
    turn.say("not_sent_yet")
    turn.offer(turn.option("send", Verb.SEND, flow.id), turn.option("drop", Verb.DROP, flow.id))


def _command(turn: Turn, flow: Flow) -> OpenCase:
    return OpenCase(
        kind=flow.kind,
        source=CaseSource(turn.row.event.channel),
        conversation_id=turn.conversation_id,
        content=with_subject(flow, content_of(turn.replies[DEFAULT_LANGUAGE], flow)),
        asked_at=datetime.fromisoformat(flow.asked_at) if flow.asked_at else turn.now,
        place=flow.place,
        on_behalf=flow.behalf,
        field=flow.field,
        # Where the text began: a second press can never make a second case of it.
        inbox_id=int(flow.id),
    )


def _say_opened(turn: Turn, opened: OpenedCase, attachments: int) -> None:
    case, rule = opened.case, opened.rule
    kept_free = holidays_between(case.asked_on, case.due_on, turn.knowledge.calendar)
    turn.say(
        "case_opened",
        kind=case.kind,
        code=case.code,
        due=case.due_on,
        reason=rule.wording.get(turn.lang) or rule.wording["vi"],
        holidays=list(dict.fromkeys(turn.words.holiday(name) for name in kept_free)),
        attachments=attachments,
        closed=long_closure_text(turn),
        channel=turn.row.event.channel,
        url=turn.office.public_url,
        pickup=f"{opened.pickup_code[:3]} {opened.pickup_code[3:]}",
        numbers=[line.number for line in turn.knowledge.numbers("information")],
    )
    turn.offer(
        turn.option("follow", Verb.CASE, case.code),
        turn.option("menu", Verb.MENU),
    )


def _open(turn: Turn, arguments: Sequence[str]) -> Flow | None:
    """The flow a button belongs to, when it is still open."""
    flow = turn.talk.flow
    if flow is None or flow.step not in TAKERS or (arguments and arguments[0] != flow.id):
        return None
    flow.aside = False
    take_media(turn, flow)
    return flow


def _say_over(turn: Turn, arguments: Sequence[str]) -> None:
    """A button of a flow that was sent or left."""
    code = turn.talk.sent_code(arguments[0]) if arguments else ""
    if code:
        turn.say("already_sent", code=code)
        turn.offer(turn.option("follow", Verb.CASE, code), turn.option("menu", Verb.MENU))
    elif turn.talk.flow is not None and turn.talk.flow.step in TAKERS:
        turn.say("other_flow_open")
        show_step(turn, turn.talk.flow)
    else:
        turn.say("flow_over")
        if turn.talk.dropped is not None and turn.talk.dropped.id in arguments[:1]:
            turn.offer(turn.option("resume", Verb.RESUME, arguments[0]))
        turn.offer(turn.option("ask", Verb.ASK, CaseKind.QUESTION), turn.option("menu", Verb.MENU))
