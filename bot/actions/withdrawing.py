"""The citizen takes a question back, as long as it is not answered."""

from collections.abc import Sequence

from bot.actions.own import change_case, find_own
from bot.choices import Option
from bot.context import Turn
from bot.payloads import Verb, make_payload
from casework.cases import Case, CaseKind, ContentKind
from casework.errors import MoveNotAllowedError, StaleCaseError
from casework.statuses import ANSWERED, CaseStatus, Command, allowed_commands
from casework.use_cases.follow_case import by_citizen, withdraw_case
from knowledge.codes import CodeKind, find_code

_LISTED = 5
_REMINDER = 120


async def by_words(turn: Turn, _: Sequence[str] = ()) -> None:
    """The wish to take back: the one named, the only one, or a choice of those that can be."""
    turn.talk.flow = None
    if found := find_code(turn.text, CodeKind.CASE):
        await ask(turn, (found.value,))
        return
    cases = await turn.work.cases.of_conversation(turn.conversation_id, _LISTED)
    able = [case for case in cases if _may_withdraw(case)]
    if len(able) == 1:
        await _ask(turn, able[0])
    elif able:
        turn.say("withdraw_which")
        turn.offer(*[await _option(turn, case) for case in able])
    elif cases:
        await ask(turn, (cases[0].code,))
    else:
        turn.say("cases_none")
        turn.offer(turn.option("ask", Verb.ASK, CaseKind.QUESTION), turn.option("menu", Verb.MENU))


async def _option(turn: Turn, case: Case) -> Option:
    text = turn.render("case_choice", code=case.code, question=await reminder(turn, case))
    return Option(case.code, make_payload(Verb.WITHDRAW, case.code), text)


def _may_withdraw(case: Case) -> bool:
    return Command.WITHDRAW in allowed_commands(case.status)


async def ask(turn: Turn, arguments: Sequence[str]) -> None:
    """Ask once whether this one is meant; `code`."""
    case = await find_own(turn, arguments[0] if arguments else "")
    if case is None:
        return
    if _may_withdraw(case):
        await _ask(turn, case)
    else:
        _say_over(turn, case)


async def _ask(turn: Turn, case: Case) -> None:
    turn.say("withdraw_sure", code=case.code, question=await reminder(turn, case))
    turn.offer(
        turn.option("withdraw_now", Verb.WITHDRAW_NOW, case.code),
        turn.option("keep_case", Verb.CASE, case.code),
    )


async def reminder(turn: Turn, case: Case) -> str:
    """The beginning of what was asked; empty when the texts were erased."""
    asked = await turn.work.cases.contents(case.id, ContentKind.QUESTION)
    question = " ".join(asked[0].split()) if asked else ""
    return question if len(question) <= _REMINDER else question[: _REMINDER - 1].rstrip() + "…"


async def withdraw(turn: Turn, arguments: Sequence[str]) -> None:
    """The citizen confirmed; `code`."""
    case = await find_own(turn, arguments[0] if arguments else "")
    if case is None:
        return

    async def change(fresh: Case) -> Case:
        return await withdraw_case(turn.work, by_citizen(fresh))

    try:
        await change_case(turn, case, change)
    except MoveNotAllowedError:
        _say_over(turn, await turn.work.cases.get(case.id))
        return
    except StaleCaseError:
        turn.say("case_busy", code=case.code)
        turn.offer(turn.option("follow", Verb.CASE, case.code), turn.option("menu", Verb.MENU))
        return
    turn.say("withdrawn", code=case.code)
    turn.offer(turn.option("ask", Verb.ASK, CaseKind.QUESTION), turn.option("menu", Verb.MENU))


def _say_over(turn: Turn, case: Case) -> None:
    """Too late: what is possible instead."""
    if case.status is CaseStatus.WITHDRAWN:
        turn.say("withdrawn_before", code=case.code)
    elif case.status in ANSWERED:
        turn.say("withdraw_answered", code=case.code)
        turn.offer(turn.option("unsolved", Verb.UNSOLVED, case.code))
        if not case.objected:
            turn.offer(turn.option("not_public", Verb.PUBLIC, case.code, "no"))
        turn.offer(turn.option("data_rights", Verb.FORGET))
    else:
        turn.say("withdraw_closed", code=case.code, state=turn.render(f"state_{case.status}"))
    turn.offer(turn.option("follow", Verb.CASE, case.code), turn.option("menu", Verb.MENU))
