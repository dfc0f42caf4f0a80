"""Numbers that come in with a form or an address."""

#: Longer ones are tampered with; every column they meet holds more digits.
_MOST_DIGITS = 9


def read_number(written: str, otherwise: int) -> int:
    """A natural number, or `otherwise` for anything else."""
    plain = written.isascii() and written.isdecimal() and len(written) <= _MOST_DIGITS
    return int(written) if plain else otherwise
