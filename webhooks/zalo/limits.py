"""What one Zalo message may hold (Official Account API v3, November 2026)."""

from datetime import timedelta

from delivery.channel import ChannelLimits

LIMITS = ChannelLimits(
    text_chars=2000,
    choices=5,
    choice_label_chars=40,  # Zalo takes 100, a phone shows no more in one line
    payload_chars=999,  # 1 000 with the `#` that marks a payload
    window=timedelta(hours=48),
    human_window=timedelta(days=7),
)
