"""Does what changed catalogues ask for, once for however many changes."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

import psycopg
from sqlalchemy.exc import SQLAlchemyError

log = logging.getLogger(__name__)

#: Seconds until what failed is tried again.
_PAUSE = 0.5


class Refresher:
    """One run at a time; all who ask while it is under way get one more run, together.

    Whoever asks waits for nothing, so that a listener goes on hearing.
    """

    def __init__(self, job: Callable[[], Awaitable[None]], *, pause: float = _PAUSE) -> None:
        self._job = job
        self._pause = pause
        self._asked = asyncio.Event()

    async def ask(self, _payload: str = "") -> None:
        self._asked.set()

    async def run(self) -> None:
        """Until cancelled. A run that failed is not forgotten."""
        while True:
            await self._asked.wait()
            # Before the run: what is asked from here on may be read too late for it.
            self._asked.clear()
            try:
                await self._job()
            except (psycopg.Error, SQLAlchemyError, OSError) as error:
                log.warning("refresh: database away (%s)", type(error).__name__)
                await self._again()
            except Exception:
                log.exception("refresh failed")
                await self._again()

    async def _again(self) -> None:
        await asyncio.sleep(self._pause)
        self._asked.set()
