"""Word lists of the reply files, for what is understood without the model.

Who types with marks means them: "đúng", "dừng" and "đừng" are three words. Only a text without
any mark is compared without marks.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.replies import LANGUAGES, Replies
from knowledge.text import clean, fold, place_tones

#: A cancelling message is short; a longer one may ask to cancel something else.
_SHORT = 4
#: Lists whose words are whole answers, and mean the opposite of each other.
_ANSWERS = ("menu", "cancel", "affirm", "deny", "send", "edit")


@dataclass(frozen=True, slots=True)
class _Words:
    """One list as it is written, and without marks."""

    marked: frozenset[str]
    folded: frozenset[str]

    @classmethod
    def of(cls, words: Iterable[str]) -> "_Words":
        marked = frozenset(marked_words(word) for word in words)
        return cls(marked, frozenset(map(fold, marked)))

    def as_in(self, text: str) -> tuple[str, frozenset[str]]:
        """The text and the list in the form they are compared in."""
        said = marked_words(text)
        bare = fold(said)
        return (bare, self.folded) if said == bare else (said, self.marked)


class Lexicon:
    """All languages together: people mix them."""

    def __init__(self, replies: Replies) -> None:
        names = frozenset[str]().union(*(replies[lang].lists() for lang in LANGUAGES))
        self._lists = {name: _Words.of(replies.all_words(name)) for name in names}
        self._unclear = _in_several([self._lists[name].folded for name in _ANSWERS])

    def is_one(self, name: str, text: str) -> bool:
        """Whether the whole text is a word of the list, and of no other answer."""
        said, words = self._lists[name].as_in(text)
        return said in words and not (name in _ANSWERS and self.is_unclear(text))

    def is_unclear(self, text: str) -> bool:
        """Whether the text, typed without marks, can be a yes and a no."""
        said = marked_words(text)
        return said == fold(said) and said in self._unclear

    def has(self, name: str, text: str) -> bool:
        """Whether a word of the list stands in the text."""
        said, words = self._lists[name].as_in(text)
        return any(_spaced(word) in f" {said} " for word in words)

    def has_exactly(self, name: str, text: str) -> bool:
        """Likewise, for words that are too like others when they lose their marks."""
        said, words = marked_words(text), self._lists[name].marked
        if said == fold(said):
            return said in words
        return any(_spaced(word) in f" {said} " for word in words)

    def without(self, name: str, text: str) -> str:
        """The text, folded, without the words of the list; longer phrases go first."""
        bare, words = self._lists[name].as_in(text)
        said = f" {bare} "
        for word in sorted(words, key=len, reverse=True):
            spaced = _spaced(word)
            while spaced in said:
                said = said.replace(spaced, " ")
        return " ".join(fold(said).split())

    def ends(self, name: str, text: str) -> bool:
        """Whether the text ends with a word of the list."""
        said, words = self._lists[name].as_in(text)
        return any(
            f" {said} ".endswith(_spaced(word)) or (said.endswith(word) and _is_khmer(word[0]))
            for word in words
        )

    def begins(self, name: str, text: str) -> bool:
        """Whether a short text begins with a word of the list; a question does not."""
        said, words = self._lists[name].as_in(text)
        if "?" in text or len(said.split()) > _SHORT:
            return False
        return any(said == word or said.startswith(word + " ") for word in words)


def marked_words(text: str) -> str:
    """Words only, in lower case, every mark in its usual place."""
    said = place_tones(clean(text).lower())
    return " ".join("".join(c if c.isalnum() or _is_khmer(c) else " " for c in said).split())


def is_same(said: str, word: str) -> bool:
    """Whether they are the same words; marks count when `said` has some."""
    bare, words = _Words.of([word]).as_in(said)
    return bool(bare) and bare in words


def _in_several(lists: Iterable[frozenset[str]]) -> frozenset[str]:
    seen: set[str] = set()
    twice: set[str] = set()
    for words in lists:
        twice |= seen & words
        seen |= words
    return frozenset(twice)


def _spaced(word: str) -> str:
    """Khmer puts no spaces between words."""
    return word if _is_khmer(word[0]) else f" {word} "


def _is_khmer(char: str) -> bool:
    return "\u1780" <= char <= "\u17ff"
