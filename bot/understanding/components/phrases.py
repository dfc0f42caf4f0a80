"""Known names found in sentences: places, agencies, fields, procedures. Knows nothing of Rasa."""

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from knowledge.text import Token, clean, fold, fold_mapped, place_tones, tokenise, tokenise_spans

#: Says that a unit was abolished.
_REMARK = re.compile(r"\s*\(.*\)")
#: An agency may end with the kind of the place behind it: "ủy ban xã | Long Đức".
_AGENCY, _PLACE = "agency", "place"
_LEVELS = frozenset({"tinh", "huyen", "xa", "phuong", "pho", "tp"})


class Name(NamedTuple):
    """`name` is how people say it, `value` what it stands for."""

    entity: str
    value: str
    name: str


class Found(NamedTuple):
    entity: str
    value: str
    start: int
    end: int


class _Entry(NamedTuple):
    entity: str
    value: str
    words: tuple[str, ...]


def read_names(folder: Path, entities: Mapping[str, str]) -> list[Name]:
    """Read the lookup files; `entities` says which file (by its stem) names which entity.

    A file that is not there gives no names. Three shapes, the ones people keep by hand:
    a value with its names, a value with names by language and `phrases`, and a list of
    places with kind and aliases.
    """
    names: list[Name] = []
    for stem, entity in sorted(entities.items()):
        path = folder / f"{stem}.yml"
        if path.is_file():
            content = yaml.safe_load(path.read_text("utf-8")) or {}
            pairs = _of_list(content) if isinstance(content, list) else _of_mapping(content)
            names += (Name(entity, value, name) for value, name in pairs)
    return names


def _of_mapping(content: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for value, names in content.items():
        for name in _in_all_languages(names) if isinstance(names, Mapping) else names:
            yield value, name


def _in_all_languages(names: Mapping[str, Any]) -> Iterator[str]:
    for key, name in names.items():
        yield from name if key == "phrases" else [name]


def _of_list(content: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    """With its kind a place is one of a few, so "xã Long Đức" is kept apart from "Long Đức"."""
    for place in content:
        kind = _REMARK.sub("", place["kind"])
        for name in (place["name"], *place["aliases"]):
            yield place["name"], name
            yield f"{kind} {place['name']}", f"{kind} {name}"


class Phrases:
    """Finds the longest known names, whether typed with or without diacritics."""

    def __init__(self, names: Iterable[Name]) -> None:
        self._entries: dict[tuple[str, ...], list[_Entry]] = {}
        for entity, value, name in names:
            words = tuple(tokenise(place_tones(clean(name).lower())))
            if words:
                entry = _Entry(entity, value, words)
                self._entries.setdefault(tuple(map(fold, words)), []).append(entry)
        #: By first word, so that most words of a text need one look.
        self._longest: dict[str, int] = {}
        for words in self._entries:
            self._longest[words[0]] = max(len(words), self._longest.get(words[0], 0))

    def find(self, text: str) -> list[Found]:
        """Find names from left to right; offsets are those of `text`."""
        mapped = fold_mapped(text)
        tokens = tokenise_spans(mapped.text)
        spans = [mapped.span(token.start, token.end) for token in tokens]
        typed = [place_tones(clean(text[start:end]).lower()) for start, end in spans]
        found: list[Found] = []
        position = 0
        while position < len(tokens):
            size, entry = self._longest_at(tokens, typed, position)
            if entry:
                size -= self._lent(entry, tokens, typed, position + size - 1)
                start, end = spans[position][0], spans[position + size - 1][1]
                found.append(Found(entry.entity, entry.value, start, end))
            position += size
        return found

    def _lent(self, agency: _Entry, tokens: list[Token], typed: list[str], last: int) -> int:
        """Leave the last word of an agency to the place that begins with it."""
        if agency.entity != _AGENCY or len(agency.words) == 1 or tokens[last].text not in _LEVELS:
            return 0
        size, entry = self._longest_at(tokens, typed, last)
        return int(entry is not None and entry.entity == _PLACE and size > 1)

    def _longest_at(
        self, tokens: list[Token], typed: list[str], position: int
    ) -> tuple[int, _Entry | None]:
        longest = self._longest.get(tokens[position].text, 0)
        for size in range(min(longest, len(tokens) - position), 0, -1):
            window = slice(position, position + size)
            for entry in self._entries.get(tuple(token.text for token in tokens[window]), ()):
                if _same(typed[window], entry.words, tokens[window]):
                    return size, entry
        return 1, None


def _same(typed: list[str], words: tuple[str, ...], tokens: list[Token]) -> bool:
    """A word typed with diacritics must have the right ones: "đạt" is not "đất"."""
    return all(
        mine in (word, token.text) for mine, word, token in zip(typed, words, tokens, strict=True)
    )
