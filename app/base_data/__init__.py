"""What every installation begins with: provisional legal rules, national hotlines, office hours.

Without a rule no case can be opened, without the numbers an emergency gets no help, and without
hours nobody can say when somebody reads; so all are there from the first start, until the province
loads its own.
"""

import asyncio
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from casework.cases import CaseKind
from casework.legal_clock import DayUnit, LegalRule
from knowledge.rows import RowError
from store.unit_of_work import Store

FOLDER = Path(__file__).parent


def read_lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines() if line.strip()]


def parse_rule(row: Mapping[str, Any]) -> LegalRule:
    """Read one row.

    Raises:
        RowError: a column is missing or not what it should be.
    """
    try:
        valid_from = date.fromisoformat(str(row["valid_from"]))
        said = row["wording"] if isinstance(row["wording"], dict) else {"vi": row["wording"]}
        wording = {str(lang): str(text) for lang, text in said.items()}
        return LegalRule(
            id=f"{row['kind']}:{valid_from.isoformat()}",
            kind=CaseKind(row["kind"]),
            days=int(row["days"]),
            unit=DayUnit(row["unit"]),
            legal_basis=str(row["legal_basis"]),
            wording=wording,
            valid_from=valid_from,
            valid_to=date.fromisoformat(str(row["valid_to"])) if row.get("valid_to") else None,
        )
    except (KeyError, ValueError, AttributeError, TypeError) as error:
        raise RowError(f"{type(error).__name__}: {error}") from None


@dataclass(frozen=True, slots=True)
class HotlineRow:
    """`names` by language; `purposes` such as fire, medical, police, child."""

    number: str
    names: Mapping[str, str]
    purposes: tuple[str, ...]


def parse_hotline(row: Mapping[str, Any]) -> HotlineRow:
    """Read one row.

    Raises:
        RowError: no number, no name, or nothing it is for.
    """
    number, name, purposes = str(row.get("number") or ""), row.get("name"), row.get("for")
    if not number.isdigit():
        raise RowError("is no number", "number")
    if not name or (isinstance(name, dict) and not name.get("vi")):
        raise RowError("is missing", "name")
    if not isinstance(purposes, list) or not purposes:
        raise RowError("is missing", "for")
    return HotlineRow(number, name if isinstance(name, dict) else {"vi": name}, tuple(purposes))


def known_rules(rows: Iterable[Mapping[str, Any]]) -> list[LegalRule]:
    """The rules of kinds this version opens cases for."""
    kinds = {kind.value for kind in CaseKind}
    return [parse_rule(row) for row in rows if row.get("kind") in kinds]


async def seed(store: Store) -> None:
    """Fill the three tables when they are empty; what is there stays."""
    async with store.work() as work:
        if not await work.catalogue.rules():
            rows = await asyncio.to_thread(read_lines, FOLDER / "legal_rules.jsonl")
            await work.catalogue.save_rules(known_rules(rows))
        if not await work.catalogue.count("hotlines"):
            rows = await asyncio.to_thread(read_lines, FOLDER / "hotlines.jsonl")
            await work.catalogue.save("hotlines", rows, work.clock())
        if not await work.catalogue.count("office_hours"):
            rows = await asyncio.to_thread(read_lines, FOLDER / "office_hours.jsonl")
            await work.catalogue.save("office_hours", rows, work.clock())
        await work.commit()
