"""Whether what was labelled may be learnt: not what is tested, not what makes anything worse."""

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import TypeVar

from app.conversations import make_index_builder, make_router
from app.data_folder import ROOT
from app.importing import BadLine, read_catalogue
from app.learning.files import Learned
from app.promotion import TESTS, held_out_files
from app.yaml_files import load_yaml, read_sentences
from bot.understanding.components.likeness import NEARLY_THE_SAME, pieces
from knowledge.faqs import Faq
from knowledge.procedures import Procedure, parse_procedure_row
from knowledge.routing import Router
from knowledge.search import Index
from knowledge.text import Language, fold

_SAMPLE_CATALOGUE = ROOT / "app" / "demo_data" / "procedures.jsonl"
_THREE = 3
#: Ways a sentence is typed in which search and routing are measured.
_FORMS: tuple[Callable[[str], str], ...] = (str, fold)

_T = TypeVar("_T")


class HeldOut:
    """Every sentence something is tested with."""

    def __init__(self, sentences: Iterable[str]) -> None:
        self._holders: dict[str, list[int]] = {}
        self._sizes: list[int] = []
        for number, sentence in enumerate(sentences):
            cut = pieces(sentence)
            self._sizes.append(len(cut))
            for piece in cut:
                self._holders.setdefault(piece, []).append(number)

    def has_nearly(self, sentence: str) -> bool:
        """By the likeness that also finds leaks between training and test sentences."""
        cut = pieces(sentence)
        common: dict[int, int] = {}
        for piece in cut:
            for number in self._holders.get(piece, ()):
                common[number] = common.get(number, 0) + 1
        return any(
            count / (len(cut) + self._sizes[number] - count) > NEARLY_THE_SAME
            for number, count in common.items()
        )


def read_held_out(folder: Path = TESTS) -> HeldOut:
    """The test sets of intents, search, routing and guard."""
    files = [path for lang in Language for path in held_out_files(lang.value, folder)]
    said = [text for path in files for _, text in read_sentences(path)]
    for name in ("search_national", "search_fields", "search_held", "strangers/search"):
        questions = load_yaml(folder / f"{name}.yml")
        said += [row["ask"] for row in questions["present"]]
        said += questions["absent"]
    for name in ("guard", "strangers/guard"):
        kinds = load_yaml(folder / f"{name}.yml").values()
        said += [text for languages in kinds for texts in languages.values() for text in texts]
    return HeldOut([*said, *(text for _, text in _routed(folder))])


def _routed(folder: Path) -> list[tuple[str, str]]:
    """(field, sentence) of the test sets of routing."""
    return [
        (field, text)
        for name in ("routing", "strangers/routing")
        for field, texts in load_yaml(folder / f"{name}.yml").items()
        for text in texts
    ]


# -- search -----------------------------------------------------------------------------------


class SearchCheck:
    """How much the search finds over one catalogue, with these rows learnt."""

    def __init__(self, procedures: Sequence[Procedure], faqs: Sequence[Faq]) -> None:
        sets = [load_yaml(TESTS / f"{name}.yml") for name in ("search_held", "strangers/search")]
        questions = {kind: [row for rows in sets for row in rows[kind]] for kind in sets[0]}
        codes = {procedure.code for procedure in procedures}
        if not any(codes.intersection(row["codes"]) for row in questions["present"]):
            # A province's catalogue with codes of its own cannot be measured by the test set.
            procedures = _sample_procedures()
            codes = {procedure.code for procedure in procedures}
        self._procedures, self._faqs, self._codes = procedures, faqs, codes
        self._questions = questions

    def score(self, learned: Learned) -> int:
        """Right first, right among three, and silent where nothing fits; less what is wrong."""
        index = make_index_builder(learned)(self._procedures, self._faqs)
        return sum(self._count(index, form) for form in _FORMS)

    def _count(self, index: Index, form: Callable[[str], str]) -> int:
        score = 0
        for row in self._questions["present"]:
            wanted = self._codes.intersection(row["codes"])
            best, hits = index.find(form(row["ask"]), _THREE)
            found = [hit.ref in wanted for hit in hits]
            right = best is None if not wanted else found[:1] == [True]
            wrong = bool(wanted) and best is not None and best.ref not in wanted
            score += right + (any(found) if wanted else 0) - wrong
        return score + sum(index.answer(form(text)) is None for text in self._questions["absent"])


@cache
def _sample_procedures() -> tuple[Procedure, ...]:
    with _SAMPLE_CATALOGUE.open("rb") as stream:
        rows = read_catalogue("procedures", _SAMPLE_CATALOGUE.name, stream)
        return tuple(parse_procedure_row(row) for row in rows if not isinstance(row, BadLine))


# -- routing ----------------------------------------------------------------------------------


def routing_score(learned: Learned) -> int:
    """How many test sentences have their field first, and first or second."""
    router = make_router(learned)
    return sum(
        _ranked(router, form(text), field) for field, text in _routed(TESTS) for form in _FORMS
    )


def _ranked(router: Router, text: str, field: str) -> int:
    first, second = (name for name, _ in router.ranking(text)[:2])
    return (first == field) + (field in (first, second))


# -- what may stay ----------------------------------------------------------------------------


def bearable(
    rows: Sequence[_T],
    with_rows: Callable[[Sequence[_T]], Learned],
    score: Callable[[Learned], int],
) -> list[_T]:
    """The rows that together make nothing worse.

    All at once when that is so; else each half by itself, down to the single rows that do harm.
    """
    kept: list[_T] = []
    least = score(with_rows(kept))

    def take(part: Sequence[_T]) -> None:
        nonlocal least
        now = score(with_rows([*kept, *part]))
        if now >= least:
            kept.extend(part)
            least = now
        elif len(part) > 1:
            take(part[: len(part) // 2])
            take(part[len(part) // 2 :])

    if rows:
        take(rows)
    return kept
