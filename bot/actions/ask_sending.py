"""The citizen confirmed: the text becomes a case, and hears its code and its date."""

from collections.abc import Sequence
from datetime import datetime

from bot.actions.further import send_further
from bot.alarms import Concern, call_person
from bot.asking import TEXT_STEPS, content_of, show_step, with_subject
from bot.context import Turn
from bot.media import keep_flow_media, take_media
from bot.payloads import Verb
from bot.reading_time import long_closure_text
from bot.replies import DEFAULT_LANGUAGE
from bot.spans import holidays_between
from bot.talk import Flow
from casework.cases import CaseKind, CaseSource
from casework.legal_clock import NoLegalRuleError
from casework.use_cases.open_case import OpenCase, OpenedCase, open_case


async def send(turn: Turn, arguments: Sequence[str]) -> None:
    """The citizen confirmed: the case exists from here on."""
    flow = open_flow_of(turn, arguments)
    if flow is not None and flow.case_code:
        await send_further(turn, flow)
        return
    if flow is None or not flow.content:
        say_over(turn, arguments)
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
        numbers=turn.numbers_to_ask(),
    )
    turn.offer(
        turn.option("contact", Verb.CONTACT, case.code),
        turn.option("follow", Verb.CASE, case.code),
        turn.option("menu", Verb.MENU),
    )


def open_flow_of(turn: Turn, arguments: Sequence[str]) -> Flow | None:
    """The flow a button belongs to, when it is still open."""
    flow = turn.talk.flow
    if flow is None or flow.step not in TEXT_STEPS or (arguments and arguments[0] != flow.id):
        return None
    flow.aside = False
    take_media(turn, flow)
    return flow


def say_over(turn: Turn, arguments: Sequence[str]) -> None:
    """A button of a flow that was sent or left."""
    code = turn.talk.sent_code(arguments[0]) if arguments else ""
    if code:
        turn.say("already_sent", code=code)
        turn.offer(turn.option("follow", Verb.CASE, code), turn.option("menu", Verb.MENU))
    elif turn.talk.flow is not None and turn.talk.flow.step in TEXT_STEPS:
        turn.say("other_flow_open")
        show_step(turn, turn.talk.flow)
    else:
        left = turn.talk.dropped is not None and turn.talk.dropped.id in arguments[:1]
        turn.say("flow_left" if left else "flow_over")
        if left:
            turn.offer(turn.option("resume", Verb.RESUME, arguments[0]))
        turn.offer(turn.option("ask", Verb.ASK, CaseKind.QUESTION), turn.option("menu", Verb.MENU))
