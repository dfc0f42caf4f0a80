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
        "--to", type=Path, metavar="FOLDER", help="only a copy, there; nothing counts as exported"
    )


async def _samples(context: Context, arguments: argparse.Namespace) -> int:
    folder = arguments.to or NLU_DATA
    # Nothing learns from another folder: what is written there is not used up.
    copy = folder.resolve() != NLU_DATA.resolve()
    try:
        async with command_store(context.settings, context.folder) as store:
            done = await export_samples(store, folder, mark=not copy)
    except OSError as error:
        reason = f"{folder} cannot be written: {error.strerror}. Nothing was marked."
        raise CommandError(reason) from error
    _show_counts(done, "Copied" if copy else "Exported")
    if copy:
        print(f"This is a copy in {folder}; nothing was marked as exported.")
        print("Next: hoidap samples export without --to, which writes into nlu_data/.")
    else:
        _show_next(done)
    return 0


def _show_counts(done: Exported, word: str) -> None:
    counts = ", ".join(f"{done.taken[kind]} {kind}" for kind in LabelKind)
    print(f"{word}: {counts}.")
    for why, count in Counter(why for _, why in done.refused).items():
        print(f"Left out: {count}, {_WHY[why]}.")


def _show_next(done: Exported) -> None:
    if done.refused:
        print("The desk shows them under “Không đưa vào được”.")
    if done.taken[LabelKind.INTENT]:
        print("Next: hoidap train, which takes the new model only when it is not worse.")
    if done.taken[LabelKind.FIELD]:
        print("Routing learns the new sentences at the next start of the service.")


COMMANDS = {"samples": Command(_arguments, _samples)}
