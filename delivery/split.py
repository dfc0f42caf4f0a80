"""Cuts a long message into parts a channel takes."""

import unicodedata
from dataclasses import replace

from delivery.channel import ChannelLimits
from delivery.messages import Outbound

_BREAKS = ("\n\n", "\n", ". ", "; ", ", ", " ")


def split_text(text: str, limit: int) -> list[str]:
    """Parts of at most `limit` code points (NFC), cut at the best break of each part's second half.

    Nothing but white space at the cuts is lost; a text without breaks is cut hard, never inside
    a base letter and its combining marks.
    """
    rest = unicodedata.normalize("NFC", text).strip()
    parts = []
    while len(rest) > limit:
        cut = _best_cut(rest, limit)
        parts.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    if rest:
        parts.append(rest)
    return parts


def _best_cut(text: str, limit: int) -> int:
    for mark in _BREAKS:
        at = text.rfind(mark, limit // 2, limit + 1 - len(mark.rstrip()))
        if at > 0:
            return at + len(mark.rstrip()) or at
    cut = limit
    while cut > limit - 40 and _joins(text[cut]):
        cut -= 1
    return cut


def _joins(char: str) -> bool:
    return (
        unicodedata.combining(char) != 0 or char in "\u200d\ufe0f" or "\u17b4" <= char <= "\u17d3"
    )


def split_message(message: Outbound, limits: ChannelLimits) -> list[Outbound]:
    """The message as the provider calls it needs; buttons go with the last part."""
    parts = split_text(message.text, limits.text_chars) or [""]
    plain = [Outbound(text=part) for part in parts[:-1]]
    return [*plain, replace(message, text=parts[-1])]
