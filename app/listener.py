"""Hears what other processes committed: one connection, LISTEN, reconnect."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping

import psycopg
from psycopg import AsyncConnection, sql
from sqlalchemy.exc import SQLAlchemyError

from store.engine import LIVENESS

log = logging.getLogger(__name__)

_PAUSE = 0.5

#: Called with the payload of a notice.
OnNotice = Callable[[str], Awaitable[None] | None]


class Listener:
    """`url`: libpq address. After each (re)connect `on_connect` looks for what was missed."""

    def __init__(
        self,
        url: str,
        handlers: Mapping[str, OnNotice],
        on_connect: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        self._url = url
        self._handlers = handlers
        self._on_connect = on_connect

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            try:
                await self._listen()
            except (psycopg.Error, SQLAlchemyError, OSError) as error:
                log.warning("listener: database away (%s)", type(error).__name__)
            except Exception:
                # `on_connect` failed: a listener that ends here would be missed by nobody.
                log.exception("listener: starting again")
            await asyncio.sleep(_PAUSE)

    async def _listen(self) -> None:
        connection = await AsyncConnection.connect(
            self._url,
            autocommit=True,
            connect_timeout=5,
            application_name="hoidap listener",
            **LIVENESS,
        )
        async with connection:
            for channel in self._handlers:
                await connection.execute(sql.SQL("listen {}").format(sql.Identifier(channel)))
            if self._on_connect is not None:
                await self._on_connect()
            async for notice in connection.notifies():
                await self._handle(notice.channel, notice.payload)

    async def _handle(self, channel: str, payload: str) -> None:
        try:
            found = self._handlers[channel](payload)
            if found is not None:
                await found
        except (psycopg.Error, SQLAlchemyError, OSError):
            # A reload that failed must not be forgotten: the next connection makes up for it.
            raise
        except Exception:
            log.exception("listener: %s failed", channel)
