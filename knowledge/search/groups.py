"""Words that stand for the same thing: "mướn" and "thuê", "qua đời" and "chết".

Both the names and the question get the feature of the group, so whoever says one word meets names
that say another.
"""

from collections.abc import Iterator, Mapping, Sequence

from knowledge.search.reading import Word, has_marks, words_of

#: Begins the feature of a group.
GROUP = "#"

#: What is said, folded, words separated by one space → as typed, and the groups it belongs to.
Alike = Mapping[str, Sequence[tuple[tuple[str, ...], str]]]

#: Words of the longest expression of a group.
_LONGEST = 8


def fold_alike(groups: Mapping[str, Sequence[str]]) -> Alike:
    """Bring groups of expressions into the form texts are compared in."""
    table: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for name, expressions in groups.items():
        for expression in expressions:
            words = words_of(expression)
            said = " ".join(word.bare for word in words)
            table.setdefault(said, []).append((tuple(w.typed for w in words), f"{GROUP}{name}"))
    return table


def groups_in(words: Sequence[Word], alike: Alike) -> Iterator[tuple[int, int, str]]:
    """Yield what belongs to a group: (first word, number of words, feature of the group).

    In a text with diacritics a word means only what is written: "chạy" is not "cháy".
    """
    accented = has_marks(words)
    for first in range(len(words)):
        said = ""
        for size in range(1, min(_LONGEST, len(words) - first) + 1):
            word = words[first + size - 1].bare
            said = f"{said} {word}" if said else word
            for typed, group in alike.get(said, ()):
                if not accented or same_marks(words[first : first + size], typed):
                    yield first, size, group


def same_marks(words: Sequence[Word], typed: Sequence[str]) -> bool:
    """Tell "muốn" from "mướn"; a word typed without diacritics may be either."""
    return all(word.typed in (said, word.bare) for word, said in zip(words, typed, strict=True))
