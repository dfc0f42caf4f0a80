"""Reads the command line and the settings, and runs one command."""

import argparse
import asyncio
import os
import sys
from collections.abc import Callable, Coroutine, Mapping
from typing import Any

import dotenv

from app.cli import (
    admin_commands,
    backup_commands,
    chat_command,
    demo_command,
    doctor_command,
    import_command,
    serve_commands,
    train_command,
    understanding_commands,
)
from app.cli.command import Command, CommandError, Context
from app.data_folder import open_folder
from app.embedded.errors import EmbeddedPostgresError, EmbeddedRasaError
from app.settings import SettingsError, read_settings

COMMANDS: tuple[Command, ...] = (
    *serve_commands.COMMANDS,
    *demo_command.COMMANDS,
    *train_command.COMMANDS,
    *admin_commands.COMMANDS,
    *doctor_command.COMMANDS,
    *import_command.COMMANDS,
    *chat_command.COMMANDS,
    *understanding_commands.COMMANDS,
    *backup_commands.COMMANDS,
)


def make_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="hoidap", description="Citizens ask, agencies answer.")
    choices = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for command in COMMANDS:
        added = choices.add_parser(command.name, help=command.help, description=command.help)
        command.arguments(added)
        added.set_defaults(run=command.run)
    return parser


def main(arguments: list[str] | None = None, environment: Mapping[str, str] | None = None) -> int:
    """Run one command; the exit code is 0 when it did what it says."""
    parsed = make_parser().parse_args(arguments)
    found = environment if environment is not None else _environment()
    try:
        settings = read_settings(found)
        context = Context(settings, open_folder(settings), found)
        run: Callable[[Context, argparse.Namespace], Coroutine[Any, Any, int]] = parsed.run
        return asyncio.run(run(context, parsed))
    except SettingsError as error:
        print("The settings cannot be used:", file=sys.stderr)
        for problem in error.problems:
            print(f"  - {problem}", file=sys.stderr)
    except (CommandError, EmbeddedPostgresError, EmbeddedRasaError) as error:
        print(error, file=sys.stderr)
    except KeyboardInterrupt:
        return 130
    return 2


def _environment() -> dict[str, str]:
    """`.env` of the working folder below, the real environment above."""
    below = {name: value for name, value in dotenv.dotenv_values(".env").items() if value}
    return {**below, **os.environ}
