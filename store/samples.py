"""Training samples: kept sealed, counted when they come again, erased with their writers' data."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, exists, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from casework.samples import (
    Label,
    LabelKind,
    SampleNotFoundError,
    SampleReason,
    SampleSource,
    SampleStatus,
    StaleSampleError,
    TrainingSample,
    bare_words,
)
from store.tables import training_sample_sources as sources
from store.tables import training_samples as samples
from store.vault import UnreadableSecretError, Vault

S = SampleStatus
#: Whoever locks several does it in this order, or two might wait for each other for ever.
_LOCKED = (samples.c.collected_at, samples.c.id)
#: What nobody labelled is forgotten after it, counted from the last time somebody wrote it; what
#: was dismissed or exported, counted from then.
KEPT_FOR = timedelta(days=90)
#: What was labelled waits for an export, but not for ever.
LABELLED_KEPT_FOR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class SampleFilter:
    """Empty values narrow nothing."""

    status: SampleStatus = SampleStatus.WAITING
    reason: str = ""
    lang: str = ""


class SampleRepository:
    def __init__(self, connection: AsyncConnection, vault: Vault) -> None:
        self._connection = connection
        self._vault = vault

    async def collect(self, sample: TrainingSample, source: SampleSource) -> bool:
        """Add it, or count it again; True: nobody had written this before.

        A message counts once however often it is collected. A hint is taken over: the newest one
        is the best informed.
        """
        new = insert(samples).values(**_values(sample), **self._sealed(sample.text))
        added = new.on_conflict_do_nothing(index_elements=["digest"]).returning(samples.c.id)
        if (await self._connection.execute(added)).first() is not None:
            await self._add_source(sample.id, source)
            return True
        await self._count_again(sample, source)
        return False

    async def _count_again(self, sample: TrainingSample, source: SampleSource) -> None:
        query = select(samples.c.id, samples.c.status).with_for_update()
        query = query.where(samples.c.digest == self._digest(sample.text))
        known = (await self._connection.execute(query)).first()
        if known is None:  # forgotten between the two statements: the next one is collected
            return
        # Nobody is remembered for words that are learnt already.
        if known.status != S.EXPORTED and not await self._add_source(known.id, source):
            await self._change(known.id, **_hint(sample.hint))
            return
        counted: dict[str, Any] = {
            "times_seen": samples.c.times_seen + 1,
            "last_seen_at": sample.last_seen_at,
        }
        await self._change(known.id, **counted, **_hint(sample.hint))

    async def _add_source(self, sample_id: str, source: SampleSource) -> bool:
        new = insert(sources).values(
            sample_id=sample_id, conversation_id=source.conversation_id, inbox_id=source.inbox_id
        )
        added = new.on_conflict_do_nothing().returning(sources.c.inbox_id)
        return (await self._connection.execute(added)).first() is not None

    async def _change(self, sample_id: str, **values: Any) -> None:
        if values:
            await self._connection.execute(
                update(samples).where(samples.c.id == sample_id).values(**values)
            )

    def _sealed(self, text: str) -> dict[str, Any]:
        return {"digest": self._digest(text), "ciphertext": self._vault.seal(text)}

    def _digest(self, text: str) -> str:
        return self._vault.digest("training sample", bare_words(text))

    async def give_hint(self, source: SampleSource, hint: Label) -> None:
        """Note what the citizen chose instead, while nobody has decided."""
        of_it = select(sources.c.sample_id).where(
            sources.c.conversation_id == source.conversation_id,
            sources.c.inbox_id == source.inbox_id,
        )
        await self._connection.execute(
            update(samples)
            .where(samples.c.id.in_(of_it), samples.c.status == S.WAITING)
            .values(**_hint(hint))
        )

    # -- reading ------------------------------------------------------------------------------

    async def get(self, sample_id: str) -> TrainingSample:
        """Read one.

        Raises:
            SampleNotFoundError: no such sample.
        """
        query = select(samples).where(samples.c.id == sample_id)
        found = (await self._connection.execute(query)).first()
        if found is None:
            raise SampleNotFoundError(sample_id)
        return self._sample(found)

    async def search(
        self, wanted: SampleFilter, limit: int, offset: int = 0
    ) -> list[TrainingSample]:
        """Most often seen first, then newest; decided ones by when they were decided."""
        order: tuple[ColumnElement[Any], ...] = (
            samples.c.times_seen.desc(),
            samples.c.last_seen_at.desc(),
        )
        if wanted.status is not S.WAITING:
            order = (samples.c.decided_at.desc(),)
        query = select(samples).where(samples.c.status == wanted.status, *_narrowed(wanted))
        query = query.order_by(*order, samples.c.id).limit(limit).offset(offset)
        return [self._sample(found) for found in await self._connection.execute(query)]

    async def count_each(self, wanted: SampleFilter) -> dict[SampleStatus, int]:
        """How many there are in each status, whatever status `wanted` names."""
        query = select(samples.c.status, func.count()).group_by(samples.c.status)
        query = query.where(*_narrowed(wanted))
        found = {S(status): count for status, count in await self._connection.execute(query)}
        return {status: found.get(status, 0) for status in S}

    async def of_person(self, conversation_id: str) -> list[TrainingSample]:
        """Everything kept of somebody's words, oldest first."""
        mine = select(sources.c.sample_id).where(sources.c.conversation_id == conversation_id)
        query = select(samples).where(samples.c.id.in_(mine)).order_by(samples.c.collected_at)
        return [self._sample(found) for found in await self._connection.execute(query)]

    async def to_export(self) -> list[TrainingSample]:
        """In a fixed order; locked until the transaction ends: one export writes at a time.

        What no key opens waits for its key.
        """
        query = select(samples).where(samples.c.status == S.LABELLED)
        query = query.order_by(*_LOCKED).with_for_update()
        labelled = [self._sample(found) for found in await self._connection.execute(query)]
        return [sample for sample in labelled if sample.is_readable]

    # -- deciding -----------------------------------------------------------------------------

    async def save(self, sample: TrainingSample) -> None:
        """Write status, label and text; `version` is the one that was read.

        A text that could not be read stays as it is kept: its key may come back.

        Raises:
            StaleSampleError: somebody changed it since, or it is gone.
        """
        values: dict[str, Any] = {
            "status": sample.status,
            "label_kind": sample.label.kind if sample.label else "",
            "label_value": sample.label.value if sample.label else "",
            "why": sample.why,
            "decided_by": sample.decided_by,
            "decided_at": sample.decided_at,
            "exported_at": sample.exported_at,
            "version": sample.version + 1,
        }
        if sample.is_readable:
            values |= self._sealed(sample.text)
        try:
            async with self._connection.begin_nested():
                await self._write(sample, values)
        except IntegrityError:
            # Shortened, it says what another sample says, perhaps one that came this moment: that
            # one keeps the digest.
            del values["digest"]
            await self._write(sample, values)

    async def _write(self, sample: TrainingSample, values: Mapping[str, Any]) -> None:
        changed = (
            update(samples)
            .where(samples.c.id == sample.id, samples.c.version == sample.version)
            .values(**values)
        )
        if (await self._connection.execute(changed)).rowcount != 1:
            raise StaleSampleError(sample.id)

    async def forget_writers(self, sample_ids: Collection[str]) -> None:
        """Exported samples belong to nobody any more."""
        await self._connection.execute(delete(sources).where(sources.c.sample_id.in_(sample_ids)))

    # -- erasing ------------------------------------------------------------------------------

    async def erase_of(self, conversation_id: str, inbox_ids: Sequence[int] | None = None) -> None:
        """Take out what one person wrote (or of it, these messages).

        What others wrote in the same words stays and is counted without them.
        """
        mine = sources.c.conversation_id == conversation_id
        if inbox_ids is not None:
            mine = and_(mine, sources.c.inbox_id.in_(inbox_ids))
        # Samples are locked before their sources, as an export does: neither waits for the other.
        ours = samples.c.id.in_(select(sources.c.sample_id).where(mine))
        locked = select(samples.c.id).where(ours).order_by(*_LOCKED).with_for_update()
        touched = list((await self._connection.execute(locked)).scalars())
        if not touched:
            return
        await self._connection.execute(delete(sources).where(mine))
        has_others = exists().where(sources.c.sample_id == samples.c.id)
        await self._connection.execute(
            delete(samples).where(
                samples.c.id.in_(touched), samples.c.status != S.EXPORTED, ~has_others
            )
        )
        left = select(func.count()).where(sources.c.sample_id == samples.c.id).scalar_subquery()
        await self._connection.execute(
            update(samples)
            .where(samples.c.id.in_(touched), samples.c.status != S.EXPORTED)
            .values(times_seen=left)
        )

    async def purge(self, now: datetime) -> int:
        """Forget what was kept long enough; returns how many."""
        waits = and_(samples.c.status == S.WAITING, samples.c.last_seen_at < now - KEPT_FOR)
        done = and_(
            samples.c.status.in_((S.DISMISSED, S.REFUSED)), samples.c.decided_at < now - KEPT_FOR
        )
        learnt = and_(samples.c.status == S.EXPORTED, samples.c.exported_at < now - KEPT_FOR)
        labelled = and_(
            samples.c.status == S.LABELLED, samples.c.decided_at < now - LABELLED_KEPT_FOR
        )
        spent = delete(samples).where(or_(waits, done, learnt, labelled))
        return (await self._connection.execute(spent)).rowcount

    def _words(self, ciphertext: bytes) -> str:
        try:
            return self._vault.open(ciphertext)
        except UnreadableSecretError:
            return ""

    def _sample(self, found: Any) -> TrainingSample:
        return TrainingSample(
            id=found.id,
            reason=SampleReason(found.reason),
            lang=found.lang,
            text=self._words(found.ciphertext),
            collected_at=found.collected_at,
            last_seen_at=found.last_seen_at,
            times_seen=found.times_seen,
            read_intent=found.read_intent,
            read_confidence=found.read_confidence,
            shown=tuple(found.shown),
            hint=_label(found.hint_kind, found.hint_value),
            status=S(found.status),
            label=_label(found.label_kind, found.label_value),
            why=found.why,
            decided_by=found.decided_by,
            decided_at=found.decided_at,
            exported_at=found.exported_at,
            version=found.version,
        )


def _label(kind: str, value: str) -> Label | None:
    return Label(LabelKind(kind), value) if kind else None


def _hint(hint: Label | None) -> Mapping[str, Any]:
    return {"hint_kind": hint.kind, "hint_value": hint.value} if hint else {}


def _values(sample: TrainingSample) -> dict[str, Any]:
    return {
        "id": sample.id,
        "reason": sample.reason,
        "lang": sample.lang,
        "read_intent": sample.read_intent,
        "read_confidence": sample.read_confidence,
        "shown": list(sample.shown),
        "status": S.WAITING,
        "collected_at": sample.collected_at,
        "last_seen_at": sample.last_seen_at,
        **_hint(sample.hint),
    }


def _narrowed(wanted: SampleFilter) -> list[ColumnElement[bool]]:
    asked = ((samples.c.reason, wanted.reason), (samples.c.lang, wanted.lang))
    return [column == value for column, value in asked if value]
