"""Word lists of the reply files, folded once, for what is understood without the model."""

from bot.replies import LANGUAGES, Replies
from knowledge.text import fold

#: A cancelling message is short: "thôi không gửi nữa đâu em".
_SHORT = 7


class Lexicon:
    """All languages together: people mix them."""

    def __init__(self, replies: Replies) -> None:
        names = frozenset[str]().union(*(replies[lang].lists() for lang in LANGUAGES))
        self._lists = {
            name: tuple({" ".join(fold(word).split()) for word in replies.all_words(name)})
            for name in names
        }

    def is_one(self, name: str, text: str) -> bool:
        """Whether the whole text is a word of the list."""
        return _bare(text) in self._lists[name]

    def has(self, name: str, text: str) -> bool:
        """Whether a word of the list stands in the text."""
        said = f" {_bare(text)} "
        return any(_spaced(word) in said for word in self._lists[name])

    def without(self, name: str, text: str) -> str:
        """The text, folded, without the words of the list; longer phrases go first."""
        said = f" {_bare(text)} "
        for word in sorted(self._lists[name], key=len, reverse=True):
            spaced = _spaced(word)
            while spaced in said:
                said = said.replace(spaced, " ")
        return " ".join(said.split())

    def begins(self, name: str, text: str) -> bool:
        """Whether a short text begins with a word of the list."""
        said = _bare(text)
        if len(said.split()) > _SHORT:
            return False
        return any(said == word or said.startswith(word + " ") for word in self._lists[name])


def _spaced(word: str) -> str:
    """Khmer puts no spaces between words."""
    return word if _is_khmer(word[0]) else f" {word} "


def _is_khmer(char: str) -> bool:
    return "\u1780" <= char <= "\u17ff"


def _bare(text: str) -> str:
    """Folded, words only."""
    return " ".join("".join(c if c.isalnum() or _is_khmer(c) else " " for c in fold(text)).split())
