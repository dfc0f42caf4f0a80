"""Where is my question. Only the conversation that asked sees anything of a case."""

from collections.abc import Sequence

from bot.actions.judged import not_intended
from bot.alarms import Concern, call_person
from bot.choices import Option
from bot.context import Turn
from bot.payloads import Verb, make_payload
from bot.talk import Flow, Step
from casework.cases import ActorKind, Case, ContentKind, EventKind
from casework.statuses import CaseStatus
from knowledge.codes import CodeKind, find_code

_LISTED = 5
#: With so many words around it a code comes with something to say.
_WORDS_BESIDES = 6


async def check(turn: Turn, arguments: Sequence[str] = ()) -> None:
    """One case by its code, else the list of this conversation's."""
    if not arguments and turn.lexicon.has("withdraw_marks", turn.text):
        await _withdraw(turn)
        return
    code = (arguments[0] if arguments else "") or turn.entity("case_code")
    if found := find_code(code or turn.text, CodeKind.CASE):
        await tell(turn, found.value)
    else:
        await list_mine(turn)


async def _withdraw(turn: Turn) -> None:
    """A person takes the question out of work: the agency may have begun already."""
    if not await turn.work.cases.of_conversation(turn.conversation_id, 1):
        await list_mine(turn)
        return
    await call_person(turn.work, Concern.WITHDRAWAL, turn.conversation_id, turn.now)
    turn.say("withdraw_noted")
    turn.offer(turn.option("cases", Verb.CASES), turn.option("menu", Verb.MENU))


async def list_mine(turn: Turn, _: Sequence[str] = ()) -> None:
    turn.talk.flow = None
    cases = await turn.work.cases.of_conversation(turn.conversation_id, _LISTED)
    if not cases:
        turn.open_flow(Flow(id=str(turn.row.id), step=Step.CASE_CODE))
        turn.say("cases_none")
        turn.offer(turn.option("ask", Verb.ASK, "question"), turn.option("menu", Verb.MENU))
        return
    if len(cases) == 1:
        await _show(turn, cases[0])
        return
    turn.say("cases_list")
    turn.offer(*(_listed(turn, case) for case in cases))


def _listed(turn: Turn, case: Case) -> Option:
    text = turn.render("case_line", code=case.code, status=case.status, due=case.promised_on)
    return Option(case.code, make_payload(Verb.CASE, case.code), text)


async def tell(turn: Turn, code: str) -> None:
    """The same answer for a case of somebody else and for one that does not exist."""
    turn.talk.flow = None
    case = await turn.work.cases.find_by_code(code)
    if case is None or case.conversation_id != turn.conversation_id:
        turn.say("case_not_yours", code=code)
        turn.offer(turn.option("cases", Verb.CASES), turn.option("person", Verb.PERSON))
        return
    await _show(turn, case)


async def _show(turn: Turn, case: Case) -> None:
    answer = ""
    if case.status is CaseStatus.ANSWERED:
        answer = await turn.work.cases.latest_content(case.id, ContentKind.ANSWER)
    turn.say(
        "case_status",
        code=case.code,
        status=case.status,
        asked=case.asked_on,
        due=case.promised_on,
        late=case.is_late(turn.today),
        agency=turn.knowledge.agency_name(case.agency_code),
        answer=answer,
    )
    answered = case.status is CaseStatus.ANSWERED
    # Only words that came with the code are meant for this case.
    named = find_code(turn.text, CodeKind.CASE) is not None and not turn.row.event.payload
    if named and len(turn.text.split()) >= _WORDS_BESIDES:
        turn.texts[-1] += "\n" + turn.render("case_words", answered=answered)
        if answered:
            turn.offer(turn.option("ask_this", Verb.ASK_THIS, turn.row.id))
        else:
            await _add_words(turn, case)
    if answered:
        turn.offer(turn.option("unsolved", Verb.UNSOLVED, case.code))
    turn.offer(turn.option("cases", Verb.CASES), turn.option("menu", Verb.MENU))


async def _add_words(turn: Turn, case: Case) -> None:
    """What came with the code of an own case belongs to that case."""
    work = turn.work
    words = await work.cases.add_content(case.id, ContentKind.QUESTION, turn.text, turn.now)
    await work.cases.add_event(
        case.id,
        EventKind.CITIZEN_ADDED,
        actor_kind=ActorKind.CITIZEN,
        actor_id="",
        now=turn.now,
        data={"inbox_id": turn.row.id},
        content_id=words,
    )


async def unsolved(turn: Turn, arguments: Sequence[str]) -> None:
    """The answer did not help: somebody looks at it, and what can be done now."""
    await call_person(turn.work, Concern.UNSOLVED, turn.conversation_id, turn.now)
    turn.say("unsolved", code=arguments[0] if arguments else "")
    turn.offer(
        turn.option("ask", Verb.ASK, "question"),
        turn.option("person", Verb.PERSON),
        turn.option("menu", Verb.MENU),
    )


def _was_just_answered(turn: Turn) -> bool:
    """Whether the last message was an answer of the assistant that can be wrong."""
    wrong = make_payload(Verb.NOT_INTENDED), make_payload(Verb.ASK_THIS)
    return bool(turn.talk.shown) and any(
        payload.startswith(wrong) for _, payload in turn.talk.choices
    )


async def rate(turn: Turn, _: Sequence[str] = ()) -> None:
    """Words about an answer: of the assistant just now, else of an agency."""
    if _was_just_answered(turn):
        await not_intended(turn)
        return
    cases = await turn.work.cases.of_conversation(turn.conversation_id, _LISTED)
    answered = next((case for case in cases if case.status is CaseStatus.ANSWERED), None)
    if answered is None:
        turn.say("rating_taken")
        turn.offer(turn.option("ask", Verb.ASK, "question"), turn.option("menu", Verb.MENU))
        return
    turn.say("rating_answered", code=answered.code)
    turn.offer(
        turn.option("unsolved", Verb.UNSOLVED, answered.code), turn.option("menu", Verb.MENU)
    )
