"""Numbers that come in with a form or an address, and numbers of pages."""

#: Longer ones are tampered with; every column they meet holds more digits.
_MOST_DIGITS = 9


def read_number(written: str, otherwise: int) -> int:
    """A natural number, or `otherwise` for anything else."""
    plain = written.isascii() and written.isdecimal() and len(written) <= _MOST_DIGITS
    return int(written) if plain else otherwise


def pages_for(count: int, size: int) -> int:
    """How many pages of a size hold so many; an empty list has one."""
    return max(1, -(-count // size))
