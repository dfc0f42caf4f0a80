"""Texts staff type, made fit to be kept and sent."""

import unicodedata

from desk.errors import TextTooLongError

#: Ten Zalo messages; nobody reads more on a phone.
MAX_LENGTH = 20_000
_KEPT_CONTROLS = frozenset("\n\t")


def cleaned(text: str) -> str:
    """One kind of line end, letters in one form, no signs that the database refuses."""
    lines = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    return "".join(
        letter
        for letter in lines
        if letter in _KEPT_CONTROLS or unicodedata.category(letter) not in {"Cc", "Cs"}
    ).strip()


def checked(text: str) -> str:
    """Cleaned, and short enough.

    Raises:
        TextTooLongError: longer than `MAX_LENGTH`.
    """
    clean = cleaned(text)
    if len(clean) > MAX_LENGTH:
        raise TextTooLongError(len(clean))
    return clean
