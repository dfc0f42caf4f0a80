"""Procedures that name an agency which has ended: flagged in their rows, told to the editors.

What citizens read follows the directory of the day by itself (`bot/procedure_view.py`); the flags
show what was mapped, and what nobody may guess.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from casework.legal_clock import vietnam_date
from knowledge.agencies import Agency, readable_agencies
from knowledge.agency_names import AgencyNames, agency_names
from knowledge.fields import Field
from knowledge.successions import Succession, successions_in
from store.alerts import AlertKind
from store.unit_of_work import UnitOfWork

PROCEDURES, AGENCIES = "procedures", "agencies"
#: After an import of these the flags are made again.
MOVES_PROCEDURES = frozenset({PROCEDURES, AGENCIES})
#: Key of the flags in a stored row.
FLAGS = "ended_agencies"
#: Columns that name agencies.
_COLUMNS = ("agency", "competent_agency", "place")


@dataclass(frozen=True, slots=True)
class EndedAgency:
    """An agency in a procedure's row that had ended, and who does its work today."""

    procedure: str
    succession: Succession

    @property
    def needs_editor(self) -> bool:
        return self.succession.heir is None

    def __str__(self) -> str:
        old, heirs = self.succession, self.succession.heirs
        said = f"{self.procedure} names {old.name} ({', '.join(old.codes)}), which has ended"
        names = "; ".join(f"{heir.name} ({heir.code})" for heir in heirs)
        if not heirs:
            return f"{said}; the directory does not say who took over: an editor decides"
        if self.needs_editor:
            return f"{said}; several took over, an editor decides: {names}"
        return f"{said}; now {names}"


async def flag_procedures(work: UnitOfWork) -> list[EndedAgency]:
    """Flag every stored procedure by the directory as it is now; the caller commits.

    Rows that were flagged before and name only agencies of today lose their flag. For each agency
    whose successor is not clear the desk gets one open alert.
    """
    today = vietnam_date(work.clock())
    directory = _Directory(await work.catalogue.all(AGENCIES), today)
    changed, found = [], []
    for row in await work.catalogue.all(PROCEDURES):
        ended = list(directory.ended_in(row))
        flags = [_flag(one.succession) for one in ended]
        if flags != row.get(FLAGS, []):
            kept = {name: value for name, value in row.items() if name != FLAGS}
            changed.append({**kept, FLAGS: flags} if flags else kept)
        found += ended
    if changed:
        await work.catalogue.save(PROCEDURES, changed, work.clock())
    await _alert(work, found)
    return found


def _flag(succession: Succession) -> dict[str, Any]:
    return {
        "agencies": list(succession.codes),
        "name": succession.name,
        "heirs": [heir.code for heir in succession.heirs],
        "since": succession.since.isoformat() if succession.since else None,
    }


async def _alert(work: UnitOfWork, found: list[EndedAgency]) -> None:
    unclear = {code for one in found if one.needs_editor for code in one.succession.codes}
    for code in sorted(unclear):
        if not await work.alerts.is_open_for(AlertKind.AGENCY_ENDED, "", code):
            await work.alerts.add(AlertKind.AGENCY_ENDED, work.clock(), detail=code)


class _Directory:
    """The agencies of today and before; the same few texts stand in thousands of rows."""

    def __init__(self, rows: list[dict[str, Any]], today: date) -> None:
        self._today = today
        self._agencies: Mapping[str, Agency] = {one.code: one for one in readable_agencies(rows)}
        self._names: AgencyNames = agency_names(self._agencies.values())
        self._known: dict[tuple[str, Field | None], list[Succession]] = {}

    def ended_in(self, row: Mapping[str, Any]) -> Iterator[EndedAgency]:
        """Each ended agency of a procedure's row once."""
        routed = row.get("routing_field")
        field = Field(routed) if routed in set(Field) else None
        seen: set[tuple[str, ...]] = set()
        for column in _COLUMNS:
            for one in self._successions(str(row.get(column) or ""), field):
                if one.codes not in seen:
                    seen.add(one.codes)
                    yield EndedAgency(str(row["code"]), one)

    def _successions(self, text: str, field: Field | None) -> list[Succession]:
        key = (text, field)
        if key not in self._known:
            self._known[key] = successions_in(text, self._names, self._agencies, self._today, field)
        return self._known[key]
