"""Two-step fallback: likely choices first, then the way to a person."""

from collections.abc import Sequence

from bot.actions.greeting import menu_options
from bot.actions.judged import hit_option, hits_for, shown_mark
from bot.choices import Option
from bot.context import Turn
from bot.intents import MATTERS
from bot.learning import keep_sample
from bot.payloads import Verb
from casework.samples import SampleReason

_CHOICES = 3
#: Hits shown at most, so that at least one reading of the intent stays.
_HITS = 2
#: Under this the intent says more than the search.
_FAIR = 0.35


async def offer_likeliest(turn: Turn, _: Sequence[str] = ()) -> None:
    """The three likeliest readings, then "something else"."""
    turn.talk.ask(turn.text, turn.subject_row)
    hits = [hit for hit in hits_for(turn, turn.text) if hit.score >= _FAIR][:_HITS]
    turn.talk.shown = [shown_mark(hit) for hit in hits]
    options = [hit_option(hit) for hit in hits]
    options += _intent_options(turn)[: _CHOICES - len(options)]
    await _keep(turn, turn.talk.shown)
    turn.say("unsure")
    turn.offer(*options, turn.option("other_matter", Verb.ASK_THIS, turn.subject_row))


async def _keep(turn: Turn, shown: Sequence[str] = ()) -> None:
    await keep_sample(turn, SampleReason.FELL_BACK, turn.text, turn.subject_row, shown)


def _intent_options(turn: Turn) -> list[Option]:
    ranking = turn.reading.ranking if turn.reading else ()
    likely = [item.intent for item in ranking if item.intent in MATTERS]
    return [
        turn.option(f"intent_{name}", Verb.INTENT, name, turn.subject_row)
        for name in likely[:_CHOICES]
    ]


async def out_of_scope(turn: Turn, _: Sequence[str] = ()) -> None:
    await _keep(turn)
    turn.say("out_of_scope")
    turn.offer(*menu_options(turn))


async def model_away(turn: Turn, _: Sequence[str] = ()) -> None:
    """The honest menu: free text cannot be understood now, everything else works."""
    turn.talk.ask(turn.text, turn.subject_row)
    turn.say("model_away")
    turn.offer(*menu_options(turn)[1:], turn.option("ask_this", Verb.ASK_THIS, turn.subject_row))


async def choose_again(turn: Turn, _: Sequence[str] = ()) -> None:
    """A number that is not on the list."""
    turn.say("choose_again", count=len(turn.talk.choices))
    turn.offer(
        *(
            Option(label[0] if label else wording, payload, wording)
            for wording, payload, *label in turn.talk.choices
        )
    )
