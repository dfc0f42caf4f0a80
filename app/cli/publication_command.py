"""`hoidap publication`: take a published answer back from everywhere, with one command."""

import argparse

from app.cli.command import Command, CommandError, Context
from app.database import command_store
from casework.publication import Publication, VisibilityMoveError
from casework.use_cases.move_document import ORIGINAL, DocumentMove
from casework.use_cases.moving import EmptyTextError
from casework.use_cases.withdraw_publication import take_down
from store.audit import BY_SERVICE
from store.unit_of_work import Store


def _arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True)
    words = "portal, feeds and the assistant stop showing it at once, in every language"
    down = actions.add_parser("take-down", help=words, description=words)
    down.add_argument("number", type=int, metavar="NUMBER", help="in the address /hoi-dap/NUMBER")
    down.add_argument("--reason", required=True, help="kept with it, not shown to readers")


async def _publication(context: Context, arguments: argparse.Namespace) -> int:
    async with command_store(context.settings, context.folder) as store:
        taken = await take_number_down(store, arguments.number, arguments.reason)
    print(f"Taken down: {taken.number}, {taken.draft.title}")
    return 0


async def take_number_down(store: Store, number: int, reason: str) -> Publication:
    """Take the answer with this public number down.

    Raises:
        CommandError: no such number, nothing to take down, or no reason.
    """
    async with store.work() as work:
        found = [one for one in await work.publications.of_number(number) if one.lang == ORIGINAL]
        if not found:
            raise CommandError(f"No document has the number {number}.")
        move = DocumentMove(found[0].id, ORIGINAL, found[0].version, BY_SERVICE)
        try:
            taken = await take_down(work, move, reason)
        except VisibilityMoveError:
            raise CommandError(f"Number {number} is not published.") from None
        except EmptyTextError:
            raise CommandError("--reason needs words.") from None
        await work.commit()
    return taken


COMMANDS = {"publication": Command(_arguments, _publication)}
