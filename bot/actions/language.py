"""The language of the answers."""

from collections.abc import Sequence

from bot.actions.greeting import menu_options
from bot.actions.person import person_will_answer
from bot.context import Turn
from bot.payloads import Verb
from bot.replies import LANGUAGES


async def change(turn: Turn, arguments: Sequence[str] = ()) -> None:
    """To the language of the button, else the one named in the message, else ask."""
    wanted = arguments[0] if arguments else _named(turn)
    if wanted not in LANGUAGES:
        turn.say("language_which")
        spoken = turn.replies.languages
        turn.offer(*(turn.option(f"language_{lang}", Verb.LANGUAGE, lang) for lang in spoken))
        return
    if turn.replies[wanted].is_off:
        turn.lang = wanted
        await person_will_answer(turn)
        return
    turn.lang = wanted
    turn.say("language_changed")
    turn.offer(*menu_options(turn))


def _named(turn: Turn) -> str:
    return next((lang for lang in LANGUAGES if turn.lexicon.has(f"language_{lang}", turn.text)), "")
