"""Where is my question. Only the conversation that asked sees anything of a case."""

from collections.abc import Sequence

from bot.actions import withdrawing
from bot.actions.further import begin_addition
from bot.actions.own import change_case, find_own
from bot.actions.rating import rating_options
from bot.alarms import Concern, call_person
from bot.choices import Option
from bot.context import Turn
from bot.payloads import Verb, make_payload
from bot.talk import Flow, Step
from casework.cases import Case, CaseKind, ContentKind, EventKind, Refusal
from casework.errors import CaseworkError, StaleCaseError
from casework.statuses import ANSWERED, OPEN, CaseStatus
from casework.use_cases.follow_case import add_to_case, may_reopen, object_to_publication
from knowledge.codes import CodeKind, find_code
from store.cases import CaseEvent

_LISTED = 5
#: With so many words around it a code comes with something to say.
_WORDS_BESIDES = 6
#: And so many words with the wish to add say what is to be added.
_SAYS_MORE = 9
#: Argument of a button: the citizen does not want it published.
_OBJECTS = "no"


async def check(turn: Turn, arguments: Sequence[str] = ()) -> None:
    """One case by its code, else the list of this conversation's."""
    if not arguments and turn.lexicon.has("withdraw_marks", turn.text):
        await withdrawing.by_words(turn)
        return
    code = (arguments[0] if arguments else "") or turn.entity("case_code")
    if found := find_code(code or turn.text, CodeKind.CASE):
        await tell(turn, found.value)
    elif turn.lexicon.has("addition_marks", turn.text):
        await _add_by_words(turn)
    else:
        await list_mine(turn)


async def _add_by_words(turn: Turn) -> None:
    """The wish to add something: to the only case that waits, else to one of the list."""
    cases = await turn.work.cases.of_conversation(turn.conversation_id, _LISTED)
    able = [case for case in cases if case.status in OPEN]
    if len(able) == 1:
        says_more = len(turn.text.split()) >= _SAYS_MORE
        await begin_addition(turn, able[0], turn.text if says_more else "")
    elif able:
        turn.say("add_which")
        turn.offer(*[await _choice(turn, case, Verb.ADD_TO) for case in able])
    else:
        await list_mine(turn)


async def _choice(turn: Turn, case: Case, verb: Verb) -> Option:
    question = await withdrawing.reminder(turn, case)
    text = turn.render("case_choice", code=case.code, question=question)
    return Option(case.code, make_payload(verb, case.code), text)


async def list_mine(turn: Turn, _: Sequence[str] = ()) -> None:
    turn.talk.flow = None
    cases = await turn.work.cases.of_conversation(turn.conversation_id, _LISTED)
    if not cases:
        turn.open_flow(Flow(id=str(turn.row.id), step=Step.CASE_CODE))
        turn.say("cases_none")
        turn.offer(turn.option("ask", Verb.ASK, CaseKind.QUESTION), turn.option("menu", Verb.MENU))
        return
    if len(cases) == 1:
        await _show(turn, cases[0])
        return
    turn.say("cases_list")
    turn.offer(*(_listed(turn, case) for case in cases))


def _listed(turn: Turn, case: Case) -> Option:
    text = turn.render(
        "case_line",
        code=case.code,
        state=turn.render(f"state_{case.status}"),
        due=case.promised_on,
        waits=case.status in OPEN,
    )
    return Option(case.code, make_payload(Verb.CASE, case.code), text)


async def tell(turn: Turn, code: str) -> None:
    """The same answer for a case of somebody else and for one that does not exist."""
    turn.talk.flow = None
    if case := await find_own(turn, code):
        await _show(turn, case)


async def _show(turn: Turn, case: Case) -> None:
    events = await turn.work.cases.events(case.id)
    answered = case.status in ANSWERED
    answer = ""
    if answered:
        answer = await turn.work.cases.latest_content(case.id, ContentKind.ANSWER)
    turn.say(
        "case_status",
        code=case.code,
        state=turn.render(f"state_{case.status}"),
        next=_what_next(turn, case, events),
        asked=case.asked_on,
        due=case.promised_on,
        waits=case.status in OPEN,
        late=case.is_late(turn.today),
        agency=turn.knowledge.agency_name(case.agency_code),
        answer=answer,
        objected=case.objected,
        erased=any(event.kind is EventKind.ERASED for event in events),
    )
    if answered and _has_words(turn):
        turn.texts[-1] += "\n" + turn.render("words_not_added")
        turn.offer(turn.option("ask_this", Verb.ASK_THIS, turn.row.id))
    elif _has_words(turn) and case.status in OPEN:
        await _add_words(turn, case)
    turn.offer(*_options(turn, case))


