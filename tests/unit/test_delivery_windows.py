"""Which way is open after the citizen's silence."""

from datetime import UTC, datetime, timedelta

import pytest

from delivery.channel import ChannelLimits
from delivery.messages import MessageClass, Speaker
from delivery.windows import Way, choose_way

NOW = datetime(2026, 11, 20, 2, 30, tzinfo=UTC)
REPLY, MUST, COURTESY = MessageClass.REPLY, MessageClass.MUST_REACH, MessageClass.COURTESY
BOT, STAFF = Speaker.BOT, Speaker.STAFF
LIMITS = ChannelLimits(
    text_chars=2000,
    choices=13,
    choice_label_chars=20,
    payload_chars=1000,
    window=timedelta(hours=24),
    human_window=timedelta(days=7),
)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("silence", "message_class", "speaker", "way"),
    [
        (timedelta(0), REPLY, BOT, Way.SEND),
        (timedelta(hours=24), REPLY, BOT, Way.SEND),
        (timedelta(hours=24), COURTESY, BOT, Way.SEND),
        (timedelta(hours=24), MUST, STAFF, Way.SEND),
        (timedelta(hours=24) + SECOND, REPLY, BOT, Way.DROP),
        (timedelta(hours=24) + SECOND, COURTESY, STAFF, Way.DROP),
        (timedelta(hours=24) + SECOND, MUST, STAFF, Way.SEND_AS_PERSON),
        (timedelta(days=7), MUST, STAFF, Way.SEND_AS_PERSON),
        (timedelta(days=7) + SECOND, MUST, STAFF, Way.HOLD),
        # Only words a person wrote may use the human window.
        (timedelta(hours=24) + SECOND, MUST, BOT, Way.HOLD),
        (None, MUST, STAFF, Way.HOLD),
        (None, REPLY, BOT, Way.DROP),
        # The provider's clock may be a little ahead of ours.
        (-timedelta(minutes=2), REPLY, BOT, Way.SEND),
    ],
)
def test_the_way(
    silence: timedelta | None, message_class: MessageClass, speaker: Speaker, way: Way
) -> None:
    found = choose_way(
        LIMITS,
        last_inbound_at=None if silence is None else NOW - silence,
        message_class=message_class,
        speaker=speaker,
        now=NOW,
    )
    assert found is way
