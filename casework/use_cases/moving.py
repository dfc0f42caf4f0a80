"""One move of a case: a table look-up, a save, an event."""

from dataclasses import dataclass, replace
from typing import Any

from casework.cases import ActorKind, Case, ContentKind, EventKind
from casework.errors import CaseworkError
from casework.ports import CaseWork
from casework.statuses import Command, next_status


class EmptyTextError(CaseworkError):
    """What was to be written down has no words."""


@dataclass(frozen=True, slots=True)
class CaseMove:
    """Who moves which case; `version` is the one shown when the person decided.

    `staff_id` is empty when the citizen or the service itself moves it.
    """

    case_id: str
    version: int
    staff_id: str = ""
    actor: ActorKind = ActorKind.STAFF


async def moved(work: CaseWork, move: CaseMove, command: Command) -> Case:
    """The case as it will be, not saved yet.

    Raises:
        CaseNotFoundError: no such case.
        MoveNotAllowedError: the table has no such move.
    """
    case = await work.cases.get(move.case_id)
    status = next_status(case.status, command)
    # The version the person saw goes into the save, so that a change in between is noticed.
    return replace(case, status=status, version=move.version)


async def save(
    work: CaseWork,
    case: Case,
    event: EventKind,
    move: CaseMove,
    *,
    data: dict[str, Any] | None = None,
    content_id: str | None = None,
) -> Case:
    """Write the case and its event.

    Raises:
        StaleCaseError: somebody changed the case since it was read.
    """
    now = work.clock()
    saved = await work.cases.save(case, now)
    await work.cases.add_event(
        case.id,
        event,
        actor_kind=move.actor,
        actor_id=move.staff_id,
        now=now,
        data=data,
        content_id=content_id,
    )
    return saved


async def add_note(work: CaseWork, case_id: str, reason: str) -> str:
    """Keep the reason of a move; returns its content id.

    Raises:
        EmptyTextError: there is no reason.
    """
    if not reason.strip():
        raise EmptyTextError(case_id)
    return await work.cases.add_content(case_id, ContentKind.NOTE, reason.strip(), work.clock())
