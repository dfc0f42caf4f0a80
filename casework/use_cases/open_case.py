"""A citizen's question becomes a case with a legal date."""

from dataclasses import dataclass
from datetime import datetime

from casework.cases import (
    ActorKind,
    Case,
    CaseKind,
    CaseSource,
    ContentKind,
    EventKind,
    OnBehalf,
)
from casework.legal_clock import LegalRule, due_date, find_rule, vietnam_date
from casework.ports import CaseWork
from casework.statuses import CaseStatus


@dataclass(frozen=True, slots=True)
class OpenCase:
    """What the citizen confirmed. `asked_at`: when the message with the content was sent."""

    kind: CaseKind
    source: CaseSource
    conversation_id: str
    content: str
    asked_at: datetime
    place: str = ""
    on_behalf: OnBehalf = OnBehalf.SELF
    field: str = ""
    inbox_id: int | None = None


@dataclass(frozen=True, slots=True)
class OpenedCase:
    case: Case
    rule: LegalRule


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
    content = await work.cases.add_content(case.id, ContentKind.QUESTION, command.content, now)
    await work.cases.add_event(
        case.id,
        EventKind.OPENED,
        actor_kind=ActorKind.CITIZEN,
        actor_id="",
        now=now,
        data={"due_on": due_on.isoformat(), "rule": rule.id},
        content_id=content,
    )
    return OpenedCase(case, rule)
