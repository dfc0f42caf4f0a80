"""Sees an emergency or a child in danger, without the intent model, before anything else is tried.

Two tiers: word lists, read as the head of `nlu_data/guard/emergency.yml` says, and a classifier
that has learnt whole sentences (`bot/sense.py`). It adds what the lists do not know and takes back
what only looks alike; what the lists mark as "always" it may not take back.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from enum import IntEnum
from typing import Any

from bot.sense import Sense
from bot.urgency import Urgency
from knowledge.text import Language, both_ends, clean, fold, language, place_tones, tokenise

__all__ = ["Guard", "Sense", "Urgency"]

#: Words a `*` may stand for; in Khmer, which has no spaces, characters.
_GAP_WORDS = 6
_GAP_CHARS = 30
#: Characters read: more than a channel lets through in one message.
_LONGEST = 4000
_CLAUSE_END = re.compile(r"[.!?;\n។៕]+")
_OTHER_MARKS = re.compile(r"[^\w\s']+|_")
_KHMER = re.compile("[\u1780-\u17dd]")
#: No word: blanked places and clause ends become it.
_BREAK = " \x00 "

_WORDS = ("vi", "vi_unaccented", "en")
_KM = "km"
_LISTS = ("always", "alone", "ends", "phrases", "not", "unless")


#: The classifier alone raises an alarm from here on, and lets one of the lists stand from there on.
#: Both found on sentences it had not learnt; `make eval` measures them.
_SURE = 0.15
_POSSIBLE = -0.3
#: Vietnamese without any mark says less, also about being an alarm: it weighs so much less.
_BARE = 0.05


#: Words (in Khmer syllables) of the shortest message the classifier reads: fewer name somebody or
#: something ("mẹ tôi"), often as the answer to a question; short cries for help are on the lists.
_FEWEST = 4
#: A link says nothing in words, and may be made of any.
_LINK = re.compile(r"\b(?:https?://|geo:|www\.)\S+", re.IGNORECASE)
#: Characters of the longest message that may be a cry and nothing else.
_CRY = 60


class _Rule(IntEnum):
    """What the lists say; higher is surer."""

    NOTHING = 0
    PHRASE = 1
    ALWAYS = 2


class Guard:
    """`lists`: for each urgency the content of its file, language → lists of phrases.

    Without `sense` the lists decide alone.
    """

    def __init__(
        self,
        lists: Mapping[Urgency, Mapping[str, Mapping[str, Sequence[str]]]],
        sense: Sense | None = None,
    ) -> None:
        #: Of the lists a child in danger decides when both match: its answer names the police too.
        order = (Urgency.CHILD, Urgency.EMERGENCY)
        self._alarms = {
            urgency: [_Lists(lang, _merged(lists[urgency], lang)) for lang in (*_WORDS, _KM)]
            for urgency in order
        }
        self._sense = sense

    def check(self, text: str) -> Urgency | None:
        # Cleaned once: what is clean is recognised at once by all that read it afterwards.
        text = clean(both_ends(text, _LONGEST))
        if not text.strip():
            return None
        spoken = _Spoken(text)
        rule, found = self._by_lists(spoken)
        told = _LINK.sub(" ", text)
        if self._sense is None or rule is _Rule.ALWAYS or len(tokenise(told)) < _FEWEST:
            return found
        weight, likeliest = self._sense.weigh(told)
        if weight >= (_SURE - _BARE if spoken.is_bare else _SURE):
            return likeliest
        return found if weight >= _POSSIBLE else None

    def _by_lists(self, spoken: "_Spoken") -> tuple[_Rule, Urgency | None]:
        best: tuple[_Rule, Urgency | None] = (_Rule.NOTHING, None)
        for urgency, languages in self._alarms.items():
            rule = max(item.alarms(spoken) for item in languages)
            if rule > best[0]:
                best = (rule, urgency)
        return best


def _merged(file: Mapping[str, Any], lang: str) -> dict[str, list[str]]:
    """A language's lists; what is typed without marks also takes `not` and `unless` of vi."""
    own = file.get(lang) or {}
    merged = {name: list(own.get(name) or ()) for name in _LISTS}
    if lang == "vi_unaccented":
        for name in ("not", "unless"):
            merged[name] += [fold(phrase) for phrase in (file.get("vi") or {}).get(name) or ()]
    return merged


