"""Rows of the catalogues and the ways to name them."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from knowledge.faqs import Faq
from knowledge.procedures import Procedure
from knowledge.search.groups import Alike, groups_in
from knowledge.search.reading import Word, words_of
from knowledge.search.words import (
    QUESTION_ACTIONS,
    SPECIAL_CASES,
    TITLE_ACTIONS,
    Action,
    actions_in,
    signs_in,
)
from knowledge.text import Language, is_syllable

#: Only the beginning of a title names the action; further on it lists cases.
_TITLE_HEAD = 6
#: What one step of `Common.often` is worth beside level and audience.
_OFTEN = 0.03

_REMARKS = re.compile(r"\((?:thực hiện|cấp)[^)]*\)|\(\s*\d\.\d{6}\s*\)", re.IGNORECASE)
_SEVERAL_ACTIONS = re.compile(r"\s*(?:thủ tục )?(?:cấp|đăng ký)(?:,| mới)", re.IGNORECASE)


class HitKind(StrEnum):
    PROCEDURE = "procedure"
    FAQ = "faq"
    #: Inside the index only: people ask for it, no row has it.
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Hit:
    """`ref` is the procedure's code or the FAQ's id; `score` lies between 0 and 1."""

    kind: HitKind
    ref: str
    title: str
    score: float
    lang: Language


@dataclass(frozen=True, slots=True)
class Row:
    hit: Hit
    #: Tie-breaker: levels near to citizens first.
    prior: float
    names: tuple[str, ...]
    #: What people ask for, the same for rows of several offices; empty when nothing names it.
    matter: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One way to name a row: its title or an alias."""

    row: int
    words: tuple[Word, ...]
    bare: tuple[str, ...]
    groups: frozenset[str]
    #: The groups of which it has more than a single syllable.
    expressions: frozenset[str]
    actions: frozenset[Action]
    special: frozenset[int]


@dataclass(frozen=True, slots=True)
class Common:
    """How people name what they often ask for; no catalogue may have it."""

    #: Of the national list; several where the same thing is done at several offices.
    codes: tuple[str, ...]
    sayings: tuple[str, ...]
    #: 0 to 3; 3 is asked for every day.
    often: int = 0


def parse_common(rows: Iterable[Mapping[str, Any]]) -> list[Common]:
    """Read rows of `codes`, `say` and perhaps `often`."""
    return [
        Common(tuple(row["codes"]), tuple(row["say"]), int(row.get("often", 0))) for row in rows
    ]


def row_of_procedure(procedure: Procedure, common: Common | None = None) -> Row:
    hit = Hit(HitKind.PROCEDURE, procedure.code, procedure.text, 0.0, procedure.lang)
    sayings = common.sayings if common and procedure.lang is Language.VI else ()
    prior = _prior(procedure) + (_OFTEN * common.often if common else 0.0)
    matter = common.codes[0] if common else ""
    return Row(hit, prior, (procedure.text, *procedure.aliases, *sayings), matter)


def row_of_absent(common: Common) -> Row:
    """Make the row of something people ask for that the catalogue lacks; it is never shown."""
    hit = Hit(HitKind.ABSENT, "", common.sayings[0], 0.0, Language.VI)
    return Row(hit, _OFTEN * common.often, common.sayings)


def row_of_faq(faq: Faq) -> Row:
    hit = Hit(HitKind.FAQ, faq.id, faq.question, 0.0, faq.lang)
    return Row(hit, 0.0, (faq.question, *faq.aliases))


def entries_of(number: int, row: Row, alike: Alike) -> Iterator[Entry]:
    """Make the entries of the row with this number.

    What people call it may name another action than the title: a licence that ran out (hết hạn)
    is changed (đổi).
    """
    titled = frozenset[Action]()
    for name in row.names:
        words = tuple(words_of(_REMARKS.sub("", name)))
        bare = tuple(word.bare for word in words)
        said = signs_in(words)
        if titled:
            actions = actions_in(said, QUESTION_ACTIONS) | titled
        else:
            actions = titled = _title_actions(name, words)
        found = [*groups_in(words, alike)]
        yield Entry(
            row=number,
            words=words,
            bare=bare,
            groups=frozenset(group for _, _, group in found),
            expressions=frozenset(
                group for first, size, group in found if size > 1 or not is_syllable(bare[first])
            ),
            actions=actions,
            special=frozenset(case for case, signs in enumerate(SPECIAL_CASES) if signs[0] in said),
        )


def _prior(procedure: Procedure) -> float:
    level = procedure.level.lower()
    prior = 0.18 if "xã" in level else 0.12 if "tỉnh" in level else 0.0
    if "công dân" in procedure.subjects.lower():
        prior += 0.15
    if procedure.code.startswith("6."):
        prior -= 0.3  # procedures between offices
    return prior


def _title_actions(title: str, words: Sequence[Word]) -> frozenset[Action]:
    said = signs_in(words[:_TITLE_HEAD])
    found = actions_in(said, TITLE_ACTIONS)
    if not found or _SEVERAL_ACTIONS.match(title):
        return found | {Action.FIRST}
    return found
