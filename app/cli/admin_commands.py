"""`hoidap migrate` and `hoidap user`."""

import argparse
import asyncio
import sys

from app.cli.command import Command, CommandError, Context
from app.database import command_store, database_url
from casework.permissions import Role
from desk.accounts import (
    LINK_LIFE,
    AccountError,
    Details,
    add_accounts,
    make_link,
    needs_agency,
    new_member,
    read_email,
)
from store.audit import BY_SERVICE, AuditAction
from store.migrate import downgrade, upgrade
from store.staff import StaffMember
from store.unit_of_work import UnitOfWork


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
    async with command_store(context.settings, context.folder) as store, store.work() as work:
        if arguments.action == "add":
            member = await _add_member(work, arguments)
        else:
            member = await _get_member(work, arguments.email)
            await work.audit.note(
                AuditAction.USER_LINKED, BY_SERVICE, work.clock(), subject=member.id
            )
        token = await make_link(work, member)
        await work.commit()
    if needs_agency(member.role) and not member.agency_code:
        print(f"Without --agency this {member.role} sees no cases.", file=sys.stderr)
    print(f"{member.email} ({member.role}) chooses a password at:")
    print(f"{context.settings.address}/desk/link/{token}")
    print(f"The link works once, for {LINK_LIFE.days} days.")
    return 0


async def _add_member(work: UnitOfWork, arguments: argparse.Namespace) -> StaffMember:
    """Make an account.

    Raises:
        CommandError: the address is taken or none, or the agency is unknown.
    """
    try:
        email = read_email(arguments.email)
    except AccountError:
        raise CommandError(f"{arguments.email!r} is not an e-mail address.") from None
    agency = arguments.agency
    if await work.staff.find_by_email(email):
        raise CommandError(f"{email} has an account. New link: hoidap user link {email}")
    if agency and not await work.catalogue.find("agencies", agency):
        raise CommandError(f"No agency has the code {agency}. Import agencies first.")
    name = arguments.name or email.partition("@")[0]
    member = new_member(work, email, Details(name, Role(arguments.role), agency))
    await add_accounts(work, BY_SERVICE, [member])
    return member


async def _get_member(work: UnitOfWork, email: str) -> StaffMember:
    member = await work.staff.find_by_email(email)
    if member is None:
        raise CommandError(f"No account has the address {email}.")
    return member


COMMANDS = {
    "migrate": Command(_migrate_arguments, _migrate),
    "user": Command(_user_arguments, _user),
}
