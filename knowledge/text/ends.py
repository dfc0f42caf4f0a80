"""What is read of a text too long for a message."""

#: Of what is read, the part that comes from the end.
_TAIL = 4


def both_ends(text: str, longest: int) -> str:
    """Keep a text of this many characters as it is; of a longer one its beginning and its end.

    People say what they want at once, or tell their story first and ask at the end. A line end
    stands where the middle was left out, so that nothing is joined that was not said together.
    """
    if len(text) <= longest:
        return text
    head = _head(longest)
    return f"{text[:head]}\n{text[head + 1 - longest :]}"


def place_in_whole(place: int, text: str, longest: int) -> int:
    """Translate an offset in `both_ends(text, longest)` into one in the text."""
    if len(text) <= longest or place <= _head(longest):
        return place
    return place + len(text) - longest


def _head(longest: int) -> int:
    return longest - longest // _TAIL - 1
