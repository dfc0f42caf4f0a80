"""A question read for searching: which words count how much, which action, which special case."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from knowledge.search.aspects import asking_words
from knowledge.search.groups import Alike, groups_in, same_marks
from knowledge.search.postings import MARK
from knowledge.search.reading import Word, has_marks, words_of
from knowledge.search.words import (
    ASKING,
    COSTS,
    COSTS_BEFORE,
    NOT_ASKING_WHEN_FOLDED,
    QUESTION_ACTIONS,
    SPECIAL_CASES,
    Action,
    actions_in,
    signs_in,
)
from knowledge.text import fold

#: Weights found by measuring on colloquial questions; results move little around them.
_ASKING_WEIGHT = 0.15
_DAILY_WEIGHT = 0.5
_OFFICIAL_WEIGHT = 0.55
_PAIR_WEIGHT = 0.6
_MARK_WEIGHT = 0.4
_GROUP_WEIGHT = 0.7
#: Without diacritics one syllable may be another word.
_UNSURE_GROUP = 0.6

#: Words of the longest expression a lexicon may hold.
_LONGEST_EXPRESSION = 16

_ASKING_FOLDED = frozenset(map(fold, ASKING)) - NOT_ASKING_WHEN_FOLDED


Terms = tuple[tuple[Word, ...], ...]
#: What people say, as typed, and the terms of the catalogue for it. The key is folded, words
#: separated by one space. No terms: the words only ask.
Lexicon = Mapping[str, tuple[tuple[str, ...], Terms]]


@dataclass(frozen=True, slots=True)
class Question:
    words: tuple[Word, ...]
    #: For each word: does it carry meaning, or does it only say that something is asked?
    meant: tuple[bool, ...]
    #: For each word the bare official words that may stand for it.
    official: tuple[frozenset[str], ...]
    #: For each word the groups it stands in.
    groups: tuple[frozenset[str], ...]
    #: The official terms for what was said.
    terms: Terms
    #: Feature (a bare word, or two with a space) → weight.
    weights: Mapping[str, float]
    actions: frozenset[Action]
    #: Numbers of the special cases that are asked for.
    special: frozenset[int]


def features(bare: Sequence[str]) -> Iterator[str]:
    yield from bare
    yield from (f"{first} {second}" for first, second in pairwise(bare))


def marks(words: Iterable[Word]) -> Iterator[str]:
    """Yield the features of words with their diacritics: "rồi" and "rơi" share only the letters."""
    return (f"{MARK}{word.typed}" for word in words if word.typed != word.bare)


def parse_lexicon(rows: Iterable[Mapping[str, str | Sequence[str]]]) -> dict[str, list[str]]:
    """Read the rows of a lexicon file: what people `say`, what it `means` in the catalogue.

    `say` is one expression or a list of them.
    """
    lexicon: dict[str, list[str]] = {}
    for row in rows:
        said = [row["say"]] if isinstance(row["say"], str) else row["say"]
        for expression in said:
            lexicon.setdefault(expression, []).append(str(row["means"]))
    return lexicon


def fold_lexicon(lexicon: Mapping[str, str | Sequence[str]]) -> Lexicon:
    """Bring a lexicon as people write it into the form the search uses.

    What is the same written out ("bhtn", "bảo hiểm thất nghiệp") has the terms of both.
    """
    folded: dict[str, tuple[tuple[str, ...], Terms]] = {}
    for daily, official in lexicon.items():
        terms = [official] if isinstance(official, str) else official
        words = words_of(daily)
        said = " ".join(word.bare for word in words)
        _, known = folded.get(said, ((), ()))
        meant = dict.fromkeys((*known, *(tuple(words_of(term)) for term in terms if term)))
        folded[said] = (tuple(word.typed for word in words), tuple(meant))
    return folded


def read_question(
    words: Sequence[Word],
    lexicon: Lexicon,
    alike: Alike,
    only_asking: frozenset[str] = frozenset(),
) -> Question:
    """Read with the official terms beside the words that were said.

    `only_asking` are bare words of another language that carry no meaning.
    """
    words = _without_costs(words)
    terms, official = _official(words, lexicon)
    meant = _meant(words, only_asking)
    scales = [
        _DAILY_WEIGHT if means and daily else 1.0 if means else _ASKING_WEIGHT
        for means, daily in zip(meant, official, strict=True)
    ]
    weights: dict[str, float] = {}
    _weigh(weights, words, scales)
    for word, scale in zip(words, scales, strict=True):
        for mark in marks([word]):
            weights[mark] = _MARK_WEIGHT * scale
    groups = _weigh_groups(weights, words, scales, alike)
    for term in terms:
        _weigh(weights, term, [_OFFICIAL_WEIGHT] * len(term))
    said = frozenset[str]().union(*map(signs_in, (words, *terms)))
    return Question(
        words=tuple(words),
        meant=meant,
        official=official,
        groups=groups,
        terms=tuple(terms),
        weights=weights,
        actions=actions_in(said, QUESTION_ACTIONS) or frozenset({Action.FIRST}),
        special=frozenset(
            case for case, signs in enumerate(SPECIAL_CASES) if not said.isdisjoint(signs)
        ),
    )


def _official(
    words: Sequence[Word], lexicon: Lexicon
) -> tuple[list[tuple[Word, ...]], tuple[frozenset[str], ...]]:
    """Return the official terms for what was said, and for each word those that stand for it."""
    terms: list[tuple[Word, ...]] = []
    official = [frozenset[str]()] * len(words)
    for first, size, found in _expressions(words, lexicon):
        terms.extend(found)
        official[first : first + size] = [frozenset(w.bare for t in found for w in t)] * size
    return terms, tuple(official)


def asking_in(bridge: Lexicon) -> frozenset[str]:
    """Single words to which a bridge gives no terms."""
    return frozenset(said for said, (_, terms) in bridge.items() if not terms and " " not in said)


def translate(words: Sequence[Word], bridge: Lexicon) -> list[Word] | None:
    """Put the catalogue's words where the bridge has some; None when it has none at all.

    Words it does not know stay as they are: they must not vanish, for they may be the point.
    """
    found = {first: (size, terms) for first, size, terms in _expressions(words, bridge)}
    if not any(terms for _, terms in found.values()):
        return None
    translated: list[Word] = []
    position = 0
    while position < len(words):
        size, terms = found.get(position, (1, ((words[position],),)))
        part = min(1.0, size / max(1, sum(map(len, terms))))
        translated.extend(word._replace(part=part) for term in terms for word in term)
        position += size
    return translated


def _expressions(words: Sequence[Word], lexicon: Lexicon) -> list[tuple[int, int, Terms]]:
    """Find what the lexicon knows, longest first, none inside another: (first, size, terms)."""
    bare = [word.bare for word in words]
    accented = has_marks(words)
    taken = [False] * len(words)
    found = []
    for first, size, expression in sorted(_met(bare, lexicon), key=lambda met: -met[1]):
        typed, terms = lexicon[expression]
        span = slice(first, first + size)
        if not any(taken[span]) and not (accented and not same_marks(words[span], typed)):
            taken[span] = [True] * size
            found.append((first, size, terms))
    return found


def _met(bare: Sequence[str], lexicon: Lexicon) -> Iterator[tuple[int, int, str]]:
    for first in range(len(bare)):
        expression = ""
        for size, word in enumerate(bare[first : first + _LONGEST_EXPRESSION], start=1):
            expression = f"{expression} {word}" if expression else word
            if expression in lexicon:
                yield first, size, expression


def _without_costs(words: Sequence[Word]) -> list[Word]:
    """Leave "mất" out where it asks how long: nothing is lost."""
    following = [*words[1:], Word("", "")]
    return [
        word
        for word, after in zip(words, following, strict=False)
        if not (word.bare == COSTS and after.bare in COSTS_BEFORE)
    ]


def _meant(words: Sequence[Word], only_asking: frozenset[str]) -> tuple[bool, ...]:
    accented = has_marks(words)
    side = asking_words([word.bare for word in words])
    return tuple(
        index not in side and word.bare not in only_asking and not _is_asking(word, accented)
        for index, word in enumerate(words)
    )


def _is_asking(word: Word, accented: bool) -> bool:
    return word.typed in ASKING if accented else word.bare in _ASKING_FOLDED


def _weigh(weights: dict[str, float], words: Sequence[Word], scales: Sequence[float]) -> None:
    pairs = [_PAIR_WEIGHT * (a + b) / 2 for a, b in pairwise(scales)]
    bare = [word.bare for word in words]
    for feature, scale in zip(features(bare), [*scales, *pairs], strict=True):
        weights[feature] = max(weights.get(feature, 0.0), scale)


def _weigh_groups(
    weights: dict[str, float], words: Sequence[Word], scales: Sequence[float], alike: Alike
) -> tuple[frozenset[str], ...]:
    """Return for each word the groups it stands in."""
    groups = [frozenset[str]()] * len(words)
    accented = has_marks(words)
    for first, size, group in groups_in(words, alike):
        weight = _GROUP_WEIGHT * max(scales[first : first + size])
        if size == 1 and not accented:
            weight *= _UNSURE_GROUP
        weights[group] = max(weights.get(group, 0.0), weight)
        for place in range(first, first + size):
            groups[place] |= {group}
    return tuple(groups)
