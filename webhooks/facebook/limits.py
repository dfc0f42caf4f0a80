"""What one Messenger message may hold (Send API v25, November 2026)."""

from datetime import timedelta

from delivery.channel import ChannelLimits

LIMITS = ChannelLimits(
    text_chars=1999,  # Meta: less than 2 000
    choices=13,
    choice_label_chars=20,
    payload_chars=1000,
    # The windows are 24 hours and 7 days by Meta's clock: what leaves in the last minutes is lost.
    window=timedelta(hours=23, minutes=55),
    human_window=timedelta(days=6, hours=23),
)
#: Text and buttons of a button template.
TEMPLATE_CHARS = 640
TEMPLATE_BUTTONS = 3
BUTTON_LABEL_CHARS = 20
