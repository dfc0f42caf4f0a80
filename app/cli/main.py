"""Reads the command line and the settings, and runs one command."""

import argparse
import asyncio
import importlib
import os
import sys
from collections.abc import Mapping

import dotenv
import uvloop

from app.cli.command import Command, CommandError, Context
from app.data_folder import open_folder
from app.embedded.errors import EmbeddedPostgresError, EmbeddedRasaError
from app.settings import SettingsError, read_settings
from app.supervisor import ChildNotReadyError

#: Command → module and help. Only the module of the command that runs is loaded.
MODULES: Mapping[str, tuple[str, str]] = {
    "serve": ("serve_commands", "run everything"),
    "worker": ("serve_commands", "run only the worker"),
    "demo": ("demo_command", "serve with demo data and the sandbox"),
    "train": ("train_command", "train the intent model from nlu_data/"),
    "migrate": ("admin_commands", "bring the database to a revision"),
    "user": ("admin_commands", "accounts of staff"),
    "doctor": ("doctor_command", "what works, what does not, what to do"),
    "import": ("import_command", "load a catalogue; good rows load, bad ones are named"),
    "chat": ("chat_command", "talk to the service in the terminal"),
    "parse": ("understanding_commands", "what the model and the guard make of texts"),
    "route": ("understanding_commands", "which field and agency texts belong to"),
    "ask": ("understanding_commands", "which procedure or FAQ answers a question"),
    "samples": ("samples_command", "write what editors labelled into nlu_data/"),
    "publication": ("publication_command", "take a published answer back from everywhere"),
    "backup": ("backup_commands", "write one file with all that cannot be made again"),
    "restore": ("backup_commands", "bring an installation back into an empty folder"),
}


def load_command(name: str) -> Command:
    module = importlib.import_module(f"app.cli.{MODULES[name][0]}")
    commands: Mapping[str, Command] = module.COMMANDS
    return commands[name]


def make_parser(chosen: str) -> argparse.ArgumentParser:
    """Knows every command, and the arguments of the chosen one."""
    parser = argparse.ArgumentParser(prog="hoidap", description="Citizens ask, agencies answer.")
    choices = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, (_, words) in MODULES.items():
        added = choices.add_parser(name, help=words, description=words)
        if name == chosen:
            load_command(name).arguments(added)
    return parser


def main(arguments: list[str] | None = None, environment: Mapping[str, str] | None = None) -> int:
    """Run one command; the exit code is 0 when it did what it says."""
    given = sys.argv[1:] if arguments is None else arguments
    parsed = make_parser(given[0] if given else "").parse_args(given)
    found = _environment() if environment is None else environment
    try:
        settings = read_settings(found)
        context = Context(settings, open_folder(settings), found)
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            return runner.run(load_command(parsed.command).run(context, parsed))
    except SettingsError as error:
        print("The settings cannot be used:", file=sys.stderr)
        for problem in error.problems:
            print(f"  - {problem}", file=sys.stderr)
    except (CommandError, EmbeddedPostgresError, EmbeddedRasaError, ChildNotReadyError) as error:
        print(error, file=sys.stderr)
    except KeyboardInterrupt:
        return 130
    return 2


def _environment() -> dict[str, str]:
    """`.env` of the working folder below, the real environment above."""
    below = {name: value for name, value in dotenv.dotenv_values(".env").items() if value}
    return {**below, **os.environ}
