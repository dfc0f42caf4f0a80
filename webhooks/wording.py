"""Fits our words into what a provider's message holds."""

import unicodedata
from collections.abc import Iterable

from delivery.channel import RefusedError
from delivery.messages import Link

_ELLIPSIS = "…"


def compose(text: str) -> str:
    """Composed letters (NFC): providers count code points, decomposed Vietnamese has more."""
    return unicodedata.normalize("NFC", text)


def shorten(label: str, limit: int) -> str:
    """The label, cut with an ellipsis when a button cannot hold it."""
    label = compose(label)
    return label if len(label) <= limit else label[: limit - 1].rstrip() + _ELLIPSIS


def with_links(text: str, links: Iterable[Link]) -> str:
    """The text with a line for each link no button can carry."""
    return "\n".join([text, *(f"{compose(link.label)}: {link.url}" for link in links)]).strip()


def check_length(text: str, limit: int) -> None:
    """Refuse what the provider would refuse.

    Raises:
        RefusedError: the caller did not split the message, or left no room for its links.
    """
    if len(text) > limit:
        raise RefusedError("text_too_long")
