"""The connection pool."""

from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine


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
        connect_args={
            "application_name": name,
            "connect_timeout": 5,
            "options": "-c timezone=UTC -c lock_timeout=10s"
            " -c idle_in_transaction_session_timeout=60s",
        },
    )
