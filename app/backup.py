"""One file that brings an installation back: the database, and the key that reads it."""

import asyncio
import io
import json
import os
import shutil
import tarfile
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from psycopg.conninfo import conninfo_to_dict, make_conninfo
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.data_folder import DataFolder, derive_key, read_keys
from app.database import conninfo
from app.embedded.binaries import find_binaries
from app.settings import Secret, Settings
from store.engine import make_engine
from store.vault import UnreadableSecretError, Vault

_DUMP, _KEY, _ABOUT = "database.dump", "secret.key", "about.json"
_FORMAT = 1
#: Sealed with the service key, so that a restore can tell a wrong key before it is too late.
_PROBE = "hoidap"


class BackupError(Exception):
    """The backup or the restore did not happen; the message says why."""


async def back_up(settings: Settings, folder: DataFolder, url: str, target: Path) -> None:
    """Write the file in one step, readable by its owner only.

    Raises:
        BackupError: the dump failed or the file cannot be written.
    """
    with tempfile.TemporaryDirectory(prefix="hoidap-backup-") as scratch:
        dump = Path(scratch) / _DUMP
        options = ["--format=custom", "--no-owner", "--no-privileges", f"--file={dump}"]
        await _run("pg_dump", options, url)
        try:
            await asyncio.to_thread(_pack, settings, folder, dump, target)
        except OSError as error:
            raise BackupError(f"{target} cannot be written: {error.strerror}") from error


def _pack(settings: Settings, folder: DataFolder, dump: Path, target: Path) -> None:
    own_key = folder.secret_key.exists() and not settings.secret_keys
    about = {
        "format": _FORMAT,
        "made_at": datetime.now(UTC).isoformat(),
        "key_included": own_key,
        "sealed": Vault(read_keys(settings, folder)).seal(_PROBE).decode(),
    }
    fresh = target.with_name(f".{target.name}.new")
    fresh.unlink(missing_ok=True)
    try:
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as stream:
            with tarfile.open(fileobj=stream, mode="w") as archive:
                _add_text(archive, _ABOUT, json.dumps(about))
                if own_key:
                    _add_text(archive, _KEY, folder.secret_key.read_text())
                archive.add(dump, _DUMP)
            stream.flush()
            os.fsync(stream.fileno())
        fresh.replace(target)
    except OSError:
        fresh.unlink(missing_ok=True)
        raise


def _add_text(archive: tarfile.TarFile, name: str, text: str) -> None:
    content = text.encode()
    member = tarfile.TarInfo(name)
    member.size, member.mode = len(content), 0o600
    archive.addfile(member, io.BytesIO(content))


def find_key(settings: Settings, folder: DataFolder, source: Path) -> str | None:
    """The key a restore has to bring along; None when what reads the backup is already here.

    Raises:
        BackupError: not a backup, or the key that reads it is missing here.
    """
    about, key = _read_about(source)
    if about.get("format") != _FORMAT:
        raise BackupError(f"{source} was made by another version (format {about.get('format')}).")
    if settings.secret_keys:
        _check_keys(list(settings.secret_keys), about, key)
        return None
    if key is None:
        raise BackupError("This backup was made with HOIDAP_SECRET_KEY set: set the same key.")
    if folder.secret_key.exists():
        if folder.secret_key.read_text().strip() != key.strip():
            raise BackupError(f"{folder.path} has another key: restore into an empty folder.")
        return None
    return key


