"""More words or pictures for a case: while it is worked on, or because its answer did not help."""

from collections.abc import Sequence

from bot.actions.grave import offer_grave_choices
from bot.actions.own import change_case, find_own
from bot.asking import set_content, show_step
from bot.context import Turn
from bot.media import keep_flow_media, take_media
from bot.payloads import Verb
from bot.suspicion import looks_grave
from bot.talk import Flow, Step
from casework.cases import Case, CaseKind, ContentKind
from casework.errors import CaseworkError, StaleCaseError
from casework.legal_clock import NoLegalRuleError
from casework.statuses import ANSWERED, OPEN
from casework.use_cases.follow_case import (
    TooLateToReopenError,
    add_to_case,
    by_citizen,
    may_reopen,
    reopen_case,
)


async def add_to(turn: Turn, arguments: Sequence[str]) -> None:
    """The citizen has more to say to a case; `code`."""
    if case := await find_own(turn, arguments[0] if arguments else ""):
        await begin_addition(turn, case)


async def begin_addition(turn: Turn, case: Case, words: str = "") -> None:
    """`words` came with the wish: they are shown back before they are sent."""
    if case.status in OPEN:
        _open_flow(turn, case, words=words)
    else:
        say_too_late(turn, case)


async def begin_reopening(turn: Turn, case: Case, words: str = "") -> None:
    """Ask what is missing; the case is opened again by the citizen's next word."""
    readable = await turn.work.cases.latest_content(case.id, ContentKind.QUESTION)
    if readable and may_reopen(case, turn.now):
        _open_flow(turn, case, words=words, reopens=True)
    else:
        say_too_late(turn, case)


def _open_flow(turn: Turn, case: Case, *, words: str, reopens: bool = False) -> None:
    flow = Flow(id=str(turn.row.id), step=Step.CONTENT, case_code=case.code, reopens=reopens)
    turn.open_flow(flow)
    take_media(turn, flow)
    if words and looks_grave(turn):
        turn.talk.ask(turn.text, turn.subject_row)
        offer_grave_choices(turn)
        return
    if words:
        set_content(flow, words, turn.row.id, turn.row.received_at)
        flow.content_message = turn.row.event.message_id
        flow.step = Step.CONFIRM
    show_step(turn, flow)


async def reopen(turn: Turn, arguments: Sequence[str]) -> None:
    """Not solved, and nothing to add; `code`."""
    flow = turn.talk.flow
    if case := await find_own(turn, arguments[0] if arguments else ""):
        if flow is not None and flow.case_code == case.code:
            turn.talk.flow = None
        await _reopen(turn, case, "")


async def send_further(turn: Turn, flow: Flow) -> None:
    """The citizen confirmed; the flow is closed when its words are with the case."""
    if not flow.content and not flow.attachments:
        show_step(turn, flow)
        return
    case = await find_own(turn, flow.case_code)
    if case is None:
        turn.talk.flow = None
        return
    words = flow.content or turn.render("only_media", count=flow.attachments)
    # Opened again meanwhile: the words go with it.
    again = flow.reopens and case.status not in OPEN
    if await (_reopen if again else _add)(turn, case, words):
        await keep_flow_media(turn, flow, case)
        turn.talk.remember_sent(flow.id, case.code)
        turn.talk.flow = None


async def _add(turn: Turn, case: Case, words: str) -> bool:
    row = turn.row.id

    async def change(fresh: Case) -> Case:
        return await add_to_case(turn.work, fresh, words, inbox_id=row)

    try:
        added = await change_case(turn, case, change)
    except CaseworkError as error:
        await _explain(turn, case, error)
        return False
    turn.say("added", code=added.code, due=added.promised_on)
    turn.offer(turn.option("follow", Verb.CASE, added.code), turn.option("menu", Verb.MENU))
    return True


async def _reopen(turn: Turn, case: Case, words: str) -> bool:
    async def change(fresh: Case) -> Case:
        return await reopen_case(turn.work, by_citizen(fresh), words)

    try:
        opened = await change_case(turn, case, change)
    except CaseworkError as error:
        await _explain(turn, case, error)
        return False
    agency = turn.knowledge.agency_name(opened.agency_code)
    turn.say("reopened", code=opened.code, due=opened.due_on, agency=agency)
    turn.offer(turn.option("follow", Verb.CASE, opened.code), turn.option("menu", Verb.MENU))
    return True


async def _explain(turn: Turn, case: Case, error: CaseworkError) -> None:
    """Why nothing was written; what was typed stays where it is."""
    if isinstance(error, StaleCaseError | NoLegalRuleError):
        turn.say("case_busy", code=case.code)
        turn.offer(turn.option("follow", Verb.CASE, case.code), turn.option("menu", Verb.MENU))
    else:
        _leave_words(turn)
        fresh = await turn.work.cases.get(case.id)
        say_too_late(turn, fresh, old=isinstance(error, TooLateToReopenError))


def _leave_words(turn: Turn) -> None:
    """What was typed for the case can become a question of its own."""
    flow = turn.talk.flow
    if flow is not None and flow.content_row:
        turn.talk.flow = None
        turn.offer(turn.option("ask_this", Verb.ASK_THIS, flow.content_row))


def say_too_late(turn: Turn, case: Case, *, old: bool = False) -> None:
    """Nothing goes behind this case any more: what is possible instead."""
    answered = case.status in ANSWERED
    old = old or (answered and not may_reopen(case, turn.now))
    turn.say("too_late", code=case.code, state=turn.render(f"state_{case.status}"), old=old)
    if answered and not old:
        turn.offer(turn.option("unsolved", Verb.UNSOLVED, case.code))
    turn.offer(
        turn.option("ask", Verb.ASK, CaseKind.QUESTION),
        turn.option("follow", Verb.CASE, case.code),
        turn.option("menu", Verb.MENU),
    )
