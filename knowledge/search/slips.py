"""Words that were typed wrong or together: "sjnh", "đăg", "giaykhaisinh".

Only what can be no Vietnamese word and no name, saying or expression knows is looked at, so nothing
that is right is changed.
"""

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Sequence
from itertools import pairwise

from knowledge.search.reading import Word
from knowledge.text import is_syllable

#: Shorter words have too many neighbours.
_SHORTEST = 3
_SHORTEST_JOINED = 5
_LONGEST_JOINED = 24
#: A word met less often is as likely a slip itself.
_OFTEN = 2
#: What a neighbour that goes with the word is worth beside how often the word is met.
_GOES_TOGETHER = 10_000
_LONGEST_SYLLABLE = 7


class Vocabulary:
    """Words without diacritics, as the index knows them."""

    def __init__(self, words: Iterable[str], pairs: Container[str]) -> None:
        """`pairs` are neighbouring words with a space between them."""
        self._counts = Counter(words)
        self._pairs = pairs
        self._near: dict[str, list[str]] = {}
        for word, count in self._counts.items():
            if count >= _OFTEN and len(word) > 1 and word.isalpha():
                for shorter in _shortened(word):
                    self._near.setdefault(shorter, []).append(word)

    def repair(self, words: Sequence[Word]) -> list[Word]:
        """Put the likeliest known words where a word is unknown."""
        repaired: list[Word] = []
        for place, word in enumerate(words):
            if not self._is_strange(word.bare):
                repaired.append(word)
                continue
            before = repaired[-1].bare if repaired else ""
            after = words[place + 1].bare if place + 1 < len(words) else ""
            found = self._neighbour(word.bare, before, after) or self._apart(word.bare)
            repaired.extend([Word(bare, bare) for bare in found] or [word])
        return repaired

    def _is_strange(self, bare: str) -> bool:
        return (
            len(bare) >= _SHORTEST
            and bare.isascii()
            and bare.isalpha()
            and bare not in self._counts
            and not is_syllable(bare)
        )

    def _neighbour(self, bare: str, before: str, after: str) -> list[str]:
        near = {word for shorter in _shortened(bare) for word in self._near.get(shorter, ())}
        close = [word for word in near if _is_one_slip(bare, word)]
        if not close:
            return []

        def likeliness(word: str) -> tuple[int, str]:
            together = (f"{before} {word}" in self._pairs) + (f"{word} {after}" in self._pairs)
            return together * _GOES_TOGETHER + self._counts[word], word

        return [max(close, key=likeliness)]

    def _apart(self, bare: str) -> list[str]:
        """Cut words that were typed together, where their neighbours go together."""
        if not _SHORTEST_JOINED <= len(bare) <= _LONGEST_JOINED:
            return []
        best: dict[int, tuple[int, list[str]]] = {0: (0, [])}
        for end in range(2, len(bare) + 1):
            for start in range(max(0, end - _LONGEST_SYLLABLE), end - 1):
                piece = bare[start:end]
                if start in best and self._counts[piece] >= _OFTEN:
                    pieces = [*best[start][1], piece]
                    score = self._joined(pieces)
                    if end not in best or score > best[end][0]:
                        best[end] = score, pieces
        _, pieces = best.get(len(bare), (0, []))
        return pieces if self._joined(pieces) >= 0 else []

    def _joined(self, pieces: Sequence[str]) -> int:
        """Count pairs that go together against those that do not."""
        known = [f"{one} {two}" in self._pairs for one, two in pairwise(pieces)]
        return 2 * sum(known) - len(known)


def _shortened(word: str) -> Iterator[str]:
    """Yield the word, and the word with each of its letters left out."""
    yield word
    for place in range(len(word)):
        yield word[:place] + word[place + 1 :]


def _is_one_slip(one: str, two: str) -> bool:
    """One letter more, less or other, or two neighbours exchanged."""
    if len(one) > len(two):
        one, two = two, one
    first = next((i for i, char in enumerate(one) if char != two[i]), len(one))
    if len(one) < len(two):
        return one[first:] == two[first + 1 :]
    exchanged = one[first : first + 2] == two[first : first + 2][::-1]
    return one[first + 1 :] == two[first + 1 :] or (
        exchanged and one[first + 2 :] == two[first + 2 :]
    )
