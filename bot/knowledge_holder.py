"""The catalogues in memory with the search over them; replaced as a whole when they change."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from bot.hours import Hours, parse_hours_row
from bot.published_faqs import published_faqs
from casework.legal_clock import WorkCalendar
from knowledge.agencies import Agency, AgencyKind, readable_agencies
from knowledge.agency_names import AgencyNames, agency_names, plain_words
from knowledge.drafts import Draft, parse_draft_row
from knowledge.faqs import Faq, parse_faq_row
from knowledge.fields import Field
from knowledge.procedures import Procedure, parse_procedure_row
from knowledge.rows import readable
from knowledge.schedules import Schedule, parse_schedule_row
from knowledge.search.index import Index
from knowledge.successions import Succession, succession_of, successions_in
from store.unit_of_work import Store

#: Builds the search over the catalogues.
IndexBuilder = Callable[[Sequence[Procedure], Sequence[Faq]], Index]


@dataclass(frozen=True, slots=True)
class Hotline:
    number: str
    #: By language.
    name: Mapping[str, str]
    #: `emergency`, `child`, `information`, …
    purposes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Knowledge:
    """One consistent copy of the catalogues."""

    index: Index
    procedures: Mapping[str, Procedure] = field(default_factory=dict)
    #: By (id, language).
    faqs: Mapping[tuple[str, str], Faq] = field(default_factory=dict)
    agencies: Mapping[str, Agency] = field(default_factory=dict)
    hotlines: tuple[Hotline, ...] = ()
    calendar: WorkCalendar = field(default_factory=WorkCalendar)
    hours: Hours = field(default_factory=Hours)
    schedules: tuple[Schedule, ...] = ()
    drafts: tuple[Draft, ...] = ()
    agency_names: AgencyNames = ()

    def find_faq(self, ref: str, lang: str, today: date) -> Faq | None:
        """The answer in this language, else in Vietnamese; none past its last day."""
        found = self.faqs.get((ref, lang)) or self.faqs.get((ref, "vi"))
        if found is None or (found.valid_until and found.valid_until < today):
            return None
        return found

    def find_agencies(self, text: str, today: date) -> list[Agency]:
        """Agencies of today named in the text."""
        said = f" {plain_words(text)} "
        codes = dict.fromkeys(code for name, code in self.agency_names if f" {name} " in said)
        return [self.agencies[code] for code in codes if self.agencies[code].exists_on(today)]

    def successions(self, text: str, today: date, field: Field | None = None) -> list[Succession]:
        """What became of agencies a text names that do not exist any more."""
        return successions_in(text, self.agency_names, self.agencies, today, field)

    def succession(self, agency: Agency, today: date) -> Succession:
        """Who does the work of one that has ended."""
        return succession_of([agency], today, self.agencies)

    def find_communes(self, text: str, today: date) -> list[Agency]:
        """Communes of today by their own name: nobody says "Ủy ban nhân dân" each time."""
        said = f" {plain_words(text)} "
        return [
            agency
            for agency in self.agencies.values()
            if agency.kind is AgencyKind.COMMUNE
            and agency.area
            and f" {plain_words(agency.area)} " in said
            and agency.exists_on(today)
        ]

    def agency_name(self, code: str) -> str:
        """Empty when the code is unknown."""
        found = self.agencies.get(code)
        return found.name if found else ""

    def numbers(self, purpose: str) -> tuple[Hotline, ...]:
        return tuple(line for line in self.hotlines if purpose in line.purposes)


class KnowledgeHolder:
    """`await reload()` once before the first turn, and whenever a catalogue changed."""

    def __init__(self, store: Store, build_index: IndexBuilder) -> None:
        self._store = store
        self._build_index = build_index
        self._current: Knowledge | None = None

    @property
    def current(self) -> Knowledge:
        if self._current is None:
            raise RuntimeError("reload() was never awaited")
        return self._current

    async def reload(self) -> None:
        """Read everything again; turns under way keep the copy they began with."""
        async with self._store.work() as work:
            rows = {name: await work.catalogue.all(name) for name in _NAMES}
            calendar = await work.catalogue.calendar()
            published = await work.publications.live()
        procedures = list(readable(rows["procedures"], parse_procedure_row))
        faqs = list(readable(rows["faqs"], parse_faq_row))
        agencies = list(readable_agencies(rows["agencies"]))
        faqs += published_faqs(published, {agency.code: agency.name for agency in agencies})
        by_key = {(item.id, item.lang.value): item for item in faqs}
        if self._current is not None:
            # What was taken back is gone at once, though the old index still names it.
            self._current = replace(self._current, faqs=by_key)
        # Building takes up to a second: in a thread, so that other conversations go on.
        index = await asyncio.to_thread(self._build_index, procedures, faqs)
        self._current = Knowledge(
            index=index,
            procedures={item.code: item for item in procedures},
            faqs=by_key,
            agencies={item.code: item for item in agencies},
            hotlines=tuple(_hotline(row) for row in rows["hotlines"]),
            calendar=calendar,
            hours=Hours.of(list(readable(rows["office_hours"], parse_hours_row))),
            schedules=tuple(readable(rows["schedules"], parse_schedule_row)),
            drafts=tuple(readable(rows["drafts"], parse_draft_row)),
            agency_names=agency_names(agencies),
        )


_NAMES = (
    "procedures",
    "faqs",
    "agencies",
    "hotlines",
    "office_hours",
    "schedules",
    "drafts",
)


def _hotline(row: Mapping[str, Any]) -> Hotline:
    name = row.get("name") or {}
    names = name if isinstance(name, dict) else {"vi": str(name)}
    return Hotline(str(row["number"]), names, frozenset(row.get("for") or ()))
