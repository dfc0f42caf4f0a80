"""What a person must look at, with the code the desk shows for it. Never a citizen's words."""

from datetime import datetime
from enum import StrEnum

from store.alerts import AlertKind
from store.unit_of_work import UnitOfWork


class Concern(StrEnum):
    """Why somebody should look at a conversation."""

    TURN_FAILED = "turn_failed"
    NO_LEGAL_RULE = "no_legal_rule"
    #: A complaint or denunciation of which a part went to an agency as an ordinary case.
    SENT_BEFORE_SEALED = "sent_before_sealed"
    #: Somebody does not want published what is published already.
    OBJECTED_PUBLISHED = "objected_published"


async def call_person(
    work: UnitOfWork, concern: Concern, conversation_id: str, now: datetime
) -> None:
    """An alert for whoever watches the conversations; its detail is the concern.

    One at a time of each: nobody can fill the page by pressing a button again.
    """
    kind = AlertKind.PERSON_NEEDED
    if not await work.alerts.is_open_for(kind, conversation_id, concern):
        await work.alerts.add(kind, now, conversation_id=conversation_id, detail=concern)
