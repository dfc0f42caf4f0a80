"""The connection pool."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

#: A database host that vanishes without a word is noticed within a minute, not after hours.
LIVENESS: dict[str, Any] = {
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
}


def make_engine(url: str, *, pool_size: int = 10, name: str = "hoidap") -> AsyncEngine:
    """An engine whose sessions speak UTC and never wait for ever for a lock.

    `url` is `postgresql+psycopg://…`.
    """
    return create_async_engine(
        url,
        pool_size=pool_size,
        max_overflow=5,
        pool_pre_ping=True,
        pool_recycle=1800,
        pool_timeout=5,
        # Parameters hold citizens' words; they must not stand in an error that is logged.
        hide_parameters=True,
        connect_args={
            "application_name": name,
            "connect_timeout": 5,
            **LIVENESS,
            "options": "-c timezone=UTC -c lock_timeout=10s"
            " -c idle_in_transaction_session_timeout=60s",
        },
    )
