"""Codes and numbers tell what kind of sentence this is; which code or number does not."""

import re

from knowledge.codes import CodeKind, find_codes

_NAMES = {
    CodeKind.DOSSIER: " mãhồsơ ",
    CodeKind.MALFORMED: " mãhồsơ ",
    CodeKind.CASE: " mãcâuhỏi ",
    CodeKind.PROCEDURE: " mãthủtục ",
}
_LONG_NUMBER = re.compile(r"\d(?:[\s.]?\d){6,}")
_DIGIT = re.compile(r"\d")


def mask(text: str) -> str:
    """Replace codes by their kind, telephone-like numbers by one word."""
    if not _DIGIT.search(text):
        return text
    for code in reversed(find_codes(text)):
        text = text[: code.start] + _NAMES[code.kind] + text[code.end :]
    return _LONG_NUMBER.sub(" sốdài ", text)
