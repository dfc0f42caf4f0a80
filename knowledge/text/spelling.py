"""One spelling for what Vietnamese phones write in several ways."""

import functools
import re
import unicodedata

from knowledge.text.cleaning import clean
from knowledge.text.languages import Language, language
from knowledge.text.shorthand import READ_BY_NEIGHBOURS, SHORTHAND

__all__ = ["SHORTHAND", "expand_shorthand", "place_tones", "spell", "squeeze"]

_TONES = "\u0300\u0301\u0309\u0303\u0323"


def _tone_pairs() -> dict[str, str]:
    """Map the newer placing (hoá, khoẻ, thuý) to the one most people type (hóa, khỏe, thúy)."""
    pairs = {}
    for first, second in ("oa", "oe", "uy"):
        for tone in _TONES:
            newer = unicodedata.normalize("NFC", first + second + tone)
            pairs[newer] = unicodedata.normalize("NFC", first + tone + second)
    return pairs


_PAIRS = _tone_pairs()
_NEWER = re.compile(rf"(?<!q)(?:{'|'.join(_PAIRS)})(?!\w)")
_WORD = re.compile(r"\w+")
#: Drawn-out letters: "lâuuuu"; the same behind a letter with a tone: "ạaa"; at the end: "đâuu".
_DRAWN_OUT = re.compile(r"(?<=[^\W\d_])([^\W\d_])\1{2,}")
_AFTER_TONE = re.compile(r"([^\W\d_\x00-\x7f])([aăâeêioôơuưy])\2*")
_VOWELS = frozenset("aăâeêioôơuưy")
#: What somebody says who sends only a picture of a face or a hand.
_SIGNS = {
    "👍": "ok",
    "👌": "ok",
    "✅": "ok",
    "👎": "không đúng",
    "🙏": "cảm ơn",
    "❤": "cảm ơn",
    "🥰": "cảm ơn",
    "👋": "chào",
}


def place_tones(text: str) -> str:
    """Put tone marks where most people type them: hoá → hóa. Expects lower case, NFC."""
    return _NEWER.sub(lambda match: _PAIRS[match[0]], text)


def squeeze(text: str) -> str:
    """Shorten drawn-out letters: "lâuuuuu" → "lâu", "ạaaa" → "ạ". Expects lower case, NFC."""
    before = ""
    while text != before:
        before = text
        text = _DRAWN_OUT.sub(r"\1", text)
        text = _AFTER_TONE.sub(lambda m: m[1] if _toneless(m[1]) == m[2] else m[0], text)
        text = _WORD.sub(_once_at_the_end, text)
    return text


@functools.lru_cache(maxsize=1024)
def _toneless(char: str) -> str:
    apart = unicodedata.normalize("NFD", char)
    without = "".join(c for c in apart if c not in _TONES)
    return unicodedata.normalize("NFC", without) if without != apart else ""


def _once_at_the_end(match: re.Match[str]) -> str:
    """Only in words with Vietnamese letters: "see" and "xoo" may be meant so."""
    word = match[0]
    if word.isascii() or word[-1] not in _VOWELS:
        return word
    return word.rstrip(word[-1]) + word[-1]


def expand_shorthand(text: str) -> str:
    """Write shortened words out. Expects lower case, NFC."""
    for pattern, meaning in READ_BY_NEIGHBOURS:
        text = pattern.sub(meaning, text)
    return _WORD.sub(lambda match: SHORTHAND.get(match[0], match[0]), text)


def spell(text: str, *, keeps_english: bool = False) -> str:
    """Clean, lower case, tone marks in one place, shortened words written out.

    A message of signs alone says what the signs say. With `keeps_english` an English sentence
    keeps its "a" and "k".
    """
    # Lower case can take a letter apart again: İ.
    lower = unicodedata.normalize("NFC", clean(text).lower())
    written = place_tones(squeeze(lower))
    if not any(char.isalnum() for char in written):
        return " ".join(dict.fromkeys(_SIGNS[char] for char in written if char in _SIGNS))
    if keeps_english and language(written) is Language.EN:
        return written
    return expand_shorthand(written)
