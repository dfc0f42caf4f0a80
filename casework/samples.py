"""Training samples: what was not understood, masked, until an editor says what it was.

Collected in the transaction in which it happened, labelled at the desk, exported to `nlu_data/`.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from casework.errors import CaseworkError, NotFoundError
from casework.redaction import MaskKind, apply_masks, propose_masks
from casework.redaction.view import view_of


class SampleReason(StrEnum):
    """Why a text became a sample."""

    #: The assistant asked back, or said that it cannot help.
    FELL_BACK = "fell_back"
    #: The citizen pressed "Chưa đúng" under an automatic answer.
    NOT_INTENDED = "not_intended"
    #: Staff gave a case that came through the assistant another field.
    CORRECTED = "corrected"


class SampleStatus(StrEnum):
    WAITING = "waiting"
    LABELLED = "labelled"
    DISMISSED = "dismissed"
    EXPORTED = "exported"
    #: Labelled, but the export left it out; `why` says for what reason.
    REFUSED = "refused"


class LabelKind(StrEnum):
    """What a text is an example of."""

    INTENT = "intent"
    PROCEDURE = "procedure"
    FAQ = "faq"
    FIELD = "field"


class Dismissal(StrEnum):
    """Why nothing is to be learnt from a text."""

    UNCLEAR = "unclear"
    PERSONAL = "personal"
    MIXED = "mixed"
    ABUSIVE = "abusive"
    UNDERSTOOD = "understood"
    #: No key opens it any more.
    UNREADABLE = "unreadable"


class ExportRefusal(StrEnum):
    """Why a labelled text was not exported."""

    #: Nearly equal to a held-out test sentence.
    TESTED = "tested"
    #: With it the search or the routing found less.
    WORSE = "worse"
    #: What it was labelled with is gone.
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Label:
    """`value`: an intent, a procedure's code, the id of an FAQ, or a field."""

    kind: LabelKind
    value: str


@dataclass(frozen=True, slots=True)
class TrainingSample:
    """`text` is masked; `shown` names the answers the citizen saw, as `kind:ref`.

    `text` is empty when no key of today opens it: then nothing can be learnt from it.
    """

    id: str
    reason: SampleReason
    lang: str
    text: str
    collected_at: datetime
    last_seen_at: datetime
    #: How many messages said this.
    times_seen: int = 1
    #: What the model read, and how sure; empty when it was not asked.
    read_intent: str = ""
    read_confidence: float = 0.0
    shown: tuple[str, ...] = ()
    #: What the citizen chose afterwards, or where staff put the case: helps, but decides nothing.
    hint: Label | None = None
    status: SampleStatus = SampleStatus.WAITING
    label: Label | None = None
    #: A `Dismissal` or an `ExportRefusal`.
    why: str = ""
    decided_by: str = ""
    decided_at: datetime | None = None
    exported_at: datetime | None = None
    version: int = 1

    @property
    def is_readable(self) -> bool:
        return bool(self.text)

    @property
    def dismissals(self) -> tuple[Dismissal, ...]:
        """The reasons for which it can be dismissed."""
        unread = Dismissal.UNREADABLE
        return tuple(why for why in Dismissal if (why is unread) is not self.is_readable)


@dataclass(frozen=True, slots=True)
class SampleSource:
    """Whose words they are: known until the sample is exported, so that they can be erased."""

    conversation_id: str
    #: The message, 0 when it is the text of a case.
    inbox_id: int = 0


class SampleNotFoundError(NotFoundError):
    """No such sample, or it is gone by now."""


class StaleSampleError(CaseworkError):
    """Somebody decided about the sample since it was read."""


class NotShortenedError(CaseworkError):
    """Words may be taken out of a sample or masked, never added."""


class EmptySampleError(CaseworkError):
    """Too little is left to learn from."""


#: Longer texts are stories, of which no sentence can be learnt.
LONGEST = 300
#: Masks make a text shorter, but no sentence of a story; and masking a story takes its time.
_LONGEST_READ = 2 * LONGEST
_LEAST_LETTERS = 6
_LEAST_WORDS = 2
#: What may be labelled, dismissed or changed: not what is in the files already.
UNDECIDED = frozenset({SampleStatus.WAITING})
REVERSIBLE = frozenset({SampleStatus.LABELLED, SampleStatus.DISMISSED, SampleStatus.REFUSED})

