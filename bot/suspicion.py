"""Whether words may be a complaint, a denunciation or the report of a crime."""

from collections.abc import Iterable

from bot.context import Turn
from bot.intents import Intent
from bot.understanding.readings import Ranked

#: The citizen is asked from here on, though the model reads the words as something else: one
#: question too many does less harm than a denunciation in an open queue.
_SUSPICION = 0.3


def looks_grave(turn: Turn, text: str = "") -> bool:
    """By the model, and by plain words (of `text`, else of the turn) when it was not asked."""
    ranking = turn.reading.ranking if turn.reading is not None else ()
    return turn.lexicon.has("grave_marks", text or turn.text) or model_suspects(ranking)


def model_suspects(ranking: Iterable[Ranked]) -> bool:
    return any(
        item.intent is Intent.COMPLAIN_DENOUNCE and item.confidence >= _SUSPICION
        for item in ranking
    )
