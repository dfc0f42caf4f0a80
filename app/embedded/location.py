"""Where the embedded database lives and which operating system user it runs as.

PostgreSQL refuses to run as root, and the unprivileged user it then runs as cannot enter a data
folder below /root. Permissions of folders that are not ours are never changed; the database then
goes to /var/lib/hoidap and the data folder holds a link to it.
"""

import contextlib
import fcntl
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from app.embedded.binaries import PostgresBinaries
from app.embedded.errors import EmbeddedPostgresError
from app.processes import Account, find_account, own_account

_LINK = "postgres"
_SYSTEM_FOLDER = Path("/var/lib/hoidap")
_FALLBACK_USERS = ("postgres", "nobody")
_ROOT = 0


@dataclass(frozen=True)
class PostgresHome:
    """The folder of the embedded database and the user it belongs to."""

    folder: Path
    account: Account

    @property
    def cluster(self) -> Path:
        return self.folder / "cluster"

    @property
    def lock(self) -> Path:
        return self.folder / "lock"

    @property
    def server_lock(self) -> Path:
        return self.folder / "server.lock"

    @property
    def users_lock(self) -> Path:
        return self.folder / "users.lock"

    @property
    def state(self) -> Path:
        return self.folder / "state.json"

    @property
    def hba(self) -> Path:
        return self.folder / "hba.conf"

    @property
    def ident(self) -> Path:
        return self.folder / "ident.conf"

    @property
    def run_as(self) -> Account | None:
        """The user to change to for the server; None when it is already ours."""
        return self.account if os.geteuid() != self.account.uid else None

    def give(self, path: Path) -> None:
        """Hand something inside the folder to the server's user."""
        if self.run_as:
            os.chown(path, self.account.uid, self.account.gid, follow_symlinks=False)

    def write(self, path: Path, text: str) -> None:
        """Replace a small file in one step. It never follows a link somebody else put there."""
        descriptor, fresh = tempfile.mkstemp(dir=self.folder, prefix=path.name)
        with os.fdopen(descriptor, "w") as file:
            file.write(text)
        self.give(Path(fresh))
        Path(fresh).replace(path)


def prepare_home(data_dir: Path) -> PostgresHome:
    """Find or make the folder of the embedded database below the data folder.

    Raises:
        EmbeddedPostgresError: it belongs to somebody else, or the place it points to has gone.
    """
    link = data_dir.absolute() / _LINK
    try:
        _make_folders(data_dir.absolute())
        with _only_one(data_dir):
            return _find_or_make(link)
    except PermissionError as error:
        raise EmbeddedPostgresError(_refusal(link, error)) from error


def _make_folders(data_dir: Path) -> None:
    """Root makes missing folders for the owner of the place they are in."""
    missing = [folder for folder in (data_dir, *data_dir.parents) if not folder.exists()]
    for folder in reversed(missing):
        folder.mkdir(exist_ok=True)
        if os.geteuid() == _ROOT:
            place = folder.parent.stat()
            os.chown(folder, place.st_uid, place.st_gid)


