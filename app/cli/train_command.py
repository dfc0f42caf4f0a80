"""`hoidap train`."""

import argparse
import time

from app.cli.command import Command, Context
from app.model import find_model, is_current, train


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--if-needed", action="store_true", help="only when the data or the pipeline changed"
    )


async def _run(context: Context, arguments: argparse.Namespace) -> int:
    model = find_model(context.folder)
    if arguments.if_needed and model is not None and is_current(model):
        print(f"The model {model.name} is up to date.")
        return 0
    print("Training the intent model (under a minute) …", flush=True)
    started = time.monotonic()
    model = await train(context.settings, context.folder)
    print(f"Trained {model.name} in {time.monotonic() - started:.0f} s.")
    return 0


COMMANDS = {
    "train": Command(_arguments, _run),
}
