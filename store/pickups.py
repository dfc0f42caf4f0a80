"""Opens a case for whoever holds its code and its pick-up code."""

import hmac

from casework.cases import ActorKind, Case, ContentKind, EventKind
from casework.statuses import ANSWERED
from knowledge.codes import CodeKind, find_code
from store.throttle import Limited, Throttle
from store.unit_of_work import UnitOfWork

#: Compared with when there is no such case: as long as a real one, and never right.
_NO_CODE = "------"


async def find_by_pickup(
    work: UnitOfWork, code: str, pickup_code: str, address: str
) -> Case | None:
    """The case, or None: nobody learns whether the case or the code was wrong.

    `code` as people write it ("hd 2026 123"); `address` is the visitor's, see `client_address`.
    A failed try is committed here, so that no caller can forget it; the transaction must hold
    nothing else by then.

    Raises:
        TooManyTriesError: too many wrong codes for this case or from this address.
    """
    throttle, now = Throttle(work.connection), work.clock()
    found = find_code(code, CodeKind.CASE)
    normal = found.value if found else ""
    subjects = [(Limited.PICKUP_ADDRESS, address)]
    if normal:  # what is no code at all locks nobody out
        subjects += [(Limited.PICKUP_CASE, normal), (Limited.PICKUP_CASE_DAY, normal)]
    for what, who in subjects:
        await throttle.hold(what, who)
        await throttle.check(what, who, now)
    case = await work.cases.find_by_code(normal)
    # Also for a case that is not there: who asks cannot tell by the time it takes.
    kept = await work.cases.latest_content(case.id if case else "", ContentKind.PICKUP_CODE)
    given = "".join(sign for sign in pickup_code if sign.isdecimal() and sign.isascii())
    if hmac.compare_digest((kept or _NO_CODE).encode(), given.encode()) and case is not None:
        return case
    for what, who in subjects:
        await throttle.note(what, who, now)
    await work.commit()
    return None


async def note_reading(work: UnitOfWork, case: Case) -> None:
    """Once for each answer: it reached the citizen."""
    if case.status not in ANSWERED:
        return
    kinds = [event.kind for event in await work.cases.events(case.id)]
    since = kinds[::-1].index(EventKind.ANSWER_SENT) if EventKind.ANSWER_SENT in kinds else 0
    if EventKind.PICKED_UP not in kinds[len(kinds) - since :]:
        await work.cases.add_event(
            case.id,
            EventKind.PICKED_UP,
            actor_kind=ActorKind.CITIZEN,
            actor_id="",
            now=work.clock(),
        )
