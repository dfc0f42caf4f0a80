"""`hoidap samples export`: labelled samples become files that everything learns from."""

import asyncio
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from app.conversations import make_index_builder
from app.learning.checks import HeldOut, SearchCheck, bearable, read_held_out, routing_score
from app.learning.files import (
    Learned,
    Sentences,
    read_learned,
    sorted_sentences,
    write_learned,
)
from bot.intents import Intent
from bot.knowledge_holder import Knowledge, KnowledgeHolder
from casework.samples import (
    ExportRefusal,
    LabelKind,
    SampleStatus,
    TrainingSample,
    as_sentence,
)
from knowledge.codes import procedure_base
from knowledge.fields import Field
from knowledge.text import Language
from store.catalogue import CATALOGUE_CHANGED
from store.unit_of_work import Store, UnitOfWork

#: Tells every running process to build its search again.
_CHANGED = "samples"
_SEARCHED = frozenset({LabelKind.PROCEDURE, LabelKind.FAQ})


@dataclass(frozen=True, slots=True)
class _Row:
    """A sample with the sentence it becomes and what that is an example of."""

    sample: TrainingSample
    kind: LabelKind
    #: As the files name it: a code without a province's own ending.
    value: str
    sentence: str


@dataclass(slots=True)
class Exported:
    """What became of the labelled samples."""

    taken: Counter[LabelKind] = field(default_factory=Counter)
    refused: list[tuple[TrainingSample, ExportRefusal]] = field(default_factory=list)


async def export_samples(store: Store, folder: Path, *, mark: bool = True) -> Exported:
    """Write what editors labelled into the files below `folder`, and mark it as exported.

    Without `mark` the files are a copy, and every sample stays as it is.

    The samples are judged with no transaction open: it may take minutes, in which citizens write
    and are erased. The files are written before the samples are marked: whoever is cut off between
    the two runs it again, and no sentence stands twice.
    """
    holder = KnowledgeHolder(store, make_index_builder())
    await holder.reload()
    async with store.work() as work:
        samples = await work.samples.to_export()
    done, rows = await asyncio.to_thread(_judge, samples, holder.current, folder)
    async with store.work() as work:
        taken = await _unchanged(work, done, rows)
        if taken:
            await asyncio.to_thread(_write, folder, taken)
        if mark:
            await _mark(work, taken, done)
            await work.commit()
    return done


async def _unchanged(work: UnitOfWork, done: Exported, rows: Sequence[_Row]) -> list[_Row]:
    """Leave what was changed or erased meanwhile to the next run; the others stay locked."""
    now = {sample.id: sample.version for sample in await work.samples.to_export()}
    taken = [row for row in rows if now.get(row.sample.id) == row.sample.version]
    done.taken.update(row.kind for row in taken)
    done.refused = [
        (sample, why) for sample, why in done.refused if now.get(sample.id) == sample.version
    ]
    return taken


def _write(folder: Path, rows: Sequence[_Row]) -> None:
    write_learned(folder, _with(read_learned(folder), rows))


def _judge(
    samples: Sequence[TrainingSample], known: Knowledge, folder: Path
) -> tuple[Exported, list[_Row]]:
    """What is refused, and the rows that may be learnt."""
    done = Exported()
    before = read_learned(folder)
    rows = list(_readable(samples, known, read_held_out(), done))
    taken = [row for row in rows if row.kind is LabelKind.INTENT]
    search = SearchCheck(list(known.procedures.values()), list(known.faqs.values()))
    for kinds, score in ((_SEARCHED, search.score), ({LabelKind.FIELD}, routing_score)):
        asked = [row for row in rows if row.kind in kinds]
        good = bearable(asked, lambda some: _with(before, some), score) if asked else []
        done.refused += [(row.sample, ExportRefusal.WORSE) for row in asked if row not in good]
        taken += good
    return done, taken


def _readable(
    samples: Iterable[TrainingSample], known: Knowledge, held_out: HeldOut, done: Exported
) -> Iterator[_Row]:
    for sample in samples:
        row = _row_of(sample, known)
        if row is None:
            done.refused.append((sample, ExportRefusal.GONE))
        elif held_out.has_nearly(row.sentence):
            done.refused.append((sample, ExportRefusal.TESTED))
        else:
            yield row


def _row_of(sample: TrainingSample, known: Knowledge) -> _Row | None:
    label = sample.label
    if label is None:
        return None
    sentence = as_sentence(sample.text, with_examples=label.kind is LabelKind.INTENT)
    value = procedure_base(label.value) if label.kind is LabelKind.PROCEDURE else label.value
    there = {
        LabelKind.INTENT: label.value in set(Intent),
        LabelKind.FIELD: label.value in set(Field),
        LabelKind.PROCEDURE: label.value in known.procedures,
        LabelKind.FAQ: any((label.value, lang.value) in known.faqs for lang in Language),
    }
    return _Row(sample, label.kind, value, sentence) if there[label.kind] and sentence else None


def _with(before: Learned, rows: Sequence[_Row]) -> Learned:
    def of(kind: LabelKind) -> list[_Row]:
        return [row for row in rows if row.kind is kind]

    intents = of(LabelKind.INTENT)
    return Learned(
        intents={
            lang.value: _joined(
                before.intents.get(lang.value, {}),
                [row for row in intents if row.sample.lang == lang.value],
            )
            for lang in Language
        },
        procedures=_joined(before.procedures, of(LabelKind.PROCEDURE)),
        faqs=_joined(before.faqs, of(LabelKind.FAQ)),
        fields=_joined(before.fields, of(LabelKind.FIELD)),
    )


def _joined(before: Sentences, rows: Iterable[_Row]) -> Sentences:
    sentences = {name: list(said) for name, said in before.items()}
    for row in rows:
        sentences.setdefault(row.value, []).append(row.sentence)
    return sorted_sentences(sentences)


async def _mark(work: UnitOfWork, taken: Sequence[_Row], done: Exported) -> None:
    now = work.clock()
    for row in taken:
        exported = replace(row.sample, status=SampleStatus.EXPORTED, exported_at=now)
        await work.samples.save(exported)
    await work.samples.forget_writers([row.sample.id for row in taken])
    for sample, why in done.refused:
        refused = replace(sample, status=SampleStatus.REFUSED, why=why)
        await work.samples.save(refused)
    if taken:
        await work.notify(CATALOGUE_CHANGED, _CHANGED)
