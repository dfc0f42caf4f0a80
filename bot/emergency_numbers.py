"""Which emergency numbers come first: those for the danger the words tell of."""

from dataclasses import dataclass

from bot.guard import Urgency
from bot.lexicon import Lexicon

#: Purposes of the numbers to call, the first ones first when the words tell nothing more.
_NUMBERS = {
    Urgency.EMERGENCY: ("fire", "medical", "police", "rescue"),
    Urgency.CHILD: ("child", "police", "medical", "fire"),
}
_DESPAIR = "despair_marks"
_FIRE, _MEDICAL = ("fire_marks",), ("medical_marks", _DESPAIR)
#: Word lists that bring a purpose to the front. Violence against a child stays with its own number.
_FIRST = {
    Urgency.EMERGENCY: {"fire": _FIRE, "medical": _MEDICAL, "police": ("police_marks", _DESPAIR)},
    Urgency.CHILD: {"fire": _FIRE, "medical": _MEDICAL},
}


@dataclass(frozen=True, slots=True)
class Danger:
    """What the words tell of it. `purposes`: of the numbers to call, in the order to call them."""

    purposes: tuple[str, ...]
    despair: bool = False


def danger_in(text: str, urgency: Urgency, lexicon: Lexicon) -> Danger:
    """Read the words once more, for a text the guard has found urgent."""
    told = {name for lists in _FIRST[urgency].values() for name in lists if lexicon.has(name, text)}
    first = {purpose for purpose, names in _FIRST[urgency].items() if told.intersection(names)}
    ordered = sorted(_NUMBERS[urgency], key=lambda purpose: purpose not in first)
    return Danger(tuple(ordered), despair=_DESPAIR in told)
