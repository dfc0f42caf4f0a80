"""What is masked in a public text and what could be, as a person switches it on and off."""

from collections import Counter, deque
from collections.abc import Container, Mapping
from dataclasses import dataclass, replace

from casework.redaction import MaskKind, propose_masks

#: Signs of text shown before and after a place.
_AROUND = 45


@dataclass(frozen=True, slots=True)
class Place:
    """`public[start:end]` is masked (`said` is what stood there, as far as known), or could be."""

    name: str
    kind: MaskKind
    start: int
    end: int
    masked: bool
    said: str
    label: str
    #: Of places with the same words.
    nth: int = 0

    @property
    def value(self) -> str:
        """Finds the place again after the text around it was changed."""
        return f"{self.name}|{self.kind}|{self.nth}|{self.said}"

    @property
    def is_known(self) -> bool:
        return bool(self.said)


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the public text; `place` when it is or could be masked."""

    text: str
    place: Place | None = None


def places_in(
    name: str, public: str, original: str, labels: Mapping[str, str], allowed: Container[str]
) -> list[Place]:
    """Every place of a public text, in order.

    The first label of a kind stands for the first place of this kind in the original that is not
    readable in the public text, and so on.
    """
    hits = propose_masks(public, labels, allowed)
    readable = Counter((mask.kind, mask.text) for mask in hits)
    hidden: dict[MaskKind, deque[str]] = {kind: deque() for kind in MaskKind}
    for mask in propose_masks(original, labels, allowed):
        if readable[mask.kind, mask.text]:
            readable[mask.kind, mask.text] -= 1
        else:
            hidden[mask.kind].append(mask.text)
    found = [
        Place(
            name,
            mask.kind,
            mask.start,
            mask.end,
            masked=False,
            said=mask.text,
            label=labels[mask.kind],
        )
        for mask in hits
    ]
    found += _labels_in(name, public, labels, hidden)
    return _numbered(sorted(found, key=lambda place: place.start))


def _labels_in(
    name: str, public: str, labels: Mapping[str, str], hidden: Mapping[MaskKind, deque[str]]
) -> list[Place]:
    found = []
    for kind in MaskKind:
        start = public.find(labels[kind])
        while start >= 0:
            said = hidden[kind].popleft() if hidden[kind] else ""
            end = start + len(labels[kind])
            found.append(Place(name, kind, start, end, masked=True, said=said, label=labels[kind]))
            start = public.find(labels[kind], end)
    return found


def _numbered(places: list[Place]) -> list[Place]:
    seen: Counter[tuple[MaskKind, str]] = Counter()
    numbered = []
    for place in places:
        numbered.append(replace(place, nth=seen[place.kind, place.said]))
        seen[place.kind, place.said] += 1
    return numbered


def with_choices(
    public: str, places: list[Place], shown: Container[str], masked: Container[str]
) -> str:
    """Mask the places that were chosen and uncover those that were not; only what was `shown`."""
    for place in reversed(places):
        wanted = place.value in masked
        if place.is_known and place.value in shown and wanted is not place.masked:
            words = place.label if wanted else place.said
            public = public[: place.start] + words + public[place.end :]
    return public


def masked_text(text: str, labels: Mapping[str, str], allowed: Container[str]) -> str:
    """Mask everything that is found: how a new document begins."""
    places = places_in("", text, text, labels, allowed)
    values = {place.value for place in places}
    return with_choices(text, places, values, values)


def pieces_of(public: str, places: list[Place]) -> list[Piece]:
    """The whole text in reading order."""
    pieces, done = [], 0
    for place in places:
        pieces += [Piece(public[done : place.start]), Piece(public[place.start : place.end], place)]
        done = place.end
    return [piece for piece in [*pieces, Piece(public[done:])] if piece.text]


def around(public: str, place: Place) -> tuple[str, str]:
    """The words before and after, one line each."""
    before = " ".join(public[max(0, place.start - _AROUND) : place.start].split())
    after = " ".join(public[place.end : place.end + _AROUND].split())
    return before, after
