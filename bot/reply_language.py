"""The language of the answer: that of the message when its words show one, else the last one."""

import re

from knowledge.text import Language, find_language, fold

_LATIN_WORD = re.compile(r"[a-z]{2,}")
#: Fewer words say too little about a language ("ok", "HD-2026-000123").
_ENOUGH_WORDS = 2


def reply_language(text: str, last: str) -> str:
    guess = find_language(text)
    if guess is None:
        return last
    if guess is Language.KM:
        return str(guess.value)
    if len(_LATIN_WORD.findall(fold(text))) < _ENOUGH_WORDS:
        return last
    if guess is Language.VI and text.isascii() and last == Language.EN.value:
        # Without marks Vietnamese is only the guess for "nothing else".
        return last
    return str(guess.value)
