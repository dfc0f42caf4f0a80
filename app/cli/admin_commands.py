"""`hoidap migrate` and `hoidap user`."""

import argparse
import asyncio
import hashlib
import re
import secrets
import sys
from datetime import timedelta

from app.cli.command import Command, CommandError, Context
from app.database import command_store, database_url
from app.settings import Settings
from casework.permissions import Role
from store.migrate import downgrade, upgrade
from store.staff import StaffMember
from store.unit_of_work import Store

#: A one-time link to choose a password.
LINK_LIFE = timedelta(days=3)
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def _migrate_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--to", default="head", metavar="REVISION", help="default: the newest")
    parser.add_argument("--down", action="store_true", help="move down; newer tables are lost")


async def _migrate(context: Context, arguments: argparse.Namespace) -> int:
    move = downgrade if arguments.down else upgrade
    if arguments.down and arguments.to == "head":
        raise CommandError("--down needs --to REVISION (`base` removes every table).")
    async with database_url(context.settings, context.folder) as url:
        await asyncio.to_thread(move, url, arguments.to)
    print(f"The database is at {arguments.to}.")
    return 0


def _user_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True)
    add = actions.add_parser("add", help="make an account and print its one-time link")
    add.add_argument("email")
    add.add_argument("--role", required=True, choices=[role.value for role in Role])
    add.add_argument("--agency", default="", metavar="CODE")
    add.add_argument("--name", default="")
    link = actions.add_parser("link", help="a new one-time link for an account")
    link.add_argument("email")


async def _user(context: Context, arguments: argparse.Namespace) -> int:
    async with command_store(context.settings, context.folder) as store:
        if arguments.action == "add":
            member = await add_member(
                store,
                email=arguments.email,
                role=Role(arguments.role),
                agency_code=arguments.agency,
                name=arguments.name,
            )
        else:
            member = await _get_member(store, arguments.email)
        token = await add_link(store, member)
    if member.role in (Role.OFFICER, Role.LEAD) and not member.agency_code:
        print(f"Without --agency this {member.role} sees no cases.", file=sys.stderr)
    print(f"{member.email} ({member.role}) chooses a password at:")
    print(f"{base_address(context.settings)}/desk/link/{token}")
    print(f"The link works once, for {LINK_LIFE.days} days.")
    return 0


async def add_member(
    store: Store,
    *,
    email: str,
    role: Role,
    agency_code: str = "",
    name: str = "",
    password_hash: str = "",
) -> StaffMember:
    """Make an account.

    Raises:
        CommandError: the address is taken or none, or the agency is unknown.
    """
    email = email.strip().lower()
    if not _EMAIL.fullmatch(email):
        raise CommandError(f"{email!r} is not an e-mail address.")
    async with store.work() as work:
        if await work.staff.find_by_email(email):
            raise CommandError(f"{email} has an account. New link: hoidap user link {email}")
        if agency_code and not await work.catalogue.find("agencies", agency_code):
            raise CommandError(f"No agency has the code {agency_code}. Import agencies first.")
        member = StaffMember(
            id=work.ids(),
            email=email,
            name=name or email.split("@")[0],
            role=role,
            agency_code=agency_code,
            password_hash=password_hash,
            active=True,
        )
        await work.staff.add(member, work.clock())
        await work.commit()
    return member


async def _get_member(store: Store, email: str) -> StaffMember:
    async with store.work() as work:
        member = await work.staff.find_by_email(email)
    if member is None:
        raise CommandError(f"No account has the address {email}.")
    return member


async def add_link(store: Store, member: StaffMember) -> str:
    """The token of a fresh one-time link."""
    token = secrets.token_urlsafe(32)
    async with store.work() as work:
        hashed = hashlib.sha256(token.encode()).hexdigest()
        await work.staff.add_link(hashed, member.id, work.clock() + LINK_LIFE)
        await work.commit()
    return token


def base_address(settings: Settings) -> str:
    return settings.public_url or f"http://{settings.host}:{settings.port}"


COMMANDS = {
    "migrate": Command(_migrate_arguments, _migrate),
    "user": Command(_user_arguments, _user),
}
