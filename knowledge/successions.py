"""Agencies that have ended, where a text names them, and who does their work now."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from operator import itemgetter

from knowledge.agencies import Agency, Successor
from knowledge.agency_names import AgencyNames, plain_words, said_name, without_province
from knowledge.area_names import areas_named
from knowledge.fields import Field


@dataclass(frozen=True, slots=True)
class Succession:
    """What became of an agency that a text names.

    Several heirs: neither field nor place decides, and nobody may guess. None: the directory does
    not say.
    """

    #: Of the ended agency; several that shared the name, one for each province before the merger.
    codes: tuple[str, ...]
    name: str
    #: They exist on the day that was asked about.
    heirs: tuple[Agency, ...]
    #: First day (Vietnam) of the heirs' work.
    since: date | None

    @property
    def heir(self) -> Agency | None:
        return self.heirs[0] if len(self.heirs) == 1 else None


def has_ended(agency: Agency, day: date) -> bool:
    return agency.valid_to is not None and agency.valid_to < day


def succession_of(
    ended: Sequence[Agency],
    day: date,
    agencies: Mapping[str, Agency],
    *,
    field: Field | None = None,
    area: str = "",
) -> Succession:
    """Follow agencies of one name to those that exist on a day.

    `area` may be any text; it decides only when it names the area of a successor.
    """
    search = _Search(day, agencies, field, area)
    found: dict[str, tuple[Agency, date | None]] = {}
    for agency in ended:
        for heir, since in search.heirs(agency):
            found.setdefault(heir.code, (heir, since))
    first = said_name(ended[0])
    days = [since for _, since in found.values() if since] or [
        agency.valid_to + timedelta(1) for agency in ended if agency.valid_to
    ]
    return Succession(
        codes=tuple(agency.code for agency in ended),
        name=first if len(ended) == 1 else without_province(first),
        heirs=tuple(heir for heir, _ in found.values()),
        since=max(days, default=None),
    )


def resolve_successor(
    agency: Agency, field: Field, area: str, day: date, agencies: Iterable[Agency]
) -> Agency | None:
    """Find who does this agency's work in a field and area on a day, over several changes.

    `area` may be any text that names the place. None: it had ended and the directory does not say
    who took over, or two did and neither the field nor the area decides.
    """
    search = _SureSearch(day, {item.code: item for item in agencies}, field, area)
    return next((heir for heir, _ in search.heirs(agency)), None)


@dataclass(frozen=True, slots=True)
class _Search:
    """What the words leave open is followed to every agency it can mean."""

    day: date
    agencies: Mapping[str, Agency]
    field: Field | None
    area: str

    def heirs(
        self, agency: Agency, since: date | None = None, seen: frozenset[str] = frozenset()
    ) -> list[tuple[Agency, date | None]]:
        """Walk over several changes; each with the first day of its work."""
        if agency.exists_on(self.day):
            return [(agency, since)]
        if agency.code in seen:
            return []
        seen |= {agency.code}
        ended = agency.valid_to + timedelta(1) if agency.valid_to else None
        return [
            found
            for row in self._taking_over(agency)
            for found in self.heirs(self.agencies[row.to], row.valid_from or ended, seen)
        ]

    def _taking_over(self, agency: Agency) -> Sequence[Successor]:
        rows = [row for row in self._in_force(agency) if row.to in self.agencies]
        return self._decided(rows)

    def _in_force(self, agency: Agency) -> list[Successor]:
        return [
            row
            for row in agency.successors
            if not (row.valid_from and self.day < row.valid_from)
            and not (row.valid_to and self.day > row.valid_to)
        ]

    def _decided(self, rows: Sequence[Successor]) -> Sequence[Successor]:
        """Those of the area that is named, then those of the field; all where nothing decides."""
        named = areas_named((row.area for row in rows), self.area)
        there = [row for row in rows if row.area in named] or rows
        if self.field is None:
            return there
        of_field = [row for row in there if row.field is self.field]
        return of_field or [row for row in there if row.field is None] or there


class _SureSearch(_Search):
    """Goes on only where the directory names one agency for this very field and place."""

    __slots__ = ()

    def _taking_over(self, agency: Agency) -> Sequence[Successor]:
        rows = self._in_force(agency)
        named = areas_named((row.area for row in rows), self.area)
        meant = [
            row
            for row in rows
            if row.field in (None, self.field) and (not row.area or row.area in named)
        ]
        decided = self._decided(meant)
        codes = {row.to for row in decided}
        return decided[:1] if len(codes) == 1 and codes <= self.agencies.keys() else ()


def successions_in(
    text: str,
    names: AgencyNames,
    agencies: Mapping[str, Agency],
    day: date,
    field: Field | None = None,
) -> list[Succession]:
    """What became of the agencies that had ended by `day` and that a text names.

    A name that an agency of that day has as well means that one.
    """
    return [
        succession_of(ended, day, agencies, field=field, area=text)
        for ended in ended_in(text, names, agencies, day)
    ]


def ended_in(
    text: str, names: AgencyNames, agencies: Mapping[str, Agency], day: date
) -> list[list[Agency]]:
    """The ended agencies a text names, those of one name together; the longest name counts."""
    said = f" {plain_words(text)} "
    found: dict[tuple[str, ...], list[Agency]] = {}
    for name, codes in groupby(names, key=itemgetter(0)):
        spaced = f" {name} "
        if spaced not in said:
            continue
        said = said.replace(spaced, " | ")
        named = [agencies[code] for _, code in codes]
        if all(has_ended(agency, day) for agency in named):
            found[tuple(agency.code for agency in named)] = named
    return list(found.values())
