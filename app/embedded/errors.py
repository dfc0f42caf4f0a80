"""What can go wrong with the embedded services."""


class EmbeddedPostgresError(RuntimeError):
    """The embedded database cannot be used; the message says what to do."""


class EmbeddedPostgresBusyError(EmbeddedPostgresError):
    """Another process of this installation has the embedded database."""


class EmbeddedRasaError(RuntimeError):
    """The intent model cannot be started or trained; the message says what to do."""
