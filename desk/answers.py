"""The ready answers of the service – procedures and FAQ – as the desk looks them up."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.knowledge_holder import KnowledgeHolder
from knowledge.search import Hit, HitKind
from knowledge.text import Language


def _no_hits(_words: str, _most: int) -> Sequence[Hit]:
    return ()


def _no_title(_kind: HitKind, _ref: str) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Answers:
    """`search`: best first. `title`: empty when there is no such row."""

    search: Callable[[str, int], Sequence[Hit]] = _no_hits
    title: Callable[[HitKind, str], str] = _no_title


def answers_of(holder: KnowledgeHolder) -> Answers:
    """Those of the service's own search, as they are at the moment of each look."""

    def title(kind: HitKind, ref: str) -> str:
        known = holder.current
        if kind is HitKind.PROCEDURE:
            procedure = known.procedures.get(ref)
            return procedure.text if procedure else ""
        rows = (known.faqs.get((ref, lang.value)) for lang in Language)
        return next((row.question for row in rows if row), "")

    def search(words: str, most: int) -> Sequence[Hit]:
        return holder.current.index.search(words, most)

    return Answers(search, title)
