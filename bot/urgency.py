"""What the guard can see in a message."""

from enum import StrEnum


class Urgency(StrEnum):
    EMERGENCY = "emergency"
    CHILD = "child"
