"""A question, report or proposal for an agency: collect, show back, send on confirmation."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from bot.actions.grave import looks_grave, offer_grave_choices, suspect
from bot.alarms import Concern, call_person
from bot.asking import (
    MOST_CONTENT,
    STEPS,
    advance,
    begin,
    begin_with,
    set_content,
    show_back,
    show_step,
    take_entities,
)
from bot.context import Turn
from bot.intents import Intent
from bot.payloads import Verb
from bot.spans import holidays_between
from bot.talk import Flow, Step, Talk
from casework.cases import CaseKind, CaseSource, OnBehalf
from casework.legal_clock import NoLegalRuleError
from casework.use_cases.open_case import OpenCase, OpenedCase, open_case
from delivery.messages import AttachmentKind, Inbound

#: A message with so many words says what it is about by itself.
_CONTENT_WORDS = 5
#: And so many of them besides the wish to ask and the name of an agency.
_SUBJECT_WORDS = 3
#: A question at the place of a place has at least so many words.
_QUESTION_WORDS = 6
_MOST_PLACE = 300


async def start(turn: Turn, arguments: Sequence[str] = ()) -> None:
    """The citizen chose to write to an agency; `kind` is what the button said."""
    show_step(turn, begin(turn, _kind(arguments[0] if arguments else "")))


async def start_with_words(turn: Turn, _: Sequence[str] = ()) -> None:
    """The citizen wrote something that is for an agency: it becomes the content."""
    await _start(turn, CaseKind.QUESTION)


async def start_report(turn: Turn, _: Sequence[str] = ()) -> None:
    await _start(turn, CaseKind.REPORT)


async def _start(turn: Turn, kind: CaseKind) -> None:
    content = _content_in(turn)
    if content and looks_grave(turn):
        await suspect(turn)
    else:
        show_step(turn, begin(turn, _kind_by_words(turn, kind), content))


async def start_from_message(turn: Turn, arguments: Sequence[str]) -> None:
    """`row`: an earlier message becomes the content."""
    row = arguments[0] if arguments else ""
    content = await turn.words_of(row)
    kind = _kind_by_words(turn, CaseKind.QUESTION, content)
    if row.isdigit():
        asked_at = await turn.received_at(int(row))
        show_step(turn, begin_with(turn, kind, content, int(row), asked_at))
    else:
        show_step(turn, begin(turn, kind))


def _content_in(turn: Turn) -> str:
    """The message when it says what it is about; "I want to ask the department" does not."""
    if len(turn.text.split()) < _CONTENT_WORDS:
        return ""
    rest = f" {turn.lexicon.without('wish_words', turn.text)} "
    for name, _ in turn.knowledge.agency_names:
        rest = rest.replace(f" {name} ", " ")
    return turn.text if len(rest.split()) >= _SUBJECT_WORDS else ""


def _kind(word: str) -> CaseKind:
    try:
        return CaseKind(word)
    except ValueError:
        return CaseKind.QUESTION


def _kind_by_words(turn: Turn, otherwise: CaseKind, text: str = "") -> CaseKind:
    """Proposals and feedback on officials, where the words are plain."""
    said = text or turn.text
    for kind in (CaseKind.ADMIN_FEEDBACK, CaseKind.PROPOSAL):
        if turn.lexicon.has(f"{kind}_marks", said):
            return kind
    return otherwise


# -- what the citizen writes into an open flow ---------------------------------------------------


async def take_content(turn: Turn, flow: Flow) -> None:
    if not turn.text.strip():
        show_step(turn, flow)
        return
    if looks_grave(turn) and not flow.cleared:
        turn.talk.ask(turn.text, turn.subject_row)
        offer_grave_choices(turn)
        return
    set_content(flow, turn.text, turn.row.id, turn.row.received_at)
    take_entities(turn, flow)
    advance(turn, flow)


async def take_place(turn: Turn, flow: Flow) -> None:
    located = next(
        (item for item in turn.row.event.attachments if item.kind is AttachmentKind.LOCATION), None
    )
    if located is not None and located.latitude is not None:
        flow.place = f"{located.latitude:.6f}, {located.longitude:.6f}"
        if turn.text.strip():
            flow.place += f" ({turn.text.strip()})"
    elif _asks(turn):
        more = turn.text.strip()
        flow.content = f"{flow.content}\n{more}".strip()[:MOST_CONTENT]
        show_step(turn, flow)
        return
    elif turn.text.strip():
        flow.place = turn.text.strip()[:_MOST_PLACE]
    elif located is not None and located.url:
        flow.place = located.url
    else:
        show_step(turn, flow)
        return
    advance(turn, flow)


def _asks(turn: Turn) -> bool:
    """A question where a place was asked for belongs to the content."""
    long_enough = len(turn.text.split()) >= _QUESTION_WORDS
    return long_enough and ("?" in turn.text or turn.lexicon.has("question_marks", turn.text))


async def take_behalf(turn: Turn, flow: Flow) -> None:
    """For whom, in the citizen's own words."""
    for whom in (OnBehalf.BUSINESS, OnBehalf.RELATIVE, OnBehalf.SELF):
        if turn.lexicon.has(f"behalf_{whom}_marks", turn.text):
            flow.behalf = whom
            advance(turn, flow)
            return
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
    elif turn.text.strip():
        turn.say("confirm_more")
        turn.offer(
            turn.option("add", Verb.ADD, flow.id, turn.row.id),
            turn.option("send", Verb.SEND, flow.id),
            turn.option("other_question", Verb.INTENT, Intent.ASK_PROCEDURE, turn.row.id),
            turn.option("drop", Verb.DROP, flow.id),
        )
    else:
        show_back(turn, flow)


