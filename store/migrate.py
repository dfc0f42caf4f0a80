"""Brings a database to a revision, one process at a time."""

from collections.abc import Callable
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.pool import NullPool

#: "hoidap" in ASCII, so that two starting processes do not migrate at once.
_MIGRATION_LOCK = 0x686F69646170


def alembic_config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    return config


def upgrade(url: str, revision: str = "head") -> None:
    """Move up; waits for another process that migrates. `url` is `postgresql+psycopg://…`."""
    _run(url, lambda config: command.upgrade(config, revision))


def downgrade(url: str, revision: str) -> None:
    """Move down, with the data of the newer tables lost."""
    _run(url, lambda config: command.downgrade(config, revision))


def _run(url: str, move: Callable[[Config], None]) -> None:
    engine = create_engine(url, poolclass=NullPool)
    with engine.connect() as connection:
        connection.execute(text("select pg_advisory_lock(:key)"), {"key": _MIGRATION_LOCK})
        connection.commit()
        move(alembic_config(connection))
        connection.commit()
        connection.execute(text("select pg_advisory_unlock(:key)"), {"key": _MIGRATION_LOCK})
    engine.dispose()
