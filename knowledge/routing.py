"""Which field a text belongs to and which agency answers it, with how sure that is."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from knowledge.agencies import Agency, AgencyKind
from knowledge.fields import Field
from knowledge.linear import Example, LinearModel, word_features
from knowledge.successions import resolve_successor
from knowledge.text import both_ends, fold

#: Below this nobody is proposed: an editor triages.
ENOUGH = 0.5
#: Makes the scores of the model probabilities that come true; measured on sentences not learnt.
_SHARPNESS = 9.0
_RIDGE = 0.5
_BALANCE = 100.0
#: Characters that are read.
_LONGEST = 3000
_WORD = re.compile(r"\w+")

#: Who answers a field when several agencies have it and no commune is named.
_BEFORE_OTHERS = (AgencyKind.DEPARTMENT, AgencyKind.BRANCH, AgencyKind.PROVINCE, AgencyKind.CENTRE)


@dataclass(frozen=True, slots=True)
class Routing:
    """`agency` is None when it is not sure enough or nobody has the field on that day."""

    field: Field
    agency: str | None
    confidence: float
    #: All fields, likeliest first.
    ranking: tuple[tuple[Field, float], ...]


#: Field and agency of a text at a place on a day, among these agencies. It may learn at the first
#: call, so it is called in a thread.
Propose = Callable[[str, str, date, Sequence[Agency]], Routing]


class Router:
    """Learns when it is made (about a second)."""

    def __init__(self, sentences: Mapping[Field, Iterable[str]]) -> None:
        self._model = LinearModel(
            [
                Example(word_features(text), field)
                for field, texts in sentences.items()
                for text in texts
            ],
            ridge=_RIDGE,
            balance=_BALANCE,
        )

    def ranking(self, text: str) -> tuple[tuple[Field, float], ...]:
        features = word_features(both_ends(text, _LONGEST))
        scores = _SHARPNESS * self._model.scores(features).astype(np.float64)
        powers = np.exp(scores - scores.max())
        chances = powers / powers.sum()
        pairs = zip(self._model.labels, chances.tolist(), strict=True)
        return tuple(sorted(pairs, key=lambda pair: -pair[1]))

    def propose(self, text: str, place: str, day: date, agencies: Sequence[Agency]) -> Routing:
        """Route a text; `place` is where the matter is, as far as known ("" when not).

        Without a place the text itself is searched for one.
        """
        ranking = self.ranking(text)
        field, confidence = ranking[0]
        agency = (
            agency_for(field, f"{place} {text}", day, agencies) if confidence >= ENOUGH else None
        )
        return Routing(field, agency.code if agency else None, confidence, ranking)


def agency_for(field: Field, where: str, day: date, agencies: Sequence[Agency]) -> Agency | None:
    """Find who answers a field: the commune named if it has the field, else the department."""
    holders = [agency for agency in agencies if field in agency.fields]
    local = [agency for agency in holders if agency.area and _names(where, agency)]
    # The longer name is the closer one: "phường Trà Vinh" within "thành phố Trà Vinh" is not meant.
    local.sort(key=lambda agency: (not agency.exists_on(day), -len(agency.area)))
    central = [a for kind in _BEFORE_OTHERS for a in holders if a.kind is kind and not a.area]
    for agency in (*local, *central):
        found = resolve_successor(agency, field, where, day, agencies)
        if found is not None:
            return found
    return None


def _names(where: str, agency: Agency) -> bool:
    """Tell whether the area is named, with its kind ("xã Trà Cú") or by its bare name."""
    text = _spaced(where)
    area = _spaced(agency.area).strip()
    bare = area.partition(" ")[2] or area
    return f" {area} " in text or f" {bare} " in text


def _spaced(text: str) -> str:
    return f" {' '.join(_WORD.findall(fold(text)))} "
