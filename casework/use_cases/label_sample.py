"""An editor says what a text was an example of, or that nothing is to be learnt from it."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from casework.samples import (
    REVERSIBLE,
    UNDECIDED,
    Dismissal,
    EmptySampleError,
    Label,
    SampleStatus,
    StaleSampleError,
    TrainingSample,
    shortened,
)


class SampleStore(Protocol):
    async def get(self, sample_id: str) -> TrainingSample:
        """Read one.

        Raises:
            SampleNotFoundError: no such sample.
        """
        ...

    async def save(self, sample: TrainingSample) -> None:
        """Write status, label and text; `version` is the one that was read.

        Raises:
            StaleSampleError: somebody changed it since, or it is gone.
        """
        ...


class SampleWork(Protocol):
    """A unit of work as labelling sees it; the caller commits."""

    @property
    def samples(self) -> SampleStore: ...

    def clock(self) -> datetime: ...


@dataclass(frozen=True, slots=True)
class SampleMove:
    """Who decides about which sample, as they saw it."""

    sample_id: str
    version: int
    staff_id: str


async def label_sample(work: SampleWork, move: SampleMove, label: Label) -> TrainingSample:
    """Say what it is; the next export takes it along.

    Raises:
        EmptySampleError: no key opens it.
        StaleSampleError: somebody decided since.
    """
    sample = await _seen(work, move, UNDECIDED)
    if not sample.is_readable:
        raise EmptySampleError
    return await _decide(work, move, replace(sample, status=SampleStatus.LABELLED, label=label))


async def dismiss_sample(work: SampleWork, move: SampleMove, why: Dismissal) -> TrainingSample:
    """Nothing is to be learnt from it.

    Raises:
        StaleSampleError: somebody decided since.
    """
    sample = await _seen(work, move, UNDECIDED)
    return await _decide(work, move, replace(sample, status=SampleStatus.DISMISSED, why=why))


async def reopen_sample(work: SampleWork, move: SampleMove) -> TrainingSample:
    """A decision was wrong: it waits again.

    Raises:
        StaleSampleError: somebody reopened or exported it since.
    """
    sample = await _seen(work, move, REVERSIBLE)
    sample = replace(sample, status=SampleStatus.WAITING, label=None, why="")
    return await _decide(work, move, sample)


async def shorten_sample(work: SampleWork, move: SampleMove, text: str) -> TrainingSample:
    """Take words out or mask them.

    Raises:
        NotShortenedError: a word was added.
        EmptySampleError: too little is left.
        StaleSampleError: somebody decided since.
    """
    sample = await _seen(work, move, UNDECIDED)
    sample = replace(sample, text=shortened(sample.text, text))
    await work.samples.save(sample)
    return sample


async def _seen(
    work: SampleWork, move: SampleMove, allowed: frozenset[SampleStatus]
) -> TrainingSample:
    sample = await work.samples.get(move.sample_id)
    if sample.version != move.version or sample.status not in allowed:
        raise StaleSampleError(sample.id)
    return sample


async def _decide(work: SampleWork, move: SampleMove, sample: TrainingSample) -> TrainingSample:
    decided = replace(sample, decided_by=move.staff_id, decided_at=work.clock())
    await work.samples.save(decided)
    return decided
