"""`hoidap train`."""

import argparse
import time
from pathlib import Path

from app.cli.command import Command, CommandError, Context
from app.model import choose, find_model, find_model_before, is_current, is_trained, train
from app.promotion import Shares, is_worse, measure, runs


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--if-needed", action="store_true", help="only when the data or the pipeline changed"
    )
    parser.add_argument(
        "--force", action="store_true", help="use the new model, also when it understands less"
    )
    parser.add_argument(
        "--back", action="store_true", help="train nothing, return to the model before"
    )


async def _run(context: Context, arguments: argparse.Namespace) -> int:
    in_use = find_model(context.folder)
    if arguments.back:
        return await _go_back(context, in_use)
    if arguments.if_needed and in_use is not None and is_trained(context.folder):
        stays = "is up to date" if is_current(in_use) else "stays in use, as was decided"
        print(f"The model {in_use.name} {stays}.")
        return 0
    print("Training the intent model (about a minute, several on a busy machine) …", flush=True)
    started = time.monotonic()
    model = await train(context.settings, context.folder)
    print(f"Trained {model.name} in {time.monotonic() - started:.0f} s.")
    free = in_use is None or in_use == model or arguments.force
    if in_use is None or free or await _is_no_worse(context, model, in_use):
        choose(context.folder, None)
        print(f"{model.name} is taken. A running service uses it from its next start on.")
        return 0
    choose(context.folder, in_use)
    print(f"It understands less than {in_use.name}, which stays in use; --force takes the new one.")
    # A set-up goes on with the model that stays.
    return 0 if arguments.if_needed else 1


async def _go_back(context: Context, in_use: Path | None) -> int:
    before = find_model_before(context.folder, in_use) if in_use else None
    if before is None:
        raise CommandError("There is no model before this one.")
    if not await runs(context.settings, context.folder, before):
        raise CommandError(f"{before.name} does not run with this version.")
    choose(context.folder, before)
    print(f"The model is {before.name} again, from the next start of the service on.")
    return 0


async def _is_no_worse(context: Context, model: Path, in_use: Path) -> bool:
    print(f"Comparing it with {in_use.name} on the held-out sentences …", flush=True)
    old = await measure(context.settings, context.folder, in_use)
    new = await measure(context.settings, context.folder, model)
    if new is None:
        raise CommandError("The new model does not start.")
    if old is None:
        print("The model in use does not run with this version.")
        return True
    _show(new, old)
    return not is_worse(new, old)


def _show(new: Shares, old: Shares) -> None:
    for name, share in new.items():
        print(f"  {name}: {100 * share:.1f} % (before {100 * old[name]:.1f} %)")


COMMANDS = {
    "train": Command(_arguments, _run),
}
