"""Which rows of a list are the same thing, when each of several names tells so."""

from collections.abc import Hashable, Iterable, Sequence


def alike_numbers(named: Sequence[Iterable[Hashable]]) -> list[int]:
    """Give the rows that share a name, also by way of other rows, the number of the first."""
    before = list(range(len(named)))

    def first(number: int) -> int:
        while before[number] != number:
            number = before[number]
        return number

    known: dict[Hashable, int] = {}
    for number, names in enumerate(named):
        for name in names:
            one, other = first(known.setdefault(name, number)), first(number)
            before[max(one, other)] = min(one, other)
    return [first(number) for number in range(len(named))]
