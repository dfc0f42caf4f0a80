"""What a stand-in took, and who hears of it."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class SentMessage:
    """A message the stand-in delivered."""

    user_id: str
    message_id: str
    text: str
    #: The request body as it came.
    body: dict[str, Any]
    #: The webhook body by which the provider tells the account of it.
    echo: dict[str, Any]


Listener = Callable[[SentMessage], Awaitable[None]]


@dataclass(slots=True)
class Sent:
    """Everything taken so far. Listeners run beside the answer: real echoes keep no order."""

    messages: list[SentMessage] = field(default_factory=list)
    on_message: Listener | None = None
    _running: set[asyncio.Task[None]] = field(default_factory=set)

    def add(self, message: SentMessage) -> None:
        self.messages.append(message)
        if self.on_message is not None:
            task = asyncio.ensure_future(_call(self.on_message, message))
            self._running.add(task)
            task.add_done_callback(self._running.discard)

    async def settle(self) -> None:
        """Wait until every listener has finished."""
        while self._running:
            await asyncio.gather(*self._running)


async def _call(listener: Listener, message: SentMessage) -> None:
    await listener(message)