def _put_key(folder: DataFolder, key: str) -> None:
    try:
        descriptor = os.open(folder.secret_key, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise BackupError(f"{folder.path} has just got a key: stop the service first.") from None
    with os.fdopen(descriptor, "w") as file:
        file.write(key)
        file.flush()
        os.fsync(file.fileno())


def _check_keys(texts: list[Secret], about: Mapping[str, object], key: str | None) -> None:
    """The keys of the settings must open what the backup holds."""
    if key is not None and key.strip() in texts:
        return
    try:
        Vault([derive_key(text) for text in texts]).open(str(about.get("sealed", "")).encode())
    except UnreadableSecretError:
        raise BackupError(
            "HOIDAP_SECRET_KEY does not open this backup: set the key it was made with"
            + (", or none: the backup brings its own." if key is not None else ".")
        ) from None


def _read_about(source: Path) -> tuple[dict[str, object], str | None]:
    try:
        with tarfile.open(source) as archive:
            names = archive.getnames()
            about = dict(json.loads(_read(archive, _ABOUT)))
            key = _read(archive, _KEY).decode() if _KEY in names else None
    except (OSError, tarfile.TarError, KeyError, ValueError, TypeError) as error:
        raise BackupError(f"{source} is not a backup of this program.") from error
    return about, key


def _read(archive: tarfile.TarFile, name: str) -> bytes:
    with _open(archive, name) as stream:
        return stream.read()


def _open(archive: tarfile.TarFile, name: str) -> IO[bytes]:
    stream = archive.extractfile(name)
    if stream is None:
        raise KeyError(name)
    return stream


async def bring_back(folder: DataFolder, url: str, source: Path, key: str | None) -> None:
    """Load the database of a backup into an empty one.

    What `find_key` gave is put into the folder first: rows must never be there without their key.

    Raises:
        BackupError: the restore was refused or failed; nothing of it is kept.
    """
    if await _is_full(url):
        raise BackupError("The database already has our tables: restore into an empty folder.")
    if key is not None:
        await asyncio.to_thread(_put_key, folder, key)
    try:
        await _load(url, source)
    except BackupError:
        # Asked again: a commit may have got through whose answer did not.
        if key is not None and not await _is_full(url):
            folder.secret_key.unlink()
        raise


async def _is_full(url: str) -> bool:
    engine = make_engine(url, pool_size=1, name="restore")
    try:
        async with engine.connect() as connection:
            found = await connection.execute(text("select to_regclass('public.inbox')"))
            return found.scalar_one() is not None
    except DBAPIError as error:
        raise BackupError(f"The database does not answer: {type(error.orig).__name__}") from error
    finally:
        await engine.dispose()


async def _load(url: str, source: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="hoidap-restore-") as scratch:
        dump = Path(scratch) / _DUMP
        await asyncio.to_thread(_extract, source, dump)
        script = Path(scratch) / "database.sql"
        options = ["--no-owner", "--no-privileges", f"--file={script}"]
        await _run("pg_restore", [*options, str(dump)])
        await asyncio.to_thread(_keep_known_settings, script)
        # Terse: the context of an error quotes the row.
        psql = ["--quiet", "--no-psqlrc", "--single-transaction"]
        psql += ["--set=ON_ERROR_STOP=1", "--set=VERBOSITY=terse"]
        await _run("psql", [*psql, f"--file={script}"], url)


def _extract(source: Path, dump: Path) -> None:
    try:
        with (
            tarfile.open(source) as archive,
            _open(archive, _DUMP) as packed,
            dump.open("wb") as file,
        ):
            shutil.copyfileobj(packed, file)
    except (OSError, tarfile.TarError, KeyError) as error:
        raise BackupError(f"{source} is not a backup of this program.") from error


def _keep_known_settings(script: Path) -> None:
    """PostgreSQL 15 and 16 do not know a setting that the newer dump program writes."""
    fresh = script.with_suffix(".older")
    with script.open("rb") as lines, fresh.open("wb") as kept:
        kept.writelines(line for line in lines if not line.startswith(b"SET transaction_timeout"))
    fresh.replace(script)


async def _run(program: str, arguments: list[str], url: str = "") -> None:
    address, secret = _address(url) if url else ([], {})
    process = await asyncio.create_subprocess_exec(
        str(find_binaries().program(program)),
        *arguments,
        *address,
        env={**os.environ, **secret},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    _, errors = await process.communicate()
    if process.returncode:
        raise BackupError(f"{program}: {errors.decode(errors='replace').strip()[-800:]}")


def _address(url: str) -> tuple[list[str], dict[str, str]]:
    """Arguments and variables: every user of the machine can read the former, so no password."""
    parts = conninfo_to_dict(conninfo(url))
    password = parts.pop("password", None)
    secret = {} if password is None else {"PGPASSWORD": str(password)}
    return [f"--dbname={make_conninfo('', **parts)}"], secret
