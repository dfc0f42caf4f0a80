"""Log lines: time in UTC, level, name, message. No citizen's words, no secrets."""

import logging
import time


def set_up(level: int = logging.INFO) -> None:
    formatter = logging.Formatter(
        "%(asctime)s.%(msecs)03dZ %(levelname)-7s %(name)s: %(message)s", "%Y-%m-%dT%H:%M:%S"
    )
    formatter.converter = time.gmtime
    handler = logging.StreamHandler()
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    # One line a request would name citizens' case pages.
    logging.getLogger("aiohttp.access").setLevel(logging.WARNING)
    # It would write errors with all their words; `app.jobs` says what went wrong.
    logging.getLogger("procrastinate").setLevel(logging.CRITICAL)
    logging.getLogger("alembic").setLevel(logging.WARNING)
