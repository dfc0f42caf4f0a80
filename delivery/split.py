"""Cuts a long message into parts a channel takes."""

import unicodedata
from dataclasses import replace

from delivery.channel import ChannelLimits
from delivery.messages import Outbound

_BREAKS = ("\n\n", "\n", ". ", "; ", ", ", " ")
#: A text without white space is cut at most so many characters early to keep a cluster whole.
_LOOK_BACK = 40
_ZERO_WIDTH_JOINER = "\u200d"
#: What binds the next character to itself; U+17D2 puts the next Khmer consonant below.
_JOINERS = frozenset({_ZERO_WIDTH_JOINER, "\u17d2"})


def split_text(text: str, limit: int) -> list[str]:
    """Parts of at most `limit` code points (NFC), cut at the best break of each part's second half.

    Nothing but white space at the cuts is lost; a text without breaks is cut hard, but not inside a
    letter with its marks, a Khmer cluster or a joined picture, unless that is absurdly long.

    Raises:
        ValueError: a part could hold nothing.
    """
    if limit < 1:
        raise ValueError(limit)
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
    for cut in range(limit, max(0, limit - _LOOK_BACK), -1):
        if not _is_inside_cluster(text, cut):
            return cut
    return limit


def _is_inside_cluster(text: str, cut: int) -> bool:
    """Whether a reader would see one letter or picture torn in two."""
    before, after = text[cut - 1], text[cut]
    if before in _JOINERS or after == _ZERO_WIDTH_JOINER:
        return True
    if _is_flag_half(after):
        return _flag_halves_before(text, cut) % 2 == 1
    return unicodedata.category(after).startswith("M") or _is_picture_part(after)


def _is_picture_part(char: str) -> bool:
    """Skin tones, and the letters of regional flags."""
    return "\U0001f3fb" <= char <= "\U0001f3ff" or "\U000e0020" <= char <= "\U000e007f"


def _is_flag_half(char: str) -> bool:
    return "\U0001f1e6" <= char <= "\U0001f1ff"


def _flag_halves_before(text: str, cut: int) -> int:
    count = 0
    while count < cut and _is_flag_half(text[cut - 1 - count]):
        count += 1
    return count


def split_message(message: Outbound, limits: ChannelLimits) -> list[Outbound]:
    """The message as the provider calls it needs; buttons go with the last part."""
    parts = split_text(message.text, limits.text_chars) or [""]
    # A link that fits no button becomes a line of text.
    room = sum(len(f"{link.label}: {link.url}") + 1 for link in message.links)
    if 0 < limits.text_chars - room < len(parts[-1]):
        parts[-1:] = split_text(parts[-1], limits.text_chars - room)
    plain = [Outbound(text=part) for part in parts[:-1]]
    return [*plain, replace(message, text=parts[-1])]
