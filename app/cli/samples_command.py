"""`hoidap samples`: what editors labelled becomes data to learn from."""

import argparse
from collections import Counter
from pathlib import Path

from app.cli.command import Command, CommandError, Context
from app.conversations import NLU_DATA
from app.database import command_store
from app.learning.export import Exported, export_samples
from casework.samples import ExportRefusal, LabelKind

_WHY = {
    ExportRefusal.TESTED: "nearly equal to a held-out test sentence",
    ExportRefusal.WORSE: "search or routing find less with it",
    ExportRefusal.GONE: "what it was labelled with is gone",
}


def _arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True)
    words = "write the labelled samples into files to learn from; hoidap train comes next"
    export = actions.add_parser("export", help=words, description=words)
    export.add_argument(
        "--to", type=Path, default=NLU_DATA, metavar="FOLDER", help="instead of nlu_data/"
    )


async def _samples(context: Context, arguments: argparse.Namespace) -> int:
    try:
        async with command_store(context.settings, context.folder) as store:
            done = await export_samples(store, arguments.to)
    except OSError as error:
        reason = f"{arguments.to} cannot be written: {error.strerror}. Nothing was marked."
        raise CommandError(reason) from error
    _show(done)
    return 0


def _show(done: Exported) -> None:
    counts = ", ".join(f"{done.taken[kind]} {kind}" for kind in LabelKind)
    print(f"Exported: {counts}.")
    for why, count in Counter(why for _, why in done.refused).items():
        print(f"Left out: {count}, {_WHY[why]}.")
    if done.refused:
        print("The desk shows them under “Không đưa vào được”.")
    if done.taken[LabelKind.INTENT]:
        print("Next: hoidap train, which takes the new model only when it is not worse.")
    if done.taken[LabelKind.FIELD]:
        print("Routing learns the new sentences at the next start of the service.")


COMMANDS = {"samples": Command(_arguments, _samples)}
