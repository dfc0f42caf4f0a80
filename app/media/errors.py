"""Why something that was sent is not here. Messages are codes, nothing of a person."""


class MediaRefusedError(Exception):
    """It is not taken."""


class MediaGoneError(Exception):
    """The provider does not give it."""


class MediaAwayError(Exception):
    """It may come later."""
