"""A citizen's question becomes a case with a legal date."""

import json
import secrets
from dataclasses import asdict, dataclass
from datetime import datetime

from casework.cases import (
    NOBODY,
    ActorKind,
    Case,
    CaseKind,
    CaseSource,
    Contact,
    ContentKind,
    EventKind,
    OnBehalf,
)
from casework.legal_clock import LegalRule, due_date, find_rule, vietnam_date
from casework.ports import CaseWork
from casework.statuses import CaseStatus


@dataclass(frozen=True, slots=True)
class OpenCase:
    """What the citizen confirmed. `asked_at`: when the message with the content was sent.

    `conversation_id` is empty when it did not come from a chat; `entered_by` is the member of staff
    who typed it in for somebody.
    """

    kind: CaseKind
    source: CaseSource
    conversation_id: str
    content: str
    asked_at: datetime
    place: str = ""
    on_behalf: OnBehalf = OnBehalf.SELF
    field: str = ""
    inbox_id: int | None = None
    contact: Contact = NOBODY
    entered_by: str = ""


@dataclass(frozen=True, slots=True)
class OpenedCase:
    """`pickup_code`: six digits that open the answer together with the case's code."""

    case: Case
    rule: LegalRule
    pickup_code: str


_PICKUP_CODES = 1_000_000


async def open_case(work: CaseWork, command: OpenCase) -> OpenedCase:
    """Give the case a code and its legal date, and keep the question encrypted.

    Raises:
        NoLegalRuleError: no rule row covers this kind today.
    """
    now = work.clock()
    asked_on = vietnam_date(command.asked_at)
    rule = find_rule(await work.catalogue.rules(), command.kind, asked_on)
    due_on = due_date(rule, asked_on, await work.catalogue.calendar())
    case = Case(
        id=work.ids(),
        code=await work.cases.next_code(command.kind, asked_on.year),
        kind=command.kind,
        status=CaseStatus.RECEIVED,
        source=command.source,
        conversation_id=command.conversation_id,
        asked_on=asked_on,
        due_on=due_on,
        promised_on=due_on,
        legal_basis=rule.legal_basis,
        created_at=now,
        updated_at=now,
        field=command.field,
        place=command.place,
        on_behalf=command.on_behalf,
    )
    await work.cases.add(case, inbox_id=command.inbox_id)
    pickup_code = f"{secrets.randbelow(_PICKUP_CODES):06d}"
    content = await _keep_texts(work, case, command, pickup_code)
    await work.cases.add_event(
        case.id,
        EventKind.OPENED,
        actor_kind=ActorKind.STAFF if command.entered_by else ActorKind.CITIZEN,
        actor_id=command.entered_by,
        now=now,
        data={"due_on": due_on.isoformat(), "rule": rule.id},
        content_id=content,
    )
    return OpenedCase(case, rule, pickup_code)


async def _keep_texts(work: CaseWork, case: Case, command: OpenCase, pickup_code: str) -> str:
    """Returns the content id of the question."""
    now = work.clock()
    await work.cases.add_content(case.id, ContentKind.PICKUP_CODE, pickup_code, now)
    if command.contact != NOBODY:
        told = json.dumps(asdict(command.contact))
        await work.cases.add_content(case.id, ContentKind.CONTACT, told, now)
    return await work.cases.add_content(case.id, ContentKind.QUESTION, command.content, now)
