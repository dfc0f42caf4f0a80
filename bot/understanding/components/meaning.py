"""What a hurried hand most likely meant: slips mended, diacritics put back.

Everything is learnt from the training sentences: which words there are and which stand side by
side. The result is a guess and is read beside what was really written, never instead of it.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from itertools import pairwise
from string import ascii_lowercase
from typing import Dict, Iterable, Iterator, List, Optional, Sequence, Tuple

from bot.understanding.components.slips import NEIGHBOURS
from knowledge.text import Language, fold, language

Pair = Tuple[str, str]

#: A word takes part in mending when it has been seen so often.
_COMMON = 2
#: Cost of a slip, about the logarithm of its chance.
_WRONG_KEY, _OTHER_LETTER, _SWAPPED, _LETTER_TOO_MANY, _DOUBLED, _LETTER_LOST = (
    *(-1.4, -4.0),
    *(-1.4, -2.0, -0.6, -2.0),
)
_SPACE_LOST = -1.0
#: Weight of how common a word is, and of neighbours seen together.
_OFTEN, _TOGETHER = 0.5, 1.5
#: Shortest and longest word that is mended, in letters; the longest syllables have seven.
_LETTERS = range(2, 21)
#: In longer lines enough is written well, and a guess would take too long.
_WORDS = 60
#: Accented forms of a word that are tried, commonest first.
_FORMS = 8
#: Share of a word's chance that does not depend on the word before it.
_ALONE = 0.3
_UNSEEN = 0.3
#: Names of persons and places are strange in good writing too; of slips that no mending found
#: more words are.
_STRANGE = 0.1
_BARE_WORD = re.compile("[a-z]+")


class Meaning:
    """Reads a line as it was probably meant."""

    def __init__(self, words: Dict[str, int], pairs: Dict[Pair, int]) -> None:
        """How often each word, and two words side by side, stand in what was learnt."""
        self._words, self._pairs = words, pairs
        self._total = max(1, sum(words.values()))
        self._bare: Counter[str] = Counter()
        self._bare_pairs: Counter[Pair] = Counter()
        forms: Dict[str, List[str]] = defaultdict(list)
        for word in sorted(words, key=lambda w: (-words[w], w)):
            self._bare[fold(word)] += words[word]
            forms[fold(word)].append(word)
        for (left, right), count in pairs.items():
            self._bare_pairs[fold(left), fold(right)] += count
        self._forms = {bare: found[:_FORMS] for bare, found in forms.items()}

    @classmethod
    def of(cls, lines: Iterable[str]) -> Meaning:
        words: Counter[str] = Counter()
        pairs: Counter[Pair] = Counter()
        for line in lines:
            pieces = line.split()
            words.update(pieces)
            pairs.update(pairwise(pieces))
        return cls(dict(words), dict(pairs))

    @classmethod
    def from_plain(cls, plain: Dict[str, Dict[str, int]]) -> Meaning:
        pairs = {}
        for pair, count in plain["pairs"].items():
            left, _, right = pair.partition(" ")
            pairs[left, right] = count
        return cls(plain["words"], pairs)

    def plain(self) -> Dict[str, Dict[str, int]]:
        pairs = {f"{left} {right}": count for (left, right), count in self._pairs.items()}
        return {"words": self._words, "pairs": pairs}

    def knows(self, line: str) -> bool:
        """Whether one of the words between the signs has been seen, with diacritics or without."""
        return any(fold(piece) in self._bare for piece in line.split()[1:-1])

    def is_well_written(self, line: str, meant: str) -> bool:
        """Whether `line`, guessed to mean `meant`, has its diacritics and hardly a strange word.

        Without any diacritics, as all of English and Khmer, a line never tells.
        """
        if line != meant or fold(line) == line:
            return False
        pieces = line.split()
        return sum(piece not in self._words for piece in pieces) <= _STRANGE * (len(pieces) - 2)

    def guess(self, line: str) -> str:
        """Guess what `line`, words between signs, was meant to be; often it stays as it is."""
        pieces = line.split()
        if len(pieces) > _WORDS:
            return line
        mended = self._mend(pieces)
        if language(line) is Language.EN:
            return " ".join(mended)
        return " ".join(self._accent(mended))

    def _mend(self, pieces: Sequence[str]) -> List[str]:
        found: List[str] = []
        for index, piece in enumerate(pieces):
            bare = fold(piece)
            if bare in self._bare or len(bare) not in _LETTERS or not _BARE_WORD.fullmatch(bare):
                found.append(piece)
                continue
            before = fold(found[-1]) if found else ""
            after = fold(pieces[index + 1]) if index + 1 < len(pieces) else ""
            found += (self._mended(before, bare, after) or piece).split()
        return found

    def _mended(self, before: str, bare: str, after: str) -> Optional[str]:
        """Take the likeliest known word or two; none when no neighbour speaks for it."""
        best: Dict[str, float] = {}
        for word, cost in slips_undone(bare):
            if self._bare[word] >= _COMMON and self._meets(before, word, after):
                likely = cost + self._likely(before, word, after)
                best[word] = max(likely, best.get(word, likely))
        for cut in range(1, len(bare)):
            left, right = bare[:cut], bare[cut:]
            together = self._bare_pairs[left, right]
            if together:
                alone = _OFTEN / 2 * math.log(self._bare[left] * self._bare[right])
                beside = self._beside(before, left) + self._beside(right, after)
                pair = _TOGETHER * math.log1p(together)
                best[f"{left} {right}"] = _SPACE_LOST + alone + pair + beside / 2
        return max(sorted(best), key=best.__getitem__) if best else None

    def _meets(self, before: str, word: str, after: str) -> bool:
        return (before, word) in self._bare_pairs or (word, after) in self._bare_pairs

    def _likely(self, before: str, word: str, after: str) -> float:
        beside = self._beside(before, word) + self._beside(word, after)
        return _OFTEN * math.log(self._bare[word]) + beside

    def _beside(self, left: str, right: str) -> float:
        return _TOGETHER * math.log1p(self._bare_pairs[left, right])

    def _accent(self, pieces: Sequence[str]) -> List[str]:
        """Put diacritics back by the likeliest chain of words (Viterbi over pairs)."""
        paths: Dict[str, Tuple[float, List[str]]] = {"": (0.0, [])}
        for piece in pieces:
            forms = self._forms.get(piece, [piece]) if piece.isascii() else [piece]
            paths = {form: self._longer(paths, form) for form in forms}
        return max(paths.values(), key=lambda path: path[0])[1]

    def _longer(
        self, paths: Dict[str, Tuple[float, List[str]]], form: str
    ) -> Tuple[float, List[str]]:
        alone = _ALONE * (self._words.get(form, 0) + _UNSEEN) / self._total
        best, way = -math.inf, [form]
        for last, (so_far, words) in paths.items():
            seen = self._words.get(last, 0)
            share = self._pairs.get((last, form), 0) / seen if seen else 0.0
            chance = so_far + math.log(alone + (1 - _ALONE) * share)
            if chance > best:
                best, way = chance, [*words, form]
        return best, way


def slips_undone(word: str) -> Iterator[Tuple[str, float]]:
    """Every word one slip away, and what the slip costs."""
    for i, char in enumerate(word):
        before, after = word[:i], word[i + 1 :]
        yield before + after, _DOUBLED if before.endswith(char) else _LETTER_TOO_MANY
        if after:
            yield before + after[0] + char + after[1:], _SWAPPED
        near = NEIGHBOURS.get(char, "")
        for other in ascii_lowercase:
            yield before + other + after, _WRONG_KEY if other in near else _OTHER_LETTER
    for i in range(len(word) + 1):
        for other in ascii_lowercase:
            yield word[:i] + other + word[i:], _LETTER_LOST
