"""What the intent model made of a text, checked before anything believes it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.intents import Intent
from bot.understanding.components.mark import MARK, MARK_VALUE, SURE_FROM
from knowledge.text import Language, Mapped, both_ends, clean_mapped, language, place_in_whole

#: Of a model that does not say from where on it is sure.
SURE_BY_DEFAULT = 0.5
#: Characters that are read, from the beginning and the end.
LONGEST = 2000


@dataclass(frozen=True, slots=True)
class Entity:
    """`value` is normalised; `start` and `end` are offsets in the text as the citizen sent it."""

    entity: str
    value: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Ranked:
    intent: Intent
    confidence: float


@dataclass(frozen=True, slots=True)
class Understanding:
    """`text` is the text as it came; `ranking` begins with `intent`."""

    text: str
    intent: Intent
    confidence: float
    entities: tuple[Entity, ...]
    ranking: tuple[Ranked, ...]
    lang: Language
    #: Confidence from which readings of this model are followed without asking back; it is
    #: measured with the model and comes with it.
    sure_from: float = SURE_BY_DEFAULT


class UnbelievableError(Exception):
    """The answer is not one our model gives."""


@dataclass(frozen=True, slots=True)
class Question:
    """A text made safe for Rasa.

    Rasa strips white space and takes a leading "/" for a command that sets intent and entities.
    Invisible characters, white space and slashes before the first real character are left out.
    """

    original: str
    #: The original, or both ends of a long one.
    short: str
    sent: str
    cleaned: Mapped
    #: How many characters of the cleaned text were left out at the beginning.
    offset: int

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Translate offsets of the sent text into those of the original."""
        first, last = self.cleaned.span(start + self.offset, end + self.offset)
        return (
            place_in_whole(first, self.original, LONGEST),
            place_in_whole(last - 1, self.original, LONGEST) + 1,
        )


def make_question(text: str) -> Question:
    short = both_ends(text, LONGEST)
    cleaned = clean_mapped(short)
    begun = cleaned.text.lstrip("/ \n")
    offset = len(cleaned.text) - len(begun)
    return Question(text, short, begun.rstrip(), cleaned, offset)


def nothing_said(text: str) -> Understanding:
    """Read a text without a visible character."""
    ranking = (Ranked(Intent.OUT_OF_SCOPE, 0.0),)
    lang = language(both_ends(text, LONGEST))
    return Understanding(text, Intent.OUT_OF_SCOPE, 0.0, (), ranking, lang)


def read_answer(question: Question, answer: Any) -> Understanding:
    """Check and translate the answer of Rasa.

    Raises:
        UnbelievableError: our pipeline did not make it, or it names an unknown intent.
    """
    if not isinstance(answer, Mapping) or answer.get(MARK) != MARK_VALUE:
        raise UnbelievableError
    try:
        ranking = tuple(_ranked(item) for item in answer["intent_ranking"])
        entities = tuple(_entity(question, item) for item in answer["entities"])
        best = _ranked(answer["intent"])
        sure_from = min(1.0, max(0.0, float(answer.get(SURE_FROM, SURE_BY_DEFAULT))))
    except (KeyError, TypeError, ValueError, IndexError):
        raise UnbelievableError from None
    return Understanding(
        text=question.original,
        intent=best.intent,
        confidence=best.confidence,
        entities=entities,
        ranking=ranking,
        lang=language(question.short),
        sure_from=sure_from,
    )


def _ranked(item: Mapping[str, Any]) -> Ranked:
    return Ranked(Intent(item["name"]), min(1.0, max(0.0, float(item["confidence"]))))


def _entity(question: Question, item: Mapping[str, Any]) -> Entity:
    start, end = int(item["start"]), int(item["end"])
    if not 0 <= start < end <= len(question.sent):
        raise ValueError
    return Entity(str(item["entity"]), str(item["value"]), *question.span(start, end))
