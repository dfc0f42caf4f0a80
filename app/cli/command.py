"""What a command is made of."""

import argparse
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import Any

from app.data_folder import DataFolder
from app.settings import Settings


class CommandError(Exception):
    """The command cannot do what was asked; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Context:
    settings: Settings
    folder: DataFolder
    #: What the settings were read from; children inherit it.
    environment: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Command:
    arguments: Callable[[argparse.ArgumentParser], None]
    run: Callable[[Context, argparse.Namespace], Coroutine[Any, Any, int]]


def no_arguments(_parser: argparse.ArgumentParser) -> None:
    """For commands that take none."""
