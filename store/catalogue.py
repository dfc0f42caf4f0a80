"""Procedures, FAQ, agencies, dossiers, hotlines, legal rules and the calendar."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Table, func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from casework.cases import CaseKind
from casework.legal_clock import DayUnit, LegalRule, WorkCalendar
from store.tables import (
    agencies,
    calendar_days,
    dossiers,
    drafts,
    faqs,
    hotlines,
    legal_rules,
    office_hours,
    procedures,
    schedules,
)

#: Table and key columns of each catalogue, by the name `import` uses.
CATALOGUES: dict[str, tuple[Table, tuple[str, ...]]] = {
    "procedures": (procedures, ("code",)),
    "agencies": (agencies, ("code",)),
    "faqs": (faqs, ("id", "lang")),
    "dossiers": (dossiers, ("code",)),
    "hotlines": (hotlines, ("number",)),
    "schedules": (schedules, ("id",)),
    "drafts": (drafts, ("id",)),
    "office_hours": (office_hours, ("weekday",)),
}
#: Told to every process when a catalogue changed; the payload is its name.
CATALOGUE_CHANGED = "hoidap_catalogue"
#: What it says when days off changed.
CALENDAR = "calendar"

_CHUNK = 500


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """A day the province works, or does not, whatever weekday and national holidays say."""

    day: date
    working: bool
    reason: str = ""


class CatalogueRepository:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def save(self, name: str, rows: Iterable[Mapping[str, Any]], now: datetime) -> int:
        """Insert or replace rows (JSON types, with their keys inside); returns how many.

        The last of several rows with one key wins.
        """
        table, keys = CATALOGUES[name]
        unique = {tuple(str(row[key]) for key in keys): row for row in rows}
        values = [
            {**dict(zip(keys, key, strict=True)), "data": dict(row), "updated_at": now}
            for key, row in unique.items()
        ]
        for start in range(0, len(values), _CHUNK):
            statement = insert(table).values(values[start : start + _CHUNK])
            await self._connection.execute(
                statement.on_conflict_do_update(
                    index_elements=list(keys),
                    set_={
                        "data": statement.excluded.data,
                        "updated_at": statement.excluded.updated_at,
                    },
                )
            )
        await self._connection.execute(
            text("select pg_notify(:channel, :name)"), {"channel": CATALOGUE_CHANGED, "name": name}
        )
        return len(values)

    async def all(self, name: str) -> list[dict[str, Any]]:
        """Every row of a catalogue as it was saved."""
        table, keys = CATALOGUES[name]
        query = select(table.c.data).order_by(*(table.c[key] for key in keys))
        return list((await self._connection.execute(query)).scalars())

    async def count(self, name: str) -> int:
        table, _ = CATALOGUES[name]
        query = select(func.count()).select_from(table)
        return int((await self._connection.execute(query)).scalar_one())

    async def find(self, name: str, *key: str) -> dict[str, Any] | None:
        table, keys = CATALOGUES[name]
        query = select(table.c.data)
        for column, value in zip(keys, key, strict=True):
            query = query.where(table.c[column] == value)
        return (await self._connection.execute(query)).scalar_one_or_none()

    async def save_rules(self, rules: Iterable[LegalRule]) -> int:
        """Insert or replace legal rules."""
        values = [
            {
                "id": rule.id,
                "kind": rule.kind,
                "days": rule.days,
                "unit": rule.unit,
                "legal_basis": rule.legal_basis,
                "wording": dict(rule.wording),
                "valid_from": rule.valid_from,
                "valid_to": rule.valid_to,
            }
            for rule in rules
        ]
        for row in values:
            rest = {key: value for key, value in row.items() if key != "id"}
            await self._connection.execute(
                insert(legal_rules)
                .values(**row)
                .on_conflict_do_update(index_elements=["id"], set_=rest)
            )
        return len(values)

    async def rules(self) -> list[LegalRule]:
        found = await self._connection.execute(select(legal_rules).order_by(legal_rules.c.id))
        return [
            LegalRule(
                id=row.id,
                kind=CaseKind(row.kind),
                days=row.days,
                unit=DayUnit(row.unit),
                legal_basis=row.legal_basis,
                wording=row.wording,
                valid_from=row.valid_from,
                valid_to=row.valid_to,
            )
            for row in found
            if row.kind in {str(kind) for kind in CaseKind}
        ]

    async def save_calendar(self, days: Iterable[CalendarDay]) -> int:
        """Insert or replace days; every process reads them again."""
        values = [asdict(day) for day in days]
        for row in values:
            rest = {key: value for key, value in row.items() if key != "day"}
            await self._connection.execute(
                insert(calendar_days)
                .values(**row)
                .on_conflict_do_update(index_elements=["day"], set_=rest)
            )
        await self._connection.execute(
            text("select pg_notify(:channel, :name)"),
            {"channel": CATALOGUE_CHANGED, "name": CALENDAR},
        )
        return len(values)

    async def calendar(self) -> WorkCalendar:
        found = await self._connection.execute(select(calendar_days.c.day, calendar_days.c.working))
        overrides: dict[date, bool] = {row.day: row.working for row in found}
        return WorkCalendar(overrides)
