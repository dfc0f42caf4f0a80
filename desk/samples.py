"""Training samples as editors see them: lists, one sample with what it may be, and corrections."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.intents import MATTERS, Intent
from casework.cases import CHATS, Case, ContentKind
from casework.samples import (
    Label,
    LabelKind,
    SampleReason,
    SampleSource,
    SampleStatus,
    TrainingSample,
    as_sentence,
    sample_of,
)
from desk.answers import Answers
from desk.errors import UnknownChoiceError
from desk.numbers import pages_for
from desk.proposing import is_unsorted
from desk.sorting import member
from knowledge.fields import Field
from knowledge.search import HitKind
from knowledge.text import Language, language
from store.samples import SampleFilter
from store.unit_of_work import UnitOfWork
from store.vault import UnreadableSecretError

PAGE_SIZE = 25
#: Hits that are offered as labels: by the sample's own words, and when an editor searches.
_OFFERED, _FOUND = 4, 8
#: Under this a row shares a word with the sample, nothing more; whoever searches sees it too.
_FAIR = 0.25

#: Intents in the order an editor looks for them; those an answer never hangs on come last.
INTENTS = (
    *MATTERS,
    Intent.CHANGE_LANGUAGE,
    Intent.GREET,
    Intent.GOODBYE,
    Intent.THANK,
    Intent.HELP,
    Intent.AFFIRM,
    Intent.DENY,
    Intent.CANCEL,
    Intent.OUT_OF_SCOPE,
)
_CHOICES: Mapping[LabelKind, type[StrEnum]] = {LabelKind.INTENT: Intent, LabelKind.FIELD: Field}
_ROWS: Mapping[LabelKind, HitKind] = {
    LabelKind.PROCEDURE: HitKind.PROCEDURE,
    LabelKind.FAQ: HitKind.FAQ,
}
_KINDS = {hit: kind for kind, hit in _ROWS.items()}


@dataclass(frozen=True, slots=True)
class SamplePage:
    samples: list[TrainingSample]
    counts: dict[SampleStatus, int]
    total: int
    number: int

    @property
    def pages(self) -> int:
        return pages_for(self.total, PAGE_SIZE)


@dataclass(frozen=True, slots=True)
class Titled:
    """A label in words; those of intents and fields stand in the texts."""

    label: Label
    title: str = ""


@dataclass(frozen=True, slots=True)
class SampleFile:
    """All that the page of one sample shows. `shown`: what the citizen was answered with."""

    sample: TrainingSample
    offered: tuple[Titled, ...]
    shown: tuple[Titled, ...]
    hint: Titled | None
    label: Titled | None
    decided_by: str


def read_filter(asked: Mapping[str, str]) -> SampleFilter:
    """Unknown values narrow nothing: an old bookmark shows more, never an error."""
    status = asked.get("status", "")
    reason, lang = asked.get("reason", ""), asked.get("lang", "")
    return SampleFilter(
        status=SampleStatus(status) if status in set(SampleStatus) else SampleStatus.WAITING,
        reason=reason if reason in set(SampleReason) else "",
        lang=lang if lang in set(Language) else "",
    )


async def read_samples(work: UnitOfWork, wanted: SampleFilter, number: int) -> SamplePage:
    counts = await work.samples.count_each(wanted)
    total = counts[wanted.status]
    number = min(max(1, number), pages_for(total, PAGE_SIZE))
    found = await work.samples.search(wanted, PAGE_SIZE, (number - 1) * PAGE_SIZE)
    return SamplePage(found, counts, total, number)


async def read_sample(work: UnitOfWork, sample_id: str, asked: str, answers: Answers) -> SampleFile:
    """Read one; `asked` are words to look for labels with, else its own.

    Raises:
        SampleNotFoundError: no such sample.
    """
    sample = await work.samples.get(sample_id)
    words = asked or as_sentence(sample.text, with_examples=False)
    waits = sample.status is SampleStatus.WAITING
    hits = answers.search(words, _FOUND if asked else _OFFERED) if waits else ()
    least = 0.0 if asked else _FAIR
    staff = await work.staff.find(sample.decided_by) if sample.decided_by else None
    return SampleFile(
        sample=sample,
        offered=tuple(
            Titled(Label(_KINDS[hit.kind], hit.ref), hit.title)
            for hit in hits
            if hit.score >= least
        ),
        shown=tuple(titled for mark in sample.shown if (titled := _of_mark(answers, mark))),
        hint=_titled(answers, sample.hint),
        label=_titled(answers, sample.label),
        decided_by=staff.name if staff else "",
    )


def _of_mark(answers: Answers, mark: str) -> Titled | None:
    kind, _, ref = mark.partition(":")
    return _titled(answers, Label(LabelKind(kind), ref)) if kind in set(LabelKind) else None


def _titled(answers: Answers, label: Label | None) -> Titled | None:
    if label is None or label.kind not in _ROWS:
        return None if label is None else Titled(label)
    return Titled(label, answers.title(_ROWS[label.kind], label.value) or label.value)


def read_label(answers: Answers, kind: str, value: str) -> Label:
    """Check what a form says.

    Raises:
        UnknownChoiceError: an intent, field or row nobody offers.
    """
    label_kind = member(LabelKind, kind)
    if label_kind in _CHOICES:
        return Label(label_kind, member(_CHOICES[label_kind], value))
    if not answers.title(_ROWS[label_kind], value):
        raise UnknownChoiceError(label_kind)
    return Label(label_kind, value)


async def keep_correction(
    work: UnitOfWork, case: Case, field: str, looks_grave: Callable[[str], bool]
) -> None:
    """The assistant put a case into one field and staff put it into another: that can be learnt.

    `case` as it was before. Never of grave words, as in the chat, also where they became a case.
    """
    corrected = is_unsorted(case) and case.field and field and field != case.field
    if not corrected or case.source not in CHATS or case.objected:
        return
    try:
        words = await work.cases.contents(case.id, ContentKind.QUESTION)
    except UnreadableSecretError:  # it can still be sorted
        return
    if not words or looks_grave(words[0]):
        return
    sample = sample_of(
        words[0],
        SampleReason.CORRECTED,
        sample_id=work.ids(),
        now=work.clock(),
        language=language,
    )
    if sample is None:
        return
    shown, hint = f"{LabelKind.FIELD}:{case.field}", Label(LabelKind.FIELD, field)
    sample = replace(sample, shown=(shown,), hint=hint)
    await work.samples.collect(sample, SampleSource(case.conversation_id))
