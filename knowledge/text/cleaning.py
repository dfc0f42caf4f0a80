"""Readable text without invisible characters, and the way back to the original positions."""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

#: Characters that end a line in some system or other.
_LINE_ENDS = frozenset("\n\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029")
#: Letters that draw nothing; they serve to hide the first visible character.
_BLANK_LETTERS = frozenset("\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
#: Format, control and lone surrogate characters.
_INVISIBLE = frozenset({"Cf", "Cc", "Cs"})


@dataclass(frozen=True, slots=True)
class Mapped:
    """A text made from another one.

    `starts[i]` and `ends[i]` say which part of the original the character `i` came from.
    """

    text: str
    starts: Sequence[int]
    ends: Sequence[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Translate a non-empty span of `text` into one of the original."""
        return self.starts[start], self.ends[end - 1]


def clean(text: str) -> str:
    """NFC without zero-width, direction and control characters; every space is a plain one."""
    if _is_clean(text):
        return text
    return unicodedata.normalize("NFC", "".join(char for _, char in _visible(text)))


def clean_mapped(text: str) -> Mapped:
    """Do what `clean` does and remember where each character stood."""
    if _is_clean(text):
        return Mapped(text, range(len(text)), range(1, len(text) + 1))
    kept = list(_visible(text))
    result = _compose(kept)
    if unicodedata.is_normalized("NFC", result.text):
        return result
    # Marks that wander across a cluster; seen only in made-up strings. All of it is one piece.
    whole = unicodedata.normalize("NFC", "".join(char for _, char in kept))
    size = len(whole)
    return Mapped(whole, (kept[0][0],) * size, (kept[-1][0] + 1,) * size)


def _is_clean(text: str) -> bool:
    """Tell most texts at C speed; "no" may be wrong, "yes" never is."""
    return (
        unicodedata.is_normalized("NFC", text)
        and text.replace("\n", "").isprintable()
        and _BLANK_LETTERS.isdisjoint(text)
    )


def _visible(text: str) -> Iterator[tuple[int, str]]:
    for index, char in enumerate(text):
        if char in _LINE_ENDS:
            yield index, "\n"
        elif char == "\r":
            if text[index + 1 : index + 2] != "\n":
                yield index, "\n"
        elif char == "\t" or (category := unicodedata.category(char)) == "Zs":
            yield index, " "
        elif category not in _INVISIBLE and char not in _BLANK_LETTERS:
            yield index, char


def _compose(kept: list[tuple[int, str]]) -> Mapped:
    text: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for first, last, cluster in _clusters(kept):
        composed = unicodedata.normalize("NFC", cluster)
        text.append(composed)
        starts.extend([first] * len(composed))
        ends.extend([last + 1] * len(composed))
    return Mapped("".join(text), tuple(starts), tuple(ends))


def _clusters(kept: list[tuple[int, str]]) -> Iterator[tuple[int, int, str]]:
    """Group each letter with the marks (or Hangul parts) that may melt into it."""
    first, last, cluster = 0, 0, ""
    for index, char in kept:
        if cluster and _melts(cluster, char):
            cluster, last = cluster + char, index
            continue
        if cluster:
            yield first, last, cluster
        first, last, cluster = index, index, char
    if cluster:
        yield first, last, cluster


def _melts(cluster: str, char: str) -> bool:
    if char.isascii():
        return False
    if unicodedata.combining(char):
        return True
    # Of all others only vowel signs and parts of Hangul can: three normalisations less for most.
    if unicodedata.category(char)[0] != "M" and not "\u1100" <= char <= "\u11ff":
        return False
    joined = unicodedata.normalize("NFC", cluster + char)
    return joined != unicodedata.normalize("NFC", cluster) + unicodedata.normalize("NFC", char)
