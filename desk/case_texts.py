"""The decrypted texts of a case, each where its history puts it."""

from dataclasses import dataclass, field
from enum import StrEnum

from casework.cases import Case, ContentKind, EventKind
from store.cases import CaseEvent, CaseText
from store.unit_of_work import UnitOfWork
from store.vault import UnreadableSecretError


class Said(StrEnum):
    """How the citizen's further words came."""

    ADDED = "added"
    #: The answer did not help.
    REOPENED = "reopened"


@dataclass(frozen=True, slots=True)
class Further:
    how: Said
    text: str


@dataclass(frozen=True, slots=True)
class Texts:
    """Decrypted; all empty when the citizen's data were erased or no key opens them."""

    readable: bool
    question: str = ""
    #: What the citizen said besides, after it was sent.
    further: tuple[Further, ...] = ()
    draft: str = ""
    draft_before: str = ""
    answer: str = ""
    #: Why the draft was given back, until a new one is saved.
    returned: str = ""
    transcripts: tuple[str, ...] = ()
    #: Content id → reason given by staff, for the history.
    notes: dict[str, str] = field(default_factory=dict)


_SHOWN = (
    ContentKind.QUESTION,
    ContentKind.DRAFT,
    ContentKind.ANSWER,
    ContentKind.NOTE,
    ContentKind.TRANSCRIPT,
)
#: After these an earlier draft is nobody's: another agency writes, or another question is open.
_DRAFTS_END = frozenset({EventKind.BOUNCED, EventKind.REOPENED})


async def read_texts(work: UnitOfWork, case: Case, events: list[CaseEvent]) -> Texts:
    try:
        found = await work.cases.texts(case.id, *_SHOWN)
    except UnreadableSecretError:
        return Texts(readable=False)
    kinds = {event.content_id: event.kind for event in events}
    questions = _of(found, ContentKind.QUESTION)
    drafts, returned = _drafts(found, events)
    answers = _of(found, ContentKind.ANSWER)
    return Texts(
        # Every case has a question until its key is destroyed.
        readable=bool(questions),
        question=questions[0].text if questions else "",
        further=tuple(Further(_how(kinds.get(one.id)), one.text) for one in questions[1:]),
        draft=drafts[-1] if drafts else "",
        draft_before=drafts[-2] if len(drafts) > 1 else "",
        answer=answers[-1].text if answers else "",
        returned=returned,
        transcripts=tuple(one.text for one in _of(found, ContentKind.TRANSCRIPT)),
        notes={one.id: one.text for one in _of(found, ContentKind.NOTE)},
    )


def _of(found: list[CaseText], kind: ContentKind) -> list[CaseText]:
    return [one for one in found if one.kind is kind]


def _how(kind: EventKind | None) -> Said:
    return Said.REOPENED if kind is EventKind.REOPENED else Said.ADDED


def _drafts(found: list[CaseText], events: list[CaseEvent]) -> tuple[list[str], str]:
    """The drafts of the present round, and why the last one was given back."""
    texts = {one.id: one.text for one in found}
    drafts: list[str] = []
    returned = ""
    for event in events:
        if event.kind in _DRAFTS_END:
            drafts, returned = [], ""
        elif event.kind is EventKind.DRAFT_SAVED:
            drafts, returned = [*drafts, texts.get(event.content_id or "", "")], ""
        elif event.kind is EventKind.DRAFT_REJECTED:
            returned = texts.get(event.content_id or "", "")
    return drafts, returned
