"""Finds in a Vietnamese text what may tell who wrote it, and puts words in its place."""

import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence

from casework.redaction.kinds import Mask, MaskKind
from casework.redaction.names import find_names
from casework.redaction.patterns import HAMLET, HAMLET_NAME, RULES
from casework.redaction.view import HOLE, View, view_of, with_holes

__all__ = ["Mask", "MaskKind", "apply_masks", "propose_masks", "public_forms", "remaining"]

_Span = tuple[int, int, MaskKind]
_NO_LABELS: Mapping[MaskKind, str] = {}
_NOTHING: Container[str] = frozenset()
_LINK = re.compile(r"[ ,]{1,2}")


def propose_masks(
    text: str, labels: Mapping[MaskKind, str] = _NO_LABELS, allowed: Container[str] = _NOTHING
) -> list[Mask]:
    """Find every place, in order, none over another.

    `labels`: what stands for each kind; where one stands already nothing is found. `allowed`: what
    `public_forms` made of telephones and addresses that belong to agencies.
    """
    view = _without_labels(view_of(text), labels.values())
    found: list[Mask] = []
    # Numbers that stood side by side are seen once their neighbour is gone.
    while spans := _scan(view, allowed):
        for start, end, kind in spans:
            first, last = view.letters[start].start, view.letters[end - 1].end
            found.append(Mask(first, last, kind, text[first:last], labels.get(kind, "")))
        view = with_holes(view, ((start, end) for start, end, _ in spans))
    return sorted(found, key=lambda mask: mask.start)


def remaining(
    text: str, labels: Mapping[MaskKind, str] = _NO_LABELS, allowed: Container[str] = _NOTHING
) -> list[Mask]:
    """What is still readable in a text that is about to be shown to everybody."""
    return propose_masks(text, labels, allowed)


def apply_masks(text: str, masks: Iterable[Mask]) -> str:
    """Put the replacements in."""
    pieces, done = [], 0
    for mask in sorted(masks, key=lambda mask: mask.start):
        pieces += [text[done : mask.start], mask.replacement]
        done = mask.end
    return "".join([*pieces, text[done:]])


def public_forms(texts: Iterable[str]) -> frozenset[str]:
    """Telephones and addresses in what agencies say about themselves, as masks are compared."""
    return frozenset(
        _form(view.low[start:end])
        for view in map(view_of, texts)
        for start, end, _ in _scan(view, _NOTHING)
    )


def _form(found: str) -> str:
    digits = "".join(sign for sign in found if sign.isdigit())
    return re.sub(r"^(?:00)?84", "0", digits) if len(digits) > len(found) // 2 else found.strip()


def _without_labels(view: View, labels: Iterable[str]) -> View:
    for label in labels:
        wanted = view_of(label).low
        if wanted:
            spans = [found.span() for found in re.finditer(re.escape(wanted), view.low)]
            view = with_holes(view, spans)
    return view


def _scan(view: View, allowed: Container[str]) -> list[_Span]:
    """One look: the first rule that meets a place has it."""
    taken: list[_Span] = []
    free = bytearray(len(view))
    for start, end, kind in _candidates(view):
        if any(free[start:end]) or start == end or HOLE in view.low[start:end]:
            continue
        free[start:end] = b"\x01" * (end - start)
        if _form(view.low[start:end]) not in allowed:
            taken.append((start, end, kind))
    return _merged(view, sorted(taken))


def _candidates(view: View) -> Iterator[_Span]:
    for rule in RULES:
        for found in rule.pattern.finditer(getattr(view, rule.reading)):
            start, end = found.span(rule.group)
            yield start, end, rule.kind
    for cue in HAMLET.finditer(view.typed):
        name = HAMLET_NAME.match(view.cased, cue.end())
        # "Sóc" with a capital is also part of people's names.
        if name and view.cased[cue.start()] != "S":
            yield cue.start(), name.end(), MaskKind.ADDRESS
    for start, end in find_names(view):
        yield start, end, MaskKind.NAME


def _merged(view: View, spans: Sequence[_Span]) -> list[_Span]:
    """Parts of one address are one place."""
    merged: list[_Span] = []
    for span in spans:
        before = merged[-1] if merged else None
        together = before and before[2] is span[2] is MaskKind.ADDRESS
        if before and together and _LINK.fullmatch(view.low[before[1] : span[0]]):
            merged[-1] = (before[0], span[1], span[2])
        else:
            merged.append(span)
    return merged