def may_edit(talk: Talk, event: Inbound) -> bool:
    """Whether the citizen changed the last message while it is still being collected."""
    collects = talk.flow is not None and talk.flow.step in TAKERS
    return collects and bool(event.text) and talk.message_id in event.about


def take_edit(turn: Turn, flow: Flow) -> None:
    """The changed words replace what the last message gave. The day of the question stays."""
    if flow.content_row == turn.talk.last_row:
        flow.content = turn.text[:MOST_CONTENT]
    elif flow.place and flow.step in (Step.BEHALF, Step.CONFIRM):
        flow.place = turn.text[:_MOST_PLACE]
    show_step(turn, flow)


#: What takes a message at each step.
TAKERS: dict[Step, Callable[[Turn, Flow], Awaitable[None]]] = {
    Step.CONTENT: take_content,
    Step.PLACE: take_place,
    Step.BEHALF: take_behalf,
    Step.CONFIRM: take_confirmation,
}


# -- buttons ------------------------------------------------------------------------------------


async def skip(turn: Turn, arguments: Sequence[str]) -> None:
    """No place to name."""
    flow = _open(turn, arguments)
    if flow is None:
        _say_over(turn, arguments)
        return
    flow.step = Step.PLACE
    advance(turn, flow)


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
    if wanted not in STEPS[flow.kind]:
        turn.say("edit_what")
        turn.offer(
            *(turn.option(f"edit_{step}", Verb.EDIT, flow.id, step) for step in STEPS[flow.kind]),
            turn.option("drop", Verb.DROP, flow.id),
        )
        return
    flow.step, flow.editing = Step(wanted), True
    show_step(turn, flow)


async def resume(turn: Turn, arguments: Sequence[str]) -> None:
    """Take up again what was left aside."""
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
    more = await turn.words_of(arguments[1]) if len(arguments) > 1 else ""
    flow.content = f"{flow.content}\n{more}".strip()[:MOST_CONTENT]
    flow.step = Step.CONFIRM
    show_back(turn, flow)


async def drop(turn: Turn, arguments: Sequence[str]) -> None:
    flow = _open(turn, arguments)
    if flow is None:
        _say_over(turn, arguments)
        return
    turn.talk.flow = None
    turn.say("cancelled")
    turn.offer(turn.option("menu", Verb.MENU))


async def send(turn: Turn, arguments: Sequence[str]) -> None:
    """The citizen confirmed: the case exists from here on."""
    flow = _open(turn, arguments)
    if flow is None or not flow.content:
        _say_over(turn, arguments)
        return
    try:
        opened = await open_case(turn.work, _command(turn, flow))
    except NoLegalRuleError:
        await _keep_unsent(turn, flow)
        return
    turn.talk.remember_sent(flow.id, opened.case.code)
    turn.talk.flow = None
    _say_opened(turn, opened)


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
        content=flow.content,
        asked_at=datetime.fromisoformat(flow.asked_at) if flow.asked_at else turn.now,
        place=flow.place,
        on_behalf=flow.behalf,
        field=flow.field,
        inbox_id=turn.row.id,
    )


def _say_opened(turn: Turn, opened: OpenedCase) -> None:
    case, rule = opened.case, opened.rule
    kept_free = holidays_between(case.asked_on, case.due_on, turn.knowledge.calendar)
    turn.say(
        "case_opened",
        kind=case.kind,
        code=case.code,
        due=case.due_on,
        reason=rule.wording.get(turn.lang) or rule.wording["vi"],
        holidays=list(dict.fromkeys(turn.words.holiday(name) for name in kept_free)),
        url=turn.office.public_url,
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
        turn.offer(turn.option("ask", Verb.ASK, CaseKind.QUESTION), turn.option("menu", Verb.MENU))
