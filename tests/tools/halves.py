"""Cuts a test set in two: one half to improve with, one of which only totals are looked at."""

import zlib
from collections.abc import Iterable


def is_held(text: str) -> bool:
    """Decide by the words themselves, so that a set may grow and be reordered."""
    return bool(zlib.crc32(text.encode()) % 2)


def halves(texts: Iterable[str]) -> tuple[list[str], list[str]]:
    """Return (tune, held)."""
    found = list(texts)
    return [t for t in found if not is_held(t)], [t for t in found if is_held(t)]
