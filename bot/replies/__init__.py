"""All words the bot says, by language: templates, button labels, word lists, names of days."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Self, TypeVar

import yaml
from jinja2 import StrictUndefined, Template
from jinja2.sandbox import SandboxedEnvironment

_T = TypeVar("_T")

LANGUAGES = ("vi", "en", "km")
DEFAULT_LANGUAGE = "vi"
FOLDER = Path(__file__).parent

#: What is said in a language nobody has read yet, with the Vietnamese beside it, and why. All else
#: is said in Vietnamese alone.
STAYS_ON: Mapping[str, str] = {
    "greeting": "everybody learns whom they write to",
    "emergency": "numbers to call save lives",
    "child": "numbers to call save lives",
    "person_will_answer": "nobody is left without an answer",
}
#: Said on trial with the note that nobody has read the texts of the language.
_NOTED = frozenset({"greeting", "language_changed"})

#: Files of a language folder that hold no templates.
_LABELS, _WORDS, _DAYS = "labels.yml", "words.yml", "days.yml"


class ReplyMissingError(Exception):
    """No template, label or list of this name."""


@dataclass(frozen=True, slots=True)
class Label:
    """`button` has at most 20 characters; `text` is what stands beside the number."""

    button: str
    text: str


class Language:
    """The words of one language."""

    def __init__(
        self,
        folder: Path,
        office_name: str = "",
        *,
        beside: Self | None = None,
        noted: bool = False,
    ) -> None:
        """`beside`: the language that is spoken instead, because nobody has read this one.

        `noted`: nobody has read this one, it is spoken all the same, and says so.
        """
        self._lang = folder.name
        self._beside = beside
        self._noted = noted
        self._days = _load(folder / _DAYS)
        self._labels = {name: _label(item) for name, item in _load(folder / _LABELS).items()}
        self._words = {
            name: tuple(str(word) for word in found)
            for name, found in _load(folder / _WORDS).items()
        }
        # Plain text for a chat: nothing is HTML, and what a citizen wrote must come back unchanged.
        environment = SandboxedEnvironment(
            undefined=StrictUndefined, autoescape=False, trim_blocks=True, lstrip_blocks=True
        )
        environment.filters["full_date"] = self.full_date
        environment.filters["day"] = self.short_date
        environment.filters["own"] = self._own
        self._texts = {
            name: environment.from_string(text) for name, text in load_texts(folder).items()
        }
        self._office_name = office_name or self.text("office_name", {})

    def text(self, name: str, values: dict[str, Any]) -> str:
        """Render a template.

        Raises:
            ReplyMissingError: there is no such template.
        """
        if self._beside is not None and name not in STAYS_ON:
            return self._beside.text(name, values)
        said = _found(self._texts, name).render(values).strip()
        if self._beside is not None:
            return f"{said}\n\n{self._beside.text(name, values)}"
        if self._noted and name in _NOTED:
            return f"{said}\n{self.text('unread_note', {})}"
        return said

    @property
    def is_off(self) -> bool:
        """Whether nearly everything is said in another language."""
        return self._beside is not None

    @property
    def office_name(self) -> str:
        """Of the office that runs the service, as it stands in our messages."""
        return self._beside.office_name if self._beside else self._office_name

    def _own(self, names: Mapping[str, str]) -> str:
        """A name that rows have in several languages."""
        return names.get(self._lang) or names[DEFAULT_LANGUAGE]

    def template(self, name: str) -> Template:
        return _found(self._texts, name)

    def names(self) -> frozenset[str]:
        return frozenset(self._texts)

    def label(self, name: str) -> Label:
        if self._beside is not None:
            return self._beside.label(name)
        return _found(self._labels, name)

    def labels(self) -> dict[str, Label]:
        return dict(self._labels)

    def words(self, name: str) -> tuple[str, ...]:
        return _found(self._words, name)

    def lists(self) -> frozenset[str]:
        return frozenset(self._words)

    def full_date(self, day: date) -> str:
        """A Vietnam date with its weekday: "thứ Sáu, 26/02/2027"."""
        if self._beside is not None:
            return self._beside.full_date(day)
        return f"{self._days['weekdays'][day.weekday()]}, {self.short_date(day)}"

    def short_date(self, day: date) -> str:
        return f"{day:%d/%m/%Y}"

    def holiday(self, name: str) -> str:
        """Our short word for a holiday, given one of its Vietnamese names."""
        if self._beside is not None:
            return self._beside.holiday(name)
        for mark, word in self._days["holidays"].items():
            if mark in name:
                return str(word)
        return str(self._days["other_holiday"])


class Replies:
    """Every language; built once. `office_name`: how the province names its office, in all.

    `off`: languages nobody has read, that say only what `STAYS_ON` lists; their words are
    understood. `noted`: likewise, but spoken on trial, with a note.
    """

    def __init__(
        self,
        folder: Path = FOLDER,
        *,
        office_name: str = "",
        off: Collection[str] = (),
        noted: Collection[str] = (),
    ) -> None:
        ours = Language(folder / DEFAULT_LANGUAGE, office_name)
        self._languages = {
            lang: ours
            if lang == DEFAULT_LANGUAGE
            else Language(
                folder / lang,
                office_name,
                beside=ours if lang in off else None,
                noted=lang in noted,
            )
            for lang in LANGUAGES
        }

    @property
    def languages(self) -> tuple[str, ...]:
        """Those a citizen may choose."""
        return tuple(lang for lang, words in self._languages.items() if not words.is_off)

    def __getitem__(self, lang: str) -> Language:
        return self._languages.get(lang) or self._languages[DEFAULT_LANGUAGE]

    def all_words(self, name: str) -> Iterable[str]:
        """A list of all languages together: people mix them."""
        for language in self._languages.values():
            yield from language.words(name)


def load_texts(folder: Path) -> dict[str, str]:
    """Every template of a language folder by name.

    Raises:
        ValueError: two files use one name.
    """
    texts: dict[str, str] = {}
    for path in sorted(folder.glob("*.yml")):
        if path.name in {_LABELS, _WORDS, _DAYS}:
            continue
        found = _load(path)
        if twice := texts.keys() & found.keys():
            raise ValueError(f"{path}: named twice: {sorted(twice)}")
        texts.update(found)
    return texts


def _load(path: Path) -> dict[str, Any]:
    with path.open(encoding="utf-8") as file:
        return dict(yaml.safe_load(file))


def _label(item: str | list[str]) -> Label:
    return Label(item, item) if isinstance(item, str) else Label(item[0], item[1])


def _found(mapping: dict[str, _T], name: str) -> _T:
    try:
        return mapping[name]
    except KeyError:
        raise ReplyMissingError(name) from None
