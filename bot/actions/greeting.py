"""Hello, help, thanks, goodbye and the menu."""

from collections.abc import Sequence

from bot.actions.judged import not_intended
from bot.asking import leave
from bot.choices import Option
from bot.context import Turn
from bot.payloads import Verb
from casework.cases import CaseKind


def menu_options(turn: Turn) -> tuple[Option, ...]:
    """The five things people come for."""
    return (
        turn.option("procedures", Verb.PROCEDURES),
        turn.option("dossier", Verb.DOSSIER),
        turn.option("ask", Verb.ASK, CaseKind.QUESTION),
        turn.option("report", Verb.ASK, CaseKind.REPORT),
        turn.option("person", Verb.PERSON),
    )


async def greet(turn: Turn, _: Sequence[str] = ()) -> None:
    turn.say("greeting", office=turn.office.name_in(turn.lang))
    turn.offer(*menu_options(turn))


async def show_menu(turn: Turn, _: Sequence[str] = ()) -> None:
    turn.talk.flow = None
    turn.say("menu")
    turn.offer(*menu_options(turn))


async def help_citizen(turn: Turn, _: Sequence[str] = ()) -> None:
    turn.say("help")
    turn.offer(*menu_options(turn))


async def thank(turn: Turn, _: Sequence[str] = ()) -> None:
    turn.say("thanks")


async def goodbye(turn: Turn, _: Sequence[str] = ()) -> None:
    turn.say("goodbye")


async def cancel(turn: Turn, _: Sequence[str] = ()) -> None:
    """Leave whatever is open. What was typed is not sent anywhere."""
    leave(turn)


async def affirm(turn: Turn, _: Sequence[str] = ()) -> None:
    """A yes outside any question."""
    turn.say("ask_what")
    turn.offer(*menu_options(turn))


async def deny(turn: Turn, arguments: Sequence[str] = ()) -> None:
    """A no: to the last answer if there was one."""
    if turn.talk.shown:
        await not_intended(turn, arguments)
    else:
        turn.say("ask_what")
        turn.offer(*menu_options(turn))
