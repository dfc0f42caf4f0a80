"""What is masked in a public text and what could be, as a person switches it on and off."""

import re
from collections import Counter
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, replace

from casework.redaction import MaskKind, propose_masks

#: Signs before a place by which it is known again.
_BEFORE = 12
_SENTENCES = re.compile(r"[.;!?\n]")


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
class _Hidden:
    """A place of the original that the public text does not show, and the words before it."""

    said: str
    before: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the public text; `place` when it is or could be masked."""

    text: str
    place: Place | None = None


def places_in(
    name: str, public: str, original: str, labels: Mapping[MaskKind, str], allowed: Container[str]
) -> list[Place]:
    """Every place of a public text, in order.

    Labels stand for the places of their kind in the original that are not readable in the public
    text.
    """
    hits = propose_masks(public, labels, allowed)
    readable = Counter((mask.kind, mask.text) for mask in hits)
    hidden: dict[MaskKind, list[_Hidden]] = {kind: [] for kind in MaskKind}
    done = 0
    for mask in propose_masks(original, labels, allowed):
        if readable[mask.kind, mask.text]:
            readable[mask.kind, mask.text] -= 1
        else:
            before = original[max(done, mask.start - _BEFORE) : mask.start]
            hidden[mask.kind].append(_Hidden(mask.text, _SENTENCES.split(before)[-1].lstrip()))
        done = mask.end
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
    name: str, public: str, labels: Mapping[MaskKind, str], hidden: Mapping[MaskKind, list[_Hidden]]
) -> Iterator[Place]:
    for kind in MaskKind:
        found = list(re.finditer(re.escape(labels[kind]), public))
        words = _said_under(public, [one.start() for one in found], hidden[kind])
        for one, said in zip(found, words, strict=True):
            yield Place(
                name, kind, one.start(), one.end(), masked=True, said=said, label=labels[kind]
            )


def _said_under(public: str, starts: list[int], hidden: list[_Hidden]) -> list[str]:
    """What each label of one kind stands for.

    In order while nothing was added or cut; else by the words before it, and unknown where several
    or none fit: nobody's name may appear in another one's place.
    """
    if len(starts) == len(hidden):
        return [one.said for one in hidden]
    words = []
    for start in starts:
        fitting = {
            one.said for one in hidden if one.before and public.endswith(one.before, 0, start)
        }
        words.append(fitting.pop() if len(fitting) == 1 else "")
    return words


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


def masked_text(text: str, labels: Mapping[MaskKind, str], allowed: Container[str]) -> str:
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
