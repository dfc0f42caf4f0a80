"""Words at a step that waits for a place, a photo or a person, and that are no answer to it."""

from bot.actions.ask_reading import (
    asks_on,
    asks_plainly,
    names_no_place,
    names_place,
    says_no_photo,
    whom,
)
from bot.actions.judged import named_in_full
from bot.context import Turn
from bot.intents import Intent
from bot.media import media_of
from bot.talk import Flow, Step
from casework.cases import OnBehalf
from knowledge.search.index import HitKind

#: What a message may want instead of answering.
_OTHER_MATTERS = frozenset(
    {
        Intent.ASK_PROCEDURE,
        Intent.ASK_INFO,
        Intent.ASK_SCHEDULE,
        Intent.COMMENT_DRAFT,
        Intent.CHECK_DOSSIER,
        Intent.CHECK_CASE,
        Intent.REQUEST_HUMAN,
    }
)
#: Words that only keep a talk friendly.
_KIND = frozenset({Intent.THANK, Intent.GREET, Intent.GOODBYE})


def is_kind_word(turn: Turn, flow: Flow, sure: Intent | None) -> bool:
    """Thanks or a greeting, and no answer besides; `sure` is what the model is sure of."""
    if sure not in _KIND or names_place(turn):
        return False
    if flow.step is Step.BEHALF:
        return whom(turn.lexicon, turn.text) in (None, OnBehalf.SELF)
    if flow.step is Step.PHOTO:
        return not says_no_photo(turn) and not media_of(turn.row)
    return flow.step is Step.PLACE


def other_matter(turn: Turn, flow: Flow, sure: Intent | None) -> Intent | None:
    """What a message surely wants that says neither where nor for whom."""
    if sure not in _OTHER_MATTERS:
        return None
    if flow.step is Step.PLACE:
        other = asks_on(turn) or (sure is Intent.ASK_PROCEDURE and _names_procedure(turn))
        return sure if other and not names_no_place(turn) else None
    if flow.step is Step.BEHALF:
        other = asks_plainly(turn) or whom(turn.lexicon, turn.text) is None
        return sure if other else None
    return None


def _names_procedure(turn: Turn) -> bool:
    """Without a question, as the model has seen few places, the catalogue must know it too."""
    hit = named_in_full(turn)
    return hit is not None and hit.kind is HitKind.PROCEDURE and not names_place(turn)
