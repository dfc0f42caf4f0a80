"""A question read for searching: which words count how much, which action, which special case."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from knowledge.search.words import (
    ASKING,
    COSTS,
    COSTS_BEFORE,
    NOT_ASKING_WHEN_FOLDED,
    QUESTION_ACTIONS,
    SPECIAL_CASES,
    Action,
)
from knowledge.text import fold, spell, tokenise

#: Weights found by measuring on colloquial questions; results move little around them.
_ASKING_WEIGHT = 0.15
_DAILY_WEIGHT = 0.5
_OFFICIAL_WEIGHT = 0.55
_PAIR_WEIGHT = 0.6

_ASKING_FOLDED = frozenset(map(fold, ASKING)) - NOT_ASKING_WHEN_FOLDED

#: A daily expression and the official terms for it; both folded, words separated by one space.
Lexicon = Mapping[str, tuple[str, ...]]


class Word(NamedTuple):
    """`typed` in lower case, `bare` without diacritics."""

    typed: str
    bare: str


@dataclass(frozen=True, slots=True)
class Question:
    #: Feature (a bare word, or two with a space) → weight.
    weights: Mapping[str, float]
    #: Words that carry the meaning, each with the official words that may stand for it.
    content: tuple[tuple[Word, tuple[str, ...]], ...]
    actions: frozenset[Action]
    #: Numbers of the special cases that are asked for.
    special: frozenset[int]


def words_of(text: str) -> list[Word]:
    return [Word(word, fold(word)) for word in tokenise(spell(text))]


def features(bare: Sequence[str]) -> Iterator[str]:
    yield from bare
    yield from (f"{first} {second}" for first, second in pairwise(bare))


def contains(sentence: str, phrases: Iterable[str]) -> bool:
    """Look for whole words; the sentence has a space on both ends."""
    return any(f" {phrase} " in sentence for phrase in phrases)


def fold_lexicon(lexicon: Mapping[str, str | Sequence[str]]) -> Lexicon:
    """Bring a lexicon as people write it into the form the search uses, longest first."""
    folded = {}
    for daily, official in lexicon.items():
        terms = [official] if isinstance(official, str) else official
        folded[_sentence(daily)] = tuple(_sentence(term) for term in terms)
    return dict(sorted(folded.items(), key=lambda pair: -len(pair[0])))


def parse_lexicon(rows: Iterable[Mapping[str, str]]) -> dict[str, list[str]]:
    """Read the rows of the lexicon file: what people `say`, what it `means` in the catalogue."""
    lexicon: dict[str, list[str]] = {}
    for row in rows:
        lexicon.setdefault(row["say"], []).append(row["means"])
    return lexicon


def read_question(text: str, lexicon: Lexicon) -> Question:
    words = _without_costs(words_of(text))
    sentence = f" {' '.join(word.bare for word in words)} "
    terms, daily = _official_terms(sentence, lexicon)
    weights: dict[str, float] = {}
    accented = any(word.typed != word.bare for word in words)
    scales = [
        _ASKING_WEIGHT if _is_asking(word, accented) else _DAILY_WEIGHT if official else 1.0
        for word, official in zip(words, daily, strict=True)
    ]
    _weigh(weights, [word.bare for word in words], scales)
    for term in terms:
        bare = term.split()
        _weigh(weights, bare, [_OFFICIAL_WEIGHT] * len(bare))
    meant = f"{sentence}| {' | '.join(terms)} "
    return Question(
        weights=weights,
        content=tuple(
            (word, official)
            for word, official in zip(words, daily, strict=True)
            if not _is_asking(word, accented)
        ),
        actions=_actions(meant),
        special=frozenset(i for i, names in enumerate(SPECIAL_CASES) if contains(meant, names)),
    )


def _without_costs(words: list[Word]) -> list[Word]:
    """Leave "mất" out where it asks how long: nothing is lost."""
    following = [*words[1:], Word("", "")]
    return [
        word
        for word, after in zip(words, following, strict=False)
        if not (word.bare == COSTS and after.bare in COSTS_BEFORE)
    ]


def _sentence(text: str) -> str:
    return " ".join(word.bare for word in words_of(text))


def _is_asking(word: Word, accented: bool) -> bool:
    return word.typed in ASKING if accented else word.bare in _ASKING_FOLDED


def _official_terms(sentence: str, lexicon: Lexicon) -> tuple[list[str], list[tuple[str, ...]]]:
    """Find daily expressions, longest first, none inside another; and which words they cover."""
    terms: list[str] = []
    daily: list[tuple[str, ...]] = [()] * len(sentence.split())
    for expression, official in lexicon.items():
        padded = f" {expression} "
        position = sentence.find(padded)
        if position < 0:
            continue
        first = sentence[:position].count(" ")
        size = expression.count(" ") + 1
        if any(daily[first : first + size]):
            continue
        terms.extend(official)
        words = tuple(word for term in official for word in term.split())
        daily[first : first + size] = [words] * size
    return terms, daily


def _weigh(weights: dict[str, float], bare: Sequence[str], scales: Sequence[float]) -> None:
    pairs = [_PAIR_WEIGHT * (a + b) / 2 for a, b in pairwise(scales)]
    for feature, scale in zip(features(bare), [*scales, *pairs], strict=True):
        weights[feature] = max(weights.get(feature, 0.0), scale)


def _actions(meant: str) -> frozenset[Action]:
    found = frozenset(
        action for action, signs in QUESTION_ACTIONS.items() if contains(meant, signs)
    )
    return found or frozenset({Action.FIRST})
