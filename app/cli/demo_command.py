"""`hoidap demo`: the demo data, accounts to try the desk with, and the sandbox."""

import argparse
from collections.abc import Mapping
from functools import partial
from urllib.parse import urlsplit

from app.cli.command import Command, CommandError, Context
from app.data_folder import read_keys
from app.database import command_store
from app.demo.catalogues import load_demo_data
from app.demo.coming import load_coming
from app.demo.province import load_province
from app.demo.staff import NewAccount, add_demo_staff
from app.logs import set_up
from app.service import ServeOptions, Service
from app.settings import Settings, read_settings
from app.site_parts import SandboxParts
from delivery.messages import ChannelName
from desk.passwords import Passwords
from store.unit_of_work import Store
from webhooks.sandbox.accounts import (
    SandboxRefusedError,
    check_sandbox_allowed,
    make_sandbox_accounts,
)

_LOCAL_NAMES = {"localhost", "127.0.0.1", "::1", None}


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--data-only",
        action="store_true",
        help="load agencies, procedures, FAQ and dossiers, make no accounts, and stop",
    )


async def _run(context: Context, arguments: argparse.Namespace) -> int:
    if not arguments.data_only:
        set_up()
        return await serve_demo(context)
    async with command_store(context.settings, context.folder) as store:
        counts = await load_demo_data(store)
    print("Demo data: " + ", ".join(f"{count} {name}" for name, count in counts.items()) + ".")
    return 0


async def serve_demo(context: Context, *, with_rasa: bool = True, with_worker: bool = True) -> int:
    """Serve with the sandbox instead of provider accounts.

    Raises:
        CommandError: beside a real credential, or where others could reach the sandbox.
    """
    settings = context.settings
    _refuse_in_public(settings)
    accounts = make_sandbox_accounts(read_keys(settings, context.folder)[0])
    base = f"http://{_own_name(settings)}:{settings.port}"
    environment = {**context.environment, **accounts.environment(base)}
    options = ServeOptions(
        with_rasa=with_rasa,
        with_worker=with_worker,
        sandbox=SandboxParts(accounts=accounts, base_url=base),
    )
    # The sandbox's accounts are no credentials of ours: the key of the data folder serves.
    keys = settings.secret_keys or (context.folder.secret_key.read_text().strip(),)
    environment["HOIDAP_SECRET_KEY"] = ",".join(keys)
    service = Service(read_settings(environment), context.folder, environment, options)
    ours = {
        ChannelName.ZALO: accounts.zalo_oa_id,
        ChannelName.FACEBOOK: accounts.facebook_page_id,
    }
    await service.run(_say_sandbox, prepare=partial(_prepare_demo, ours))
    return 0


def _refuse_in_public(settings: Settings) -> None:
    local = settings.is_loopback and urlsplit(settings.public_url).hostname in _LOCAL_NAMES
    try:
        check_sandbox_allowed(
            credentials=settings.credentials,
            host=settings.public_url or settings.host,
            is_loopback=local,
        )
    except SandboxRefusedError as error:
        raise CommandError(f"{error}. With real accounts run: hoidap serve") from error


def _own_name(settings: Settings) -> str:
    return f"[{settings.host}]" if ":" in settings.host else settings.host


def _say_sandbox(address: str) -> None:
    print(f"\nReady. Try it as a citizen:  {address}/sandbox/")
    print(f"       Answer as an officer:  {address}/desk/\n", flush=True)


async def _prepare_demo(accounts: Mapping[ChannelName, str], store: Store) -> None:
    """Load the data once, and make accounts once; the passwords are shown this one time."""
    async with store.work() as work:
        loaded = await work.catalogue.count("procedures")
    if not loaded:
        await load_demo_data(store)
    await load_coming(store)
    show_accounts(await add_demo_staff(store, Passwords().hash))
    await load_province(store, accounts)


def show_accounts(accounts: list[NewAccount]) -> None:
    """One line each: role, address, password, agency."""
    if not accounts:
        return
    print("Accounts to try the desk with (shown only now):")
    roles = max(len(account.person.role) for account in accounts)
    emails = max(len(account.person.email) for account in accounts)
    for account in accounts:
        person = account.person
        line = f"  {person.role:{roles}}  {person.email:{emails}}  {account.password}"
        print(f"{line}  {account.agency}".rstrip(), flush=True)


COMMANDS = {
    "demo": Command(_arguments, _run),
}
