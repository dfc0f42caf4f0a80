"""What can be said of a procedure, whichever of its facts the catalogue has."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.knowledge_holder import Knowledge
from knowledge.agency_names import plain_words
from knowledge.procedures import Procedure
from knowledge.search.aspects import Aspect

#: The catalogue's way to say that a fact is not known.
_NOTHING = frozenset({"", "không có thông tin", "không có", "không quy định"})
_FEE_LABEL = re.compile(r"^Lệ phí (?=theo |tùy |trước bạ|\d)")

#: Facts in the order people want them, by what was asked.
_ORDER = (Aspect.FEE, Aspect.TIME, Aspect.PLACE)
_ORDERS: dict[str, tuple[Aspect, ...]] = {
    "": (Aspect.FEE, Aspect.PLACE, Aspect.TIME),
    Aspect.TIME: (Aspect.TIME, Aspect.PLACE, Aspect.FEE),
    Aspect.PLACE: (Aspect.PLACE, Aspect.TIME, Aspect.FEE),
    Aspect.ONLINE: (Aspect.ONLINE, *_ORDER),
    Aspect.FORM: (Aspect.FORM, Aspect.PLACE, Aspect.FEE),
    # Who asks what a benefit pays is not told that asking for it is free.
    Aspect.AMOUNT: (Aspect.PLACE, Aspect.TIME),
}


def order_of(asked: str) -> tuple[Aspect, ...]:
    """Tell which facts to say, the one asked for first; `asked` is an aspect or empty."""
    return _ORDERS.get(asked, _ORDER)


@dataclass(frozen=True, slots=True)
class Facts:
    """Each empty when the catalogue does not say."""

    fee: str
    time: str
    place: str
    online: str
    form: str
    papers: tuple[str, ...]

    def of(self, aspect: Aspect) -> str | tuple[str, ...]:
        return getattr(self, aspect)  # type: ignore[no-any-return]


def facts_of(procedure: Procedure) -> Facts:
    return Facts(
        fee=_without_label(procedure.fee or _by_channel(procedure, "fee")),
        time=procedure.time or _by_channel(procedure, "time"),
        place=procedure.place or _known(procedure.agency),
        online=procedure.online_url or _online(procedure),
        form=_known(procedure.form),
        papers=procedure.papers,
    )


def moved_places(
    procedure: Procedure, facts: Facts, knowledge: Knowledge, today: date
) -> Iterator[tuple[str, dict[str, Any]]]:
    """What to say of each agency in the place that has ended: name of a text, and its values."""
    only = plain_words(facts.place)
    for one in knowledge.successions(facts.place, today, procedure.routing_field):
        values: dict[str, Any] = {
            "old": one.name,
            "heir": one.heir.name if one.heir else "",
            "heirs": [heir.name for heir in one.heirs],
        }
        whole = any(name == only and code in one.codes for name, code in knowledge.agency_names)
        if one.heir is None:
            yield "place_unclear", values
        else:
            yield ("place_now" if whole else "place_became"), values


def _without_label(fee: str) -> str:
    """The line already begins with the word: not "Lệ phí: Lệ phí theo nghị quyết"."""
    return _FEE_LABEL.sub("", fee)


def _known(text: str) -> str:
    return "" if text.strip().lower() in _NOTHING else text.strip()


def _by_channel(procedure: Procedure, fact: str) -> str:
    """One value when all ways share it, else each way with its own."""
    known = [(item.channel, _known(getattr(item, fact))) for item in procedure.channels]
    known = [(channel, value) for channel, value in known if value]
    if len({value for _, value in known}) <= 1:
        return known[0][1] if known else ""
    return "; ".join(f"{channel.lower()}: {value}" for channel, value in known)


def _online(procedure: Procedure) -> str:
    """The page of the procedure, when it can be done there."""
    ways = " ".join(item.channel.lower() for item in procedure.channels)
    return procedure.url if "trực tuyến" in ways else ""
