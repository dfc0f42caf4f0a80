"""The demo data that comes with the project, and the people of its desk."""

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.importing import BadLine, read_catalogue
from casework.permissions import Role
from store.unit_of_work import Store

FOLDER = Path(__file__).parent / "demo_data"
#: In this order: dossiers speak of procedures and agencies.
_FILES = ("agencies", "procedures", "faqs", "dossiers")


@dataclass(frozen=True, slots=True)
class DemoPerson:
    email: str
    name: str
    role: Role
    agency_code: str = ""


DEMO_STAFF = (
    DemoPerson("canbo@demo.invalid", "Nguyễn Văn Cán", Role.OFFICER, "H61.SXD"),
    DemoPerson("lanhdao@demo.invalid", "Trần Thị Lãnh", Role.LEAD, "H61.SXD"),
    DemoPerson("bientap@demo.invalid", "Lê Minh Biên", Role.EDITOR),
    DemoPerson("quantri@demo.invalid", "Phạm Quốc Quản", Role.ADMIN),
)


class DemoDataError(Exception):
    """A row of the project's own data does not load."""


async def load_demo_data(store: Store) -> dict[str, int]:
    """Insert or replace the demo rows; returns how many of each catalogue.

    Raises:
        DemoDataError: a row of ours is bad.
    """
    rows = await asyncio.to_thread(lambda: {name: _checked(name) for name in _FILES})
    async with store.work() as work:
        now = work.clock()
        counts = {name: await work.catalogue.save(name, rows[name], now) for name in _FILES}
        await work.commit()
    return counts


def _checked(name: str) -> list[dict[str, Any]]:
    path = FOLDER / f"{name}.jsonl"
    rows = []
    with path.open("rb") as stream:
        for item in read_catalogue(name, path.name, stream):
            if isinstance(item, BadLine):
                raise DemoDataError(f"{path.name}, line {item.number}: {item.reason}")
            rows.append(item)
    return rows
