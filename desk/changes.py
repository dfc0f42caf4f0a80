"""What changed between two drafts, word by word."""

import difflib
import re
from enum import StrEnum


class Change(StrEnum):
    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"


_PIECES = re.compile(r"\s+|\S+")
#: Comparing takes the square of the length; longer drafts are shown without marks.
_MOST_PIECES = 4000


def changes_between(before: str, after: str) -> list[tuple[str, str]]:
    """(change, text) pieces in reading order; empty when nothing changed or it is too long."""
    old, new = _PIECES.findall(before), _PIECES.findall(after)
    if old == new or len(old) + len(new) > _MOST_PIECES:
        return []
    found: list[tuple[str, str]] = []
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for tag, start, end, new_start, new_end in matcher.get_opcodes():
        if tag == "equal":
            found.append((Change.SAME, "".join(old[start:end])))
            continue
        if end > start:
            found.append((Change.REMOVED, "".join(old[start:end])))
        if new_end > new_start:
            found.append((Change.ADDED, "".join(new[new_start:new_end])))
    return found
