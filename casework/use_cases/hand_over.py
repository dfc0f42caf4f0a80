"""The work of a colleague who leaves goes on with somebody else."""

from dataclasses import replace

from casework.cases import Case, EventKind
from casework.ports import CaseWork
from casework.statuses import OPEN
from casework.use_cases.moving import CaseMove, save


async def cases_held(work: CaseWork, staff_id: str) -> list[Case]:
    """Open cases given to somebody, or drafted by them and given to nobody."""
    held = await work.cases.held_by(staff_id, OPEN)
    # A draft that another officer's case has from the leaver is that officer's matter already.
    return [case for case in held if case.officer_id in (staff_id, "")]


async def hand_over_cases(work: CaseWork, leaver_id: str, to_id: str, by_id: str) -> list[Case]:
    """Give the open cases of `leaver_id` to `to_id`, or back to their agencies when that is empty.

    Who wrote a draft stays known: the rule of two people asks for it.
    """
    held = await cases_held(work, leaver_id)
    theirs = [case for case in held if case.officer_id != to_id]
    return [await _hand_over(work, case, leaver_id, to_id, by_id) for case in theirs]


async def _hand_over(work: CaseWork, case: Case, leaver_id: str, to_id: str, by_id: str) -> Case:
    move = CaseMove(case.id, case.version, by_id)
    data = {"from": leaver_id, "officer": to_id, "agency": case.agency_code}
    return await save(work, replace(case, officer_id=to_id), EventKind.HANDED_OVER, move, data=data)