@contextlib.contextmanager
def _only_one(folder: Path) -> Iterator[None]:
    """Two commands may start at the same time in an empty data folder."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _find_or_make(link: Path) -> PostgresHome:
    if link.is_symlink() and not link.exists():
        raise EmbeddedPostgresError(
            f"{link} points to {link.readlink()}, which is not there. Bring that folder back, "
            f"or remove the link to begin with an empty database."
        )
    if not link.exists():
        return _make_home(link)
    owner = link.stat().st_uid
    if owner == _ROOT == os.geteuid():  # somebody copied it as root
        return _adopt(link)
    home = PostgresHome(link.resolve(), _account_of(owner))
    next(home.folder.iterdir(), None)  # raises when it is not ours
    if home.run_as and os.geteuid() != _ROOT:
        raise PermissionError(13, "belongs to another user", str(home.folder))
    return home


def _adopt(link: Path) -> PostgresHome:
    home = PostgresHome(link.resolve(), _choose_account(link.parent))
    if not can_enter(home.account, home.folder.parent):
        raise EmbeddedPostgresError(
            f"{home.folder} belongs to root, and user {home.account.name}, who would run the "
            f"database, cannot enter {home.folder.parent}. Move the folder to where that user can."
        )
    for place in (home.folder, *home.folder.rglob("*")):
        home.give(place)
    return home


def _make_home(link: Path) -> PostgresHome:
    account = _choose_account(link.parent)
    if os.geteuid() == _ROOT and not can_enter(account, link.parent):
        _SYSTEM_FOLDER.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(dir=_SYSTEM_FOLDER, prefix="postgres-"))
        link.symlink_to(folder)
    else:
        folder = link.resolve()
        folder.mkdir(mode=0o700)
    home = PostgresHome(folder, account)
    home.give(folder)
    return home


def _choose_account(data_dir: Path) -> Account:
    """As root: the owner of the data folder, so that it also works later as that user."""
    if os.geteuid() != _ROOT:
        return _own_account()
    owner = data_dir.stat().st_uid
    account = find_account(owner) if owner != _ROOT else None
    for user in _FALLBACK_USERS:
        account = account or find_account(user)
    if account is None:
        raise EmbeddedPostgresError(
            "PostgreSQL does not run as root and there is no user `postgres` or `nobody` to run "
            "it as. Start as an ordinary user, or set DATABASE_URL to a server of your own."
        )
    return account


def _own_account() -> Account:
    try:
        return own_account()
    except KeyError as error:
        raise EmbeddedPostgresError(
            f"User number {os.geteuid()} has no name in /etc/passwd, which PostgreSQL needs. "
            f"Add the user, or set DATABASE_URL to a server of your own."
        ) from error


def _account_of(uid: int) -> Account:
    if uid == os.geteuid() != _ROOT:
        return _own_account()
    account = find_account(uid)
    if account is None:
        raise EmbeddedPostgresError(
            f"The embedded database belongs to user number {uid}, which PostgreSQL cannot run as. "
            f"Give its folder to an ordinary user with chown -R."
        )
    return account


def _refusal(link: Path, error: PermissionError) -> str:
    user = find_account(os.geteuid())
    name = user.name if user else str(os.geteuid())
    place = error.filename or link
    target = link.readlink() if link.is_symlink() else link
    return (
        f"User {name} may not use the embedded database: no access to {place}. It was probably "
        f"made by root or another user. Run the command as that user, or give the data to this "
        f"one: sudo chown -R {name} '{link.parent}' '{target}'"
    )


def can_enter(account: Account, folder: Path) -> bool:
    """Whether this user may pass through a folder and all folders above it (mode bits only)."""
    groups = set(os.getgrouplist(account.name, account.gid)) & {account.gid}
    path = folder.resolve()
    return all(_may_pass(account.uid, groups, place.stat()) for place in (path, *path.parents))


def _may_pass(uid: int, groups: set[int], entry: os.stat_result) -> bool:
    if entry.st_uid == uid:
        return bool(entry.st_mode & stat.S_IXUSR)
    if entry.st_gid in groups:
        return bool(entry.st_mode & stat.S_IXGRP)
    return bool(entry.st_mode & stat.S_IXOTH)


def reachable_binaries(original: PostgresBinaries, home: PostgresHome) -> PostgresBinaries:
    """The programs, copied next to the cluster when the server's user cannot reach them."""
    if not home.run_as or can_enter(home.account, original.install / "bin"):
        return original
    site = home.folder / f"programs-{original.version()}"
    copied = PostgresBinaries(site)
    if not copied.program("postgres").exists():
        for old in home.folder.glob("programs-*"):
            shutil.rmtree(old)
        original.copy_server(site)
    return copied
