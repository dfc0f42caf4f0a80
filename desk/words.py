"""The desk's words: `texts/vi.yml` and the templates; none in code."""

from pathlib import Path
from typing import Any

import yaml

#: Nested by topic; leaves are sentences or patterns for `str.format`.
Words = dict[str, Any]

_FILE = Path(__file__).parent / "texts" / "vi.yml"


def load_words(path: Path = _FILE) -> Words:
    found: Words = yaml.safe_load(path.read_text(encoding="utf-8"))
    return found
