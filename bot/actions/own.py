"""Cases of this conversation: found by code, changed as they are now."""

from collections.abc import Awaitable, Callable

from bot.context import Turn
from bot.payloads import Verb
from casework.cases import Case
from casework.errors import StaleCaseError

Change = Callable[[Case], Awaitable[Case]]


async def find_own(turn: Turn, code: str) -> Case | None:
    """None for a case of somebody else as for one that does not exist; the citizen is told."""
    case = await turn.work.cases.find_by_code(code)
    if case is not None and case.conversation_id == turn.conversation_id:
        return case
    turn.say("case_not_yours", code=code)
    turn.offer(turn.option("cases", Verb.CASES), turn.option("person", Verb.PERSON))
    return None


async def change_case(turn: Turn, case: Case, change: Change) -> Case:
    """Make the change, once more when somebody changed the case in this moment.

    Raises:
        StaleCaseError: it was changed again.
        CaseworkError: what the change raises; nothing of it stays.
    """
    try:
        return await _try(turn, case, change)
    except StaleCaseError:
        return await _try(turn, await turn.work.cases.get(case.id), change)


async def _try(turn: Turn, case: Case, change: Change) -> Case:
    async with turn.work.savepoint():
        return await change(case)
