"""Days off and legal rules were loaded: the legal dates of cases that wait follow them."""

from dataclasses import replace
from datetime import date

from casework.cases import PREFIXES, Case, EventKind
from casework.legal_clock import (
    LegalRule,
    NoLegalRuleError,
    WorkCalendar,
    due_date,
    find_rule,
    vietnam_date,
)
from casework.ports import CaseWork
from casework.use_cases.follow_case import by_service
from casework.use_cases.moving import save


async def recompute_due(work: CaseWork) -> int:
    """Move the legal date of each open case whose date is another one now; returns how many.

    What the citizen was promised stays: a day off that was loaded later is no reason to wait
    longer, and nobody is told an earlier date that may be taken back.
    """
    rules, calendar = await work.catalogue.rules(), await work.catalogue.calendar()
    moved = 0
    for case in await work.cases.waiting():
        found = _recomputed(case, await _day_zero(work, case), rules, calendar)
        if found.due_on == case.due_on:
            continue
        data = {"before": case.due_on.isoformat(), "due_on": found.due_on.isoformat()}
        await save(work, found, EventKind.DUE_MOVED, by_service(case), data=data)
        moved += 1
    return moved


async def _day_zero(work: CaseWork, case: Case) -> date:
    """The day it was asked, or asked again."""
    reopened_at = await work.cases.last_event_at(case.id, EventKind.REOPENED)
    return vietnam_date(reopened_at) if reopened_at else case.asked_on


def _recomputed(case: Case, day_zero: date, rules: list[LegalRule], calendar: WorkCalendar) -> Case:
    try:
        rule = find_rule(rules, case.kind, day_zero)
    except NoLegalRuleError:
        return case  # the rule it was opened under is gone: its date is all that is known
    due_on = due_date(rule, day_zero, calendar)
    if not case.code.startswith(PREFIXES[case.kind]):
        # Sorted as another kind after a date was promised: never later than that.
        due_on = min(due_on, case.promised_on)
    return replace(case, due_on=due_on, legal_basis=rule.legal_basis)
