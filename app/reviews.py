"""Who read the texts and data of a language: told at the head of each file, read here alone.

A head line is `# reviewed_by: Sok Chanda, 2026-12-01`; a file of several languages has one for each
(`# km words: reviewed_by: …`). Whatever is no name with a day ("none yet", "soon", no line) means:
nobody.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from app.data_folder import ROOT
from app.learning.files import LEARNED
from app.settings import Settings


class Part(StrEnum):
    REPLIES = "replies"
    LETTERS = "letters"
    PAGES = "public pages"
    #: What messages are understood with; nobody is shown it.
    DATA = "data"


#: Files by part; those without `{lang}` or `{name}` hold several languages.
_FILES: Mapping[Part, tuple[str, ...]] = {
    Part.REPLIES: ("bot/replies/{lang}/*.yml",),
    Part.LETTERS: ("app/mail/texts/{lang}.yml",),
    Part.PAGES: ("portal/texts/{lang}.yml",),
    Part.DATA: (
        "nlu_data/{lang}/*.yml",
        "nlu_data/lookups/lexicon_{lang}.yml",
        "nlu_data/test/{lang}.yml",
        "nlu_data/test/strangers/{lang}.yml",
        "nlu_data/lookups/fields.yml",
        "nlu_data/guard/*.yml",
        "nlu_data/guard/examples/mixed_*.yml",
        "nlu_data/guard/examples/{name}.yml",
        "nlu_data/test/guard.yml",
        "nlu_data/test/strangers/guard.yml",
    ),
}
#: Beside Vietnamese, with their names for administrators.
LANGUAGES: Mapping[str, str] = {"en": "English", "km": "Khmer"}
#: Citizens are not spoken to in these before somebody read what is said.
MUST_BE_READ = frozenset({"km"})

_SIGNED = re.compile(r"[^\W\d_].*,\s*\d{4}-\d{2}-\d{2}")
_HEAD = re.compile(r"#\s*(?:(?P<lang>[a-z]{2}) [\w ]+:\s*)?reviewed_by:(?P<who>.*)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Review:
    path: Path
    part: Part
    #: Empty: nobody.
    reviewed_by: str


def read_reviews(lang: str, root: Path = ROOT) -> list[Review]:
    """Every file of a language that somebody wrote; what editors labelled was read by them."""
    return [
        Review(path, part, _reviewer(path, lang))
        for part, patterns in _FILES.items()
        for pattern in patterns
        for path in sorted(root.glob(pattern.format(lang=lang, name=LANGUAGES[lang].lower())))
        if path.name != LEARNED
    ]


def unread_languages(part: Part, root: Path = ROOT) -> frozenset[str]:
    """Languages of which a file of this part was read by nobody."""
    return frozenset(
        lang
        for lang in LANGUAGES
        if any(one.part is part and not one.reviewed_by for one in read_reviews(lang, root))
    )


def languages_off(settings: Settings, part: Part, root: Path = ROOT) -> frozenset[str]:
    """Languages citizens do not get this part in; on trial everything is shown."""
    return unread_languages(part, root) & MUST_BE_READ if settings.is_live else frozenset()


def languages_on_trial(settings: Settings, part: Part, root: Path = ROOT) -> frozenset[str]:
    """Languages that are shown with the note that nobody read them."""
    return frozenset() if settings.is_live else unread_languages(part, root) & MUST_BE_READ


def _reviewer(path: Path, lang: str) -> str:
    for line in _head(path):
        found = _HEAD.match(line)
        if found and found["lang"] in (None, lang):
            who = found["who"].strip()
            return who if _SIGNED.fullmatch(who) else ""
    return ""


def _head(path: Path) -> Iterator[str]:
    """The comment lines a file begins with."""
    with path.open(encoding="utf-8") as file:
        for line in file:
            if not line.startswith("#"):
                return
            yield line
