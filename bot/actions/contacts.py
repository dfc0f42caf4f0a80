"""A telephone number or an e-mail address for a case, for the day this chat cannot be used."""

from collections.abc import Sequence

from bot.actions.own import find_own
from bot.context import Turn
from bot.payloads import Verb
from bot.talk import Flow, Step
from casework.cases import Case, CaseKind, Contact, ContentKind
from casework.contacts import find_contact, shown_phone
from casework.statuses import ANSWERED, OPEN
from casework.use_cases.keep_contact import find_kept_contact, keep_contact

_LISTED = 5


async def ask(turn: Turn, arguments: Sequence[str]) -> None:
    """Ask for it, and say what is known; `code`."""
    case = await find_own(turn, arguments[0] if arguments else "")
    if case is None:
        return
    turn.talk.flow = None
    if not await _may_keep(turn, case):
        _say_closed(turn, case)
        return
    _open(turn, case)
    known = await find_kept_contact(turn.work, case.id)
    turn.say("contact_ask", code=case.code, known=_shown(known))
    turn.offer(turn.option("contact_later", Verb.CASE, case.code))


async def by_words(turn: Turn, _: Sequence[str] = ()) -> None:
    """The wish to leave one, perhaps with it: for the newest case that waits."""
    cases = await turn.work.cases.of_conversation(turn.conversation_id, _LISTED)
    waiting = next((case for case in cases if case.status in OPEN), None)
    if waiting is None:
        turn.say("contact_no_case")
        turn.offer(turn.option("ask", Verb.ASK, CaseKind.QUESTION), turn.option("menu", Verb.MENU))
    elif find_contact(turn.text) == Contact():
        await ask(turn, (waiting.code,))
    else:
        await take_for(turn, (waiting.code,))


async def take_for(turn: Turn, arguments: Sequence[str]) -> None:
    """It was written below the offer to leave it; `code`."""
    case = await find_own(turn, arguments[0] if arguments else "")
    if case is None:
        return
    if not await _may_keep(turn, case):
        _say_closed(turn, case)
        return
    _take(turn, _open(turn, case))


async def take(turn: Turn, _: Sequence[str] = ()) -> None:
    """What was written when it was asked for."""
    if turn.talk.flow is not None:
        _take(turn, turn.talk.flow)


def _take(turn: Turn, flow: Flow) -> None:
    """Show it back: one wrong digit and nobody is reached."""
    told = find_contact(turn.text)
    flow.phone, flow.email = told.phone, told.email
    if told == Contact():
        turn.say("contact_unread")
    else:
        turn.say("contact_check", code=flow.case_code, told=_shown(told))
        turn.offer(
            turn.option("contact_save", Verb.CONTACT_SAVE, flow.id),
            turn.option("contact_other", Verb.CONTACT, flow.case_code),
        )
    turn.offer(turn.option("contact_later", Verb.CASE, flow.case_code))


async def save(turn: Turn, arguments: Sequence[str]) -> None:
    """The citizen confirmed; `flow`."""
    wanted, flow = (arguments[0] if arguments else ""), turn.talk.flow
    if flow is None or flow.step is not Step.CONTACT or flow.id != wanted or not _told(flow):
        _say_over(turn, wanted)
        return
    case = await find_own(turn, flow.case_code)
    turn.talk.flow = None
    if case is None:
        return
    if not await _may_keep(turn, case):
        _say_closed(turn, case)
        return
    whole = await keep_contact(turn.work, case, Contact(phone=flow.phone, email=flow.email))
    turn.talk.remember_sent(flow.id, case.code)
    turn.say("contact_kept", code=case.code, known=_shown(whole))
    turn.offer(
        turn.option("contact_change", Verb.CONTACT, case.code),
        turn.option("follow", Verb.CASE, case.code),
        turn.option("menu", Verb.MENU),
    )


def _told(flow: Flow) -> bool:
    return bool(flow.phone or flow.email)


def _open(turn: Turn, case: Case) -> Flow:
    return turn.open_flow(Flow(id=str(turn.row.id), step=Step.CONTACT, case_code=case.code))


async def _may_keep(turn: Turn, case: Case) -> bool:
    """While there is an answer to bring, and the texts were not erased."""
    if case.status not in OPEN | ANSWERED:
        return False
    return bool(await turn.work.cases.latest_content(case.id, ContentKind.QUESTION))


def _say_closed(turn: Turn, case: Case) -> None:
    turn.say("contact_closed", code=case.code)
    turn.offer(turn.option("follow", Verb.CASE, case.code), turn.option("menu", Verb.MENU))


def _say_over(turn: Turn, flow_id: str) -> None:
    """A button pressed twice, or of an earlier talk."""
    code = turn.talk.sent_code(flow_id)
    if code:
        turn.say("contact_kept_before", code=code)
        turn.offer(turn.option("contact_change", Verb.CONTACT, code))
        turn.offer(turn.option("follow", Verb.CASE, code))
    else:
        turn.say("contact_over")
        turn.offer(turn.option("cases", Verb.CASES))
    turn.offer(turn.option("menu", Verb.MENU))


def _shown(contact: Contact) -> str:
    phone = shown_phone(contact.phone) if contact.phone else ""
    return ", ".join(part for part in (phone, contact.email) if part)
