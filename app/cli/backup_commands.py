"""`hoidap backup` and `hoidap restore`."""

import argparse
import asyncio
from pathlib import Path

from app.backup import BackupError, back_up, bring_back, find_key
from app.cli.command import Command, CommandError, Context
from app.database import database_url
from store.migrate import upgrade


def _file_argument(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path)


async def _backup(context: Context, arguments: argparse.Namespace) -> int:
    target = arguments.file.absolute()
    async with database_url(context.settings, context.folder) as url:
        try:
            await back_up(context.settings, context.folder, url, target)
        except BackupError as error:
            raise CommandError(str(error)) from error
    print(f"Backup written to {target}. It holds citizens' data and keys: keep it locked away.")
    return 0


async def _restore(context: Context, arguments: argparse.Namespace) -> int:
    source = arguments.file.absolute()
    try:
        key = await asyncio.to_thread(find_key, context.settings, context.folder, source)
        async with database_url(context.settings, context.folder) as url:
            await bring_back(context.folder, url, source, key)
            await asyncio.to_thread(upgrade, url)
    except BackupError as error:
        raise CommandError(str(error)) from error
    print(f"Restored from {source}. Train the model if it is not there: hoidap train --if-needed")
    return 0


COMMANDS = {
    "backup": Command(_file_argument, _backup),
    "restore": Command(_file_argument, _restore),
}
