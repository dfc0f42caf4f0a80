"""`hoidap serve` and `hoidap worker`."""

import argparse
import asyncio
import sys

from app.cli.command import Command, Context, no_arguments
from app.cli.demo_command import serve_demo
from app.database import database_url
from app.logs import set_up
from app.service import OnReady, ServeOptions, Service
from app.worker import run_worker
from store.migrate import upgrade


def _serve_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--no-rasa", action="store_true", help="the intent model runs elsewhere")
    parser.add_argument("--no-worker", action="store_true", help="the worker runs elsewhere")
    parser.add_argument(
        "--demo",
        action="store_true",
        help="without provider accounts: demo data and the sandbox; with them: no difference",
    )


async def _serve(context: Context, arguments: argparse.Namespace) -> int:
    set_up()
    with_rasa, with_worker = not arguments.no_rasa, not arguments.no_worker
    if arguments.demo and not context.settings.credentials:
        return await serve_demo(context, with_rasa=with_rasa, with_worker=with_worker)
    options = ServeOptions(with_rasa=with_rasa, with_worker=with_worker)
    service = Service(context.settings, context.folder, dict(context.environment), options)
    await service.run(_say_channels(context))
    return 0


def _say_channels(context: Context) -> OnReady:
    def say(address: str) -> None:
        print(f"Serving at {address}", flush=True)
        for name, missing in (
            ("Zalo", context.settings.missing_zalo),
            ("Facebook", context.settings.missing_facebook),
        ):
            if missing:
                print(f"{name} is off: {', '.join(missing)} not set.", file=sys.stderr, flush=True)

    return say


async def _worker(context: Context, _arguments: argparse.Namespace) -> int:
    set_up()
    async with database_url(context.settings, context.folder) as url:
        await asyncio.to_thread(upgrade, url)
        await run_worker(context.settings, context.folder, url)
    return 0


COMMANDS = {
    "serve": Command(_serve_arguments, _serve),
    "worker": Command(no_arguments, _worker),
}