class _Spoken:
    """A message in the forms the lists are matched against."""

    def __init__(self, text: str) -> None:
        cleaned = place_tones(clean(text)).lower()
        self.marked = _words(cleaned)
        self.bare = _words(fold(cleaned))
        self.khmer = "".join(cleaned.split()) if _KHMER.search(cleaned) else ""
        #: Typed without any mark: "chay" may be "cháy" or "chạy".
        self.has_marks = self.marked != self.bare
        #: English and Khmer have no marks to lose.
        self.is_bare = not self.has_marks and language(cleaned) is Language.VI


def _words(text: str) -> str:
    clauses = (_OTHER_MARKS.sub(" ", clause).split() for clause in _CLAUSE_END.split(text))
    return f" {_BREAK.join(' '.join(words) for words in clauses)} "


class _Lists:
    """One language of one urgency, compiled."""

    def __init__(self, lang: str, lists: Mapping[str, Sequence[str]]) -> None:
        self._lang = lang
        compile_ = _khmer_pattern if lang == _KM else _word_pattern
        self._not = compile_(lists["not"])
        self._always = compile_(lists["always"])
        self._phrases = compile_(lists["phrases"])
        self._unless = compile_(lists["unless"])
        alone = compile_(lists["alone"])
        self._alone = re.compile(f"(?:{alone.pattern}) ?") if alone else None
        self._ends = frozenset(lists["ends"])

    def alarms(self, spoken: _Spoken) -> _Rule:
        text = self._form(spoken)
        if not text:
            return _Rule.NOTHING
        if self._is_alone(text):
            return _Rule.ALWAYS
        if not (_in(self._always, text) or _in(self._phrases, text)):
            return _Rule.NOTHING
        blanked = self._not.sub(_BREAK, text) if self._not else text
        if _in(self._always, blanked):
            return _Rule.ALWAYS
        seen = _in(self._phrases, blanked) and not _in(self._unless, blanked)
        return _Rule.PHRASE if seen else _Rule.NOTHING

    def _is_alone(self, text: str) -> bool:
        """Whether a line of `alone` is all that is said, but for exclamations."""
        if self._alone is None or len(text) > _CRY:
            return False
        if self._lang == _KM:
            return self._alone.fullmatch(_CLAUSE_END.sub("", text)) is not None
        words = text.replace(_BREAK.strip(), "").split()
        while self._alone.fullmatch(f" {' '.join(words)} ") is None:
            if not words or words.pop() not in self._ends:
                return False
        return True

    def _form(self, spoken: _Spoken) -> str:
        if self._lang == _KM:
            return spoken.khmer
        if self._lang == "vi_unaccented":
            return "" if spoken.has_marks else spoken.bare
        return spoken.marked


_Pattern = re.Pattern[str] | None


def _in(pattern: _Pattern, text: str) -> bool:
    return pattern is not None and pattern.search(text) is not None


def _word_pattern(phrases: Iterable[str]) -> _Pattern:
    shapes = [_word_shape(place_tones(clean(phrase)).lower()) for phrase in phrases]
    return re.compile("|".join(shapes)) if shapes else None


def _word_shape(phrase: str) -> str:
    """Whole words in order. The text has single spaces and one at each end."""
    shape = ""
    for part in phrase.split():
        if part == "*":
            shape += rf"(?: [^\s\x00]+){{0,{_GAP_WORDS}}}?"
        else:
            words = (re.escape(word.replace("_", " ")) for word in part.split("/"))
            shape += f" (?:{'|'.join(words)})"
    return shape + "(?= )"


def _khmer_pattern(phrases: Iterable[str]) -> _Pattern:
    shapes = []
    for phrase in phrases:
        parts = ("".join(part.split()) for part in clean(phrase).split("*"))
        shapes.append(f".{{0,{_GAP_CHARS}}}?".join(re.escape(part) for part in parts))
    return re.compile("|".join(shapes)) if shapes else None
