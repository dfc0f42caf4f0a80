"""The portal's words: one file a language in `texts/`; none in code or templates."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

import yaml

from casework.legal_clock import VIETNAM

LANGUAGES = ("vi", "en", "km")
DEFAULT = "vi"
FOLDER = Path(__file__).parent / "texts"


class WordMissingError(Exception):
    """A page asks for a sentence that no file has."""


class Words:
    """The sentences of one language, by dotted names."""

    def __init__(self, lang: str, tree: dict[str, Any]) -> None:
        self.lang = lang
        self._tree = tree

    def __call__(self, name: str, **values: object) -> str:
        """The sentence, filled in.

        Raises:
            WordMissingError: there is none of this name.
        """
        found = self.at(name)
        if not isinstance(found, str):
            raise WordMissingError(f"{self.lang}: {name}")
        return found.format(**values) if values else found

    def at(self, name: str) -> Any:
        """A sentence, a list or a group of them.

        Raises:
            WordMissingError: there is none of this name.
        """
        found: Any = self._tree
        for part in name.split("."):
            if not isinstance(found, dict) or part not in found:
                raise WordMissingError(f"{self.lang}: {name}")
            found = found[part]
        return found

    def date(self, day: date) -> str:
        """A Vietnam date with its weekday."""
        return f"{self.at('weekdays')[day.weekday()]}, {day:%d/%m/%Y}"

    def time(self, at: datetime) -> str:
        return f"{at.astimezone(VIETNAM):%H:%M %d/%m/%Y}"


def load_words(folder: Path = FOLDER) -> dict[str, Words]:
    return {
        lang: Words(lang, yaml.safe_load((folder / f"{lang}.yml").read_text(encoding="utf-8")))
        for lang in LANGUAGES
    }
