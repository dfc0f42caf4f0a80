"""The first words of a citizen's text, safe to stand in a row."""

import unicodedata

_LENGTH = 110
_INVISIBLE = frozenset({"Cc", "Cf", "Zl", "Zp", "Zs", "Mn", "Cn", "Co", "Cs"})
#: Khmer separates words with it; every other invisible sign only disturbs a row.
_ZERO_WIDTH_SPACE = "\u200b"
_JOINERS = frozenset({_ZERO_WIDTH_SPACE, "\u200c", "\u200d"})


def excerpt(text: str, length: int = _LENGTH) -> str:
    """One line without signs that turn or hide letters; empty when nothing can be seen."""
    kept = one_line(text)
    if len(kept) <= length:
        return kept
    cut = kept[:length]
    head, space, _ = cut.rpartition(" ")
    return (head if space and len(head) > length // 2 else cut) + "…"


def one_line(text: str) -> str:
    """All of it on one line, without signs that turn or hide letters."""
    if not has_visible(text):
        return ""
    return "".join(
        letter
        for letter in " ".join(text.split())
        if letter in _JOINERS or unicodedata.category(letter) not in {"Cc", "Cf", "Cs"}
    )


def has_visible(text: str) -> bool:
    return any(unicodedata.category(letter) not in _INVISIBLE for letter in text)
