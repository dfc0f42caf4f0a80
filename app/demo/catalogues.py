"""Agencies, procedures, FAQ and dossiers of the demo."""

import asyncio
from typing import Any

from app.demo import files
from app.demo.files import DemoDataError
from app.importing import BadLine, read_catalogue
from store.unit_of_work import Store

#: In this order: dossiers speak of procedures and agencies.
_NAMES = ("agencies", "procedures", "faqs", "dossiers")


async def load_demo_data(store: Store) -> dict[str, int]:
    """Insert or replace the demo rows; returns how many of each catalogue.

    Raises:
        DemoDataError: a row of ours is bad.
    """
    rows = await asyncio.to_thread(lambda: {name: _checked(name) for name in _NAMES})
    async with store.work() as work:
        now = work.clock()
        counts = {name: await work.catalogue.save(name, rows[name], now) for name in _NAMES}
        await work.commit()
    return counts


def _checked(name: str) -> list[dict[str, Any]]:
    path = files.FOLDER / f"{name}.jsonl"
    rows = []
    with path.open("rb") as stream:
        for item in read_catalogue(name, path.name, stream):
            if isinstance(item, BadLine):
                raise DemoDataError(f"{path.name}, line {item.number}: {item.reason}")
            rows.append(item)
    return rows
