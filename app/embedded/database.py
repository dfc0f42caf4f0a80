"""Addresses of the embedded database, and the role and database made in it."""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from app.embedded.cluster import PORT, SUPERUSER

_ROLE = "hoidap"
_ANSWER_WITHIN = 5


@dataclass(frozen=True)
class Database:
    """Where the embedded database is reached. The addresses hold no secret."""

    socket_dir: Path

    @property
    def role(self) -> str:
        return _ROLE

    @property
    def url(self) -> str:
        """For SQLAlchemy, as the application's role, which is not a superuser."""
        return f"postgresql+psycopg://{_ROLE}@/{_ROLE}?{self._place}"

    @property
    def admin_url(self) -> str:
        """For SQLAlchemy, as the superuser, in the application's database."""
        return f"postgresql+psycopg://{SUPERUSER}@/{_ROLE}?{self._place}"

    @property
    def conninfo(self) -> str:
        """For psycopg, procrastinate, pg_dump and psql, as the application's role."""
        return f"postgresql://{_ROLE}@/{_ROLE}?{self._place}"

    @property
    def maintenance_conninfo(self) -> str:
        """For psycopg, as the superuser, in the database that is always there."""
        return f"postgresql://{SUPERUSER}@/postgres?{self._place}"

    @property
    def _place(self) -> str:
        return f"host={quote(str(self.socket_dir), safe='')}&port={PORT}"


async def is_answering(conninfo: str) -> bool:
    """Whether a query is answered at this address."""
    try:
        connection = await psycopg.AsyncConnection.connect(
            conninfo, autocommit=True, connect_timeout=_ANSWER_WITHIN
        )
        async with connection:
            await connection.execute("SELECT 1")
    except psycopg.Error:
        return False
    return True


async def ensure_application_database(database: Database) -> None:
    """Make the application's role and its database if they are not there."""
    connection = await psycopg.AsyncConnection.connect(
        database.maintenance_conninfo, autocommit=True
    )
    name = sql.Identifier(_ROLE)
    async with connection:
        found = await connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [_ROLE])
        if await found.fetchone() is None:
            await connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(name))
        found = await connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [_ROLE])
        if await found.fetchone() is None:
            await connection.execute(sql.SQL("CREATE DATABASE {0} OWNER {0}").format(name))
