"""What the router says of a case that nobody has sorted yet. The editor's choice always wins."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from casework.cases import Case
from casework.statuses import CaseStatus
from knowledge.agencies import Agency, readable_agencies
from knowledge.fields import Field
from knowledge.routing import ENOUGH, Propose, agency_for

#: From here on nearly every proposal was right on sentences the router never learnt.
_SURE = 0.85
_SHOWN_WHEN_UNSURE = 2


class Sureness(StrEnum):
    """How sure a proposal is, as the desk says it."""

    SURE = "sure"
    FAIRLY = "fairly"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class Proposed:
    field: Field
    #: None: nobody in the directory has the field.
    agency: Agency | None


@dataclass(frozen=True, slots=True)
class Proposal:
    """The likeliest field with its agency; two of them when it is not sure."""

    sureness: Sureness
    likely: tuple[Proposed, ...]

    @property
    def best(self) -> Proposed | None:
        """What the form begins with; None when the editor should look without a suggestion."""
        return None if self.sureness is Sureness.UNSURE else self.likely[0]


def is_unsorted(case: Case) -> bool:
    """Nobody has decided yet: afterwards what was chosen stands."""
    return case.status is CaseStatus.RECEIVED and not case.agency_code and not case.bounces


async def find_proposal(
    propose: Propose, question: str, place: str, today: date, rows: Sequence[dict[str, Any]]
) -> Proposal:
    """`rows`: the directory as it is stored. Reckons in a thread; no transaction may be open."""
    return await asyncio.to_thread(_proposal, propose, question, place, today, rows)


def _proposal(
    propose: Propose, question: str, place: str, today: date, rows: Sequence[dict[str, Any]]
) -> Proposal:
    agencies = list(readable_agencies(rows))
    found = propose(question, place, today, agencies)
    sureness = _sureness(found.confidence)
    shown = _SHOWN_WHEN_UNSURE if sureness is Sureness.UNSURE else 1
    where = f"{place} {question}"
    return Proposal(
        sureness,
        tuple(
            Proposed(field, agency_for(field, where, today, agencies))
            for field, _ in found.ranking[:shown]
        ),
    )


def _sureness(confidence: float) -> Sureness:
    if confidence >= _SURE:
        return Sureness.SURE
    return Sureness.FAIRLY if confidence >= ENOUGH else Sureness.UNSURE
