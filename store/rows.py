"""Values made from rows."""

from enum import StrEnum
from typing import Any, TypeVar

from sqlalchemy import Row

Made = TypeVar("Made")


def made_of(made: type[Made], found: Row[Any], /, **words: type[StrEnum]) -> Made:
    """A value whose fields are the columns; `words` names those that are words of a list."""
    values = dict(found._mapping)  # noqa: SLF001 - the documented way to a row's mapping
    return made(**values | {name: word(values[name]) for name, word in words.items()})
