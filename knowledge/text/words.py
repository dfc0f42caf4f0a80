"""Words of a text; Khmer, which writes no spaces, is cut into its written syllables."""

import re
from typing import NamedTuple

_KHMER_SYLLABLE = "[\u1780-\u17b3](?:\u17d2[\u1780-\u17b3]|[\u17b6-\u17d1\u17dd])*"
_TOKEN = re.compile(rf"{_KHMER_SYLLABLE}|[^\W_\u1780-\u17b3]+")


class Token(NamedTuple):
    text: str
    start: int
    end: int


def tokenise(text: str) -> list[str]:
    return _TOKEN.findall(text)


def tokenise_spans(text: str) -> list[Token]:
    return [Token(match[0], match.start(), match.end()) for match in _TOKEN.finditer(text)]
