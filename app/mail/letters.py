"""The words of letters: templates by language, plain text."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import yaml
from jinja2 import StrictUndefined
from jinja2.sandbox import SandboxedEnvironment

_FOLDER = Path(__file__).parent / "texts"
_LANGUAGES = ("vi", "en", "km")
_DEFAULT = "vi"


class LetterName(StrEnum):
    WEB_CODE = "web_code"
    ANSWER = "answer"
    STAFF_INVITED = "staff_invited"
    STAFF_RESET = "staff_reset"


#: The desk is Vietnamese only.
FOR_CITIZENS = (LetterName.WEB_CODE, LetterName.ANSWER)


@dataclass(frozen=True, slots=True)
class Letter:
    lang: str
    #: How the office calls itself; it is the sender.
    office: str
    subject: str
    body: str


class Letters:
    """Every letter of every language; built once. `office_name`: the same in all of them.

    `off`: languages nobody has read; who reads them gets the Vietnamese letter.
    """

    def __init__(self, office_name: str = "", off: Collection[str] = ()) -> None:
        self._office_name = office_name
        # Plain text: nothing is HTML.
        self._environment = SandboxedEnvironment(undefined=StrictUndefined, autoescape=False)
        spoken = (lang for lang in _LANGUAGES if lang not in off)
        self._texts = {lang: _load(_FOLDER / f"{lang}.yml") for lang in spoken}

    def write(self, name: LetterName, lang: str, values: Mapping[str, object]) -> Letter:
        """A letter; in Vietnamese when there is none in this language."""
        if name not in self._texts.get(lang, ()):
            lang = _DEFAULT
        texts = self._texts[lang]
        office = self._office_name or str(texts["office"])
        values = {**values, "office": office}
        body, closing = texts[name]["body"], texts["closing"]
        return Letter(
            lang=lang,
            office=office,
            subject=self._render(texts[name]["subject"], values),
            body=self._render(body, values) + "\n\n" + self._render(closing, values) + "\n",
        )

    def _render(self, template: str, values: Mapping[str, object]) -> str:
        return self._environment.from_string(template).render(values).strip()


def _load(path: Path) -> dict[str, Any]:
    return dict(yaml.safe_load(path.read_text(encoding="utf-8")))
