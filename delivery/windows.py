"""Whether a channel still takes a message after the citizen's silence, and in which dress."""

from datetime import datetime, timedelta
from enum import StrEnum

from delivery.channel import ChannelLimits
from delivery.messages import MessageClass, Speaker


class Way(StrEnum):
    SEND = "send"
    #: Only words a person wrote, marked as such (Messenger human agent).
    SEND_AS_PERSON = "send_as_person"
    #: Wait until the citizen writes again.
    HOLD = "hold"
    DROP = "drop"


def choose_way(
    limits: ChannelLimits,
    *,
    last_inbound_at: datetime | None,
    message_class: MessageClass,
    speaker: Speaker,
    now: datetime,
) -> Way:
    """The way that is open now; a citizen who never wrote has no window."""
    silence = now - last_inbound_at if last_inbound_at else timedelta.max
    if silence <= limits.window:
        return Way.SEND
    if message_class is not MessageClass.MUST_REACH:
        return Way.DROP
    if speaker is Speaker.STAFF and silence <= limits.human_window:
        return Way.SEND_AS_PERSON
    return Way.HOLD