#: What stands where something was masked, in storage. The desk shows words instead.
MARKS: Mapping[MaskKind, str] = {kind: f"[{kind}]" for kind in MaskKind}
_MARK = re.compile(r"\[(" + "|".join(MaskKind) + r")\]")
#: What takes the place of a mark in a sentence to learn intents from. Nobody's: the model reads of
#: codes and long numbers only that they are some. The rest leaves a gap.
_EXAMPLES: Mapping[MaskKind, str] = {
    MaskKind.DOSSIER: "000.00.12.H59-231105-0004",
    MaskKind.CASE_CODE: "HD-2026-000123",
    MaskKind.PHONE: "0123456789",
    MaskKind.ID_NUMBER: "012345678912",
    MaskKind.BANK_ACCOUNT: "0123456789",
    MaskKind.TAX_CODE: "0123456789",
    MaskKind.NAME: "A",
}
_WORD = re.compile(r"[^\W\d_]+(?:[\u0300-\u036f\u17b4-\u17d3][^\W\d_]*)*")
#: Signs that mean something to the format of training sentences, or to nobody.
_SIGNS = re.compile(r"[\[\](){}<>|\\`*#]")
_KHMER = re.compile(r"[\u1780-\u17b3]")


def mask_for_learning(text: str) -> str:
    """One line without anything that may tell who wrote it."""
    line = " ".join(text.split())
    return apply_masks(line, propose_masks(line, MARKS))


def sample_of(
    said: str,
    reason: SampleReason,
    *,
    sample_id: str,
    now: datetime,
    language: Callable[[str], str],
) -> TrainingSample | None:
    """Mask what somebody wrote; None when nothing can be learnt from it."""
    if len(" ".join(said.split())) > _LONGEST_READ:
        return None
    masked = mask_for_learning(said)
    if not is_worth_learning(masked):
        return None
    return TrainingSample(
        id=sample_id,
        reason=reason,
        lang=language(masked),
        text=masked,
        collected_at=now,
        last_seen_at=now,
    )


def is_worth_learning(masked: str) -> bool:
    """Whether there are words left, and not so many that it is a story."""
    if len(masked) > LONGEST:
        return False
    words = _WORD.findall(_MARK.sub(" ", masked))
    enough = len(words) >= _LEAST_WORDS or bool(_KHMER.search(masked))
    return enough and sum(map(len, words)) >= _LEAST_LETTERS


def bare_words(masked: str) -> str:
    """The same for texts that differ in capitals, diacritics and signs only."""
    return " ".join(re.findall(r"\w+", view_of(masked).low))


def shortened(before: str, after: str) -> str:
    """`after` on one line, masked again, when it says nothing that `before` did not.

    Raises:
        NotShortenedError: a word was added or moved.
        EmptySampleError: too little is left.
    """
    masked = mask_for_learning(after)
    words = iter(_said(before))
    if not all(word in words for word in _said(masked)):
        raise NotShortenedError
    if not is_worth_learning(masked):
        raise EmptySampleError
    return masked


def _said(masked: str) -> list[str]:
    """The words, without marks: masking more is allowed anywhere."""
    return re.findall(r"\w+", _MARK.sub(" ", masked))


def as_sentence(masked: str, *, with_examples: bool) -> str:
    """What is written into a file to learn from: no marks, no signs of the format."""

    def example(found: re.Match[str]) -> str:
        return f" {_EXAMPLES.get(MaskKind(found[1]), '')} " if with_examples else " "

    plain = _SIGNS.sub(" ", _MARK.sub(example, masked))
    return " ".join(plain.split()).strip(" -–—:;,.")


def in_words(masked: str, labels: Mapping[MaskKind, str]) -> str:
    """With the words of `labels` for the marks."""
    return _MARK.sub(lambda found: labels[MaskKind(found[1])], masked)


def in_marks(worded: str, labels: Mapping[MaskKind, str]) -> str:
    """The way back from `in_words`."""
    for kind, label in labels.items():
        worded = worded.replace(label, MARKS[kind])
    return worded