def _what_next(turn: Turn, case: Case, events: list[CaseEvent]) -> str:
    if case.status is not CaseStatus.NOT_ACCEPTED:
        return turn.render(f"next_{case.status}", reopens=may_reopen(case, turn.now))
    said = [event.data.get("refusal") for event in events if event.kind is EventKind.NOT_ACCEPTED]
    refusal = said[-1] if said and said[-1] in set(Refusal) else Refusal.UNCLEAR
    return turn.render(f"reason_{refusal}")


def _has_words(turn: Turn) -> bool:
    """Only words that came with the code are meant for this case."""
    named = find_code(turn.text, CodeKind.CASE) is not None and not turn.row.event.payload
    return named and len(turn.text.split()) >= _WORDS_BESIDES


async def _add_words(turn: Turn, case: Case) -> None:
    """What came with the code of an own case belongs to that case."""

    async def change(fresh: Case) -> Case:
        return await add_to_case(turn.work, fresh, turn.text, inbox_id=turn.row.id)

    try:
        await change_case(turn, case, change)
        turn.texts[-1] += "\n" + turn.render("words_added")
    except CaseworkError:
        turn.texts[-1] += "\n" + turn.render("words_not_added")


def _options(turn: Turn, case: Case) -> list[Option]:
    code, options = case.code, []
    if case.status in OPEN:
        options += [
            turn.option("add_to_case", Verb.ADD_TO, code),
            turn.option("withdraw", Verb.WITHDRAW, code),
            turn.option("contact", Verb.CONTACT, code),
        ]
    elif may_reopen(case, turn.now):
        options += rating_options(turn, code)
    else:
        options.append(turn.option("ask", Verb.ASK, CaseKind.QUESTION))
    if case.status in OPEN | ANSWERED:
        options += [_publication_option(turn, case), turn.option("pickup", Verb.PICKUP, code)]
    return [*options, turn.option("cases", Verb.CASES), turn.option("menu", Verb.MENU)]


def _publication_option(turn: Turn, case: Case) -> Option:
    if case.objected:
        return turn.option("public_again", Verb.PUBLIC, case.code, "yes")
    return turn.option("not_public", Verb.PUBLIC, case.code, _OBJECTS)


async def set_public(turn: Turn, arguments: Sequence[str]) -> None:
    """`code`, and whether the citizen objects to publication."""
    code, wish = (*arguments, "", "")[:2]
    case = await find_own(turn, code)
    if case is None:
        return
    objects = wish == _OBJECTS

    async def change(fresh: Case) -> Case:
        return await object_to_publication(turn.work, fresh, objects=objects)

    try:
        case = await change_case(turn, case, change)
    except StaleCaseError:
        turn.say("case_busy", code=code)
        turn.offer(turn.option("follow", Verb.CASE, code), turn.option("menu", Verb.MENU))
        return
    published = objects and await _is_published(turn, case)
    if published:
        concern = Concern.OBJECTED_PUBLISHED
        await call_person(turn.work, concern, turn.conversation_id, turn.now)
    turn.say("objected" if objects else "objection_lifted", code=code, published=published)
    turn.offer(
        _publication_option(turn, case),
        turn.option("follow", Verb.CASE, code),
        turn.option("menu", Verb.MENU),
    )


async def _is_published(turn: Turn, case: Case) -> bool:
    return any(item.live is not None for item in await turn.work.publications.of_case(case.id))


async def show_pickup_code(turn: Turn, arguments: Sequence[str]) -> None:
    """`code`: what opens the answer outside this conversation."""
    case = await find_own(turn, arguments[0] if arguments else "")
    if case is None:
        return
    digits = await turn.work.cases.latest_content(case.id, ContentKind.PICKUP_CODE)
    turn.say(
        "pickup_code",
        code=case.code,
        digits=f"{digits[:3]} {digits[3:]}".strip(),
        url=turn.office.public_url,
    )
    turn.offer(turn.option("follow", Verb.CASE, case.code), turn.option("menu", Verb.MENU))
