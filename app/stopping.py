"""Waits for the signal to stop, or for a task that should not end."""

import asyncio
import signal


async def until_stopped(*tasks: "asyncio.Task[None]") -> bool:
    """Return at SIGTERM or SIGINT, or when a task has ended: False.

    Raises:
        Exception: whatever ended one of the tasks.
    """
    loop = asyncio.get_running_loop()
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    waiting = asyncio.create_task(stopped.wait())
    try:
        await asyncio.wait([waiting, *tasks], return_when=asyncio.FIRST_COMPLETED)
    finally:
        waiting.cancel()
    for task in tasks:
        if task.done():
            task.result()
    return stopped.is_set()
