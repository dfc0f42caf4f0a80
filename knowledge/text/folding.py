"""Text as somebody types it who has no diacritics: for comparing, never for showing."""

import functools
import unicodedata

from knowledge.text.cleaning import Mapped, clean, clean_mapped

#: Only Latin accents go; the vowels of Khmer are combining marks too and must stay.
_LATIN_MARKS = range(0x0300, 0x0370)
#: One sign of Arabic stands for eighteen letters; a message of them would not end.
_MOST_LETTERS = 4


def fold(text: str) -> str:
    """Clean, without diacritics, đ as d, case and width folded. Idempotent."""
    if text.isascii() and text.isprintable():
        return text.lower()
    return "".join(map(_fold_char, clean(text)))


def fold_mapped(text: str) -> Mapped:
    """Do what `fold` does and remember where each character stood in the original."""
    cleaned = clean_mapped(text)
    pieces = [_fold_char(char) for char in cleaned.text]
    if all(len(piece) == 1 for piece in pieces):
        return Mapped("".join(pieces), cleaned.starts, cleaned.ends)
    folded: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for piece, start, end in zip(pieces, cleaned.starts, cleaned.ends, strict=True):
        folded.append(piece)
        starts.extend([start] * len(piece))
        ends.extend([end] * len(piece))
    return Mapped("".join(folded), tuple(starts), tuple(ends))


@functools.lru_cache(maxsize=4096)
def _fold_char(char: str) -> str:
    if char.isascii():
        return char.lower()
    if len(unicodedata.normalize("NFKD", char)) > _MOST_LETTERS:
        return char
    previous = ""
    while char != previous:
        # Some letters need two rounds: folding the case uncovers what can be taken apart.
        previous = char
        apart = unicodedata.normalize("NFKD", char)
        bare = "".join(c for c in apart if ord(c) not in _LATIN_MARKS)
        char = bare.casefold().replace("đ", "d").replace("\u01a1", "o").replace("\u01b0", "u")
    return clean(char) if char.isascii() else char
