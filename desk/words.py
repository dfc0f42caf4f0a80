"""The desk's words: the files of `texts/` and the templates; none in code."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

#: Nested by topic; leaves are sentences or patterns for `str.format`.
Words = dict[str, Any]

_FOLDER = Path(__file__).parent / "texts"


class DoubledWordError(Exception):
    """Two files speak of one thing."""


@cache
def load_words(folder: Path = _FOLDER) -> Words:
    """All files of the folder as one; each topic stands in one of them. Read once.

    Raises:
        DoubledWordError: a topic stands in two files.
    """
    words: Words = {}
    for path in sorted(folder.glob("*.yml")):
        found: Words = yaml.safe_load(path.read_text(encoding="utf-8"))
        if doubled := words.keys() & found.keys():
            raise DoubledWordError(f"{path.name}: {', '.join(sorted(doubled))}")
        words |= found
    return words
